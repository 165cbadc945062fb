import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { bytesToHex } from '@noble/hashes/utils.js';
import { present } from '../../core/base/outcome.ts';
import { numberAt } from './columns.ts';
import { BOOK_NUMBERS_MAX } from './constants.ts';

/** The small numbers that stand for book ids in the tables. */
export class BookNumbers {
  readonly #select: StatementSync;
  readonly #insert: StatementSync;
  readonly #numbersById = new Map<string, number>();

  constructor(database: DatabaseSync) {
    this.#select = database.prepare('SELECT number FROM books WHERE id = ?');
    this.#insert = database.prepare('INSERT INTO books (id) VALUES (?) RETURNING number');
  }

  /** @returns the number of a book, undefined where the store never heard of it. */
  find(book: Uint8Array): number | undefined {
    return this.#find(bytesToHex(book), book);
  }

  /** @returns the number of a book, given now where it had none. Only inside a transaction. */
  give(book: Uint8Array): number {
    const key = bytesToHex(book);
    const held = this.#find(key, book);
    if (held !== undefined) return held;
    const row = present(this.#insert.get(book), 'an insert that returns gives a row');
    return this.#remember(key, numberAt(row, 'number'));
  }

  /** Forgets what was remembered: after a rollback and when a book was deleted. */
  forget(): void {
    this.#numbersById.clear();
  }

  #find(key: string, book: Uint8Array): number | undefined {
    const remembered = this.#numbersById.get(key);
    if (remembered !== undefined) return remembered;
    const row = this.#select.get(book);
    return row === undefined ? undefined : this.#remember(key, numberAt(row, 'number'));
  }

  #remember(key: string, number: number): number {
    if (this.#numbersById.size >= BOOK_NUMBERS_MAX) this.#numbersById.clear();
    this.#numbersById.set(key, number);
    return number;
  }
}
