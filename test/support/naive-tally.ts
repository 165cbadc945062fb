/** A second count of decisions, written for reading and by another way than `core/decisions`: with no care for time. */
import type { BallotRow } from '../../src/core/wire/messages/decisions.ts';
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

/** A fraction as two big integers. */
type Ratio = readonly [bigint, bigint];
const isLess = ([a, b]: Ratio, [c, d]: Ratio): boolean => a * d < c * b;
const minus = ([a, b]: Ratio, [c, d]: Ratio): Ratio => reduced([a * d - c * b, b * d]);

function reduced([a, b]: Ratio): Ratio {
  let [left, right] = [a < 0n ? -a : a, b];
  while (right !== 0n) [left, right] = [right, left % right];
  return [a / left, b / left];
}

/** Equal shares with a purse for every single voter, at each step of every option that its supporters can pay for. */
export function naiveShares(
  { costs, budget }: { readonly costs: readonly number[]; readonly budget: number },
  ballots: readonly (readonly number[])[],
): readonly number[] {
  const voters = BigInt(ballots.length);
  const supportersOf = (option: number): readonly number[] =>
    ballots.flatMap((approved, voter) => (approved.includes(option) ? [voter] : []));
  const buyAll = (share: Ratio): readonly number[] => {
    const purses = ballots.map(() => share);
    const bought: number[] = [];
    for (;;) {
      const bids = costs.flatMap((cost, index) => {
        const supporters = supportersOf(index + 1);
        if (bought.includes(index + 1) || cost > budget) return [];
        const funds = supporters.map((voter) => purses[voter] ?? share);
        const payment = smallestPayment(BigInt(cost), funds);
        return payment === undefined ? [] : [{ payment, option: index + 1, supporters, cost }];
      });
      const [best] = bids.sort((a, b) => {
        const left: Ratio = [a.payment[0], a.payment[1] * BigInt(a.cost)];
        const right: Ratio = [b.payment[0], b.payment[1] * BigInt(b.cost)];
        if (isLess(left, right)) return -1;
        if (isLess(right, left)) return 1;
        return a.cost - b.cost || b.supporters.length - a.supporters.length || a.option - b.option;
      });
      if (best === undefined) return bought;
      for (const voter of best.supporters) {
        const purse = purses[voter] ?? share;
        purses[voter] = isLess(purse, best.payment) ? [0n, 1n] : minus(purse, best.payment);
      }
      bought.push(best.option);
    }
  };
  const wanted = costs.filter((cost, index) => cost <= budget && supportersOf(index + 1).length > 0);
  let chosen = buyAll([BigInt(budget), voters]);
  const first = BigInt(budget) / voters;
  let raised = 0n;
  for (let raises = 1; chosen.length < wanted.length && first + raised < BigInt(budget); raises += 1) {
    const steps = [1n, first / 1000n, raises > 1000 ? (first + raised) / 100n : 0n];
    raised += steps.reduce((most, step) => (step > most ? step : most));
    if (first + raised > BigInt(budget)) raised = BigInt(budget) - first;
    const next = buyAll([BigInt(budget) + raised * voters, voters]);
    if (next.reduce((sum, option) => sum + (costs[option - 1] ?? 0), 0) > budget) break;
    chosen = next;
  }
  return chosen;
}

/** Tries each supporter in turn as the poorest of those who pay in full. */
function smallestPayment(cost: bigint, funds: readonly Ratio[]): Ratio | undefined {
  const rising = funds.toSorted((left, right) => (isLess(left, right) ? -1 : isLess(right, left) ? 1 : 0));
  let missing: Ratio = [cost, 1n];
  for (const [index, fund] of rising.entries()) {
    const payment: Ratio = [missing[0], missing[1] * BigInt(rising.length - index)];
    if (!isLess(fund, payment)) return payment;
    missing = minus(missing, fund);
  }
  return undefined;
}
