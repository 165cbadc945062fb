import type { RouteOutput } from '../api/routes.ts';
import type { ProposalRow } from '../core/wire/messages/decisions.ts';
import type { DecisionRule } from '../core/wire/messages/rules.ts';

/** @returns what a question needs where a matter is decided by this rule, for people. */
export function questionNeeds({ matter, method }: DecisionRule, isSealed = false): string {
  if (isSealed && (method === 'consent' || method === 'consensus'))
    return `This body decides this matter by ${METHOD_WORDS[method]}, in which objections and blocks are reasoned: its ballots cannot be sealed.`;
  const how = `This body decides this matter by ${METHOD_WORDS[method]}: `;
  const act = ACT_WORDS[matter] ?? ' It has neither a rate, a charter nor somebody to expel.';
  switch (method) {
    case 'rankedChoice':
      return `${how}give 2 to 64 options, fewer seats than options, and neither costs, a budget nor scores.${act}`;
    case 'score':
      return `${how}give 2 to 64 options, fewer seats than options, the largest score, and neither costs nor a budget.${act}`;
    case 'equalShares':
      return `${how}give 2 to 64 options, for each a cost above 0 and within the budget, and the budget.${act}`;
    default:
      return `${how}it is a yes or no, without options, seats, scores, costs or a budget.${act}`;
  }
}

const ACT_WORDS: Readonly<Partial<Record<DecisionRule['matter'], string>>> = {
  rate: ' A rate needs its task class, ratio and time, and nothing else that follows.',
  charter: ' A charter needs what is to change, and nothing else that follows.',
  expulsion: ' An expulsion names the member who is to go, and nothing else that follows.',
};

/** @returns what a ballot for a proposal needs, for people. */
export function choiceNeeds({ question, rule }: Pick<ProposalRow, 'question' | 'rule'>): string {
  const { options, scoreMax } = question;
  const delegate = ' A delegate is another elector, in place of a choice.';
  switch (rule.method) {
    case 'rankedChoice':
      return `Rank numbers of options from 1 to ${options}, the first preference first, none twice.${delegate}`;
    case 'score':
      return `Give ${options} scores from 0 to ${scoreMax}, one for each option in order.${delegate}`;
    case 'equalShares':
      return `Name the options that you approve of by their numbers from 1 to ${options}, none twice.${delegate}`;
    case 'consensus':
      return `Say for, against, standAside or block.${delegate}`;
    default:
      return `Say for, against or standAside: only a consensus can be blocked.${delegate}`;
  }
}

const METHOD_WORDS: Readonly<Record<DecisionRule['method'], string>> = {
  consensus: 'consensus',
  consent: 'consent',
  majority: 'majority',
  supermajority: 'supermajority',
  rankedChoice: 'ranked choice',
  score: 'score',
  equalShares: 'equal shares',
};

/** @returns a decision rule as answers print it. */
export function ruleToJson({ method, silence, ...rule }: DecisionRule): RouteOutput<'proposal.show'>['rule'] {
  return {
    quorum: `${rule.quorumNumerator}/${rule.quorumDenominator}`,
    threshold: method === 'supermajority' ? `${rule.thresholdNumerator}/${rule.thresholdDenominator}` : undefined,
    blocksMax: method === 'consensus' ? rule.blocksMax : undefined,
    silence,
  };
}
