import { bytesToId, type Id } from '../core/base/id.ts';
import { present } from '../core/base/outcome.ts';
import { openingOf, readEntry } from '../core/wire/entry.ts';
import { BookMeta } from '../core/wire/messages/peer.ts';
import type { BookRow, EntryRow, StateRow, Store } from '../ports/store.ts';
import { META_BYTES_MAX } from './book.ts';
import type { Snapshot } from './snapshot.ts';

/** Entries of a member book read at once at start. */
const MEMBER_ENTRIES_AT_ONCE = 1000;
/** And their bytes. */
const MEMBER_BYTES_AT_ONCE = 16 * 1024 * 1024;

/** Reads from a store what a machine needs before its first event. Persons' books cost one small row each. */
export async function readSnapshot(store: Store, network: Uint8Array): Promise<Snapshot> {
  const [books, statements, settings] = await Promise.all([store.books(), store.statements(), store.settings()]);
  const states = new Map<Id, readonly StateRow[]>();
  const memberEntries = new Map<Id, readonly EntryRow[]>();
  for (const row of books) {
    const body = bodyChannelOf(row, network);
    if (body === undefined) continue;
    const id = bytesToId(row.book);
    states.set(id, await store.stateOf(row.book));
    if (body.channel === 'people') memberEntries.set(id, await entriesUpTo(store, row.book, body.sequence));
  }
  return { books, statements, settings, states, memberEntries };
}

function bodyChannelOf(
  row: BookRow,
  network: Uint8Array,
): { readonly channel: string; readonly sequence: number } | undefined {
  const decoded = BookMeta.decode(row.meta, META_BYTES_MAX);
  const meta = present(decoded.ok ? decoded.value : undefined, 'a stored book row is canonical');
  if (meta.kind === 'person') return undefined;
  const entry = readEntry(meta.opening, network);
  const opening = entry.ok ? openingOf(entry.value) : undefined;
  return opening === undefined ? undefined : { channel: opening.channel, sequence: meta.sequence };
}

async function entriesUpTo(store: Store, book: Uint8Array, sequence: number): Promise<readonly EntryRow[]> {
  const rows: EntryRow[] = [];
  let from = 0;
  while (from <= sequence) {
    const more = await store.entriesOf(book, from, MEMBER_ENTRIES_AT_ONCE, MEMBER_BYTES_AT_ONCE);
    if (more.length === 0) return rows;
    rows.push(...more.filter((row) => row.sequence <= sequence));
    from = (more.at(-1)?.sequence ?? sequence) + 1;
  }
  return rows;
}
