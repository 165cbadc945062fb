/** A second count of decisions, written for reading and by another way than `core/decisions`: with exact fractions and no care for time. */
import type { BallotRow, Question } from '../../src/core/wire/messages/decisions.ts';
import type { DecisionRule } from '../../src/core/wire/messages/rules.ts';

/** The choice of each elector, by walking from elector to delegate; nothing for whoever's ballot does not count. */
export function naiveChoices(
  electors: readonly string[],
  rows: readonly BallotRow[],
  isSound: (row: BallotRow) => boolean,
): ReadonlyMap<string, readonly number[] | 'nothing'> {
  const ballotOf = (voter: string): BallotRow | undefined => {
    const own = rows.filter((row) => row.voter === voter);
    const highest = Math.max(0, ...own.map(({ number }) => number));
    const last = own.filter(({ number }) => number === highest);
    const [only] = last;
    return electors.includes(voter) && new Set(last.map(({ ballot }) => ballot)).size === 1 && only && isSound(only)
      ? only
      : undefined;
  };
  const follow = (voter: string, steps: number): readonly number[] | 'nothing' => {
    const ballot = ballotOf(voter);
    if (ballot === undefined || steps > 8) return 'nothing';
    return ballot.delegate === undefined ? ballot.choice : follow(ballot.delegate, steps + 1);
  };
  return new Map(electors.filter((voter) => ballotOf(voter)).map((voter) => [voter, follow(voter, 0)]));
}

/** Yes or no, by counting hands. */
export function naiveYesNo(
  rule: DecisionRule,
  electors: number,
  choices: readonly (readonly number[] | 'nothing')[],
): boolean {
  const hands = { 1: 0, 2: 0, 3: 0, 4: 0 };
  for (const choice of choices) if (choice !== 'nothing') hands[(choice[0] ?? 3) as 1] += 1;
  if (rule.silence === 'assent') hands[1] += electors - choices.length;
  if (choices.length / electors < rule.quorumNumerator / rule.quorumDenominator) return false;
  if (rule.method === 'consensus') return hands[1] > 0 && hands[2] === 0 && hands[4] <= rule.blocksMax;
  if (rule.method === 'consent') return hands[1] > 0 && hands[2] === 0;
  if (rule.method === 'majority') return hands[1] > hands[2];
  return hands[1] > 0 && hands[1] / (hands[1] + hands[2]) >= rule.thresholdNumerator / rule.thresholdDenominator;
}

type Money = { readonly n: bigint; readonly d: bigint };
const money = (n: bigint, d = 1n): Money => ({ n, d });
const minus = (a: Money, b: Money): Money => money(a.n * b.d - b.n * a.d, a.d * b.d);
const over = (a: Money, count: number): Money => money(a.n, a.d * BigInt(count));
const isLess = (a: Money, b: Money): boolean => a.n * b.d < b.n * a.d;

/** Equal shares in exact fractions: at each step every option that its supporters can pay for, at the payment that is just enough. */
export function naiveShares(
  { costs, budget }: Pick<Question, 'costs' | 'budget'>,
  ballots: readonly (readonly number[])[],
) {
  const buyAll = (share: Money): readonly number[] => {
    const purses = ballots.map(() => share);
    const bought: number[] = [];
    for (;;) {
      const bids = costs.flatMap((cost, index) => {
        const option = index + 1;
        const supporters = ballots.flatMap((approved, voter) => (approved.includes(option) ? [voter] : []));
        if (bought.includes(option) || cost > budget || supporters.length === 0) return [];
        const payment = justEnough(
          money(BigInt(cost)),
          supporters.map((voter) => purses[voter] ?? money(0n)),
        );
        return payment === undefined ? [] : [{ option, supporters, payment, cost }];
      });
      const [best] = bids.sort((a, b) => {
        const [left, right] = [over(a.payment, a.cost), over(b.payment, b.cost)];
        if (isLess(left, right)) return -1;
        if (isLess(right, left)) return 1;
        return a.cost - b.cost || b.supporters.length - a.supporters.length || a.option - b.option;
      });
      if (best === undefined) return bought;
      for (const voter of best.supporters) {
        const purse = purses[voter] ?? money(0n);
        purses[voter] = isLess(purse, best.payment) ? money(0n) : minus(purse, best.payment);
      }
      bought.push(best.option);
    }
  };
  const costOf = (options: readonly number[]): number =>
    options.reduce((sum, option) => sum + (costs[option - 1] ?? 0), 0);
  const wanted = costs.filter(
    (cost, index) => cost <= budget && ballots.some((approved) => approved.includes(index + 1)),
  );
  const first = over(money(BigInt(budget)), ballots.length);
  let chosen = buyAll(first);
  for (let raised = 1n; chosen.length < wanted.length; raised += 1n) {
    const next = buyAll(money(first.n + raised * first.d, first.d));
    if (costOf(next) > budget) break;
    chosen = next;
  }
  return chosen;
}

function justEnough(cost: Money, purses: readonly Money[]): Money | undefined {
  let missing = cost;
  const rising = [...purses].sort((a, b) => (isLess(a, b) ? -1 : isLess(b, a) ? 1 : 0));
  for (const [index, purse] of rising.entries()) {
    const each = over(missing, rising.length - index);
    if (!isLess(purse, each)) return each;
    missing = minus(missing, purse);
  }
  return undefined;
}
