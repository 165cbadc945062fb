import { join } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';

/** Rows of one transaction. */
const ROWS_PER_COMMIT = 256;

/** The shortest durable store of entries: one table, indexes by id and by (book, sequence), WAL with FULL. */
export class PlainStore implements Disposable {
  readonly #database: DatabaseSync;
  readonly #insert: StatementSync;
  #rows = 0;

  constructor(folder: string) {
    this.#database = new DatabaseSync(join(folder, 'plain.sqlite'));
    this.#database.exec(`PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
      CREATE TABLE entries (book INTEGER, sequence INTEGER, id BLOB, bytes BLOB);
      CREATE INDEX by_id ON entries (substr(id, 1, 8)); CREATE INDEX by_book ON entries (book, sequence);`);
    this.#insert = this.#database.prepare('INSERT INTO entries VALUES (?, ?, ?, ?)');
  }

  /** Adds a row; every 256 are committed. */
  add(book: number, sequence: number, id: Uint8Array, bytes: Uint8Array): void {
    if (this.#rows % ROWS_PER_COMMIT === 0) this.#database.exec('BEGIN');
    this.#insert.run(book, sequence, id, bytes);
    this.#rows += 1;
    if (this.#rows % ROWS_PER_COMMIT === 0) this.#database.exec('COMMIT');
  }

  /** Makes the last rows durable. */
  flush(): void {
    if (this.#database.isTransaction) this.#database.exec('COMMIT');
  }

  [Symbol.dispose](): void {
    this.#database.close();
  }
}
