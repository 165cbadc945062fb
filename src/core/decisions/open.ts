import { equalBytes } from '../base/bytes.ts';
import type { Id } from '../base/id.ts';
import { present } from '../base/outcome.ts';
import type { RefusalCode } from '../base/refusals.ts';
import { restOn, restsOnAnother } from '../books/body-books.ts';
import { type Carried, readCarried } from '../books/carried.ts';
import { nameHead } from '../books/noted.ts';
import { applied, type Effect, type RuleContext, refused, waiting } from '../books/rules.ts';
import type { StateDraft, StateView } from '../books/state.ts';
import type { Entry } from '../wire/entry.ts';
import { proposeKind, withdrawKind } from '../wire/kinds/decisions.ts';
import type { Amended, Proposal, ProposalRow, Propose } from '../wire/messages/decisions.ts';
import { DecisionRule } from '../wire/messages/rules.ts';
import { isQuestionSound } from './question.ts';
import { pagesTable, proposalsTable, proposedTable, takenOfTable, takenTable } from './tables.ts';

/**
 * Rule of `Proposal`: a member's Propose is open for ballots of those who are members at the named head, under the charter's rule there.
 * Refusals, in order: those of a carried entry, `head_went_back`, `wrong_head`, `wrong_body`, `wrong_proposal` (it amends one),
 * `not_elector`, `already_proposed`, `wrong_rule`, `question_malformed`.
 */
export function stepProposal(proposal: Proposal, entry: Entry, state: StateDraft, context: RuleContext): Effect {
  const propose = readCarried(proposal.propose, proposeKind, state, context);
  if (!propose.ok) return refused(propose.reason);
  const { memberHead, rule } = proposal;
  if (!nameHead(memberHead, state)) return refused('head_went_back');
  const members = context.membersAt(memberHead);
  if (members === 'waiting') return waiting([memberHead]);
  if (members === 'wrong_head' || members.body !== context.body) return refused('wrong_head');
  if (restsOnAnother(state, context.body, 'people', memberHead.book)) return refused('wrong_head');
  const { author, content } = propose.value;
  if (content.body !== context.body) return refused('wrong_body');
  if (content.amends !== undefined) return refused('wrong_proposal');
  if (!members.isMember(author)) return refused('not_elector');
  const code = versionRefusal(propose.value, rule, members.count, state, members.ruleFor(content.matter));
  if (code !== undefined) return refused(code);
  restOn(state, context.body, 'people', memberHead.book);
  const { matter, question } = content;
  state.set(proposalsTable, [entry.id], {
    version: entry.id,
    propose: propose.value.entry.id,
    author,
    matter,
    rule,
    question,
    memberHead,
    sequence: entry.header.sequence,
    state: 'open',
    pages: 0,
    rows: 0,
    outcome: undefined,
    deadline: content.deadline,
    taken: 0,
    close: undefined,
    closed: 0,
  });
  state.set(proposedTable, [propose.value.entry.id], { proposal: entry.id });
  return applied([
    { type: 'proposalOpened', body: context.body, proposal: entry.id, proposer: author, matter, method: rule.method },
  ]);
}

function versionRefusal(
  { entry, content }: Carried<Propose>,
  rule: DecisionRule,
  electors: number,
  state: StateView,
  charterRule: DecisionRule | undefined,
): RefusalCode | undefined {
  if (state.get(proposedTable, entry.id) !== undefined) return 'already_proposed';
  if (charterRule === undefined || !equalBytes(DecisionRule.encode(charterRule), DecisionRule.encode(rule)))
    return 'wrong_rule';
  return isQuestionSound(content, rule, electors) ? undefined : 'question_malformed';
}

/** @returns a proposal that is open for ballots or closing, or the refusal. */
export function findOpen(
  id: Id,
  state: StateView,
): { readonly row: ProposalRow; readonly code?: undefined } | { readonly row?: undefined; readonly code: RefusalCode } {
  const row = state.get(proposalsTable, id);
  if (row === undefined) return { code: 'unknown_proposal' };
  return row.state === 'open' || row.state === 'closing' ? { row } : { code: 'proposal_not_open' };
}

/**
 * Rule of `Amended`: the proposer's newer version takes the place of the one before, under the same rule and electors; ballots begin
 * anew. Refusals, in order: those of a carried entry, `unknown_proposal`, `proposal_not_open`, `wrong_body`, `wrong_proposal`,
 * `not_proposer`, `already_proposed`, `wrong_rule` (another matter), `question_malformed`.
 */
export function stepAmended(amended: Amended, entry: Entry, state: StateDraft, context: RuleContext): Effect {
  const propose = readCarried(amended.propose, proposeKind, state, context);
  if (!propose.ok) return refused(propose.reason);
  const { row, code } = findOpen(amended.proposal, state);
  if (row === undefined) return refused(code);
  if (row.state === 'closing') return refused('proposal_not_open');
  const { author, content } = propose.value;
  if (content.body !== context.body) return refused('wrong_body');
  if (content.amends !== amended.proposal) return refused('wrong_proposal');
  if (author !== row.author) return refused('not_proposer');
  const members = context.membersAt(row.memberHead);
  if (members === 'waiting' || members === 'wrong_head') return waiting([row.memberHead]);
  const charterRule = content.matter === row.matter ? row.rule : undefined;
  const wrong = versionRefusal(propose.value, row.rule, members.count, state, charterRule);
  if (wrong !== undefined) return refused(wrong);
  dropRows(amended.proposal, row, state);
  const version = {
    version: entry.id,
    propose: propose.value.entry.id,
    question: content.question,
    deadline: content.deadline,
  };
  state.set(proposalsTable, [amended.proposal], { ...row, ...version, pages: 0, rows: 0, taken: 0 });
  state.set(proposedTable, [propose.value.entry.id], { proposal: amended.proposal });
  return applied([{ type: 'proposalAmended', body: context.body, proposal: amended.proposal, version: entry.id }]);
}

/**
 * Rule of `Withdrawn`, which the body may not refuse before the Close.
 * Refusals, in order: those of a carried entry, `unknown_proposal`, `proposal_not_open`, `wrong_body`, `not_proposer`.
 */
export function stepWithdrawn(bytes: Uint8Array, state: StateDraft, context: RuleContext): Effect {
  const withdraw = readCarried(bytes, withdrawKind, state, context);
  if (!withdraw.ok) return refused(withdraw.reason);
  const { author, content } = withdraw.value;
  const { row, code } = findOpen(content.proposal, state);
  if (row === undefined) return refused(code);
  if (content.body !== context.body) return refused('wrong_body');
  if (author !== row.author) return refused('not_proposer');
  dropRows(content.proposal, row, state);
  state.set(proposalsTable, [content.proposal], { ...row, state: 'withdrawn', pages: 0, rows: 0, taken: 0 });
  return applied([{ type: 'proposalWithdrawn', body: context.body, proposal: content.proposal }]);
}

/** Ballot rows are kept only while a Close may read them. */
export function dropRows(proposal: Id, { pages, taken }: ProposalRow, state: StateDraft): void {
  for (let number = 1; number <= pages; number += 1) state.remove(pagesTable, proposal, String(number));
  for (let place = 1; place <= taken; place += 1) {
    const { voter } = present(state.get(takenTable, proposal, String(place)), `ballot ${place} that was taken is kept`);
    state.remove(takenOfTable, proposal, voter);
    state.remove(takenTable, proposal, String(place));
  }
}
