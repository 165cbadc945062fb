import type { SQLOutputValue } from 'node:sqlite';
import { assert } from '../../core/base/outcome.ts';

/** A row as SQLite gives it. */
export type SqlRow = Record<string, SQLOutputValue>;

/** @returns a column that the schema keeps a BLOB. */
export function bytesAt(row: SqlRow, column: string): Uint8Array {
  const value = row[column];
  assert(value instanceof Uint8Array, `the column ${column} is a blob`);
  return value;
}

/** @returns a column that the schema keeps an INTEGER. */
export function numberAt(row: SqlRow, column: string): number {
  const value = row[column];
  assert(typeof value === 'number', `the column ${column} is an integer`);
  return value;
}

/** @returns a column that the schema keeps a TEXT. */
export function textAt(row: SqlRow, column: string): string {
  const value = row[column];
  assert(typeof value === 'string', `the column ${column} is a text`);
  return value;
}
