import type { Id } from '../../core/base/id.ts';
import type { RefusalCode } from '../../core/base/refusals.ts';
import type { MembersAt } from '../../core/books/rules.ts';
import { findOpen } from '../../core/decisions/open.ts';
import { takenRows, withTaken } from '../../core/decisions/pages.ts';
import { proposalsTable } from '../../core/decisions/tables.ts';
import { contentOf } from '../../core/wire/entry.ts';
import { withdrawKind } from '../../core/wire/kinds/decisions.ts';
import type { BallotRow, ProposalRow } from '../../core/wire/messages/decisions.ts';
import type { BallotBox } from '../ballot-box.ts';
import type { Book } from '../book.ts';
import type { BookTable } from '../book-table.ts';
import type { ItemOutcome } from '../events.ts';
import { contextFor } from '../rule-context.ts';
import type { World } from '../world.ts';
import { type Mail, refusedOutcome } from './service.ts';

/** State of a decision book. */
export type DecisionState = NonNullable<Book['state']>['state'];

/** What a body's decision desk reads of the body's own books. */
export class DecisionView {
  readonly #world: World;
  readonly #books: BookTable;
  readonly #ballots: BallotBox;

  constructor(world: World, books: BookTable, ballots: BallotBox) {
    this.#world = world;
    this.#books = books;
    this.#ballots = ballots;
  }

  /** The decision book. */
  book(): Book | undefined {
    return this.#books.bodyBook(this.#world.self.identity, 'proposals');
  }

  /** Its state. */
  state(): DecisionState | undefined {
    return this.book()?.state?.state;
  }

  /** The state of the member book. */
  memberState(): DecisionState | undefined {
    return this.#books.bodyBook(this.#world.self.identity, 'people')?.state?.state;
  }

  /** What the rules of the decision book look at. */
  context(book: Book): ReturnType<typeof contextFor> {
    return contextFor(this.#world, this.#books, book);
  }

  /** Who decides a proposal, undefined where the member book is not here up to there. */
  electorsOf(row: ProposalRow): MembersAt | undefined {
    const book = this.book();
    const members = book === undefined ? 'waiting' : this.context(book).membersAt(row.memberHead);
    return typeof members === 'string' ? undefined : members;
  }

  /** The rows that a Close would count now. */
  rowsFor(proposal: Id, row: ProposalRow): readonly BallotRow[] {
    const state = this.state();
    const own = this.#ballots.of(row.version);
    return state === undefined ? own : withTaken(own, takenRows(proposal, row, state));
  }

  /** Earlier versions of a proposal are known by its first; of those between nothing is kept. */
  whyNotLive(version: Id): RefusalCode {
    const state = this.state();
    const row = state?.get(proposalsTable, version);
    if (row === undefined) return 'unknown_proposal';
    return isLive(row) ? 'stale_version' : 'proposal_not_open';
  }

  /** Why a Withdraw is not kept, or that it was carried. */
  withdrawFault({ entry, author }: Mail): ItemOutcome | undefined {
    const state = this.state();
    const proposal = contentOf(entry, withdrawKind)?.proposal;
    if (state === undefined || proposal === undefined) return refusedOutcome(entry, 'unknown_proposal');
    const row = state.get(proposalsTable, proposal);
    if (row?.state === 'withdrawn' && row.author === author)
      return { verdict: 'accept', word: 'carried', id: entry.id };
    const { code } = findOpen(proposal, state);
    if (code !== undefined) return refusedOutcome(entry, code);
    return row?.author === author ? undefined : refusedOutcome(entry, 'not_proposer');
  }
}

/** @returns whether a proposal takes ballots or waits for its Close. */
export function isLive({ state }: ProposalRow): boolean {
  return state !== 'adopted' && state !== 'rejected' && state !== 'withdrawn';
}
