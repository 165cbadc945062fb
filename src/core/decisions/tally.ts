import { compareBytes } from '../base/bytes.ts';
import { taggedHash } from '../base/hash.ts';
import { type Id, idToBytes } from '../base/id.ts';
import type { MembersAt } from '../books/rules.ts';
import type { BallotRow, Outcome, ProposalRow } from '../wire/messages/decisions.ts';
import type { DecisionRule } from '../wire/messages/rules.ts';
import { TAGS } from '../wire/tags.ts';
import { countingChoices } from './ballots.ts';
import { shareBudget } from './methods/equal-shares.ts';
import { countRanked } from './methods/ranked.ts';
import { highestScores, sumScores } from './methods/score.ts';
import { countVoices, hasQuorum, isAdopted, isDecided, voiceOf } from './methods/yes-no.ts';

/** What is counted. */
export interface Counted {
  readonly outcome: Outcome;
  /** Whether it may close before its time: everybody's ballot counts, or no further one can change the result. */
  readonly isEarly: boolean;
}

/**
 * Counts a proposal: a pure function of its row, the electors and the ballot rows, whatever their order (protocol §8).
 * `proposal` is the id of the Proposal, by which options that stand equal are put in order.
 */
export function countProposal(
  proposal: Id,
  { question, rule }: Pick<ProposalRow, 'question' | 'rule'>,
  members: Pick<MembersAt, 'count' | 'isMember'>,
  rows: readonly BallotRow[],
): Counted {
  const choices = countingChoices(rows, question, rule, members);
  const electors = members.count;
  const voters = choices.size;
  const given = [...choices.values()].filter((choice) => choice !== undefined);
  const isQuorate = hasQuorum(voters, electors, rule);
  const base = { electors, voters };
  if (question.options === 0) {
    const voices = given.map((choice) => voiceOf(choice, rule)).filter((voice) => voice !== undefined);
    const counts = countVoices(voices, electors - (voters - voices.length), rule);
    const adopted = isQuorate && isAdopted(counts, rule);
    const isEarly = isDecided(voices, voters, electors, rule);
    return { outcome: { ...base, adopted, chosen: [], counts: [...counts] }, isEarly };
  }
  const { chosen, counts } = chooseOptions(rule, question, given, tieOrder(proposal, question.options));
  const adopted = isQuorate && chosen.length > 0;
  return {
    outcome: { ...base, adopted, chosen: adopted ? [...chosen] : [], counts: [...counts] },
    isEarly: voters === electors,
  };
}

function chooseOptions(
  { method }: DecisionRule,
  { options, seats, costs, budget }: ProposalRow['question'],
  choices: readonly (readonly number[])[],
  order: readonly number[],
): { readonly chosen: readonly number[]; readonly counts: readonly number[] } {
  switch (method) {
    case 'rankedChoice': {
      const { elected, votes } = countRanked(options, seats, choices, order);
      return { chosen: choices.length === 0 ? [] : elected, counts: votes };
    }
    case 'score': {
      const sums = sumScores(options, choices);
      return { chosen: highestScores(sums, seats, order), counts: sums };
    }
    default: {
      const approvals = Array.from({ length: options }, (_, option) =>
        choices.reduce((sum, approved) => sum + (approved.includes(option + 1) ? 1 : 0), 0),
      );
      return { chosen: shareBudget({ budget, costs, ballots: choices, tieOrder: order }), counts: approvals };
    }
  }
}

/** @returns the options from 1 in an order that nobody chose and everybody computes, for those that stand equal. */
export function tieOrder(proposal: Id, options: number): readonly number[] {
  return Array.from({ length: options }, (_, index) => index + 1)
    .map((option) => ({ option, hash: taggedHash(TAGS.tieOrder, [idToBytes(proposal), Uint8Array.of(option)]) }))
    .sort((left, right) => compareBytes(left.hash, right.hash))
    .map(({ option }) => option);
}
