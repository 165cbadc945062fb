import { sumAmounts } from '../base/amount.ts';
import type { Act, Propose, Question } from '../wire/messages/decisions.ts';
import type { DecisionRule, Matter } from '../wire/messages/rules.ts';
import { BUDGET_PRODUCT_MAX } from './methods/equal-shares.ts';

/** Matters after which something is to be done, each called as its member of an Act. */
const ACTING_MATTERS = ['rate', 'charter', 'expulsion'] as const satisfies readonly (keyof Act & Matter)[];

/**
 * @returns whether a question fits the method by which its matter is decided (protocol §8): yes-or-no methods have no options; the
 *   others 2–64, of which fewer are chosen than there are; a budget a cost above 0 for each option, within the budget, and no more money than can
 *   be shared out exactly. A rate, a charter and an expulsion have their act and every other matter none. Objections and blocks are
 *   reasoned, so that ballots of a consent or consensus are not sealed.
 */
export function isQuestionSound(
  propose: Pick<Propose, 'matter' | 'question'>,
  rule: DecisionRule,
  electors: number,
): boolean {
  const { matter, question } = propose;
  const isReasoned = rule.method === 'consensus' || rule.method === 'consent';
  return isActSound(matter, question.act) && formFits(question, rule, electors) && !(question.sealed && isReasoned);
}

/** Matters that are about something to be done have exactly what that is; all others have nothing. */
function isActSound(matter: Matter, act: Act | undefined): boolean {
  const given = act === undefined ? [] : ACTING_MATTERS.filter((each) => act[each] !== undefined);
  const due = ACTING_MATTERS.filter((each) => each === matter);
  return (act !== undefined) === due.length > 0 && given.length === due.length && given[0] === due[0];
}

function formFits(question: Question, { method }: DecisionRule, electors: number): boolean {
  const { options, seats, scoreMax, costs, budget } = question;
  const isPlain = costs.length === 0 && budget === 0;
  const hasChoice = options >= 2;
  switch (method) {
    case 'rankedChoice':
      return hasChoice && isPlain && scoreMax === 0 && seats >= 1 && seats < options;
    case 'score':
      return hasChoice && isPlain && scoreMax >= 1 && seats >= 1 && seats < options;
    case 'equalShares':
      return hasChoice && seats === 0 && scoreMax === 0 && isBudgetSound(question, electors);
    default:
      return options === 0 && seats === 0 && scoreMax === 0 && isPlain;
  }
}

function isBudgetSound({ options, costs, budget }: Question, electors: number): boolean {
  const fits = costs.length === options && costs.every((cost) => cost > 0 && cost <= budget);
  return (
    fits &&
    sumAmounts(costs) !== undefined &&
    budget > 0 &&
    budget <= Math.floor(BUDGET_PRODUCT_MAX / Math.max(1, electors))
  );
}
