/** Counts of random small elections, against a second count by another way; and the same result in any order of the rows. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { bytesToId, idToBytes } from '../../src/core/base/id.ts';
import { countingChoices, rowRefusal } from '../../src/core/decisions/ballots.ts';
import { resolveDelegations } from '../../src/core/decisions/methods/delegation.ts';
import { shareBudget } from '../../src/core/decisions/methods/equal-shares.ts';
import { commitToLot, drawLot } from '../../src/core/decisions/methods/lot.ts';
import { countRanked, VOTE_UNITS } from '../../src/core/decisions/methods/ranked.ts';
import { highestScores, sumScores } from '../../src/core/decisions/methods/score.ts';
import { countProposal } from '../../src/core/decisions/tally.ts';
import type { BallotRow } from '../../src/core/wire/messages/decisions.ts';
import type { DecisionRule } from '../../src/core/wire/messages/rules.ts';
import { YES_OR_NO } from '../support/decisions.ts';
import {
  naiveChoices,
  naiveDelegations,
  naiveIsDecided,
  naiveLot,
  naiveRanked,
  naiveScore,
  naiveShares,
  naiveYesNo,
} from '../support/naive-tally.ts';
import { idNamed } from '../support/world.ts';

const RUNS = Number(process.env['TALLY_RUNS'] ?? 400);
const PEOPLE = Array.from({ length: 7 }, (_, index) => idNamed(`person ${index}`));
const PROPOSAL = idNamed('proposal');
const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index + 1);

const rules: fc.Arbitrary<DecisionRule> = fc
  .record({
    method: fc.constantFrom('consensus', 'consent', 'majority', 'supermajority'),
    quorumNumerator: fc.nat(4),
    blocksMax: fc.nat(1),
    threshold: fc.nat(2),
    assents: fc.boolean(),
  })
  .map(({ method, quorumNumerator, blocksMax, threshold, assents }) => ({
    matter: 'general',
    method,
    quorumNumerator,
    quorumDenominator: 4,
    thresholdNumerator: method === 'supermajority' ? 2 + threshold : 1,
    thresholdDenominator: method === 'supermajority' ? 4 : 1,
    blocksMax: method === 'consensus' ? blocksMax : 0,
    silence: assents && (method === 'consensus' || method === 'consent') ? 'assent' : 'abstain',
  }));

/** Rows of people of whom the first five are electors: late, twice with one number, for each other, and for what is not offered. */
const rows: fc.Arbitrary<readonly BallotRow[]> = fc.array(
  fc
    .record({
      voter: fc.nat(6),
      number: fc.integer({ min: 1, max: 3 }),
      ballot: fc.nat(3),
      voice: fc.integer({ min: 0, max: 5 }),
      delegate: fc.option(fc.nat(6)),
    })
    .map(({ voter, number, ballot, voice, delegate }) => ({
      voter: PEOPLE[voter] ?? PROPOSAL,
      number,
      ballot: idNamed(`ballot ${voter} ${number} ${ballot}`),
      choice: delegate === null ? [voice] : [],
      delegate: delegate === null ? undefined : PEOPLE[delegate],
      commitment: undefined,
    })),
  { maxLength: 14 },
);
const electors = PEOPLE.slice(0, 5);
const members = {
  count: electors.length,
  isMember: (identity: (typeof PEOPLE)[number]) => electors.includes(identity),
};

/** A teller has each ballot once. */
function distinct(list: readonly BallotRow[]): readonly BallotRow[] {
  return [...new Map(list.map((row) => [row.ballot, row])).values()];
}

function shuffled<Item>(list: readonly Item[], chances: Iterator<number>): readonly Item[] {
  return list
    .map((item) => ({ item, chance: chances.next().value ?? 0 }))
    .sort((left, right) => left.chance - right.chance)
    .map(({ item }) => item);
}

describe('the ballots that count', () => {
  it('are those of a second count', () => {
    fc.assert(
      fc.property(rows, rules, (list, rule) => {
        const all = distinct(list);
        const isSound = (row: BallotRow): boolean => rowRefusal(row, YES_OR_NO, rule, members) === undefined;
        const naive = naiveChoices(electors, all, isSound);
        const counted = countingChoices(all, YES_OR_NO, rule, members);
        assert.deepEqual(
          new Map([...counted].map(([voter, choice]) => [voter, choice ?? 'nothing'])),
          new Map([...counted.keys()].map((voter) => [voter, naive.get(voter)])),
        );
        assert.equal(counted.size, naive.size);
        const { outcome } = countProposal(PROPOSAL, { question: YES_OR_NO, rule }, members, all);
        assert.equal(outcome.adopted, naiveYesNo(rule, electors.length, [...naive.values()]));
      }),
      { numRuns: RUNS },
    );
  });

  it('give one result in any order of the rows', () => {
    fc.assert(
      fc.property(rows, rules, fc.infiniteStream(fc.nat()), (list, rule, chances) => {
        const all = distinct(list);
        const count = (of: readonly BallotRow[]) => countProposal(PROPOSAL, { question: YES_OR_NO, rule }, members, of);
        assert.deepEqual(count(shuffled(all, chances)), count(all));
      }),
      { numRuns: RUNS },
    );
  });

  it('close early where no ballot that is missing could change the result, and only there', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 5 }), rules, (voices, rule) => {
        const choices = voices.map((voice) => [voice === 4 && rule.method !== 'consensus' ? 2 : voice]);
        const list = choices.map((choice, index) => ({
          voter: electors[index] ?? PROPOSAL,
          number: 1,
          ballot: idNamed(`ballot ${index}`),
          choice,
          delegate: undefined,
          commitment: undefined,
        }));
        const { isEarly } = countProposal(PROPOSAL, { question: YES_OR_NO, rule }, members, list);
        assert.equal(isEarly, naiveIsDecided(rule, electors.length, choices));
      }),
      { numRuns: RUNS },
    );
  });
});

describe('equal shares', () => {
  const elections = (budgetMax: number) =>
    fc.integer({ min: 2, max: 5 }).chain((options) =>
      fc.record({
        costs: fc.array(fc.integer({ min: 1, max: budgetMax / 2 }), { minLength: options, maxLength: options }),
        budget: fc.integer({ min: 5, max: budgetMax }),
        ballots: fc.array(fc.uniqueArray(fc.integer({ min: 1, max: options }), { maxLength: options }), {
          minLength: 1,
          maxLength: 7,
        }),
      }),
    );

  it('buys what a second count with a purse for every voter buys', () => {
    fc.assert(
      fc.property(elections(40), ({ costs, budget, ballots }) => {
        const chosen = shareBudget({ budget, costs, ballots, tieOrder: upTo(costs.length) });
        assert.deepEqual(chosen, naiveShares({ costs, budget }, ballots));
      }),
      { numRuns: RUNS },
    );
  });

  it('raises shares as far as a second count does, where a raise is more than a labor-second', () => {
    // One voter of seven alone is for what takes most of the budget: only a share raised sevenfold pays for it.
    const alone = { costs: [9000, 100], budget: 10_000, ballots: [[1], [2], [2], [2], [2], [2], [2]] };
    const few = { costs: [19_000, 100], budget: 20_000, ballots: [[1], [2], [2], [2]] };
    fc.assert(
      fc.property(elections(20_000), ({ costs, budget, ballots }) => {
        const chosen = shareBudget({ budget, costs, ballots, tieOrder: upTo(costs.length) });
        assert.deepEqual(chosen, naiveShares({ costs, budget }, ballots));
      }),
      { numRuns: Math.ceil(RUNS / 20), examples: [[alone], [few]] },
    );
    for (const vote of [alone, few]) assert.deepEqual(shareBudget({ ...vote, tieOrder: [1, 2] }), [2, 1]);
  });

  it('does not depend on the order of ballots', () => {
    fc.assert(
      fc.property(elections(40), fc.infiniteStream(fc.nat()), ({ costs, budget, ballots }, chances) => {
        const vote = { budget, costs, tieOrder: upTo(costs.length) };
        assert.deepEqual(
          shareBudget({ ...vote, ballots: shuffled(ballots, chances) }),
          shareBudget({ ...vote, ballots }),
        );
      }),
      { numRuns: RUNS },
    );
  });
});

describe('ranked choice', () => {
  const elections = fc.integer({ min: 2, max: 6 }).chain((options) =>
    fc.record({
      options: fc.constant(options),
      seats: fc.integer({ min: 1, max: options - 1 }),
      rankings: fc.array(fc.uniqueArray(fc.integer({ min: 1, max: options }), { minLength: 1, maxLength: options }), {
        maxLength: 24,
      }),
    }),
  );

  it('elects whom a second count elects, with the same votes after every stage', () => {
    fc.assert(
      fc.property(elections, fc.infiniteStream(fc.nat()), ({ options, seats, rankings }, chances) => {
        const tieOrder = shuffled(upTo(options), chances);
        const { elected, stages } = countRanked(options, seats, rankings, tieOrder);
        const naive = naiveRanked(options, seats, rankings, tieOrder);
        assert.deepEqual(elected, naive.elected);
        const votes = stages.filter(({ event }) => event !== 'rest').map((stage) => stage.votes);
        assert.deepEqual(votes, naive.votes);
        assert.deepEqual(
          stages.flatMap((stage) => stage.elected),
          elected,
        );
      }),
      { numRuns: RUNS * 3 },
    );
  });

  it('fills its seats, makes no votes, and does not depend on the order of the papers', () => {
    fc.assert(
      fc.property(elections, ({ options, seats, rankings }) => {
        const result = countRanked(options, seats, rankings, upTo(options));
        assert.equal(new Set(result.elected).size, seats);
        assert.ok(result.votes.reduce((sum, votes) => sum + votes, 0) <= rankings.length * VOTE_UNITS);
        assert.deepEqual(countRanked(options, seats, rankings.toReversed(), upTo(options)), result);
      }),
      { numRuns: RUNS },
    );
  });

  it('elects for a group as many as the group has quotas of its own (proportionality for solid coalitions)', () => {
    fc.assert(
      fc.property(elections, fc.integer({ min: 1, max: 6 }), ({ options, seats, rankings }, size) => {
        const group = upTo(options).slice(0, size);
        const isSolid = (ranking: readonly number[]): boolean =>
          ranking.length >= group.length && ranking.slice(0, group.length).every((option) => group.includes(option));
        const supporters = rankings.filter(isSolid).length;
        const { elected, quota } = countRanked(options, seats, rankings, upTo(options));
        const due = Math.min(Math.floor((supporters * VOTE_UNITS) / quota), group.length);
        // What transfers lose in the sixth place of a vote is less than a quota of these few papers.
        assert.ok(elected.filter((option) => group.includes(option)).length >= due);
      }),
      { numRuns: RUNS },
    );
  });
});

describe('score', () => {
  it('chooses whom a second count chooses, in any order of the ballots', () => {
    const scores = fc.array(fc.nat(3), { minLength: 4, maxLength: 4 });
    const seatsOf = fc.integer({ min: 1, max: 4 });
    fc.assert(
      fc.property(
        fc.array(scores, { maxLength: 6 }),
        seatsOf,
        fc.infiniteStream(fc.nat()),
        (ballots, seats, chances) => {
          const tieOrder = shuffled(upTo(4), chances);
          const chosen = highestScores(sumScores(4, ballots), seats, tieOrder);
          assert.deepEqual(chosen, naiveScore(ballots, seats, tieOrder));
          assert.deepEqual(highestScores(sumScores(4, shuffled(ballots, chances)), seats, tieOrder), chosen);
        },
      ),
      { numRuns: RUNS },
    );
  });
});

describe('delegation', () => {
  it('gives everybody the ballot that a second count gives', () => {
    const people = Array.from({ length: 14 }, (_, index) => idNamed(`elector ${index}`));
    const person = fc.constantFrom(...people);
    const isElector = fc.array(fc.boolean(), { minLength: people.length, maxLength: people.length });
    const choices = fc.array(fc.tuple(person, fc.nat(3)), { maxLength: 4 });
    const delegates = fc.array(fc.tuple(person, person), { maxLength: 24 });
    fc.assert(
      fc.property(isElector, choices, delegates, (flags, own, named) => {
        const voters = people.filter((_, index) => flags[index] === true || index % 3 > 0);
        const [ballots, ways] = [new Map(own), new Map(named)];
        assert.deepEqual(resolveDelegations(voters, ballots, ways), naiveDelegations(voters, ballots, ways));
        const backwards = resolveDelegations(voters.toReversed(), ballots, ways);
        assert.deepEqual(backwards, resolveDelegations(voters, ballots, ways));
      }),
      { numRuns: RUNS * 5 },
    );
  });
});

describe('a lot', () => {
  const bytes = fc.uint8Array({ minLength: 32, maxLength: 32 });
  const hex = (value: Uint8Array): string => Buffer.from(value).toString('hex');
  const parties = fc.uniqueArray(fc.record({ party: bytes, secret: bytes, fault: fc.nat(5) }), {
    maxLength: 5,
    selector: ({ party }) => hex(party),
  });

  it('draws whom a second draw draws, in any order of parties and pool', () => {
    fc.assert(
      fc.property(parties, fc.array(bytes, { maxLength: 12 }), bytes, fc.nat(13), (list, pool, head, count) => {
        const parts = list.map(({ party, secret, fault }) => {
          const commitment = commitToLot(bytesToId(party), fault === 1 ? secret.toReversed() : secret);
          return { party, commitment, secret: fault === 0 ? undefined : secret };
        });
        const draw = (entries: typeof parts, from: typeof pool) =>
          drawLot({
            parts: new Map(entries.map(({ party, ...part }) => [bytesToId(party), part])),
            pool: from.map(bytesToId),
            poolHead: bytesToId(head),
            count,
          });
        const result = draw(parts, pool);
        const texts = parts.map(({ party, commitment, secret }) => ({
          party: hex(party),
          commitment: hex(commitment),
          secret: secret && hex(secret),
        }));
        const naive = naiveLot(texts, pool.map(hex), hex(head), count);
        assert.deepEqual(
          result.drawn.map((id) => hex(idToBytes(id))),
          naive.drawn,
        );
        assert.deepEqual(
          result.withheld.map((id) => hex(idToBytes(id))),
          naive.withheld,
        );
        assert.deepEqual(draw(parts.toReversed(), [...pool.toReversed(), ...pool.slice(0, 2)]), result);
      }),
      { numRuns: RUNS },
    );
  });
});
