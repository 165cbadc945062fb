import * as fc from 'fast-check';
import type { EntryRow, Store, StoreWrite } from '../../src/ports/store.ts';
import type { NaiveStore } from './naive-store.ts';

/** Two kinds of entries, as any numbers. */
export const KINDS: readonly number[] = [101, 102];

/** @returns 32 bytes that begin with zeros and end with `mark`: all such ids share their first 8 bytes. */
export function idOf(mark: number): Uint8Array {
  const id = new Uint8Array(32);
  new DataView(id.buffer).setUint32(28, mark);
  return id;
}

/** @returns `length` bytes of `fill`. */
export function bytesOf(length: number, fill = 7): Uint8Array {
  return new Uint8Array(length).fill(fill);
}

/** @returns an entry of book 1 with small values wherever `row` says nothing. */
export function putEntry(row: Partial<EntryRow>): Extract<StoreWrite, { type: 'putEntry' }> {
  const { id = idOf(1), book = idOf(1), sequence = 0, kind = 101, main = true, bytes = bytesOf(3) } = row;
  return { type: 'putEntry', row: { id, book, sequence, kind, main, bytes } };
}

/** @returns a setting whose value is one byte. */
export function putSetting(key: string, value = 1): StoreWrite {
  return { type: 'putSetting', row: { key, value: bytesOf(1, value) } };
}

const MARKS = [1, 2, 3, 4];
const KEYS = ['a', 'b', 'account/é', '\uFFFD', '\u{1F600}', ''];

/** Few ids, books and keys, so that writes meet. */
export const WRITES: fc.Arbitrary<StoreWrite> = fc.oneof(
  plain({ type: is('putBook'), row: plain({ book: ids(), meta: values() }) }),
  plain({ type: is('deleteBook'), book: ids() }),
  plain({
    type: is('putEntry'),
    row: plain({
      id: fc.integer({ min: 1, max: 12 }).map(idOf),
      book: ids(),
      sequence: fc.nat({ max: 4 }),
      kind: fc.constantFrom(...KINDS),
      main: fc.boolean(),
      bytes: values(),
    }),
  }),
  plain({ type: is('deleteEntry'), id: fc.integer({ min: 1, max: 12 }).map(idOf) }),
  plain({ type: is('putCarried'), row: plain({ id: ids(), book: ids(), sequence: fc.nat({ max: 2 }) }) }),
  plain({ type: is('putState'), book: ids(), row: keyed() }),
  plain({ type: is('deleteState'), book: ids(), key: keys() }),
  plain({
    type: is('putStatement'),
    row: plain({ digest: ids(), topic: keys(), kind: fc.nat({ max: 3 }), bytes: values() }),
  }),
  plain({ type: is('deleteStatement'), digest: ids() }),
  plain({ type: is('putSetting'), row: keyed() }),
  plain({ type: is('deleteSetting'), key: keys() }),
);

/** @returns all that a store answers, without the numbers of arrival, which are each store's own. */
export async function everythingIn(store: Store): Promise<unknown> {
  const perBook = await Promise.all(
    MARKS.map(idOf).map(async (book) => [
      withoutArrival(await store.entriesOf(book, 1, 100, 1_000_000)),
      await Promise.all(KINDS.map(async (kind) => withoutArrival(await store.entriesOfKind(kind, 100, book)))),
      await store.carriersOf(book),
      await store.stateOf(book),
    ]),
  );
  const byKind = await Promise.all(KINDS.map(async (kind) => withoutArrival(await store.entriesOfKind(kind, 100))));
  return [await store.books(), await store.statements(), await store.settings(), byKind, perBook];
}

/** @returns what `everythingIn` must be. */
export function everythingInNaive(naive: NaiveStore): unknown {
  const perBook = MARKS.map(idOf).map((book) => [
    withoutArrival(naive.mainEntriesOf(book, 1)),
    KINDS.map((kind) => withoutArrival(naive.entriesOfKind(kind, book))),
    naive.carriersOf(book),
    naive.stateOf(book),
  ]);
  const byKind = KINDS.map((kind) => withoutArrival(naive.entriesOfKind(kind)));
  return [naive.booksInOrder(), naive.statementsInOrder(), naive.settingsInOrder(), byKind, perBook];
}

/** @returns the rows without their number of arrival. */
export function withoutArrival(rows: readonly EntryRow[]): Omit<EntryRow, 'arrival'>[] {
  return rows.map(({ id, book, sequence, kind, main, bytes }) => ({ id, book, sequence, kind, main, bytes }));
}

/** A record like the ones that code writes; `fc.record` alone gives some without a prototype. */
function plain<Model>(model: { [Field in keyof Model]: fc.Arbitrary<Model[Field]> }): fc.Arbitrary<Model> {
  return fc.record(model, { noNullPrototype: true });
}

/** A constant of its own type, where `fc.constant` would widen it. */
function is<Type extends StoreWrite['type']>(type: Type): fc.Arbitrary<Type> {
  return fc.constant(type);
}

function ids(): fc.Arbitrary<Uint8Array> {
  return fc.constantFrom(...MARKS).map(idOf);
}

function keys(): fc.Arbitrary<string> {
  return fc.constantFrom(...KEYS);
}

function values(): fc.Arbitrary<Uint8Array> {
  return fc.uint8Array({ maxLength: 5 }).map((value) => new Uint8Array(value));
}

function keyed(): fc.Arbitrary<{ key: string; value: Uint8Array }> {
  return plain({ key: keys(), value: values() });
}
