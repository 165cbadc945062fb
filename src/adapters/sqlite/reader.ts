import type { DatabaseSync } from 'node:sqlite';
import type { BookRow, CarriedRow, EntryRow, StatementRow, StateRow } from '../../ports/store.ts';
import type { BookNumbers } from './book-numbers.ts';
import { bytesAt, numberAt, type SqlRow, textAt } from './columns.ts';
import type { ReadRequest } from './messages.ts';
import { packRows, unpackRows } from './packing.ts';
import { pragmaNumber } from './pragmas.ts';
import {
  BOOK_PACKING,
  CARRIED_PACKING,
  ENTRY_PACKING,
  ID_PACKING,
  KEYED_PACKING,
  STATEMENT_PACKING,
} from './row-packings.ts';
import { prefixOf } from './writer.ts';

/** Answers questions with packed rows, from statements prepared once. */
export class Reader {
  readonly #database: DatabaseSync;
  readonly #numbers: BookNumbers;
  readonly #statements: ReturnType<typeof prepareReads>;

  constructor(database: DatabaseSync, numbers: BookNumbers) {
    this.#database = database;
    this.#numbers = numbers;
    this.#statements = prepareReads(database);
  }

  /** @returns the rows that a question asks for, packed. */
  read(request: ReadRequest): Uint8Array<ArrayBuffer> {
    const statements = this.#statements;
    switch (request.type) {
      case 'books':
        return packRows(BOOK_PACKING, mapped(statements.books.iterate(), toBookRow));
      case 'entriesOf':
        return packRows(ENTRY_PACKING, this.#entriesOf(request));
      case 'entriesByIds':
        return packRows(ENTRY_PACKING, this.#entriesByIds(request.packedIds));
      case 'entriesOfKind':
        return packRows(ENTRY_PACKING, this.#entriesOfKind(request));
      case 'carriersOf':
        return packRows(
          CARRIED_PACKING,
          mapped(statements.carriersOf.iterate(prefixOf(request.id), request.id), toCarriedRow),
        );
      case 'stateOf':
        return packRows(KEYED_PACKING, this.#stateOf(request.book));
      case 'statements':
        return packRows(STATEMENT_PACKING, mapped(statements.statements.iterate(), toStatementRow));
      case 'settings':
        return packRows(KEYED_PACKING, mapped(statements.settings.iterate(), toKeyedRow));
    }
  }

  /** @returns bytes of the pages that hold something. */
  sizeBytes(): number {
    const pages = pragmaNumber(this.#database, 'page_count') - pragmaNumber(this.#database, 'freelist_count');
    return pages * pragmaNumber(this.#database, 'page_size');
  }

  *#entriesOf(request: Extract<ReadRequest, { type: 'entriesOf' }>): Iterable<EntryRow> {
    const number = this.#numbers.find(request.book);
    if (number === undefined) return;
    let bytesLeft = request.bytesMax;
    let isFirst = true;
    for (const row of this.#statements.entriesOf.iterate(number, request.from, request.limit)) {
      bytesLeft -= bytesAt(row, 'bytes').length;
      if (bytesLeft < 0 && !isFirst) return;
      isFirst = false;
      yield toEntryRow(row);
    }
  }

  *#entriesByIds(packedIds: Uint8Array): Iterable<EntryRow> {
    for (const id of unpackRows(ID_PACKING, packedIds)) {
      const row = this.#statements.entryById.get(prefixOf(id), id);
      if (row !== undefined) yield toEntryRow(row);
    }
  }

  #entriesOfKind(request: Extract<ReadRequest, { type: 'entriesOfKind' }>): Iterable<EntryRow> {
    const { kind, limit, book, beforeArrival } = request;
    if (book === undefined) {
      return mapped(this.#statements.entriesOfKind.iterate(kind, beforeArrival, limit), toEntryRow);
    }
    const number = this.#numbers.find(book);
    if (number === undefined) return [];
    return mapped(this.#statements.entriesOfKindInBook.iterate(kind, number, beforeArrival, limit), toEntryRow);
  }

  #stateOf(book: Uint8Array): Iterable<StateRow> {
    const number = this.#numbers.find(book);
    return number === undefined ? [] : mapped(this.#statements.stateOf.iterate(number), toKeyedRow);
  }
}

function prepareReads(database: DatabaseSync) {
  const entries = `SELECT entries.arrival, entries.sequence, entries.kind, entries.main, entries.id, entries.bytes,
    books.id AS book FROM entries JOIN books ON books.number = entries.book`;
  return {
    books: database.prepare('SELECT id, meta FROM books WHERE meta IS NOT NULL ORDER BY id'),
    entriesOf: database.prepare(
      `${entries} WHERE entries.book = ? AND sequence >= ? AND main = 1 ORDER BY sequence, arrival LIMIT ?`,
    ),
    entryById: database.prepare(`${entries} WHERE substr(entries.id, 1, 8) = ? AND entries.id = ?`),
    entriesOfKind: database.prepare(`${entries} WHERE kind = ? AND arrival < ? ORDER BY arrival DESC LIMIT ?`),
    entriesOfKindInBook: database.prepare(
      `${entries} WHERE kind = ? AND entries.book = ? AND arrival < ? ORDER BY arrival DESC LIMIT ?`,
    ),
    carriersOf: database.prepare(
      `SELECT carried.id, books.id AS book, sequence FROM carried JOIN books ON books.number = carried.book
        WHERE substr(carried.id, 1, 8) = ? AND carried.id = ? ORDER BY books.id, sequence`,
    ),
    stateOf: database.prepare('SELECT key, value FROM state WHERE book = ? ORDER BY key'),
    statements: database.prepare('SELECT digest, topic, kind, bytes FROM statements ORDER BY digest'),
    settings: database.prepare('SELECT key, value FROM settings ORDER BY key'),
  };
}

function* mapped<Row>(rows: Iterable<SqlRow>, toRow: (row: SqlRow) => Row): Iterable<Row> {
  for (const row of rows) yield toRow(row);
}

function toBookRow(row: SqlRow): BookRow {
  return { book: bytesAt(row, 'id'), meta: bytesAt(row, 'meta') };
}

function toEntryRow(row: SqlRow): EntryRow {
  return {
    id: bytesAt(row, 'id'),
    book: bytesAt(row, 'book'),
    sequence: numberAt(row, 'sequence'),
    kind: numberAt(row, 'kind'),
    main: numberAt(row, 'main') === 1,
    bytes: bytesAt(row, 'bytes'),
    arrival: numberAt(row, 'arrival'),
  };
}

function toCarriedRow(row: SqlRow): CarriedRow {
  return { id: bytesAt(row, 'id'), book: bytesAt(row, 'book'), sequence: numberAt(row, 'sequence') };
}

function toKeyedRow(row: SqlRow): StateRow {
  return { key: textAt(row, 'key'), value: bytesAt(row, 'value') };
}

function toStatementRow(row: SqlRow): StatementRow {
  return {
    digest: bytesAt(row, 'digest'),
    topic: textAt(row, 'topic'),
    kind: numberAt(row, 'kind'),
    bytes: bytesAt(row, 'bytes'),
  };
}
