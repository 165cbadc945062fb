import type { Id } from '../base/id.ts';
import type { RefusalCode } from '../base/refusals.ts';
import { restOn, restsOnAnother } from '../books/body-books.ts';
import { type Carried, readCarried } from '../books/carried.ts';
import { nameHead } from '../books/noted.ts';
import { applied, type Effect, type MembersAt, type RuleContext, refused, waiting } from '../books/rules.ts';
import type { StateDraft, StateView } from '../books/state.ts';
import { mandatedBallotKind } from '../wire/kinds/decisions.ts';
import {
  type BallotRow,
  type BallotTaken,
  type MandatedBallot,
  type ProposalRow,
  ROWS_MAX,
} from '../wire/messages/decisions.ts';
import { ballotRefusal } from './ballots.ts';
import { findOpen } from './open.ts';
import { proposalsTable, takenOfTable, takenTable } from './tables.ts';

/**
 * Rule of `BallotTaken`: a delegate's ballot counts as that of the elector whose member book shows the mandate at the named head, and
 * no Recall or MandateEnded up to there (protocol §8). Refusals, in order: those of a carried entry, `empty_batch` (as many rows as a Close
 * can count), `unknown_proposal`, `proposal_not_open`, `stale_version`, `head_went_back`, `wrong_head` (not the elector's member book),
 * `wrong_body`, `unknown_mandate`, `mandate_over`, `outside_mandate`, `not_elector`, `choice_malformed`, `ballot_superseded`.
 */
export function stepBallotTaken(taken: BallotTaken, state: StateDraft, context: RuleContext): Effect {
  const { proposal, electorHead } = taken;
  const ballot = readCarried(taken.ballot, mandatedBallotKind, state, context);
  if (!ballot.ok) return refused(ballot.reason);
  const { content, author } = ballot.value;
  const known = state.get(proposalsTable, proposal);
  if (known !== undefined && known.rows + known.taken >= ROWS_MAX) return refused('empty_batch');
  const { row, code } = findOpen(proposal, state);
  if (row === undefined) return refused(code);
  if (row.state === 'closing') return refused('proposal_not_open');
  if (content.version !== row.version) return refused('stale_version');
  if (!nameHead(electorHead, state)) return refused('head_went_back');
  const mandating = context.membersAt(electorHead);
  if (mandating === 'waiting') return waiting([electorHead]);
  if (mandating === 'wrong_head' || mandating.body !== content.elector) return refused('wrong_head');
  if (restsOnAnother(state, content.elector, 'people', electorHead.book)) return refused('wrong_head');
  const electors = context.membersAt(row.memberHead);
  if (typeof electors === 'string') return waiting([row.memberHead]);
  const wrong = mandatedRefusal(ballot.value, { proposal, row, body: context.body }, mandating, electors, state);
  if (wrong !== undefined) return refused(wrong);
  restOn(state, content.elector, 'people', electorHead.book);
  keepTaken(proposal, row, rowOf(ballot.value), state);
  const { elector, mandate } = content;
  return applied([{ type: 'ballotTaken', body: context.body, proposal, elector, delegate: author, mandate }]);
}

/** A proposal as a decision book has it. */
export interface Deciding {
  readonly proposal: Id;
  readonly row: ProposalRow;
  /** Whose decision book it is. */
  readonly body: Id;
}

/** @returns why a delegate's ballot does not count for its elector, whose member book stands at `mandating`. */
export function mandatedRefusal(
  { content, author }: Pick<Carried<MandatedBallot>, 'content' | 'author'>,
  { proposal, row, body }: Deciding,
  mandating: Pick<MembersAt, 'mandateFor'>,
  electors: Pick<MembersAt, 'isMember'>,
  state: StateView,
): RefusalCode | undefined {
  if (content.body !== body) return 'wrong_body';
  const act = { delegate: author, at: body, matter: row.matter, amount: row.question.budget };
  const mandate = mandating.mandateFor(content.mandate, act);
  if (!mandate.ok) return mandate.reason;
  const voice = { voter: content.elector, choice: content.choice, delegate: undefined, commitment: undefined };
  const code = ballotRefusal(voice, row.question, row.rule, electors);
  if (code !== undefined) return code;
  const before = takenFor(proposal, content.elector, state);
  return before !== undefined && before.number >= content.number ? 'ballot_superseded' : undefined;
}

/** @returns the newest ballot of a delegate that was taken for an elector of an open proposal. */
export function takenFor(proposal: Id, elector: Id, state: StateView): BallotRow | undefined {
  const at = state.get(takenOfTable, proposal, elector);
  return at === undefined ? undefined : state.get(takenTable, proposal, String(at.place));
}

function rowOf({ content, entry }: Carried<MandatedBallot>): BallotRow {
  const { elector, number, choice } = content;
  return { voter: elector, number, ballot: entry.id, choice, delegate: undefined, commitment: undefined };
}

function keepTaken(proposal: Id, row: ProposalRow, ballot: BallotRow, state: StateDraft): void {
  const place = state.get(takenOfTable, proposal, ballot.voter)?.place ?? row.taken + 1;
  state.set(takenTable, [proposal, String(place)], ballot);
  state.set(takenOfTable, [proposal, ballot.voter], { place });
  state.set(proposalsTable, [proposal], { ...row, taken: Math.max(place, row.taken) });
}
