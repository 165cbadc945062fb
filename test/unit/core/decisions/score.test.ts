import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { highestScores, sumScores } from '../../../../src/core/decisions/methods/score.ts';

interface Scoring {
  readonly when: string;
  /** Scores of all options, ballot by ballot. */
  readonly ballots: readonly (readonly number[])[];
  readonly seats: number;
  readonly tieOrder: readonly number[];
  readonly sums: readonly number[];
  readonly chosen: readonly number[];
}

const SCORINGS: readonly Scoring[] = [
  {
    when: 'one stands highest',
    ballots: [
      [5, 3, 0],
      [0, 4, 1],
      [3, 4, 0],
    ],
    seats: 1,
    tieOrder: [1, 2, 3],
    sums: [8, 11, 1],
    chosen: [2],
  },
  {
    when: 'two are chosen, highest first',
    ballots: [
      [5, 3, 0],
      [0, 4, 9],
    ],
    seats: 2,
    tieOrder: [1, 2, 3],
    sums: [5, 7, 9],
    chosen: [3, 2],
  },
  {
    when: 'sums are equal: the tie order decides',
    ballots: [
      [2, 1, 0],
      [1, 2, 3],
    ],
    seats: 2,
    tieOrder: [3, 1, 2],
    sums: [3, 3, 3],
    chosen: [3, 1],
  },
  {
    when: 'an option has no score: it is not chosen for want of others',
    ballots: [[2, 0, 0]],
    seats: 2,
    tieOrder: [3, 2, 1],
    sums: [2, 0, 0],
    chosen: [1],
  },
  { when: 'nobody voted', ballots: [], seats: 1, tieOrder: [1, 2, 3], sums: [0, 0, 0], chosen: [] },
];

describe('score', () => {
  for (const { when, ballots, seats, tieOrder, sums, chosen } of SCORINGS) {
    it(`chooses ${JSON.stringify(chosen)} where ${when}`, () => {
      assert.deepEqual(sumScores(3, ballots), sums);
      assert.deepEqual(highestScores(sums, seats, tieOrder), chosen);
    });
  }
});
