/** The tables of kinds in sections 5 and 6 of proto/README.md. */
import { readFileSync } from 'node:fs';

const PAGE = readFileSync(new URL('../../../proto/README.md', import.meta.url), 'utf8');

/** One kind of entry. */
export interface Kind {
  readonly message: string;
  readonly erasable: boolean;
  readonly entryBytesMax: number;
}

/** One kind of statement. */
export interface StatementKind {
  readonly message: string;
  readonly signed: boolean;
  readonly payloadBytesMax: number;
}

/** Kinds of entries by number. */
export const KINDS: ReadonlyMap<number, Kind> = new Map(
  rowsOf('kinds').map(([number, message = '', , , payload, bytes]) => [
    Number(number),
    { message, erasable: payload === 'erasable', entryBytesMax: wholeNumber(bytes) },
  ]),
);

/** Kinds of statements by number. */
export const STATEMENT_KINDS: ReadonlyMap<number, StatementKind> = new Map(
  rowsOf('statements').map(([number, message = '', author, bytes]) => [
    Number(number),
    { message, signed: author === 'signed', payloadBytesMax: wholeNumber(bytes) },
  ]),
);

function rowsOf(table: string): readonly (readonly string[])[] {
  const at = PAGE.indexOf(`<!-- ${table} -->`);
  const lines = PAGE.slice(at, PAGE.indexOf('<!-- end -->', at)).matchAll(/^\| (\d.*) \|$/gm);
  return [...lines].map(([, cells = '']) => cells.split(' | '));
}

function wholeNumber(words: string | undefined): number {
  return Number(words?.replaceAll(',', ''));
}
