import { constants } from 'node:fs';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { platform } from 'node:os';
import { dirname } from 'node:path';
import { KeyFileError } from './key-file-error.ts';

/** Read and write for the owner alone. */
const FILE_MODE = 0o600;

/** The same for folders. */
const FOLDER_MODE = 0o700;

/** The rights of group and others, of which secrets have none. */
const OTHERS_MASK = 0o077;

/** The rights among the bits of a mode. */
const RIGHTS_MASK = 0o777;

/** A key file is a few kilobytes; what is larger is something else. */
const FILE_BYTES_MAX = 1024 * 1024;

/**
 * Makes the folder of secrets (mode 0700) unless it is there.
 *
 * @throws KeyFileError too_open when others can enter it, not_written when it cannot be made.
 */
export async function preparePrivateFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: FOLDER_MODE });
  } catch (cause) {
    throw new KeyFileError('not_written', `The folder ${folder} could not be made: ${textOf(cause)}.`, { cause });
  }
  await requirePrivateFolder(folder);
}

/** @throws KeyFileError too_open when others can enter the folder, not_readable when it cannot be looked at. */
export async function requirePrivateFolder(folder: string): Promise<void> {
  const { mode } = await stat(folder).catch((cause: unknown) => {
    throw new KeyFileError('not_readable', `The folder ${folder} could not be read: ${textOf(cause)}.`, { cause });
  });
  requirePrivate(folder, mode, FOLDER_MODE);
}

/** @returns whether there is a file of that name. @throws KeyFileError not_readable when that cannot be told. */
export async function isThere(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return false;
    throw new KeyFileError('not_readable', `${path} could not be looked at: ${textOf(cause)}.`, { cause });
  }
}

/** @returns the bytes of a file that its owner alone can read. @throws KeyFileError too_open, damaged or not_readable. */
export async function readPrivateFile(path: string): Promise<Uint8Array> {
  try {
    await using file = await open(path, constants.O_RDONLY);
    const { mode, size } = await file.stat();
    requirePrivate(path, mode, FILE_MODE);
    if (size > FILE_BYTES_MAX) throw new KeyFileError('damaged', `${path} is too large to be a key file.`);
    return await file.readFile();
  } catch (cause) {
    if (cause instanceof KeyFileError) throw cause;
    throw new KeyFileError('not_readable', `${path} could not be read: ${textOf(cause)}.`, { cause });
  }
}

/**
 * Puts a file (mode 0600) in place as a whole or not at all, also when the power fails: a new file beside it is written
 * and synced, takes the name, and the folder is synced.
 *
 * @throws KeyFileError not_written; what was there before is still there.
 */
export async function writePrivateFile(path: string, bytes: Uint8Array): Promise<void> {
  const temporary = `${path}.new`;
  try {
    await rm(temporary, { force: true });
    await writeNewFile(temporary, bytes);
    await rename(temporary, path);
    await syncFolder(dirname(path));
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw new KeyFileError('not_written', `${path} could not be written: ${textOf(cause)}.`, { cause });
  }
}

async function writeNewFile(path: string, bytes: Uint8Array): Promise<void> {
  await using file = await open(path, 'wx', FILE_MODE);
  await file.writeFile(bytes);
  await file.sync();
}

async function syncFolder(folder: string): Promise<void> {
  if (platform() === 'win32') return; // Windows opens no folders; its renames are journalled.
  await using handle = await open(folder, constants.O_RDONLY);
  await handle.sync();
}

function requirePrivate(path: string, mode: number, wanted: number): void {
  if (platform() === 'win32' || (mode & OTHERS_MASK) === 0) return; // On Windows a mode says nothing about others.
  const found = (mode & RIGHTS_MASK).toString(8);
  const remedy = `chmod ${wanted.toString(8)} ${path}`;
  throw new KeyFileError('too_open', `Other users can read or change ${path} (mode ${found}). Run: ${remedy}`);
}

function codeOf(cause: unknown): unknown {
  return cause instanceof Error && 'code' in cause ? cause.code : undefined;
}

function textOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
