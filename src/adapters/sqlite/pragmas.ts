import type { DatabaseSync } from 'node:sqlite';
import { assert } from '../../core/base/outcome.ts';

/** @returns a pragma's value that is a number. */
export function pragmaNumber(database: DatabaseSync, name: string): number {
  const value = pragmaValue(database, name);
  assert(typeof value === 'number', `PRAGMA ${name} is a number`);
  return value;
}

/** @returns a pragma's value that is a text. */
export function pragmaText(database: DatabaseSync, name: string): string {
  const value = pragmaValue(database, name);
  assert(typeof value === 'string', `PRAGMA ${name} is a text`);
  return value;
}

function pragmaValue(database: DatabaseSync, name: string): unknown {
  return Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0];
}
