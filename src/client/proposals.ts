import type { RouteOutput } from '../api/routes.ts';
import type { Id } from '../core/base/id.ts';
import type { MembersAt } from '../core/books/rules.ts';
import type { BookState } from '../core/books/state.ts';
import { proposalsTable } from '../core/decisions/tables.ts';
import { contentOf } from '../core/wire/entry.ts';
import { proposalTextKind, proposeKind } from '../core/wire/kinds/decisions.ts';
import type { ProposalRow, ProposalText } from '../core/wire/messages/decisions.ts';
import type { Book } from '../engine/book.ts';
import { contextFor } from '../engine/rule-context.ts';
import { type OperationContext, peerOf } from './context.ts';
import { rowsInDecisionBooks } from './decision-books.ts';
import { OperationFault } from './fault.ts';
import { heldEntry, wordsBefore } from './words.ts';

/** A proposal in a decision book that is held here. */
export interface FoundProposal {
  readonly proposal: Id;
  readonly row: ProposalRow;
  readonly body: Id;
  readonly book: Book;
  readonly state: BookState;
}

/** @returns every proposal of the decision books held here, or of one body's, newest first. */
export function proposalsIn(context: OperationContext, body: Id | undefined): readonly FoundProposal[] {
  return rowsInDecisionBooks(context, proposalsTable, body).map(({ id: proposal, ...rest }) => ({ proposal, ...rest }));
}

/** @returns a proposal by its id, or by that of its newest version. @throws OperationFault not_found. */
export function findProposal(context: OperationContext, id: Id): FoundProposal {
  for (const book of peerOf(context).books.all()) {
    const state = book.opening.channel === 'proposals' ? book.state?.state : undefined;
    const row = state?.get(proposalsTable, id);
    if (state !== undefined && row !== undefined)
      return { proposal: id, row, body: book.opening.identity, book, state };
  }
  const version = proposalsIn(context, undefined).find(({ row }) => row.version === id);
  if (version !== undefined) return version;
  const sentence = `No decision book held here has a proposal ${id}: follow the region of its body, and connect to somebody who keeps it.`;
  throw new OperationFault('not_found', sentence, { field: 'proposal' });
}

/** @returns the electors of a proposal, undefined where the member book is not here up to the head that it names. */
export function electorsOf(context: OperationContext, { book, row }: FoundProposal): MembersAt | undefined {
  const { world, books } = peerOf(context);
  const members = contextFor(world, books, book).membersAt(row.memberHead);
  return typeof members === 'string' ? undefined : members;
}

/** @returns the words of a Propose, undefined where they are not here or were erased. */
export async function textOf(context: OperationContext, propose: Id): Promise<ProposalText | undefined> {
  const held = await heldEntry(context, propose);
  const digest = held === undefined ? undefined : contentOf(held.entry, proposeKind)?.textDigest;
  const words = held === undefined || digest === undefined ? undefined : await wordsBefore(context, held.row, digest);
  return words === undefined ? undefined : contentOf(words, proposalTextKind);
}

/** @returns a proposal as lists print it. */
export async function proposalToJson(
  context: OperationContext,
  found: FoundProposal,
): Promise<Omit<RouteOutput<'proposal.close'>, 'entry'>> {
  const { proposal, row, body } = found;
  return {
    proposal,
    version: row.version,
    body,
    bodyName: context.names.of(body),
    matter: row.matter,
    title: (await textOf(context, row.propose))?.title,
    method: row.rule.method,
    state: row.state,
    deadline: row.deadline === 0 ? undefined : new Date(row.deadline).toISOString(),
    electors: row.outcome?.electors ?? electorsOf(context, found)?.count,
    voters: row.outcome?.voters,
  };
}
