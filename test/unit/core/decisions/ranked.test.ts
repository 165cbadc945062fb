import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { countRanked, type RankedStage, VOTE_UNITS } from '../../../../src/core/decisions/methods/ranked.ts';

interface Election {
  readonly when: string;
  readonly options: number;
  readonly seats: number;
  /** How many papers, then their ranking. */
  readonly papers: readonly (readonly [times: number, ...ranking: readonly number[]])[];
  /** From 1 up where nothing is said. */
  readonly tieOrder?: readonly number[];
  readonly quota: number;
  /** What happened, the votes of all options after it, and who was elected by it. */
  readonly stages: readonly string[];
  readonly elected: readonly number[];
}

const ELECTIONS: readonly Election[] = [
  {
    when: 'an option has more than half of the first preferences',
    options: 3,
    seats: 1,
    papers: [
      [5, 1],
      [2, 2, 1],
      [2, 3],
    ],
    quota: 5,
    stages: ['first: 5 2 2, spent 0, elects 1'],
    elected: [1],
  },
  {
    when: 'the last one’s papers decide (instant runoff)',
    options: 3,
    seats: 1,
    papers: [
      [4, 1],
      [3, 2, 3],
      [2, 3, 2],
    ],
    quota: 5,
    stages: ['first: 4 3 2, spent 0', 'exclusion of 3: 4 5 0, spent 0, elects 2'],
    elected: [2],
  },
  {
    when: 'a surplus makes two options equal: who had fewer before is excluded, and the last seat goes to who is left',
    options: 3,
    seats: 2,
    papers: [
      [5, 1, 2],
      [2, 2],
      [3, 3],
    ],
    quota: 4,
    stages: [
      'first: 5 2 3, spent 0, elects 1',
      'surplus of 1: 4 3 3, spent 0',
      'exclusion of 2: 4 0 3, spent 3',
      'rest: 4 0 3, spent 3, elects 3',
    ],
    elected: [1, 3],
  },
  {
    when: 'transfers of a third drop what comes after five decimals',
    options: 3,
    seats: 2,
    papers: [
      [3, 1, 2],
      [1, 2],
      [1, 3],
    ],
    quota: 2,
    stages: [
      'first: 3 1 1, spent 0, elects 1',
      'surplus of 1: 2 1.99999 1, spent 0.00001',
      'exclusion of 3: 2 1.99999 0, spent 1.00001',
      'rest: 2 1.99999 0, spent 1.00001, elects 2',
    ],
    elected: [1, 2],
  },
  {
    when: 'two have a surplus: the larger one passes on first, and none passes to whoever is elected',
    options: 4,
    seats: 3,
    papers: [
      [9, 1, 2, 3],
      [7, 2, 1, 4],
      [2, 3],
      [2, 4],
    ],
    quota: 6,
    stages: [
      'first: 9 7 2 2, spent 0, elects 1 2',
      'surplus of 1: 6 7 4.99997 2, spent 0.00003',
      'surplus of 2: 6 6 4.99997 2.99995, spent 0.00008',
      'exclusion of 4: 6 6 4.99997 0, spent 3.00003',
      'rest: 6 6 4.99997 0, spent 3.00003, elects 3',
    ],
    elected: [1, 2, 3],
  },
  {
    when: 'two are equal who stood one way first and the other way later: the later stage decides who is excluded',
    options: 5,
    seats: 1,
    papers: [
      [5, 1, 2],
      [4, 2],
      [2, 3, 2],
      [1, 4, 1],
      [2, 4, 5],
      [7, 5],
    ],
    quota: 11,
    stages: [
      'first: 5 4 2 3 7, spent 0',
      'exclusion of 3: 5 6 0 3 7, spent 0',
      'exclusion of 4: 6 6 0 0 9, spent 0',
      'exclusion of 1: 0 11 0 0 9, spent 1, elects 2',
    ],
    elected: [2],
  },
  {
    when: 'all are equal from the beginning: the tie order excludes its last',
    options: 3,
    seats: 1,
    papers: [
      [1, 1],
      [1, 2],
      [1, 3, 2],
    ],
    tieOrder: [2, 1, 3],
    quota: 2,
    stages: ['first: 1 1 1, spent 0', 'exclusion of 3: 1 2 0, spent 0, elects 2'],
    elected: [2],
  },
  {
    when: 'rankings name an option twice, or one that is none: they end there; who begins so has no vote',
    options: 3,
    seats: 1,
    papers: [[2, 1, 1, 3], [2, 3, 9, 1], [1, 2, 0, 3], [4, 7, 3], [1]],
    tieOrder: [3, 1, 2],
    quota: 3,
    stages: [
      'first: 2 1 2, spent 0',
      'exclusion of 2: 2 0 2, spent 1',
      'exclusion of 1: 0 0 2, spent 3',
      'rest: 0 0 2, spent 3, elects 3',
    ],
    elected: [3],
  },
  {
    when: 'nobody voted: the tie order fills the seats',
    options: 3,
    seats: 2,
    papers: [],
    tieOrder: [3, 1, 2],
    quota: 1,
    stages: ['first: 0 0 0, spent 0', 'exclusion of 2: 0 0 0, spent 0', 'rest: 0 0 0, spent 0, elects 3 1'],
    elected: [3, 1],
  },
  {
    when: 'there are more seats than options',
    options: 2,
    seats: 5,
    papers: [[6, 2]],
    quota: 2,
    stages: ['first: 0 6, spent 0, elects 2', 'rest: 0 6, spent 0, elects 1'],
    elected: [2, 1],
  },
];

function print({ event, option, votes, spent, elected }: RankedStage): string {
  const what = option === undefined ? event : `${event} of ${option}`;
  const standing = votes.map((units) => units / VOTE_UNITS).join(' ');
  const who = elected.length === 0 ? '' : `, elects ${elected.join(' ')}`;
  return `${what}: ${standing}, spent ${spent / VOTE_UNITS}${who}`;
}

describe('ranked choice', () => {
  for (const { when, options, seats, papers, tieOrder, quota, stages, elected } of ELECTIONS) {
    it(`elects ${elected.join(', ')} where ${when}`, () => {
      const rankings = papers.flatMap(([times, ...ranking]) => Array.from({ length: times }, () => ranking));
      const order = tieOrder ?? Array.from({ length: options }, (_, index) => index + 1);
      const result = countRanked(options, seats, rankings, order);
      assert.deepEqual(result.stages.map(print), stages);
      assert.deepEqual(result.elected, elected);
      assert.equal(result.quota, quota * VOTE_UNITS);
      assert.deepEqual(result.votes, result.stages.at(-1)?.votes);
    });
  }
});
