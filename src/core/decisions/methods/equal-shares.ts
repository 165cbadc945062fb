/**
 * Participatory budget by the method of equal shares (Peters, Pierczyński, Skowron, "Proportional participatory budgeting with
 * additive utilities", NeurIPS 2021) with approvals, utility = cost, completed by add1. Money is counted in whole parts of a
 * labor-second, so that every reader gets the same result; fractions without end could rank two bids otherwise that are closer than a part.
 */
import { compareRatios } from '../../base/ratio.ts';

/** A budget and what may be bought of it, in labor-seconds. */
export interface Budget {
  readonly budget: number;
  /** Cost of each option, above 0. */
  readonly costs: readonly number[];
}

/** Products of budget and voters are kept below this, so that every sum is a safe integer. */
export const BUDGET_PRODUCT_MAX = 2 ** 52;
/** Parts of a labor-second for each voter, at most: payments are rounded up to one. */
const FINENESS_MAX = 2 ** 20;
/** How often add1 raises the shares; real elections need some hundred. */
const ROUNDS_MAX = 1000;

interface Option {
  readonly option: number;
  /** In labor-seconds. */
  readonly price: number;
  /** In parts. */
  readonly cost: number;
  readonly supporters: readonly number[];
  readonly place: number;
}

/** What is chosen of, and by whom: each ballot lists the options it approves, from 1; `tieOrder` holds every option once. */
export interface BudgetVote extends Budget {
  readonly ballots: readonly (readonly number[])[];
  readonly tieOrder: readonly number[];
}

/**
 * Chooses options. Equal bids: the lower cost first, then more approvals, then the earlier in `tieOrder`. add1: every voter's share is raised by one labor-second, or by a thousandth of it where that is more, until the
 * result would cost more than the budget or everything is bought.
 * @returns options in the order in which they were bought; together they cost at most the budget.
 */
export function shareBudget(vote: BudgetVote): readonly number[] {
  const voters = vote.ballots.length;
  if (voters === 0 || vote.budget === 0) return [];
  const { options, parts, share } = open(vote);
  const step = Math.max(1, Math.ceil(vote.budget / voters / ROUNDS_MAX)) * parts;
  const whole = vote.budget * parts;
  let chosen = buy(options, voters, share);
  for (let round = 1; round <= ROUNDS_MAX && chosen.length < options.length; round += 1) {
    const next = buy(options, voters, Math.min(share + round * step, whole));
    if (costOf(next) > whole) break;
    chosen = next;
  }
  return chosen.map(({ option }) => option);
}

/** A part of a labor-second is one for each voter times a power of two, so that the first shares are whole and fine. */
function open({ budget, costs, ballots, tieOrder }: BudgetVote): {
  readonly options: readonly Option[];
  readonly parts: number;
  readonly share: number;
} {
  let fineness = 1;
  while (fineness < FINENESS_MAX && budget * ballots.length * fineness * 2 <= BUDGET_PRODUCT_MAX) fineness *= 2;
  const parts = ballots.length * fineness;
  const options = tieOrder
    .map((option, place) => ({
      option,
      place,
      price: costs[option - 1] ?? 0,
      cost: (costs[option - 1] ?? 0) * parts,
      supporters: ballots.flatMap((approved, voter) => (approved.includes(option) ? [voter] : [])),
    }))
    .filter(({ cost, supporters }) => cost <= budget * parts && supporters.length > 0);
  return { options, parts, share: budget * fineness };
}

function costOf(options: readonly Option[]): number {
  return options.reduce((sum, { cost }) => sum + cost, 0);
}

interface Bid {
  readonly option: Option;
  /** Parts that are left to pay when those who have less have given all. */
  readonly missing: number;
  /** By how many supporters, all alike. */
  readonly payers: number;
}

/** What each supporter pays at most, in parts. */
function paymentOf({ missing, payers }: Bid): number {
  return Math.ceil(missing / payers);
}

/** Buys, again and again, what costs its supporters the smallest payment for each unit of cost, as long as anything can be bought. */
function buy(options: readonly Option[], voters: number, share: number): readonly Option[] {
  const purses = new Array<number>(voters).fill(share);
  const bought: Option[] = [];
  // A bid never falls while purses empty: one that was made before says how good an option can be at best.
  let open: readonly Bid[] = options.map((option) => ({
    option,
    missing: option.cost,
    payers: option.supporters.length,
  }));
  for (;;) {
    const { best, rest } = bestBid(open.toSorted(compareBids), purses);
    if (best === undefined) return bought;
    const payment = paymentOf(best);
    for (const voter of best.option.supporters) purses[voter] = Math.max(0, (purses[voter] ?? 0) - payment);
    bought.push(best.option);
    open = rest;
  }
}

function bestBid(
  bids: readonly Bid[],
  purses: readonly number[],
): { readonly best: Bid | undefined; readonly rest: readonly Bid[] } {
  let best: Bid | undefined;
  const rest: Bid[] = [];
  for (const [index, bid] of bids.entries()) {
    if (best !== undefined && compareBids(best, bid) <= 0) {
      rest.push(...bids.slice(index));
      break;
    }
    const now = bidOf(bid.option, purses);
    if (now === undefined) continue;
    if (best === undefined || compareBids(now, best) < 0) {
      if (best !== undefined) rest.push(best);
      best = now;
    } else rest.push(now);
  }
  return { best, rest };
}

function compareBids(left: Bid, right: Bid): number {
  return (
    compareRatios(left.missing, left.payers * left.option.price, right.missing, right.payers * right.option.price) ||
    left.option.cost - right.option.cost ||
    right.option.supporters.length - left.option.supporters.length ||
    left.option.place - right.option.place
  );
}

/** @returns the smallest payment with which those who have less give all they have, and the rest is met; undefined without enough. */
function bidOf(option: Option, purses: readonly number[]): Bid | undefined {
  const funds = option.supporters.map((voter) => purses[voter] ?? 0).sort((left, right) => left - right);
  let missing = option.cost;
  for (const [index, fund] of funds.entries()) {
    const bid = { option, missing, payers: funds.length - index };
    if (paymentOf(bid) <= fund) return bid;
    missing -= fund;
  }
  return undefined;
}
