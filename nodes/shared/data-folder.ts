import { resolve } from 'node:path';
import envPaths from 'env-paths';
import { usageError } from './exit-codes.ts';

/** What the platform's own place for data is called after. */
const PROGRAM = 'mutua';

/**
 * The one folder that holds keys, books and settings of a node: `--data`, else MUTUA_DATA, else the platform's place for
 * a program's data (`~/.local/share/mutua` on Linux).
 * @throws CommandError (usage) when it is named as an empty text.
 */
export function dataFolderOf(flag: string | undefined, environment: NodeJS.ProcessEnv): string {
  const named = flag ?? environment['MUTUA_DATA'];
  if (named === undefined) return envPaths(PROGRAM, { suffix: '' }).data;
  if (named.trim() === '') throw usageError('The data folder is empty: name one with --data DIR or MUTUA_DATA.');
  return resolve(named);
}
