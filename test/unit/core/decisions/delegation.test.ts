import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DELEGATION_DEPTH_MAX, resolveDelegations } from '../../../../src/core/decisions/methods/delegation.ts';
import { idNamed } from '../../../support/world.ts';

interface Case {
  readonly when: string;
  /** `elector: choice` or `elector > delegate`; an elector alone casts nothing. */
  readonly votes: readonly string[];
  /** What counts for the first elector: choice and whose ballot; undefined for an abstention. */
  readonly counts: readonly [choice: string, voter: string] | undefined;
}

/** Ana names the first of `count` electors, who name each the next; the last has a ballot. */
const chainOf = (count: number): readonly string[] => [
  'ana > 1',
  ...Array.from({ length: count - 1 }, (_, index) => `${index + 1} > ${index + 2}`),
  `${count}: yes`,
];

const CASES: readonly Case[] = [
  { when: 'Ana votes herself', votes: ['ana: no'], counts: ['no', 'ana'] },
  { when: 'Ana does nothing', votes: ['ana', 'bea: yes'], counts: undefined },
  { when: 'Ana names Bea', votes: ['ana > bea', 'bea: yes'], counts: ['yes', 'bea'] },
  { when: 'Ana names Bea, and votes herself', votes: ['ana: no', 'ana > bea', 'bea: yes'], counts: ['no', 'ana'] },
  { when: 'Ana names Bea, and she Carla', votes: ['ana > bea', 'bea > carla', 'carla: yes'], counts: ['yes', 'carla'] },
  { when: 'Ana names Bea, who does nothing', votes: ['ana > bea', 'bea'], counts: undefined },
  { when: 'Ana names herself', votes: ['ana > ana'], counts: undefined },
  { when: 'Ana and Bea name each other', votes: ['ana > bea', 'bea > ana'], counts: undefined },
  {
    when: 'the way leads into a circle of others',
    votes: ['ana > bea', 'bea > carla', 'carla > bea'],
    counts: undefined,
  },
  { when: 'Ana names somebody who is no elector', votes: ['ana > (zoe', '(zoe: yes'], counts: undefined },
  {
    when: 'the way leads over somebody who is no elector',
    votes: ['ana > (zoe', '(zoe > bea', 'bea: yes'],
    counts: undefined,
  },
  { when: 'who is no elector has a ballot', votes: ['ana', '(zoe: yes'], counts: undefined },
  { when: 'the ballot is eight delegates away', votes: chainOf(DELEGATION_DEPTH_MAX), counts: ['yes', '8'] },
  { when: 'the ballot is nine delegates away', votes: chainOf(DELEGATION_DEPTH_MAX + 1), counts: undefined },
];

describe('delegation', () => {
  for (const { when, votes, counts } of CASES) {
    it(`counts ${counts === undefined ? 'nothing' : `${counts[0]} of ${counts[1]}`} where ${when}`, () => {
      const pairs = votes.map((vote) => vote.split(/: | > /));
      const names = new Set(pairs.map(([name = '']) => name));
      const electors = [...names].filter((name) => !name.startsWith('(')).map(idNamed);
      const choices = votes.flatMap((vote, index) => (vote.includes(':') ? [pairs[index] ?? []] : []));
      const delegates = votes.flatMap((vote, index) => (vote.includes('>') ? [pairs[index] ?? []] : []));
      const effective = resolveDelegations(
        electors,
        new Map(choices.map(([voter = '', choice = '']) => [idNamed(voter), choice])),
        new Map(delegates.map(([voter = '', delegate = '']) => [idNamed(voter), idNamed(delegate)])),
      );
      assert.deepEqual([...effective.keys()], electors);
      const expected = counts === undefined ? undefined : { choice: counts[0], voter: idNamed(counts[1]) };
      assert.deepEqual(effective.get(idNamed('ana')), expected);
    });
  }
});
