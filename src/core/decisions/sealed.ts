import { equalBytes } from '../base/bytes.ts';
import { taggedHash } from '../base/hash.ts';
import { bytesToId, compareIds, type Id, idToBytes } from '../base/id.ts';
import { no, type Outcome, ok } from '../base/outcome.ts';
import type { RefusalCode } from '../base/refusals.ts';
import { applied, type Effect, type RuleContext, refused, waiting } from '../books/rules.ts';
import type { StateDraft, StateView } from '../books/state.ts';
import {
  type BallotRow,
  type BallotsSealed,
  type ProposalRow,
  type RevealPage,
  type RevealRow,
  SealedChoice,
} from '../wire/messages/decisions.ts';
import { TAGS } from '../wire/tags.ts';
import { newestRows, rowRefusal } from './ballots.ts';
import { pageOf, rowsOf, rowsRoot } from './pages.ts';
import { pagesTable, proposalsTable } from './tables.ts';

/** @returns what a sealed ballot of this voter for this version commits to: nobody else can show the choice as its own. */
export function commitToChoice(version: Id, voter: Id, sealed: SealedChoice): Id {
  const parts = [idToBytes(version), idToBytes(voter), SealedChoice.encode(sealed)];
  return bytesToId(taggedHash(TAGS.sealedBallot, parts));
}

/** @returns the sealed ballots that may be revealed and were not yet, by voter: of each voter the newest, where it is not void. */
export function unrevealed(rows: readonly BallotRow[]): ReadonlyMap<Id, BallotRow> {
  const left = new Map<Id, BallotRow>();
  for (const [voter, row] of newestRows(rows)) if (row?.commitment !== undefined) left.set(voter, row);
  return left;
}

/**
 * Rule of `BallotsSealed`: the ballots are the rows on the pages, before anybody has shown a choice (protocol §8).
 * Refusals, in order: `unknown_proposal`, `proposal_not_open` (its ballots are open, or its ProposalEnded does not stand yet),
 * `stale_version`, `wrong_rows`.
 */
export function stepBallotsSealed(content: BallotsSealed, state: StateDraft, context: RuleContext): Effect {
  const { proposal, version, revealBy } = content;
  const row = state.get(proposalsTable, proposal);
  if (row === undefined) return refused('unknown_proposal');
  if (row.state !== 'closing' || !row.question.sealed) return refused('proposal_not_open');
  if (version !== row.version) return refused('stale_version');
  const rows = rowsOf(proposal, row, state);
  if (content.rows !== rows.length || !equalBytes(content.rowsRoot, rowsRoot(rows))) return refused('wrong_rows');
  state.set(proposalsTable, [proposal], { ...row, state: 'revealing', deadline: revealBy });
  return applied([{ type: 'ballotsSealed', body: context.body, proposal, ballots: unrevealed(rows).size }]);
}

/**
 * Rule of `RevealPage`: choices stand in the place of what their ballots committed to.
 * Refusals, in order: `unknown_proposal`, `proposal_not_open` (its ballots are not sealed yet, or it is closed), `rows_unsorted`,
 * `choice_malformed`, `wrong_reveal`.
 */
export function stepRevealPage({ proposal, rows }: RevealPage, state: StateDraft, context: RuleContext): Effect {
  const row = state.get(proposalsTable, proposal);
  if (row === undefined) return refused('unknown_proposal');
  if (row.state !== 'revealing' && row.state !== 'counting') return refused('proposal_not_open');
  if (!isRisingByVoter(rows)) return refused('rows_unsorted');
  const members = context.membersAt(row.memberHead);
  if (typeof members === 'string') return waiting([row.memberHead]);
  const left = unrevealed(rowsOf(proposal, row, state));
  const revealed = new Map<Id, BallotRow>();
  const codes = new Set<RefusalCode>();
  for (const each of rows) {
    const shown = revealedRow(each, row, left.get(each.voter), members);
    if (shown.ok) revealed.set(shown.value.ballot, shown.value);
    else codes.add(shown.reason);
  }
  if (codes.has('choice_malformed')) return refused('choice_malformed');
  if (codes.size > 0) return refused('wrong_reveal');
  replaceRows(proposal, row, revealed, state);
  return applied([{ type: 'ballotsRevealed', body: context.body, proposal, ballots: revealed.size }]);
}

/**
 * Opens one ballot.
 * @param committed the ballot that may be opened, undefined where its voter has none.
 * @returns the row with its choice, or why it does not count.
 */
export function revealedRow(
  { voter, sealed }: RevealRow,
  { version, question, rule }: Pick<ProposalRow, 'version' | 'question' | 'rule'>,
  committed: BallotRow | undefined,
  members: Parameters<typeof rowRefusal>[3],
): Outcome<BallotRow, Extract<RefusalCode, 'choice_malformed' | 'wrong_reveal'>> {
  const { choice, delegate } = sealed;
  if (rowRefusal({ voter, choice, delegate, commitment: undefined }, question, rule, members) === 'choice_malformed')
    return no('choice_malformed');
  if (committed === undefined || committed.commitment !== commitToChoice(version, voter, sealed))
    return no('wrong_reveal');
  return ok({ ...committed, choice, delegate, commitment: undefined });
}

function isRisingByVoter(rows: readonly RevealRow[]): boolean {
  return rows.every(({ voter }, index) => index === 0 || compareIds(rows[index - 1]?.voter ?? voter, voter) < 0);
}

/** Writes anew the pages on which these ballots stand. */
function replaceRows(
  proposal: Id,
  { pages }: ProposalRow,
  revealed: ReadonlyMap<Id, BallotRow>,
  state: StateDraft & StateView,
): void {
  for (let number = 1; number <= pages; number += 1) {
    const before = pageOf(proposal, number, state);
    if (!before.some(({ ballot }) => revealed.has(ballot))) continue;
    const rows = before.map((each) => revealed.get(each.ballot) ?? each);
    state.set(pagesTable, [proposal, String(number)], { rows });
  }
}
