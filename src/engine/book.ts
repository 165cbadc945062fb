import { type Id, idToBytes } from '../core/base/id.ts';
import { present } from '../core/base/outcome.ts';
import { type Topic, topicOf } from '../core/base/region.ts';
import { type Entry, openingOf, readEntry } from '../core/wire/entry.ts';
import type { Head, Opening } from '../core/wire/messages/book.ts';
import type { IdentityKind } from '../core/wire/messages/identity.ts';
import { BookMeta } from '../core/wire/messages/peer.ts';
import type { BookRow } from '../ports/store.ts';
import type { RootedState } from './rooted-state.ts';

/** Ids of a book's newest entries kept in memory, to tell a duplicate from a fork without the store: about 8 kB a busy book. */
const RECENT_IDS_MAX = 64;

/** One book that this peer holds. Its entries are in the store; this is what the machine must know at once. */
export interface Book {
  readonly id: Id;
  readonly openingEntry: Entry;
  readonly opening: Opening;
  readonly kind: IdentityKind;
  readonly topic: Topic;
  /** The newest entry below any fork. */
  head: { sequence: number; id: Id };
  /** Number of entries whose effect was taken; the next one to judge has this sequence. */
  judged: number;
  /** Lowest forked sequence, 0 for none. */
  forkSequence: number;
  bytes: number;
  /** Order in which it became known here. */
  readonly arrival: number;
  /** Ids by sequence of its newest entries; of a member book all of them. */
  readonly ids: Map<number, Id>;
  /** Rule state of a body's book, undefined where no rule set governs it. */
  readonly state: RootedState | undefined;
  /** Entries in hand that wait for their effect, from `judged` on without gap. */
  readonly waiting: Entry[];
  /** True while the store is asked for entries to judge. */
  loading: boolean;
}

/** @returns a fresh book that holds nothing but its Opening. */
export function newBook(
  entry: Entry,
  kind: IdentityKind,
  networkHex: string,
  arrival: number,
  state: RootedState | undefined,
): Book {
  const opening = present(openingOf(entry), 'a book begins with an Opening');
  return {
    id: entry.id,
    openingEntry: entry,
    opening,
    kind,
    topic: topicOf(networkHex, opening.region, opening.channel),
    head: { sequence: 0, id: entry.id },
    judged: 0,
    forkSequence: 0,
    bytes: entry.bytes.length,
    arrival,
    ids: new Map([[0, entry.id]]),
    state,
    waiting: [],
    loading: false,
  };
}

/** @returns the row by which a book is found again after a restart. */
export function bookToRow(book: Book): BookRow {
  const meta = BookMeta.encode({
    opening: book.openingEntry.bytes,
    kind: book.kind,
    sequence: book.head.sequence,
    head: book.head.id,
    judged: book.judged,
    forkSequence: book.forkSequence,
    bytes: book.bytes,
    arrival: book.arrival,
  });
  return { book: idToBytes(book.id), meta };
}

/** Bound of a stored meta row, in bytes: an Opening and some numbers. */
export const META_BYTES_MAX = 16 * 1024;

/** @returns the book of a stored row; `stateOf` makes its rule state where it is governed. */
export function rowToBook(
  row: BookRow,
  network: Uint8Array,
  networkHex: string,
  stateOf: (id: Id, kind: IdentityKind, opening: Opening) => RootedState | undefined,
): Book {
  const decoded = BookMeta.decode(row.meta, META_BYTES_MAX);
  const meta = present(decoded.ok ? decoded.value : undefined, 'a stored book row is canonical');
  const read = readEntry(meta.opening, network);
  const entry = present(read.ok ? read.value : undefined, 'a stored Opening belongs to this network');
  const opening = present(openingOf(entry), 'a stored Opening is one');
  const book = newBook(entry, meta.kind, networkHex, meta.arrival, stateOf(entry.id, meta.kind, opening));
  book.head = { sequence: meta.sequence, id: meta.head };
  book.ids.set(meta.sequence, meta.head);
  book.judged = meta.judged;
  book.forkSequence = meta.forkSequence;
  book.bytes = meta.bytes;
  return book;
}

/** @returns whether its entries travel as mail to the bodies that they are for: a person's `transfers` book, which peers don't hold. */
export function travelsAsMail(book: Book): boolean {
  return book.kind === 'person' && book.opening.channel === 'transfers';
}

/** @returns whether every id of the book is kept in memory: heads of member books are named by other books' entries. */
export function keepsAllIds(book: Book): boolean {
  return book.opening.channel === 'people' && book.kind !== 'person';
}

/** Remembers the id of a new newest entry. */
export function advance(book: Book, entry: Entry): void {
  book.head = { sequence: entry.header.sequence, id: entry.id };
  book.bytes += entry.bytes.length;
  book.ids.set(entry.header.sequence, entry.id);
  if (!keepsAllIds(book)) book.ids.delete(entry.header.sequence - RECENT_IDS_MAX);
}

/** @returns the book's head as others name it. */
export function headOf(book: Book): Head {
  return { book: book.id, sequence: book.head.sequence, id: book.head.id };
}
