/** A second count of decisions, written for reading and by another way than `core/decisions`: with no care for time. */
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

/**
 * Equal shares, at each step of every option that its supporters can pay for: money is counted in big integers of parts, of which a
 * labor-second has one for each voter times `fineness`; a payment is rounded up to a part.
 */
export function naiveShares(
  { costs, budget }: Pick<Question, 'costs' | 'budget'>,
  ballots: readonly (readonly number[])[],
  fineness: bigint,
): readonly number[] {
  const parts = BigInt(ballots.length) * fineness;
  const costOf = (options: readonly number[]): number =>
    options.reduce((sum, option) => sum + (costs[option - 1] ?? 0), 0);
  const supportersOf = (option: number): readonly number[] =>
    ballots.flatMap((approved, voter) => (approved.includes(option) ? [voter] : []));
  const buyAll = (share: bigint): readonly number[] => {
    const purses = ballots.map(() => share);
    const bought: number[] = [];
    for (;;) {
      const bids = costs.flatMap((cost, index) => {
        const option = index + 1;
        const supporters = supportersOf(option);
        if (bought.includes(option) || cost > budget || supporters.length === 0) return [];
        const funds = supporters.map((voter) => purses[voter] ?? 0n);
        const bid = justEnough(BigInt(cost) * parts, funds);
        return bid === undefined ? [] : [{ ...bid, option, supporters, cost }];
      });
      const [best] = bids.sort((a, b) => {
        const [left, right] = [a.missing * b.payers * BigInt(b.cost), b.missing * a.payers * BigInt(a.cost)];
        if (left !== right) return left < right ? -1 : 1;
        return a.cost - b.cost || b.supporters.length - a.supporters.length || a.option - b.option;
      });
      if (best === undefined) return bought;
      for (const voter of best.supporters) {
        const left = (purses[voter] ?? 0n) - roundedUp(best.missing, best.payers);
        purses[voter] = left < 0n ? 0n : left;
      }
      bought.push(best.option);
    }
  };
  const wanted = costs.filter((cost, index) => cost <= budget && supportersOf(index + 1).length > 0);
  const first = BigInt(budget) * fineness;
  let chosen = buyAll(first);
  for (let raised = 1n; chosen.length < wanted.length; raised += 1n) {
    const next = buyAll(first + raised * parts);
    if (costOf(next) > budget) break;
    chosen = next;
  }
  return chosen;
}

function roundedUp(amount: bigint, count: bigint): bigint {
  return (amount + count - 1n) / count;
}

function justEnough(
  cost: bigint,
  funds: readonly bigint[],
): { readonly missing: bigint; readonly payers: bigint } | undefined {
  const tried = funds.map((limit) => {
    const poorer = funds.filter((fund) => fund < limit);
    const missing = cost - poorer.reduce((sum, fund) => sum + fund, 0n);
    return { missing, payers: BigInt(funds.length - poorer.length), limit };
  });
  const enough = tried.filter(({ missing, payers, limit }) => missing > 0n && roundedUp(missing, payers) <= limit);
  return enough.sort((a, b) => (a.limit < b.limit ? -1 : 1))[0];
}
