import { readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The file that says which store this data folder began with; backups leave it out. */
export const INSTANCE_FILE = 'instance';

/**
 * Tells whether the data folder may be a copy (protocol §3, restore guard): the instance file is missing beside a store that was
 * there before, or it names another file than the store is now (device and inode).
 */
export async function mayBeCopy(folder: string, storeFile: string): Promise<boolean> {
  const expected = await instanceOf(join(folder, storeFile));
  if (expected === undefined) return false;
  try {
    return (await readFile(join(folder, INSTANCE_FILE), 'utf8')).trim() !== expected;
  } catch (error) {
    if (isMissing(error)) return true;
    throw error;
  }
}

/** Records that this folder's store is the one that belongs here; called once the guard is passed. */
export async function recordInstance(folder: string, storeFile: string): Promise<void> {
  const text = await instanceOf(join(folder, storeFile));
  if (text === undefined) return;
  const path = join(folder, INSTANCE_FILE);
  await writeFile(`${path}.new`, `${text}\n`, { mode: 0o600 });
  await rename(`${path}.new`, path);
}

/** Forgets what was recorded: until it is recorded anew, this folder may be a copy. */
export async function forgetInstance(folder: string): Promise<void> {
  await rm(join(folder, INSTANCE_FILE), { force: true });
}

async function instanceOf(path: string): Promise<string | undefined> {
  try {
    const { dev, ino } = await stat(path, { bigint: false });
    return `device ${dev} inode ${ino}`;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
