import type { RouteOutput } from '../api/routes.ts';
import type { Id } from '../core/base/id.ts';
import { poolOf } from '../core/decisions/lots.ts';
import { lotsTable } from '../core/decisions/tables.ts';
import { contentOf } from '../core/wire/entry.ts';
import { proposalTextKind } from '../core/wire/kinds/decisions.ts';
import type { LotRow } from '../core/wire/messages/lots.ts';
import type { Book } from '../engine/book.ts';
import { contextFor } from '../engine/rule-context.ts';
import { type OperationContext, peerOf } from './context.ts';
import { rowsInDecisionBooks } from './decision-books.ts';
import { OperationFault } from './fault.ts';
import { heldEntry, wordsBefore } from './words.ts';

/** A lot in a decision book that is held here. */
export interface FoundLot {
  readonly lot: Id;
  readonly row: LotRow;
  readonly body: Id;
  readonly book: Book;
}

/** @returns every lot of the decision books held here, or of one body's, newest first. */
export function lotsIn(context: OperationContext, body: Id | undefined): readonly FoundLot[] {
  return rowsInDecisionBooks(context, lotsTable, body).map(({ id: lot, ...rest }) => ({ lot, ...rest }));
}

/** @returns a lot by its id. @throws OperationFault not_found. */
export function findLotHere(context: OperationContext, id: Id): FoundLot {
  const found = lotsIn(context, undefined).find(({ lot }) => lot === id);
  if (found !== undefined) return found;
  const sentence = `No decision book held here has a lot ${id}: follow the region of its body, and connect to somebody who keeps it.`;
  throw new OperationFault('not_found', sentence, { field: 'lot' });
}

/** @returns a lot as lists print it. */
export async function lotToJson(
  context: OperationContext,
  found: FoundLot,
): Promise<RouteOutput<'lot.list'>['lots'][number]> {
  const { lot, row, body } = found;
  return {
    lot,
    body,
    bodyName: context.names.of(body),
    title: (await textOfLot(context, found))?.title,
    state: row.state,
    count: row.count,
    drawn: row.drawn.map((identity) => ({ identity, name: context.names.of(identity) })),
    weak: row.state === 'drawn' ? row.weak : undefined,
  };
}

/** @returns what a lot is drawn for, undefined where the words are not here or were erased. */
export async function textOfLot(context: OperationContext, { lot, row }: FoundLot) {
  const held = await heldEntry(context, lot);
  const words = held === undefined ? undefined : await wordsBefore(context, held.row, row.textDigest);
  return words === undefined ? undefined : contentOf(words, proposalTextKind);
}

/** @returns how many can be drawn, undefined before the pool is named and where its member book is not here. */
export function poolSizeOf(context: OperationContext, { row, book }: FoundLot): number | undefined {
  const { world, books } = peerOf(context);
  const members = row.pool === undefined ? 'waiting' : contextFor(world, books, book).membersAt(row.pool);
  return typeof members === 'string' ? undefined : poolOf(row, members).length;
}
