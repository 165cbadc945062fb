/** The tables of kinds in sections 5 and 6 of proto/README.md. */
import { readFileSync } from 'node:fs';

const PAGE = readFileSync(new URL('../../../proto/README.md', import.meta.url), 'utf8');

/** One kind of entry. */
export interface Kind {
  readonly message: string;
  /** Words of the table. */
  readonly writer: string;
  readonly channel: string;
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
  rowsOf('kinds').map(([number, message = '', writer = '', channel = '', payload, bytes]) => [
    Number(number),
    { message, writer, channel, erasable: payload === 'erasable', entryBytesMax: wholeNumber(bytes) },
  ]),
);

const IDENTITY_KINDS = ['person', 'cooperative', 'bank', 'assembly', 'federation'];
const CHANNELS = ['people', 'transfers', 'offers', 'proposals', 'commons', 'emergency'];

/** @returns whether an identity of this kind may write it in a book of this channel, both by their numbers. */
export function mayWrite({ writer, channel }: Kind, identityKind: number, channelNumber: number): boolean {
  const isWriter =
    writer === 'any' || (writer === 'body' ? identityKind > 1 : writer === IDENTITY_KINDS[identityKind - 1]);
  return isWriter && (channel === 'any' || channel === CHANNELS[channelNumber - 1]);
}

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
