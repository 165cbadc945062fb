import type { Id } from '../../core/base/id.ts';
import { countingChoices } from '../../core/decisions/ballots.ts';
import { composeClose, composePage, composeSealed } from '../../core/decisions/compose.ts';
import { rowsOf } from '../../core/decisions/pages.ts';
import { unrevealed } from '../../core/decisions/sealed.ts';
import { proposalsTable } from '../../core/decisions/tables.ts';
import { countProposal } from '../../core/decisions/tally.ts';
import {
  ballotsSealedKind,
  closeKind,
  closePageKind,
  proposalEndedKind,
  revealPageKind,
} from '../../core/wire/kinds/decisions.ts';
import type { BallotBox } from '../ballot-box.ts';
import type { Book } from '../book.ts';
import { REVEAL_MS } from '../constants.ts';
import type { Draft } from '../events.ts';
import type { World } from '../world.ts';
import { type DecisionState, type DecisionView, isLive } from './decision-view.ts';
import { draftOf } from './draft.ts';
import type { Revealing, Reveals } from './reveals.ts';

/** What takes a body's proposals from their last ballot to their result (protocol §8). */
export class Closing {
  readonly #view: DecisionView;
  readonly #ballots: BallotBox;
  readonly #reveals: Reveals;
  readonly #world: World;
  /** Proposals of which something is to be written. */
  readonly #due = new Set<Id>();

  constructor(view: DecisionView, ballots: BallotBox, reveals: Reveals, world: World) {
    [this.#view, this.#ballots, this.#reveals, this.#world] = [view, ballots, reveals, world];
  }

  get isIdle(): boolean {
    return this.#due.size === 0;
  }

  /** A proposal whose ballots are to be ended. */
  add(proposal: Id): void {
    this.#due.add(proposal);
  }

  /** Looks whether something is to be written of a proposal that is not over. */
  look(found: Revealing): void {
    const state = this.#view.state();
    if (found.row.state === 'open') this.lookAtVoters(found.proposal);
    else if (state !== undefined && this.#nextStep(found, state) !== undefined) this.#due.add(found.proposal);
    else this.#due.delete(found.proposal);
  }

  /** A proposal that is over. */
  delete(proposal: Id): void {
    this.#due.delete(proposal);
  }

  /** A proposal for which everybody's ballot counts needs no deadline. */
  lookAtVoters(proposal: Id): void {
    const row = this.#view.state()?.get(proposalsTable, proposal);
    const members = row === undefined ? undefined : this.#view.electorsOf(row);
    if (row === undefined || members === undefined || this.#ballots.votersOf(row.version) + row.taken < members.count)
      return;
    const rows = this.#view.rowsFor(proposal, row);
    const counting = row.question.sealed ? unrevealed(rows) : countingChoices(rows, row.question, row.rule, members);
    if (counting.size >= members.count) this.#due.add(proposal);
  }

  /** Whether no further ballot can change the result of a proposal that is open (protocol §8). */
  isDecided(proposal: Id): boolean {
    const row = this.#view.state()?.get(proposalsTable, proposal);
    const members = row === undefined ? undefined : this.#view.electorsOf(row);
    if (row === undefined || members === undefined) return false;
    const rows = this.#view.rowsFor(proposal, row);
    if (row.question.sealed) return unrevealed(rows).size >= members.count;
    return countProposal(proposal, row, members, rows).isEarly;
  }

  /** @returns what is to be written next of the proposals that are due, undefined where all of them wait. */
  draft(book: Book, state: DecisionState): Draft | undefined {
    for (const proposal of [...this.#due]) {
      const row = state.get(proposalsTable, proposal);
      const members = row === undefined ? undefined : this.#view.context(book).membersAt(row.memberHead);
      if (row === undefined || !isLive(row)) this.#due.delete(proposal);
      else if (row.state === 'open') return draftOf(proposalEndedKind, { proposal });
      else if (members !== undefined && typeof members !== 'string') {
        const draft = this.#nextStep({ proposal, row }, state);
        if (draft === 'close') return draftOf(closeKind, composeClose(proposal, row, members, state));
        if (draft !== undefined) return draft;
        this.#due.delete(proposal);
      }
    }
    return undefined;
  }

  /** @returns what stands before the Close, `close` for that, undefined while choices that are missing are waited for. */
  #nextStep(found: Revealing, state: DecisionState): Draft | 'close' | undefined {
    const { proposal, row } = found;
    const nowMs = this.#world.clock.nowMs();
    if (row.state === 'closing') {
      const page = composePage(proposal, row, this.#ballots.of(row.version), state);
      if (page !== undefined) return draftOf(closePageKind, page);
      return row.question.sealed ? draftOf(ballotsSealedKind, composeSealed(found, nowMs + REVEAL_MS, state)) : 'close';
    }
    const page = this.#reveals.page(found, state);
    if (page !== undefined) return draftOf(revealPageKind, page);
    if (row.state === 'counting' || unrevealed(rowsOf(proposal, row, state)).size === 0) return 'close';
    return nowMs >= row.deadline ? draftOf(proposalEndedKind, { proposal }) : undefined;
  }
}
