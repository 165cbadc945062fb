import { bytesToHex } from '@noble/hashes/utils.js';
import { compareBytes, equalBytes, textToBytes } from '../../core/base/bytes.ts';
import {
  type BookRow,
  type CarriedRow,
  type EntryRow,
  type SettingRow,
  type StatementRow,
  type StateRow,
  type Store,
  StoreFailedError,
  type StoreWrite,
} from '../../ports/store.ts';
import { copyBookRow, copyCarriedRow, copyEntryRow, copyKeyedRow, copyStatementRow, copyWrite } from './copy-rows.ts';

/** @returns a whole Store that lives as long as the process: for tests, the simulator and peers that keep nothing. */
export function createMemoryStore(): Store {
  return new MemoryStore();
}

class MemoryStore implements Store {
  readonly #books = new Map<string, BookRow>();
  readonly #entries = new Map<string, EntryRow>();
  readonly #entryIdsByBook = new Map<string, Set<string>>();
  readonly #carried = new Map<string, CarriedRow>();
  readonly #states = new Map<string, Map<string, StateRow>>();
  readonly #statements = new Map<string, StatementRow>();
  readonly #settings = new Map<string, SettingRow>();
  #lastArrival = 0;
  #closed = false;

  async commit(writes: readonly StoreWrite[]): Promise<void> {
    this.#assertOpen();
    const copies = writes.map(copyWrite);
    await Promise.resolve();
    for (const write of copies) this.#apply(write);
  }

  async books(): Promise<readonly BookRow[]> {
    this.#assertOpen();
    return [...this.#books.values()].sort((left, right) => compareBytes(left.book, right.book)).map(copyBookRow);
  }

  async entriesOf(book: Uint8Array, from: number, limit: number, maxBytes: number): Promise<readonly EntryRow[]> {
    this.#assertOpen();
    const inOrder = this.#entriesIn(book)
      .filter((row) => row.main && row.sequence >= from)
      .sort((left, right) => left.sequence - right.sequence || left.arrival - right.arrival);
    const given: EntryRow[] = [];
    let bytesLeft = maxBytes;
    for (const row of inOrder.slice(0, limit)) {
      bytesLeft -= row.bytes.length;
      if (bytesLeft < 0 && given.length > 0) break;
      given.push(copyEntryRow(row));
    }
    return given;
  }

  async entriesByIds(ids: readonly Uint8Array[]): Promise<readonly EntryRow[]> {
    this.#assertOpen();
    return ids
      .map((id) => this.#entries.get(bytesToHex(id)))
      .filter((row) => row !== undefined)
      .map(copyEntryRow);
  }

  async entriesOfKind(
    kind: number,
    limit: number,
    book?: Uint8Array,
    beforeArrival = Number.MAX_SAFE_INTEGER,
  ): Promise<readonly EntryRow[]> {
    this.#assertOpen();
    return (book === undefined ? [...this.#entries.values()] : this.#entriesIn(book))
      .filter((row) => row.kind === kind && row.arrival < beforeArrival)
      .sort((left, right) => right.arrival - left.arrival)
      .slice(0, limit)
      .map(copyEntryRow);
  }

  async carriersOf(id: Uint8Array): Promise<readonly CarriedRow[]> {
    this.#assertOpen();
    return [...this.#carried.values()]
      .filter((row) => equalBytes(row.id, id))
      .sort((left, right) => compareBytes(left.book, right.book) || left.sequence - right.sequence)
      .map(copyCarriedRow);
  }

  async stateOf(book: Uint8Array): Promise<readonly StateRow[]> {
    this.#assertOpen();
    return inOrderOfKeys(this.#states.get(bytesToHex(book))?.values() ?? []);
  }

  async statements(): Promise<readonly StatementRow[]> {
    this.#assertOpen();
    return [...this.#statements.values()]
      .sort((left, right) => compareBytes(left.digest, right.digest))
      .map(copyStatementRow);
  }

  async settings(): Promise<readonly SettingRow[]> {
    this.#assertOpen();
    return inOrderOfKeys(this.#settings.values());
  }

  async sizeBytes(): Promise<number> {
    this.#assertOpen();
    let bytes = 0;
    for (const { meta } of this.#books.values()) bytes += meta.length;
    for (const row of this.#entries.values()) bytes += row.bytes.length;
    for (const rows of this.#states.values()) for (const { value } of rows.values()) bytes += value.length;
    for (const row of this.#statements.values()) bytes += row.bytes.length;
    for (const { value } of this.#settings.values()) bytes += value.length;
    return bytes;
  }

  async close(): Promise<void> {
    this.#closed = true;
  }

  #assertOpen(): void {
    if (this.#closed) throw new StoreFailedError('The store is closed; open it again.');
  }

  #entriesIn(book: Uint8Array): EntryRow[] {
    const ids = this.#entryIdsByBook.get(bytesToHex(book)) ?? [];
    return [...ids].map((id) => this.#entries.get(id)).filter((row) => row !== undefined);
  }

  #apply(write: StoreWrite): void {
    switch (write.type) {
      case 'putBook':
        this.#books.set(bytesToHex(write.row.book), write.row);
        break;
      case 'deleteBook':
        this.#deleteBook(write.book);
        break;
      case 'putEntry':
        this.#putEntry(write.row);
        break;
      case 'deleteEntry':
        this.#deleteEntry(bytesToHex(write.id));
        break;
      case 'putCarried':
        this.#carried.set(carriedKey(write.row), write.row);
        break;
      case 'putState':
        getOrAdd(this.#states, bytesToHex(write.book), () => new Map<string, StateRow>()).set(write.row.key, write.row);
        break;
      case 'deleteState':
        this.#states.get(bytesToHex(write.book))?.delete(write.key);
        break;
      case 'putStatement':
        this.#statements.set(bytesToHex(write.row.digest), write.row);
        break;
      case 'deleteStatement':
        this.#statements.delete(bytesToHex(write.digest));
        break;
      case 'putSetting':
        this.#settings.set(write.row.key, write.row);
        break;
      case 'deleteSetting':
        this.#settings.delete(write.key);
        break;
    }
  }

  #putEntry(row: Omit<EntryRow, 'arrival'>): void {
    const id = bytesToHex(row.id);
    const arrival = this.#entries.get(id)?.arrival ?? this.#lastArrival + 1;
    this.#lastArrival = Math.max(this.#lastArrival, arrival);
    this.#deleteEntry(id);
    this.#entries.set(id, { ...row, arrival });
    getOrAdd(this.#entryIdsByBook, bytesToHex(row.book), () => new Set<string>()).add(id);
  }

  #deleteEntry(id: string): void {
    const row = this.#entries.get(id);
    if (row === undefined) return;
    this.#entries.delete(id);
    this.#entryIdsByBook.get(bytesToHex(row.book))?.delete(id);
  }

  #deleteBook(book: Uint8Array): void {
    const key = bytesToHex(book);
    for (const id of this.#entryIdsByBook.get(key) ?? []) this.#entries.delete(id);
    for (const [carriedAt, row] of this.#carried) if (equalBytes(row.book, book)) this.#carried.delete(carriedAt);
    this.#entryIdsByBook.delete(key);
    this.#states.delete(key);
    this.#books.delete(key);
  }
}

function carriedKey({ id, book, sequence }: CarriedRow): string {
  return `${bytesToHex(id)}/${bytesToHex(book)}/${sequence}`;
}

function getOrAdd<Key, Value>(map: Map<Key, Value>, key: Key, create: () => Value): Value {
  const held = map.get(key);
  if (held !== undefined) return held;
  const added = create();
  map.set(key, added);
  return added;
}

function inOrderOfKeys(rows: Iterable<StateRow>): readonly StateRow[] {
  return [...rows].sort((left, right) => compareBytes(textToBytes(left.key), textToBytes(right.key))).map(copyKeyedRow);
}
