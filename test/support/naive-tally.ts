/** A second count of decisions, written for reading and by another way than `core/decisions`: with no care for time. */
import { createHash } from 'node:crypto';
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
  if (rule.method === 'consensus') return hands[1] > 0 && hands[4] <= rule.blocksMax;
  if (rule.method === 'consent') return hands[1] > 0 && hands[2] === 0;
  if (rule.method === 'majority') return hands[1] > hands[2];
  return hands[1] > 0 && hands[1] / (hands[1] + hands[2]) >= rule.thresholdNumerator / rule.thresholdDenominator;
}

/** Whether a yes or no is decided, by trying everything that the electors who are left could cast or leave out; no consent fails early. */
export function naiveIsDecided(rule: DecisionRule, electors: number, choices: readonly (readonly number[])[]): boolean {
  const voices = rule.method === 'consensus' ? [1, 2, 3, 4] : [1, 2, 3];
  let ends: (readonly (readonly number[])[])[] = [choices];
  for (let left = electors - choices.length; left > 0; left -= 1)
    ends = ends.flatMap((end) => [end, ...voices.map((voice) => [...end, [voice]])]);
  const full = ends.filter(({ length }) => length <= electors);
  if (choices.length === electors) return true;
  const results = new Set(full.map((end) => naiveYesNo(rule, electors, end)));
  return results.size === 1 && (results.has(true) || rule.method.endsWith('majority'));
}

/** Delegations, by rounds: in each, whoever has a ballot or a delegate with one before that round has one. Eight rounds. */
export function naiveDelegations(
  electors: readonly string[],
  choices: ReadonlyMap<string, number>,
  delegates: ReadonlyMap<string, string>,
): ReadonlyMap<string, { readonly choice: number; readonly voter: string } | undefined> {
  let known = new Map(
    electors.map((voter) => {
      const choice = choices.get(voter);
      return [voter, choice === undefined ? undefined : { choice, voter }] as const;
    }),
  );
  for (let round = 1; round <= 8; round += 1)
    known = new Map([...known].map(([voter, own]) => [voter, own ?? known.get(delegates.get(voter) ?? '')]));
  return known;
}

/** What is drawn by lot, from the layouts as they are written: texts of hexadecimal digits and big integers. */
export function naiveLot(
  parties: readonly { readonly party: string; readonly commitment: string; readonly secret: string | undefined }[],
  pool: readonly string[],
  poolHead: string,
  count: number,
): { readonly drawn: readonly string[]; readonly withheld: readonly string[] } {
  const byText = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);
  const hash = (tag: string, text: string): string =>
    createHash('sha256').update(`mutua/1/${tag}\0`).update(Buffer.from(text, 'hex')).digest('hex');
  const rising = parties.toSorted((left, right) => byText(left.party, right.party));
  const isOpen = ({ party, commitment, secret }: (typeof parties)[number]): boolean =>
    secret?.length === 64 && hash('lot-commitment', party + secret) === commitment;
  const seed = hash('lot', rising.map((part) => (isOpen(part) ? part.secret : '')).join('') + poolHead);
  let left = [...new Set(pool)].toSorted(byText);
  const drawn: string[] = [];
  for (let counter = 0; drawn.length < count && left.length > 0; counter += 1) {
    const digits = hash('lot-draw', seed + counter.toString(16).padStart(8, '0')).slice(0, 12);
    const [chance, size] = [BigInt(`0x${digits}`), BigInt(left.length)];
    if (chance / size === 2n ** 48n / size) continue;
    const taken = left[Number(chance % size)] ?? '';
    drawn.push(taken);
    left = left.filter((one) => one !== taken);
  }
  return { drawn, withheld: rising.filter((part) => !isOpen(part)).map(({ party }) => party) };
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

/** Score, by asking of each option how many stand before it. */
export function naiveScore(
  ballots: readonly (readonly number[])[],
  seats: number,
  tieOrder: readonly number[],
): readonly number[] {
  const sums = new Map(tieOrder.map((option) => [option, 0]));
  for (const scores of ballots)
    for (const [index, score] of scores.entries()) sums.set(index + 1, (sums.get(index + 1) ?? 0) + score);
  const sumOf = (option: number): number => sums.get(option) ?? 0;
  const isBefore = (one: number, other: number): boolean =>
    sumOf(one) > sumOf(other) || (sumOf(one) === sumOf(other) && tieOrder.indexOf(one) < tieOrder.indexOf(other));
  const places = new Map(tieOrder.map((option) => [tieOrder.filter((one) => isBefore(one, option)).length, option]));
  return Array.from({ length: seats }, (_, place) => places.get(place) ?? 0).filter((option) => sumOf(option) > 0);
}

/** What has happened in a count so far: a surplus of so many units was passed on of so many votes, or an option was excluded. */
interface Past {
  readonly option: number;
  /** Undefined for an exclusion. */
  readonly surplus: readonly [surplus: bigint, votes: bigint] | undefined;
  /** Who still took papers then. */
  readonly takers: readonly number[];
}

/**
 * The single transferable vote, by asking at every stage each paper anew where all that has happened has brought it.
 * @returns who is elected, in order, and the votes after every stage, in units of 1/100,000.
 */
export function naiveRanked(
  options: number,
  seats: number,
  rankings: readonly (readonly number[])[],
  tieOrder: readonly number[],
): { readonly elected: readonly number[]; readonly votes: readonly (readonly number[])[] } {
  const papers = rankings.filter((ranking) => ranking.length > 0);
  const quota = BigInt(Math.floor(papers.length / (seats + 1)) + 1) * 100_000n;
  const past: Past[] = [];
  const stages: bigint[][] = [];
  const elected: number[] = [];
  const waiting = new Set<number>();
  const takers = (): number[] =>
    tieOrder.filter((option) => {
      const isExcluded = past.some((one) => one.option === option && one.surplus === undefined);
      return !isExcluded && !elected.includes(option);
    });
  const best = (among: readonly number[]): number[] =>
    among.toSorted((left, right) => {
      const differing = stages.findLast((votes) => votes[left] !== votes[right]);
      if (differing === undefined) return tieOrder.indexOf(left) - tieOrder.indexOf(right);
      return (differing[left] ?? 0n) > (differing[right] ?? 0n) ? -1 : 1;
    });
  for (;;) {
    const votes = countPapers(options, papers, past);
    stages.push(votes);
    for (const option of best(takers().filter((one) => (votes[one] ?? 0n) >= quota))) {
      elected.push(option);
      if ((votes[option] ?? 0n) > quota) waiting.add(option);
    }
    if (elected.length + takers().length <= seats) elected.push(...best(takers()));
    if (elected.length >= Math.min(seats, options)) break;
    const [largest] = best([...waiting]);
    const option = largest ?? best(takers()).at(-1) ?? 0;
    const held = votes[option] ?? 0n;
    waiting.delete(option);
    past.push({
      option,
      surplus: largest === undefined ? undefined : [held - quota, held],
      takers: takers().filter((one) => one !== option),
    });
  }
  return { elected, votes: stages.map((votes) => votes.slice(1).map(Number)) };
}

function countPapers(options: number, papers: readonly (readonly number[])[], past: readonly Past[]): bigint[] {
  const votes = Array.from({ length: options + 1 }, () => 0n);
  for (const ranking of papers) {
    let [holder, value] = [ranking[0] ?? 0, 100_000n];
    for (const { option, surplus, takers } of past) {
      if (holder !== option) continue;
      if (surplus !== undefined) value = (value * surplus[0]) / surplus[1];
      holder = ranking.slice(ranking.indexOf(holder)).find((next) => takers.includes(next)) ?? 0;
    }
    votes[holder] = (votes[holder] ?? 0n) + value;
  }
  // Whose surplus was passed on keeps a quota and no paper.
  for (const { option, surplus } of past) if (surplus !== undefined) votes[option] = surplus[1] - surplus[0];
  return votes;
}
