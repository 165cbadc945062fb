import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { shareBudget } from '../../../../src/core/decisions/methods/equal-shares.ts';

interface Vote {
  readonly when: string;
  readonly budget: number;
  readonly costs: readonly number[];
  /** Approvals, each line so many times. */
  readonly ballots: readonly (readonly [times: number, ...approved: readonly number[]])[];
  readonly buys: readonly number[];
  readonly tieOrder?: readonly number[];
}

const VOTES: readonly Vote[] = [
  { when: 'nobody voted', budget: 100, costs: [10, 10], ballots: [], buys: [] },
  { when: 'all ballots are empty', budget: 100, costs: [10, 10], ballots: [[3]], buys: [] },
  { when: 'there is enough for all', budget: 100, costs: [10, 20], ballots: [[2, 1, 2]], buys: [1, 2] },
  {
    when: 'a third of the people likes one thing and two thirds another: each has its part of the money',
    budget: 90,
    costs: [30, 30, 30, 30],
    ballots: [
      [4, 1, 2, 3],
      [2, 4],
    ],
    buys: [1, 2, 4],
  },
  {
    when: 'more approvals make each labor-second cheaper for its supporters',
    budget: 60,
    costs: [60, 60],
    ballots: [
      [2, 1],
      [4, 2],
    ],
    buys: [2],
  },
  {
    when: 'bids are equal: the cheaper one first',
    budget: 30,
    costs: [20, 10],
    ballots: [[3, 1, 2]],
    buys: [2, 1],
  },
  {
    when: 'everything is equal: the tie order decides',
    budget: 30,
    costs: [20, 20],
    ballots: [[3, 1, 2]],
    tieOrder: [2, 1],
    buys: [2],
  },
  {
    when: 'nobody can pay with the first share: add1 raises it until somebody can',
    budget: 30,
    costs: [25, 25],
    ballots: [
      [2, 1],
      [1, 2],
    ],
    buys: [1],
  },
  {
    when: 'bids and costs are equal, because one of three supporters has paid for something else: more approvals first',
    budget: 120,
    costs: [20, 20, 100, 5],
    ballots: [
      [1, 2, 3],
      [9, 3, 4],
      [2, 1, 2],
    ],
    buys: [3, 2],
  },
  {
    when: 'the first share of 1,000 is raised to 2,000 by one each, then to 2,020, where one can be paid for and not both',
    budget: 3000,
    costs: [2010, 2021],
    ballots: [[1, 1], [1, 2], [1]],
    buys: [1],
  },
  { when: 'an option costs more than the budget', budget: 30, costs: [31, 5], ballots: [[3, 1, 2]], buys: [2] },
  { when: 'a ballot names what is no option', budget: 30, costs: [10, 5], ballots: [[3, 9, 2, 0]], buys: [2] },
  {
    when: 'one voter has the largest budget that there can be',
    budget: 2 ** 52,
    costs: [2 ** 52, 1],
    ballots: [[1, 1, 2]],
    buys: [2],
  },
];

describe('equal shares', () => {
  for (const { when, budget, costs, ballots, buys, tieOrder } of VOTES) {
    it(`buys ${JSON.stringify(buys)} where ${when}`, () => {
      const lists = ballots.flatMap(([times, ...approved]) => Array.from({ length: times }, () => approved));
      const order = tieOrder ?? costs.map((_, index) => index + 1);
      assert.deepEqual(shareBudget({ budget, costs, ballots: lists, tieOrder: order }), buys);
    });
  }
});
