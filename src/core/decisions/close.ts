import { equalBytes } from '../base/bytes.ts';
import type { Id } from '../base/id.ts';
import { applied, type Effect, type RuleContext, refused, waiting } from '../books/rules.ts';
import type { StateDraft } from '../books/state.ts';
import type { Entry } from '../wire/entry.ts';
import { Act, type Close, type ClosePage, Outcome, type ProposalRow, ROWS_MAX } from '../wire/messages/decisions.ts';
import { dropRows, findOpen } from './open.ts';
import { isRising, pageOf, rowsOf, rowsRoot } from './pages.ts';
import { unrevealed } from './sealed.ts';
import { pagesTable, proposalsTable } from './tables.ts';
import { countProposal } from './tally.ts';

/**
 * Rule of `ProposalEnded`: ballots that come later are not counted; after the BallotsSealed, choices that are shown later are not.
 * Refusals, in order: `unknown_proposal`, `proposal_not_open`.
 */
export function stepProposalEnded(proposal: Id, state: StateDraft, context: RuleContext): Effect {
  const row = state.get(proposalsTable, proposal);
  if (row === undefined) return refused('unknown_proposal');
  if (row.state !== 'open' && row.state !== 'revealing') return refused('proposal_not_open');
  state.set(proposalsTable, [proposal], { ...row, state: row.state === 'open' ? 'closing' : 'counting' });
  return applied([{ type: 'proposalEnded', body: context.body, proposal }]);
}

/**
 * Rule of `ClosePage`: rows that follow, in order, those of the pages before. What a row says is looked at by the Close; one that is
 * refused counts nothing. Refusals, in order: `empty_batch` (more than ROWS_MAX with those before), `unknown_proposal`, `proposal_not_open`,
 * `rows_unsorted`, `choice_malformed` (a row that is not sealed where ballots are, or is where they are open).
 */
export function stepClosePage({ proposal, rows }: ClosePage, state: StateDraft): Effect {
  const before = state.get(proposalsTable, proposal);
  if ((before?.rows ?? 0) + (before?.taken ?? 0) + rows.length > ROWS_MAX) return refused('empty_batch');
  const { row, code } = findOpen(proposal, state);
  if (row === undefined) return refused(code);
  const last = row.pages === 0 ? undefined : pageOf(proposal, row.pages, state).at(-1);
  if (!isRising(last === undefined ? rows : [last, ...rows])) return refused('rows_unsorted');
  if (rows.some(({ commitment }) => (commitment !== undefined) !== row.question.sealed))
    return refused('choice_malformed');
  const pages = row.pages + 1;
  state.set(pagesTable, [proposal, String(pages)], { rows });
  state.set(proposalsTable, [proposal], { ...row, pages, rows: row.rows + rows.length });
  return applied();
}

/**
 * Rule of `Close`: the result of the rows on the pages, which every reader counts again. It follows the ProposalEnded, or comes as
 * soon as everybody's ballot counts or no further one can change the result. Of sealed ballots it follows the BallotsSealed, and counts
 * those that were revealed, as soon as all were or the ProposalEnded after that stands. The first that applies is the result (protocol §8).
 * Refusals, in order: `unknown_proposal`, `proposal_not_open`, `stale_version`, `wrong_rows`, `too_early`, `wrong_result`.
 */
export function stepClose(
  close: Close,
  entry: Pick<Entry, 'id' | 'header'>,
  state: StateDraft,
  context: RuleContext,
): Effect {
  const { row, code } = findCountable(close.proposal, state);
  if (row === undefined) return refused(code);
  if (close.version !== row.version) return refused('stale_version');
  const rows = rowsOf(close.proposal, row, state);
  if (close.rows !== rows.length || !equalBytes(close.rowsRoot, rowsRoot(rows))) return refused('wrong_rows');
  const members = context.membersAt(row.memberHead);
  if (members === 'waiting' || members === 'wrong_head') return waiting([row.memberHead]);
  const { outcome, isEarly } = countProposal(close.proposal, row, members, rows);
  const isTime = row.question.sealed ? unrevealed(rows).size === 0 : isEarly;
  if (row.state !== 'closing' && row.state !== 'counting' && !isTime) return refused('too_early');
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

/** A proposal that a Close may count: open or closing, and with sealed ballots only when they are fixed. */
function findCountable(id: Id, state: StateDraft): ReturnType<typeof findOpen> {
  const row = state.get(proposalsTable, id);
  if (row?.question.sealed !== true) return findOpen(id, state);
  return row.state === 'revealing' || row.state === 'counting' ? { row } : { code: 'proposal_not_open' };
}

/** An adopted proposal's Close shows what follows; of a rejected one nothing follows. */
function isActOf({ act, outcome }: Close, { question }: ProposalRow): boolean {
  const due = outcome.adopted ? question.act : undefined;
  if (act === undefined || due === undefined) return act === due;
  return equalBytes(Act.encode(act), Act.encode(due));
}
