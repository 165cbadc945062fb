/**
 * Participatory budget by the method of equal shares (Peters, Pierczyński, Skowron, "Proportional participatory budgeting with
 * additive utilities", NeurIPS 2021) with approvals, utility = cost, completed by add1. Exact: no share is ever rounded.
 */
import { compareFractions, divideFraction, type Fraction, fractionOf, Holdings } from '../../base/fraction.ts';

/** A budget and what may be bought of it, in labor-seconds. */
export interface Budget {
  readonly budget: number;
  /** Cost of each option, above 0. */
  readonly costs: readonly number[];
}

/** Largest product of budget and voters: all shares together, raised until each is the whole budget, stay a safe integer. */
export const BUDGET_PRODUCT_MAX = 2 ** 52;
/** Raises by a fixed step; real elections need some hundred. */
const FIXED_RAISES = 1000;
/** After those, a raise is this part of the share, so that even a share as large as the budget is reached in some thousand. */
const SHARE_PER_RAISE = 100;

/** What is chosen of, and by whom: each ballot lists the options it approves, from 1; `tieOrder` holds every option once. */
export interface BudgetVote extends Budget {
  readonly ballots: readonly (readonly number[])[];
  readonly tieOrder: readonly number[];
}

interface Option {
  readonly option: number;
  readonly cost: number;
  /** Groups that approve it. */
  readonly groups: readonly number[];
  readonly approvals: number;
  readonly place: number;
}

/** Voters with the same approvals always hold the same: they are counted together. */
interface Election {
  readonly options: readonly Option[];
  /** Voters in each group. */
  readonly people: readonly number[];
}

/**
 * Chooses options. First every voter has an equal share of the budget; what costs its supporters least for each unit of cost is
 * bought first. Equal bids: the lower cost first, then more approvals, then the earlier in `tieOrder`. add1: every share is raised by
 * one labor-second, or by a thousandth of the first share where that is more (after a thousand raises: by a hundredth of the share, where
 * that is more; parts of a second are dropped), until the result would cost more than the budget, or everything that has supporters is
 * bought, or a share is the whole budget. That nothing more fits into the rest ends nothing: so Wieliczka counted in 2023, where four
 * raises more gave another result. Numbers in a ballot that are no option, and options of no cost, count nothing.
 * @returns options in the order in which they were bought; together they cost at most the budget.
 */
export function shareBudget(vote: BudgetVote): readonly number[] {
  const { budget, ballots } = vote;
  const voters = ballots.length;
  if (voters === 0 || budget === 0) return [];
  const election = open(vote);
  const share = quotient(budget, voters);
  let chosen = buy(election, fractionOf(budget, voters));
  for (let [raises, raised] = [0, 0]; chosen.length < election.options.length && share + raised < budget; raises += 1) {
    raised = Math.min(raised + stepAfter(raises, share, share + raised), budget - share);
    const next = buy(election, fractionOf(budget + raised * voters, voters));
    if (!isWithin(budget, next)) break;
    chosen = next;
  }
  return chosen.map(({ option }) => option);
}

/** In labor-seconds, like the shares. */
function stepAfter(raises: number, firstShare: number, share: number): number {
  const step = Math.max(1, quotient(firstShare, FIXED_RAISES));
  return raises < FIXED_RAISES ? step : Math.max(step, quotient(share, SHARE_PER_RAISE));
}

function quotient(dividend: number, divisor: number): number {
  return (dividend - (dividend % divisor)) / divisor;
}

function isWithin(budget: number, bought: readonly Option[]): boolean {
  return bought.reduce((left, { cost }) => left - cost, budget) >= 0;
}

function open({ budget, costs, ballots, tieOrder }: BudgetVote): Election {
  const groups = new Map<string, { readonly approved: readonly number[]; count: number }>();
  for (const approved of ballots) {
    const name = approved.toSorted((left, right) => left - right).join();
    const group = groups.get(name);
    if (group === undefined) groups.set(name, { approved, count: 1 });
    else group.count += 1;
  }
  const all = [...groups.values()];
  const options = tieOrder.map((option, place) => {
    const supporters = all.flatMap(({ approved }, group) => (approved.includes(option) ? [group] : []));
    const approvals = supporters.reduce((sum, group) => sum + (all[group]?.count ?? 0), 0);
    return { option, cost: costs[option - 1] ?? 0, groups: supporters, approvals, place };
  });
  return {
    options: options.filter(({ cost, approvals }) => cost > 0 && cost <= budget && approvals > 0),
    people: all.map(({ count }) => count),
  };
}

interface Bid {
  readonly option: Option;
  /** What each supporter pays at most, in labor-seconds. */
  readonly payment: Fraction;
  /** The same for each labor-second of cost: who pays least for the most goes first. */
  readonly price: Fraction;
}

/** Buys the best bid, again and again, as long as anything can be paid for. */
function buy({ options, people }: Election, share: Fraction): readonly Option[] {
  const holdings = new Holdings(people, share);
  const bought: Option[] = [];
  // No bid gets better while voters pay: one of an earlier time says how good an option can be at best.
  let hopes = options.map((option) => bidOf(option, fractionOf(option.cost, option.approvals))).sort(compareBids);
  for (let [first] = hopes; first !== undefined; [first] = hopes) {
    hopes = hopes.slice(1);
    const payment = holdings.levelFor(first.option.cost, first.option.groups);
    if (payment === undefined) continue;
    const bid = bidOf(first.option, payment);
    const better = hopes.findIndex((hope) => compareBids(bid, hope) < 0);
    if (better === 0 || hopes.length === 0) {
      holdings.drain(payment, bid.option.groups);
      bought.push(bid.option);
    } else hopes.splice(better < 0 ? hopes.length : better, 0, bid);
  }
  return bought;
}

function bidOf(option: Option, payment: Fraction): Bid {
  return { option, payment, price: divideFraction(payment, option.cost) };
}

function compareBids(left: Bid, right: Bid): number {
  return (
    compareFractions(left.price, right.price) ||
    left.option.cost - right.option.cost ||
    right.option.approvals - left.option.approvals ||
    left.option.place - right.option.place
  );
}
