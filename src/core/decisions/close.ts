import { equalBytes } from '../base/bytes.ts';
import { compareIds, type Id } from '../base/id.ts';
import { MerkleTree, merkleLeaf } from '../base/merkle.ts';
import { present } from '../base/outcome.ts';
import { applied, type Effect, type RuleContext, refused, waiting } from '../books/rules.ts';
import type { StateDraft, StateView } from '../books/state.ts';
import type { Entry } from '../wire/entry.ts';
import {
  Act,
  BallotRow,
  type Close,
  type ClosePage,
  Outcome,
  type ProposalRow,
  ROWS_MAX,
} from '../wire/messages/decisions.ts';
import { dropRows, findOpen } from './open.ts';
import { pagesTable, proposalsTable, takenTable } from './tables.ts';
import { countProposal } from './tally.ts';

/** Rule of `ProposalEnded`: ballots that come later are not counted. Refusals, in order: `unknown_proposal`, `proposal_not_open`. */
export function stepProposalEnded(proposal: Id, state: StateDraft, context: RuleContext): Effect {
  const { row, code } = findOpen(proposal, state);
  if (row === undefined) return refused(code);
  if (row.state === 'closing') return refused('proposal_not_open');
  state.set(proposalsTable, [proposal], { ...row, state: 'closing' });
  return applied([{ type: 'proposalEnded', body: context.body, proposal }]);
}

/**
 * Rule of `ClosePage`: rows that follow, in order, those of the pages before. What a row says is looked at by the Close; one that is
 * refused counts nothing. Refusals, in order: `empty_batch` (more than ROWS_MAX with those before), `unknown_proposal`, `proposal_not_open`,
 * `rows_unsorted`.
 */
export function stepClosePage({ proposal, rows }: ClosePage, state: StateDraft): Effect {
  const before = state.get(proposalsTable, proposal);
  if ((before?.rows ?? 0) + (before?.taken ?? 0) + rows.length > ROWS_MAX) return refused('empty_batch');
  const { row, code } = findOpen(proposal, state);
  if (row === undefined) return refused(code);
  const last = row.pages === 0 ? undefined : pageOf(proposal, row.pages, state).at(-1);
  if (!isRising(last === undefined ? rows : [last, ...rows])) return refused('rows_unsorted');
  const pages = row.pages + 1;
  state.set(pagesTable, [proposal, String(pages)], { rows });
  state.set(proposalsTable, [proposal], { ...row, pages, rows: row.rows + rows.length });
  return applied();
}

/**
 * Rule of `Close`: the result of the rows on the pages, which every reader counts again. It follows the ProposalEnded, or comes as
 * soon as everybody's ballot counts or no further one can change the result. The first that applies is the result (protocol §8).
 * Refusals, in order: `unknown_proposal`, `proposal_not_open`, `stale_version`, `wrong_rows`, `too_early`, `wrong_result`.
 */
export function stepClose(
  close: Close,
  entry: Pick<Entry, 'id' | 'header'>,
  state: StateDraft,
  context: RuleContext,
): Effect {
  const { row, code } = findOpen(close.proposal, state);
  if (row === undefined) return refused(code);
  if (close.version !== row.version) return refused('stale_version');
  const rows = rowsOf(close.proposal, row, state);
  if (close.rows !== rows.length || !equalBytes(close.rowsRoot, rowsRoot(rows))) return refused('wrong_rows');
  const members = context.membersAt(row.memberHead);
  if (members === 'waiting' || members === 'wrong_head') return waiting([row.memberHead]);
  const { outcome, isEarly } = countProposal(close.proposal, row, members, rows);
  if (row.state !== 'closing' && !isEarly) return refused('too_early');
  if (!equalBytes(Outcome.encode(outcome), Outcome.encode(close.outcome)) || !isActOf(close, row))
    return refused('wrong_result');
  dropRows(close.proposal, row, state);
  const result = outcome.adopted ? 'adopted' : 'rejected';
  state.set(proposalsTable, [close.proposal], {
    ...row,
    state: result,
    pages: 0,
    rows: rows.length,
    outcome,
    taken: 0,
    close: entry.id,
    closed: entry.header.sequence,
  });
  return applied([
    {
      type: 'proposalClosed',
      body: context.body,
      proposal: close.proposal,
      close: entry.id,
      result,
      electors: outcome.electors,
      voters: outcome.voters,
      chosen: outcome.chosen,
      counts: outcome.counts,
    },
  ]);
}

/** An adopted proposal's Close shows what follows; of a rejected one nothing follows. */
function isActOf({ act, outcome }: Close, { question }: ProposalRow): boolean {
  const due = outcome.adopted ? question.act : undefined;
  if (act === undefined || due === undefined) return act === due;
  return equalBytes(Act.encode(act), Act.encode(due));
}

/** @returns the root over ballot rows in their order: the RFC 6962 tree hash over the canonical rows. */
export function rowsRoot(rows: readonly BallotRow[]): Uint8Array {
  return new MerkleTree(rows.map((row) => merkleLeaf(BallotRow.encode(row)))).root();
}

/** @returns whether rows rise by voter, number and ballot. */
export function isRising(rows: readonly BallotRow[]): boolean {
  return rows.every((row, index) => index === 0 || compareRows(rows[index - 1] ?? row, row) < 0);
}

/** Orders rows by voter, number and ballot. */
export function compareRows(left: BallotRow, right: BallotRow): number {
  return compareIds(left.voter, right.voter) || left.number - right.number || compareIds(left.ballot, right.ballot);
}

/** @returns the rows that a Close counts, in order: those of all pages, and what was taken of delegates for electors who have none there. */
export function rowsOf(proposal: Id, row: ProposalRow, state: StateView): readonly BallotRow[] {
  const paged = Array.from({ length: row.pages }, (_, index) => pageOf(proposal, index + 1, state)).flat();
  return withTaken(paged, takenRows(proposal, row, state));
}

/** @returns own ballots of electors together with those that were taken for others, in order: an own one takes the place of a delegate's. */
export function withTaken(own: readonly BallotRow[], taken: readonly BallotRow[]): readonly BallotRow[] {
  if (taken.length === 0) return own;
  const voters = new Set(own.map(({ voter }) => voter));
  return [...own, ...taken.filter(({ voter }) => !voters.has(voter))].sort(compareRows);
}

/** @returns the ballots of delegates that were taken for the newest version. */
export function takenRows(proposal: Id, { taken }: ProposalRow, state: StateView): readonly BallotRow[] {
  return Array.from({ length: taken }, (_, index) =>
    present(state.get(takenTable, proposal, String(index + 1)), `ballot ${index + 1} that was taken is kept`),
  );
}

function pageOf(proposal: Id, number: number, state: StateView): readonly BallotRow[] {
  return present(state.get(pagesTable, proposal, String(number)), `page ${number} of a proposal is kept`).rows;
}
