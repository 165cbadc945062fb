/** Section 11 of proto/README.md. */
import { createHash } from 'node:crypto';
import { taggedHash } from './crypto.ts';
import { decode, idOf, type Message, numberOf, numbersOf, optionalIdOf } from './schema.ts';

/** What a reader needs to count, all in hexadecimal. */
export interface Counting {
  readonly rule: string;
  readonly question: string;
  readonly electors: readonly string[];
  readonly rows: readonly string[];
}

/** What it comes to. */
export interface Counted {
  readonly rowsRoot: string;
  readonly outcome: {
    readonly adopted: boolean;
    readonly electors: number;
    readonly voters: number;
    readonly chosen: readonly number[];
    readonly counts: readonly number[];
  };
  readonly early: boolean;
}

interface Row {
  readonly voter: string;
  readonly number: number;
  readonly ballot: string;
  readonly choice: readonly number[];
  readonly delegate: string | undefined;
}

interface Asked {
  readonly method: number;
  readonly options: number;
  readonly scoreMax: number;
}

const [CONSENSUS, CONSENT, MAJORITY, RANKED, SCORE, SHARES] = [1, 2, 3, 5, 6, 7];

/** @returns the Outcome of a proposal, and whether it may close before its time. */
export function count(proposal: string, { rule: ruleBytes, question: asking, electors, rows }: Counting): Counted {
  const rule = decode('DecisionRule', Buffer.from(ruleBytes, 'hex'));
  const question = decode('Question', Buffer.from(asking, 'hex'));
  const method = numberOf(rule, 'method');
  const options = numberOf(question, 'options');
  const asked = { method, options, scoreMax: numberOf(question, 'score_max') };
  const counting = countingRows(rows.map(readRow), electors, asked);
  const given = [...counting.keys()].map((voter) => choiceOf(voter, counting)).filter((one) => one !== undefined);
  const [voters, all] = [counting.size, electors.length];
  const quorate = voters * numberOf(rule, 'quorum_denominator') >= numberOf(rule, 'quorum_numerator') * all;
  const rowsRoot = treeHash(rows.map((row) => Buffer.from(row, 'hex'))).toString('hex');
  if (options === 0) {
    const voices = [1, 2, 3, 4].map((voice) => given.filter(([one]) => one === voice).length);
    const silent = numberOf(rule, 'silence') === 2 ? all - voters : 0;
    const [forIt = 0, ...others] = voices;
    const counts = [forIt + silent, ...others];
    const adopted = quorate && isAdopted(counts, rule);
    const early = voters === all || isDecided(voices, all - given.length, quorate, rule);
    return { rowsRoot, outcome: { adopted, electors: all, voters, chosen: [], counts }, early };
  }
  const order = tieOrder(proposal, options);
  const { chosen, counts } = choose(question, method, given, order);
  const adopted = quorate && chosen.length > 0;
  const outcome = { adopted, electors: all, voters, chosen: adopted ? chosen : [], counts };
  return { rowsRoot, outcome, early: voters === all };
}

function readRow(bytes: string): Row {
  const row = decode('BallotRow', Buffer.from(bytes, 'hex'));
  const [voter, ballot, delegate] = [idOf(row, 'voter'), idOf(row, 'ballot'), optionalIdOf(row, 'delegate')];
  return { voter, number: numberOf(row, 'number'), ballot, choice: numbersOf(row, 'choice'), delegate };
}

function countingRows(rows: readonly Row[], electors: readonly string[], asked: Asked): ReadonlyMap<string, Row> {
  const counting = new Map<string, Row>();
  for (const voter of electors) {
    const own = rows.filter((row) => row.voter === voter);
    const highest = Math.max(...own.map(({ number }) => number));
    const [row, ...others] = own.filter(({ number }) => number === highest);
    if (row !== undefined && others.length === 0 && isOffered(row, asked)) counting.set(voter, row);
  }
  return counting;
}

function isOffered({ voter, choice, delegate }: Row, { method, options, scoreMax }: Asked): boolean {
  if (delegate !== undefined) return choice.length === 0 && delegate !== voter;
  if (method === SCORE) return choice.length === options && choice.every((score) => score <= scoreMax);
  if (method === RANKED || method === SHARES) {
    const known = choice.every((option, place) => option >= 1 && option <= options && choice.indexOf(option) === place);
    return known && (method === SHARES || choice.length > 0);
  }
  const [voice = 0] = choice;
  return choice.length === 1 && voice >= 1 && voice <= (method === CONSENSUS ? 4 : 3);
}

function choiceOf(voter: string, counting: ReadonlyMap<string, Row>, delegates = 0): readonly number[] | undefined {
  const row = counting.get(voter);
  if (row?.delegate === undefined) return row?.choice;
  return delegates === 8 ? undefined : choiceOf(row.delegate, counting, delegates + 1);
}

function isAdopted([forIt = 0, against = 0, , blocks = 0]: readonly number[], rule: Message): boolean {
  const method = numberOf(rule, 'method');
  if (forIt === 0) return false;
  if (method === CONSENSUS) return blocks <= numberOf(rule, 'blocks_max');
  if (method === CONSENT) return against === 0;
  if (method === MAJORITY) return forIt > against;
  return forIt * numberOf(rule, 'threshold_denominator') >= numberOf(rule, 'threshold_numerator') * (forIt + against);
}

function isDecided(voices: readonly number[], left: number, quorate: boolean, rule: Message): boolean {
  const [forIt = 0, against = 0, aside = 0, blocks = 0] = voices;
  const worst = [
    [forIt, against + left, aside, blocks],
    [forIt, against, aside, blocks + left],
  ];
  if (quorate && worst.every((counts) => isAdopted(counts, rule))) return true;
  const mayEndInNo = numberOf(rule, 'method') >= MAJORITY;
  return mayEndInNo && !isAdopted([forIt + left, against, aside, blocks], rule);
}

function tieOrder(proposal: string, options: number): readonly number[] {
  const hash = (option: number) => taggedHash('mutua/1/tie-order', Buffer.from(proposal, 'hex'), Buffer.from([option]));
  return Array.from({ length: options }, (_, index) => index + 1).sort((one, other) =>
    hash(one) < hash(other) ? -1 : 1,
  );
}

interface Chosen {
  readonly chosen: readonly number[];
  readonly counts: readonly number[];
}

function choose(
  question: Message,
  method: number,
  given: readonly (readonly number[])[],
  order: readonly number[],
): Chosen {
  const seats = numberOf(question, 'seats');
  if (method === RANKED)
    return given.length === 0 ? { chosen: [], counts: order.map(() => 0) } : rank(seats, given, order);
  const rising = order.toSorted((one, other) => one - other);
  if (method === SCORE) {
    const counts = rising.map((option) => given.reduce((sum, scores) => sum + (scores[option - 1] ?? 0), 0));
    const sum = (option: number) => counts[option - 1] ?? 0;
    const chosen = order.filter((option) => sum(option) > 0).sort((one, other) => sum(other) - sum(one));
    return { chosen: chosen.slice(0, seats), counts };
  }
  const counts = rising.map((option) => given.filter((approved) => approved.includes(option)).length);
  return { chosen: share(question, given, order), counts };
}

/** Votes in units by option, at one stage. */
type Stage = ReadonlyMap<number, number>;

interface Paper {
  readonly ranking: readonly number[];
  readonly value: number;
}

function rank(seats: number, rankings: readonly (readonly number[])[], order: readonly number[]): Chosen {
  const quota = (Math.floor(rankings.length / (seats + 1)) + 1) * 100_000;
  const papers = new Map<number, readonly Paper[]>(order.map((option) => [option, []]));
  const [elected, gone, passed]: [number[], number[], number[]] = [[], [], []];
  const stages: Stage[] = [];
  const isLeft = (option: number) => !elected.includes(option) && !gone.includes(option);
  const give = (moving: readonly Paper[]): void => {
    for (const { ranking, value } of moving) {
      const place = ranking.findIndex(isLeft);
      const to = ranking[place];
      if (to !== undefined) papers.set(to, [...(papers.get(to) ?? []), { ranking: ranking.slice(place), value }]);
    }
  };
  const votes = (option: number): number =>
    passed.includes(option) ? quota : (papers.get(option) ?? []).reduce((sum, { value }) => sum + value, 0);
  // A better one comes first.
  const compare = (one: number, other: number): number => {
    const stage = stages.findLast((votesAt) => votesAt.get(one) !== votesAt.get(other));
    return (stage?.get(other) ?? 0) - (stage?.get(one) ?? 0) || order.indexOf(one) - order.indexOf(other);
  };
  const best = (options: readonly number[]) => options.toSorted(compare);
  const endStage = (): void => {
    stages.push(new Map(order.map((option) => [option, votes(option)])));
    elected.push(
      ...best(order.filter((option) => isLeft(option) && votes(option) >= quota)).slice(0, seats - elected.length),
    );
  };
  give(rankings.map((ranking) => ({ ranking, value: 100_000 })));
  endStage();
  while (elected.length < seats) {
    const left = best(order.filter(isLeft));
    if (left.length <= seats - elected.length) {
      elected.push(...left);
      break;
    }
    const [richest] = best(elected.filter((option) => votes(option) > quota));
    const option = richest ?? left.at(-1) ?? 0;
    const [held, total] = [papers.get(option) ?? [], votes(option)];
    papers.set(option, []);
    if (richest === undefined) gone.push(option);
    else passed.push(option);
    const passedOn = (value: number) => (richest === undefined ? value : Math.floor((value * (total - quota)) / total));
    give(held.map(({ ranking, value }) => ({ ranking, value: passedOn(value) })));
    endStage();
  }
  return { chosen: elected, counts: order.toSorted((one, other) => one - other).map(votes) };
}

/** Numerators over one denominator, which is the number of ballots times what shares were split by so far. */
function share(
  question: Message,
  ballots: readonly (readonly number[])[],
  order: readonly number[],
): readonly number[] {
  const [budget, costs] = [numberOf(question, 'budget'), numbersOf(question, 'costs')];
  const costOf = (option: number) => costs[option - 1] ?? 0;
  const total = (bought: readonly number[]) => bought.reduce((sum, option) => sum + costOf(option), 0);
  const wanted = order.filter((option) => costOf(option) <= budget && ballots.some((one) => one.includes(option)));
  if (ballots.length === 0) return [];
  const first = Math.floor(budget / ballots.length);
  let chosen = buy(wanted, costOf, ballots, BigInt(budget));
  for (let [raises, raised] = [0, 0]; chosen.length < wanted.length && first + raised < budget; raises += 1) {
    const step = Math.max(1, Math.floor(first / 1000), raises < 1000 ? 0 : Math.floor((first + raised) / 100));
    raised = Math.min(raised + step, budget - first);
    const next = buy(wanted, costOf, ballots, BigInt(budget + raised * ballots.length));
    if (total(next) > budget) break;
    chosen = next;
  }
  return chosen;
}

function buy(
  wanted: readonly number[],
  costOf: (option: number) => number,
  ballots: readonly (readonly number[])[],
  money: bigint,
): readonly number[] {
  let unit = BigInt(ballots.length);
  let purses = ballots.map(() => money);
  const bought: number[] = [];
  for (;;) {
    const bids = wanted
      .filter((option) => !bought.includes(option))
      .flatMap((option) => {
        const supporters = purses.filter((_, voter) => ballots[voter]?.includes(option));
        const level = levelOf(BigInt(costOf(option)) * unit, supporters);
        return level === undefined ? [] : [{ option, cost: costOf(option), supporters: supporters.length, ...level }];
      })
      .sort((one, other) => {
        const [left, right] = [one.top * other.bottom * BigInt(other.cost), other.top * one.bottom * BigInt(one.cost)];
        return left < right ? -1 : left > right ? 1 : one.cost - other.cost || other.supporters - one.supporters;
      });
    const [best] = bids;
    if (best === undefined) return bought;
    unit *= best.bottom;
    purses = purses.map((purse, voter) => {
      const rest = purse * best.bottom - (ballots[voter]?.includes(best.option) ? best.top : 0n);
      return rest > 0n ? rest : 0n;
    });
    bought.push(best.option);
  }
}

/** What each pays at most, as a fraction of the units of purses: the poorest give all, until the others can pay alike. */
function levelOf(
  cost: bigint,
  purses: readonly bigint[],
): { readonly top: bigint; readonly bottom: bigint } | undefined {
  let missing = cost;
  const rising = purses.toSorted((one, other) => (one < other ? -1 : one > other ? 1 : 0));
  for (const [place, purse] of rising.entries()) {
    const payers = BigInt(rising.length - place);
    if (purse * payers >= missing) return { top: missing, bottom: payers };
    missing -= purse;
  }
  return undefined;
}

/** RFC 6962 §2.1. */
export function treeHash(leaves: readonly Buffer[]): Buffer {
  const sha256 = (...parts: readonly Buffer[]) => createHash('sha256').update(Buffer.concat(parts)).digest();
  const [only] = leaves;
  if (only === undefined) return sha256();
  if (leaves.length === 1) return sha256(Buffer.from([0]), only);
  const half = 2 ** Math.floor(Math.log2(leaves.length - 1));
  return sha256(Buffer.from([1]), treeHash(leaves.slice(0, half)), treeHash(leaves.slice(half)));
}
