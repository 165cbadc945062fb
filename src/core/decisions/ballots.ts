import type { Id } from '../base/id.ts';
import type { RefusalCode } from '../base/refusals.ts';
import type { MembersAt } from '../books/rules.ts';
import type { BallotRow, Question } from '../wire/messages/decisions.ts';
import type { DecisionRule } from '../wire/messages/rules.ts';
import { resolveDelegations } from './methods/delegation.ts';
import { voiceOf } from './methods/yes-no.ts';

/** What one elector says. */
type Voice = Pick<BallotRow, 'voter' | 'choice' | 'delegate' | 'commitment'>;

/** Why a ballot counts nothing. */
export type BallotRefusal = Extract<RefusalCode, 'not_elector' | 'choice_malformed'>;

/**
 * @returns why a row counts nothing, in order: its voter was no member at the proposal's member head; its choice is none that was
 *   offered (for an option that is none, one named twice, a score above the largest), it has a delegate beside a choice, or its own voter,
 *   or it is sealed and was not revealed.
 */
export function rowRefusal(
  row: Voice,
  question: Question,
  rule: DecisionRule,
  members: Pick<MembersAt, 'isMember'>,
): BallotRefusal | undefined {
  if (!members.isMember(row.voter)) return 'not_elector';
  if (row.commitment !== undefined) return 'choice_malformed';
  if (row.delegate !== undefined)
    return row.choice.length === 0 && row.delegate !== row.voter ? undefined : 'choice_malformed';
  return isChoiceSound(row.choice, question, rule) ? undefined : 'choice_malformed';
}

/** @returns why a ballot is not taken: like `rowRefusal`, but where ballots are sealed it has a commitment and nothing else. */
export function ballotRefusal(
  row: Voice,
  question: Question,
  rule: DecisionRule,
  members: Pick<MembersAt, 'isMember'>,
): BallotRefusal | undefined {
  if (!question.sealed) return rowRefusal(row, question, rule, members);
  const isElector = members.isMember(row.voter);
  if (!isElector) return 'not_elector';
  const isSealed = row.commitment !== undefined && row.choice.length === 0 && row.delegate === undefined;
  return isSealed ? undefined : 'choice_malformed';
}

function isChoiceSound(choice: readonly number[], { options, scoreMax }: Question, rule: DecisionRule): boolean {
  const { method } = rule;
  if (method === 'score') return choice.length === options && choice.every((score) => score <= scoreMax);
  if (method !== 'rankedChoice' && method !== 'equalShares') return voiceOf(choice, rule) !== undefined;
  const isKnown = choice.every((option) => option >= 1 && option <= options);
  return isKnown && new Set(choice).size === choice.length && (method === 'equalShares' || choice.length > 0);
}

/**
 * Finds the ballot that counts for each elector. Of one voter's rows the highest number counts; two ballots with that number void
 * that voter's ballot. A delegate's ballot counts for whoever named it, through at most DELEGATION_DEPTH_MAX delegates; a longer way, a
 * circle, and a delegate without a ballot that counts are like no choice at all.
 * @returns the choice by voter, undefined for one that abstains by such a delegation; voters whose ballot is void or refused are not
 *   there. In the order of the rows.
 */
export function countingChoices(
  rows: readonly BallotRow[],
  question: Question,
  rule: DecisionRule,
  members: Pick<MembersAt, 'isMember'>,
): ReadonlyMap<Id, readonly number[] | undefined> {
  const counted = new Map<Id, BallotRow>();
  for (const [voter, row] of newestRows(rows))
    if (row !== undefined && rowRefusal(row, question, rule, members) === undefined) counted.set(voter, row);
  return followDelegates([...counted.values()]);
}

/** @returns of each voter's rows the one with the highest number, undefined where two ballots have it: they void each other. */
export function newestRows(rows: readonly BallotRow[]): ReadonlyMap<Id, BallotRow | undefined> {
  const newest = new Map<Id, { readonly number: number; readonly row: BallotRow | undefined; readonly ballot: Id }>();
  for (const row of rows) {
    const { voter, number, ballot } = row;
    const before = newest.get(voter);
    if (before === undefined || number > before.number) newest.set(voter, { number, ballot, row });
    else if (number === before.number && ballot !== before.ballot)
      newest.set(voter, { number, ballot, row: undefined });
  }
  return new Map([...newest].map(([voter, { row }]) => [voter, row]));
}

function followDelegates(rows: readonly BallotRow[]): ReadonlyMap<Id, readonly number[] | undefined> {
  const choices = new Map<Id, readonly number[]>();
  const delegates = new Map<Id, Id>();
  for (const { voter, choice, delegate } of rows) {
    if (delegate === undefined) choices.set(voter, choice);
    else delegates.set(voter, delegate);
  }
  const voters = rows.map(({ voter }) => voter);
  const resolved = resolveDelegations(voters, choices, delegates);
  return new Map(voters.map((voter) => [voter, resolved.get(voter)?.choice]));
}
