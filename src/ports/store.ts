/**
 * The durable store of one peer. All ids are raw bytes (32) here; numbers are safe integers. A commit is one
 * transaction: after it resolves everything in it survives kill −9 and power loss, before that nothing of it is seen.
 */
export interface Store {
  /**
   * Applies all writes in order as one durable transaction. The bytes are copied before the call returns. Commits take
   * effect in the order of their calls; each stands or fails alone, so who needs one before another awaits it.
   * @throws StoreFullError when the disk or the cap is full, StoreFailedError otherwise; then nothing was written.
   */
  commit(writes: readonly StoreWrite[]): Promise<void>;
  /** Every book row, in order of book id. */
  books(): Promise<readonly BookRow[]>;
  /**
   * Entries of one book with sequence ≥ `from`, ascending, on the main chain, at most `limit`; their bytes together are
   * at most `maxBytes`, but the first is given whatever its size.
   */
  entriesOf(book: Uint8Array, from: number, limit: number, maxBytes: number): Promise<readonly EntryRow[]>;
  /** Entries by id in the order asked, main chain or side; those that are not held are left out. */
  entriesByIds(ids: readonly Uint8Array[]): Promise<readonly EntryRow[]>;
  /** The newest `limit` entries of one kind, main chain or side, newest first by arrival; `book` narrows it; `beforeArrival` (exclusive) pages on. */
  entriesOfKind(kind: number, limit: number, book?: Uint8Array, beforeArrival?: number): Promise<readonly EntryRow[]>;
  /** Which entries carry the entry `id` whole (an order inside a Transfer) or are its receipt (a ballot’s ClosePage), in order of book id and sequence. */
  carriersOf(id: Uint8Array): Promise<readonly CarriedRow[]>;
  /** Rule state rows of one book, ordered by the UTF-8 bytes of the key. */
  stateOf(book: Uint8Array): Promise<readonly StateRow[]>;
  /** All statements, ordered by digest. */
  statements(): Promise<readonly StatementRow[]>;
  /** The small named values of the node itself (roots, joined topics, own drafts), ordered by the UTF-8 bytes of the key. */
  settings(): Promise<readonly SettingRow[]>;
  /** Bytes on disk (pages in use), for the disk cap and `status`. */
  sizeBytes(): Promise<number>;
  /** Finishes the commits under way and frees the data folder. Whatever is asked later fails with StoreFailedError. */
  close(): Promise<void>;
}

/** One book as the peer last knew it; `meta` is the engine's own record, opaque to the store. */
export interface BookRow {
  readonly book: Uint8Array;
  readonly meta: Uint8Array;
}

/** One stored entry: `bytes` is the wire form as received, payload included unless erased. */
export interface EntryRow {
  readonly id: Uint8Array;
  readonly book: Uint8Array;
  readonly sequence: number;
  readonly kind: number;
  /** False for an entry above a fork that stands beside the main chain. */
  readonly main: boolean;
  readonly bytes: Uint8Array;
  /** Order of arrival at this store, rising; local, never shared, never read by a rule. */
  readonly arrival: number;
}

/** Says that entry `id` stands inside entry (`book`, `sequence`), whole or as what it came to. */
export interface CarriedRow {
  readonly id: Uint8Array;
  readonly book: Uint8Array;
  readonly sequence: number;
}

/** One row of rule state; `key` is text such as `account/…`, `value` its canonical bytes. */
export interface StateRow {
  readonly key: string;
  readonly value: Uint8Array;
}

/** One kept statement. */
export interface StatementRow {
  readonly digest: Uint8Array;
  readonly topic: string;
  readonly kind: number;
  readonly bytes: Uint8Array;
}

/** One named value of the node. */
export interface SettingRow {
  readonly key: string;
  readonly value: Uint8Array;
}

/**
 * The closed list of writes. A put replaces what has the same key; an entry put again keeps its first arrival.
 * `deleteBook` deletes whatever is of the book: row, entries, carried rows whose carrier stands in it, and state.
 * Entries, carried rows and state are taken also for a book that has no row yet.
 */
export type StoreWrite =
  | { readonly type: 'putBook'; readonly row: BookRow }
  | { readonly type: 'deleteBook'; readonly book: Uint8Array }
  | { readonly type: 'putEntry'; readonly row: Omit<EntryRow, 'arrival'> }
  | { readonly type: 'deleteEntry'; readonly id: Uint8Array }
  | { readonly type: 'putCarried'; readonly row: CarriedRow }
  | { readonly type: 'putState'; readonly book: Uint8Array; readonly row: StateRow }
  | { readonly type: 'deleteState'; readonly book: Uint8Array; readonly key: string }
  | { readonly type: 'putStatement'; readonly row: StatementRow }
  | { readonly type: 'deleteStatement'; readonly digest: Uint8Array }
  | { readonly type: 'putSetting'; readonly row: SettingRow }
  | { readonly type: 'deleteSetting'; readonly key: string };

/** The store could not take a write because the disk or the configured cap is full; free space and try again. */
export class StoreFullError extends Error {
  override readonly name = 'StoreFullError';
}

/** The store failed for another reason (`cause`); the peer stops writing until it was opened again. */
export class StoreFailedError extends Error {
  override readonly name = 'StoreFailedError';
}

/** Another process holds the data folder. */
export class StoreLockedError extends Error {
  override readonly name = 'StoreLockedError';
}

/** The data were written by a newer version of the program than this one. */
export class StoreTooNewError extends Error {
  override readonly name = 'StoreTooNewError';
}
