import { createReadStream, createWriteStream } from 'node:fs';
import { access, constants, rename, rm, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { usageError } from './exit-codes.ts';

/** What a person may read and nobody else; an exported file can hold what only followers of a topic saw. */
const PRIVATE_MODE = 0o600;

/**
 * Writes a stream to a file, which is there only when it is whole.
 * @returns its length in bytes. @throws CommandError (usage) when the file cannot be written; what the stream throws.
 */
export async function writeStreamToFile(source: AsyncIterable<Uint8Array>, path: string): Promise<number> {
  const unfinished = `${path}.part`;
  try {
    await pipeline(source, createWriteStream(unfinished, { mode: PRIVATE_MODE, flush: true }));
    await rename(unfinished, path);
    return (await stat(path)).size;
  } catch (error) {
    await rm(unfinished, { force: true });
    throw fileError(error, path, 'written');
  }
}

/** @throws CommandError (usage) when there is no file at that path that this user may read. */
export async function requireFile(path: string): Promise<void> {
  const fault = (error: unknown): never => {
    throw fileError(error, path, 'read');
  };
  await access(path, constants.R_OK).catch(fault);
  const found = await stat(path).catch(fault);
  if (found.isDirectory()) throw usageError(`${path} cannot be read: it is a folder.`);
}

/** Reads a file piece by piece, from a byte on. @throws CommandError (usage) when it cannot be read. */
export async function* readFileStream(path: string, start = 0): AsyncGenerator<Uint8Array> {
  try {
    yield* createReadStream(path, { start });
  } catch (error) {
    throw fileError(error, path, 'read');
  }
}

/** What the system says of a path, for people; `deed` is what was tried. */
const REASONS: ReadonlyMap<unknown, string> = new Map([
  ['ENOENT', 'there is no such file or folder'],
  ['ENOTDIR', 'a part of its path is a file, not a folder'],
  ['EISDIR', 'it is a folder'],
  ['EACCES', 'this user may not do that'],
  ['EPERM', 'this user may not do that'],
  ['ENOSPC', 'the disk is full'],
  ['EROFS', 'its disk is read-only'],
]);

/** @returns the error of a path that the system refused, with its reason in words; another error as it is. */
export function fileError(error: unknown, path: string, deed: 'written' | 'read'): unknown {
  if (!(error instanceof Error) || !('syscall' in error)) return error;
  const reason = REASONS.get('code' in error ? error.code : undefined);
  return reason === undefined
    ? usageError(`${path} cannot be ${deed}: ${error.message}.`, { cause: error })
    : usageError(`${path} cannot be ${deed}: ${reason}.`);
}
