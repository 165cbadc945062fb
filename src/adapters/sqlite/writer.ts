import type { DatabaseSync } from 'node:sqlite';
import { present } from '../../core/base/outcome.ts';
import type { CarriedRow, EntryRow, StoreWrite } from '../../ports/store.ts';
import type { BookNumbers } from './book-numbers.ts';
import { numberAt } from './columns.ts';
import { ID_PREFIX_BYTES } from './constants.ts';
import { Unpacker } from './packing.ts';
import { WRITE_PACKING } from './write-packing.ts';

/** Carries out writes inside a transaction that somebody else begins and ends. */
export class Writer {
  readonly #statements: ReturnType<typeof prepareWrites>;
  readonly #numbers: BookNumbers;
  #lastArrival: number;
  #overwrote = false;

  constructor(database: DatabaseSync, numbers: BookNumbers) {
    this.#statements = prepareWrites(database);
    this.#numbers = numbers;
    const newest = database.prepare('SELECT coalesce(max(arrival), 0) AS arrival FROM entries').get();
    this.#lastArrival = numberAt(present(newest, 'an aggregate gives a row'), 'arrival');
  }

  /** Applies one packed commit. @throws SQLite's errors; the transaction must then be rolled back. */
  apply(batch: Uint8Array): void {
    const unpacker = new Unpacker(batch);
    while (!unpacker.isAtEnd) this.#apply(WRITE_PACKING.unpack(unpacker));
  }

  #apply(write: StoreWrite): void {
    const statements = this.#statements;
    switch (write.type) {
      case 'putBook':
        statements.putBook.run(this.#numbers.give(write.row.book), write.row.meta);
        break;
      case 'deleteBook':
        this.#deleteBook(write.book);
        break;
      case 'putEntry':
        this.#putEntry(write.row);
        break;
      case 'deleteEntry':
        statements.deleteEntry.run(prefixOf(write.id), write.id);
        break;
      case 'putCarried':
        this.#putCarried(write.row);
        break;
      case 'putState':
        statements.putState.run(this.#numbers.give(write.book), write.row.key, write.row.value);
        break;
      case 'deleteState':
        this.#deleteState(write.book, write.key);
        break;
      case 'putStatement':
        statements.putStatement.run(write.row.digest, write.row.topic, write.row.kind, write.row.bytes);
        break;
      case 'deleteStatement':
        statements.deleteStatement.run(write.digest);
        break;
      case 'putSetting':
        statements.putSetting.run(write.row.key, write.row.value);
        break;
      case 'deleteSetting':
        statements.deleteSetting.run(write.key);
        break;
    }
  }

  #putEntry({ id, book, sequence, kind, main, bytes }: Omit<EntryRow, 'arrival'>): void {
    const { insertEntry, updateEntry } = this.#statements;
    const number = this.#numbers.give(book);
    const prefix = prefixOf(id);
    const arrival = this.#lastArrival + 1;
    const inserted = insertEntry.run(arrival, number, sequence, kind, main ? 1 : 0, prefix, id, bytes);
    if (inserted.changes === 1) this.#lastArrival = arrival;
    else {
      updateEntry.run(number, sequence, kind, main ? 1 : 0, prefix, id, bytes);
      this.#overwrote = true;
    }
  }

  /** Whether an entry took another form since this was last asked: its payload may have been erased. */
  takeOverwrote(): boolean {
    const overwrote = this.#overwrote;
    this.#overwrote = false;
    return overwrote;
  }

  #putCarried({ id, book, sequence }: CarriedRow): void {
    this.#statements.putCarried.run(prefixOf(id), id, this.#numbers.give(book), sequence);
  }

  #deleteState(book: Uint8Array, key: string): void {
    const number = this.#numbers.find(book);
    if (number !== undefined) this.#statements.deleteState.run(number, key);
  }

  #deleteBook(book: Uint8Array): void {
    const number = this.#numbers.find(book);
    if (number === undefined) return;
    const { deleteBookRow, deleteBookEntries, deleteBookCarried, deleteBookState } = this.#statements;
    for (const statement of [deleteBookEntries, deleteBookCarried, deleteBookState, deleteBookRow]) {
      statement.run(number);
    }
    this.#numbers.forget();
  }
}

/** @returns what the index by id holds of it. */
export function prefixOf(id: Uint8Array): Uint8Array {
  return id.subarray(0, ID_PREFIX_BYTES);
}

/**
 * Writes a row of the index of what is carried, unless it is there. The plus keeps SQLite from searching by book: without
 * statistics it holds that index for the better one, and would look through all that a ledger carries for every order.
 */
export const PUT_CARRIED_SQL: string = `INSERT INTO carried (id, book, sequence) SELECT ?2, ?3, ?4
  WHERE NOT EXISTS (
    SELECT 1 FROM carried WHERE substr(id, 1, 8) = ?1 AND id = ?2 AND +book = ?3 AND sequence = ?4
  )`;

/** The SQL of every write, prepared once. Where an id is looked up, its prefix comes before the whole. */
function prepareWrites(database: DatabaseSync) {
  return {
    putBook: database.prepare('UPDATE books SET meta = ?2 WHERE number = ?1'),
    deleteBookRow: database.prepare('DELETE FROM books WHERE number = ?1'),
    deleteBookEntries: database.prepare('DELETE FROM entries WHERE book = ?1'),
    deleteBookCarried: database.prepare('DELETE FROM carried WHERE book = ?1'),
    deleteBookState: database.prepare('DELETE FROM state WHERE book = ?1'),
    insertEntry: database.prepare(
      `INSERT INTO entries (arrival, book, sequence, kind, main, id, bytes)
        SELECT ?1, ?2, ?3, ?4, ?5, ?7, ?8
        WHERE NOT EXISTS (SELECT 1 FROM entries WHERE substr(id, 1, 8) = ?6 AND id = ?7)`,
    ),
    updateEntry: database.prepare(
      `UPDATE entries SET book = ?1, sequence = ?2, kind = ?3, main = ?4, bytes = ?7
        WHERE substr(id, 1, 8) = ?5 AND id = ?6`,
    ),
    deleteEntry: database.prepare('DELETE FROM entries WHERE substr(id, 1, 8) = ?1 AND id = ?2'),
    putCarried: database.prepare(PUT_CARRIED_SQL),
    putState: database.prepare(
      'INSERT INTO state (book, key, value) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value',
    ),
    deleteState: database.prepare('DELETE FROM state WHERE book = ? AND key = ?'),
    putStatement: database.prepare(
      'INSERT OR REPLACE INTO statements (digest, topic, kind, bytes) VALUES (?, ?, ?, ?)',
    ),
    deleteStatement: database.prepare('DELETE FROM statements WHERE digest = ?'),
    putSetting: database.prepare(
      'INSERT INTO settings (key, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value',
    ),
    deleteSetting: database.prepare('DELETE FROM settings WHERE key = ?'),
  };
}
