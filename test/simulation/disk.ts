import { bytesToId, type Id } from '../../src/core/base/id.ts';
import type { Query } from '../../src/engine/events.ts';
import type { Snapshot } from '../../src/engine/snapshot.ts';
import type { BookRow, EntryRow, SettingRow, StatementRow, StateRow, StoreWrite } from '../../src/ports/store.ts';

/** What a peer has on its disk: everything that was committed, and nothing else. A commit is whole or not there. */
export class Disk {
  readonly #books = new Map<Id, BookRow>();
  readonly #entries = new Map<Id, EntryRow>();
  readonly #bySequence = new Map<Id, Map<number, Id>>();
  readonly #states = new Map<Id, Map<string, StateRow>>();
  readonly #statements = new Map<Id, StatementRow>();
  readonly #settings = new Map<string, SettingRow>();
  #arrival = 0;

  /** Makes one commit durable. */
  apply(writes: readonly StoreWrite[]): void {
    for (const write of writes) this.#one(write);
  }

  /** Whether an entry is there. */
  holds(entry: Id): boolean {
    return this.#entries.has(entry);
  }

  /** Whether an entry stands in its book's chain. */
  chainHolds(book: Id, sequence: number, entry: Id): boolean {
    return this.#bySequence.get(book)?.get(sequence) === entry;
  }

  query(query: Query): readonly EntryRow[] {
    if (query.type === 'ids') return query.ids.map((id) => this.#entries.get(id)).filter((row) => row !== undefined);
    const rows: EntryRow[] = [];
    const chain = this.#bySequence.get(query.book);
    let bytes = 0;
    for (let sequence = query.from; rows.length < query.limit; sequence += 1) {
      const row = this.#entries.get(chain?.get(sequence) ?? ('' as Id));
      if (row === undefined || (rows.length > 0 && bytes + row.bytes.length > query.bytesMax)) return rows;
      rows.push(row);
      bytes += row.bytes.length;
    }
    return rows;
  }

  /** What a machine starts from. */
  snapshot(): Snapshot {
    const memberEntries = new Map<Id, readonly EntryRow[]>();
    for (const book of this.#books.keys())
      memberEntries.set(book, this.query({ type: 'run', book, from: 0, limit: 100_000, bytesMax: 2 ** 40 }));
    const states = new Map([...this.#states].map(([book, rows]) => [book, [...rows.values()]] as const));
    return {
      books: [...this.#books.values()],
      statements: [...this.#statements.values()],
      settings: [...this.#settings.values()],
      states,
      memberEntries,
    };
  }

  #one(write: StoreWrite): void {
    switch (write.type) {
      case 'putBook':
        this.#books.set(bytesToId(write.row.book), write.row);
        return;
      case 'deleteBook':
        return this.#deleteBook(bytesToId(write.book));
      case 'putEntry':
        return this.#putEntry(write.row);
      case 'deleteEntry':
        this.#entries.delete(bytesToId(write.id));
        return;
      case 'putState': {
        const book = bytesToId(write.book);
        const rows = this.#states.get(book) ?? new Map<string, StateRow>();
        this.#states.set(book, rows.set(write.row.key, write.row));
        return;
      }
      case 'deleteState':
        this.#states.get(bytesToId(write.book))?.delete(write.key);
        return;
      case 'putStatement':
        this.#statements.set(bytesToId(write.row.digest), write.row);
        return;
      case 'deleteStatement':
        this.#statements.delete(bytesToId(write.digest));
        return;
      case 'putSetting':
        this.#settings.set(write.row.key, write.row);
        return;
      case 'deleteSetting':
        this.#settings.delete(write.key);
        return;
      case 'putCarried':
        return;
    }
  }

  #putEntry(row: Omit<EntryRow, 'arrival'>): void {
    this.#arrival += 1;
    const [id, book] = [bytesToId(row.id), bytesToId(row.book)];
    this.#entries.set(id, { ...row, arrival: this.#arrival });
    const chain = this.#bySequence.get(book) ?? new Map<number, Id>();
    this.#bySequence.set(book, chain);
    if (row.main) chain.set(row.sequence, id);
  }

  #deleteBook(book: Id): void {
    this.#books.delete(book);
    for (const id of this.#bySequence.get(book)?.values() ?? []) this.#entries.delete(id);
    this.#bySequence.delete(book);
    this.#states.delete(book);
  }
}
