import { type Id, parseId } from '../core/base/id.ts';
import type { BookState, Table } from '../core/books/state.ts';
import type { Book } from '../engine/book.ts';
import { type OperationContext, peerOf } from './context.ts';

/** A row of a decision book that is held here, by the entry that began it. */
export interface FoundRow<Row> {
  readonly id: Id;
  readonly row: Row;
  readonly body: Id;
  readonly book: Book;
  readonly state: BookState;
}

/** @returns every row of a table of the decision books held here, or of one body's, newest first. */
export function rowsInDecisionBooks<Row extends { readonly sequence: number }>(
  context: OperationContext,
  table: Table<Row>,
  body: Id | undefined,
): readonly FoundRow<Row>[] {
  const found: FoundRow<Row>[] = [];
  for (const book of peerOf(context).books.all()) {
    const { identity, channel } = book.opening;
    if (channel !== 'proposals' || book.state === undefined || (body !== undefined && identity !== body)) continue;
    const { state } = book.state;
    for (const { key, row } of state.rows(table)) {
      const id = parseId(key.join('/'));
      if (id !== undefined) found.push({ id, row, body: identity, book, state });
    }
  }
  return found.sort((left, right) => right.book.arrival - left.book.arrival || right.row.sequence - left.row.sequence);
}
