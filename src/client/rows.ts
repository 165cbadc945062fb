import { type Id, idToBytes } from '../core/base/id.ts';
import type { EntryRow, Store } from '../ports/store.ts';

/** Rows and bytes read at once: what is read and not used is thrown away, what is used waits for nothing long. */
const ROWS_AT_ONCE = 500;
const BYTES_AT_ONCE = 4 * 1024 * 1024;

/** Reads the entries of a book from a sequence on, some at a time, to its end. */
export async function* rowsFrom(store: Store, book: Id, from: number): AsyncGenerator<EntryRow> {
  for (let next = from; ; ) {
    const rows = await store.entriesOf(idToBytes(book), next, ROWS_AT_ONCE, BYTES_AT_ONCE);
    const last = rows.at(-1);
    if (last === undefined) return;
    yield* rows;
    next = last.sequence + 1;
  }
}
