import { numberToAmount, ZERO } from '../../src/core/base/amount.ts';
import { present } from '../../src/core/base/outcome.ts';
import { compareRows, rowsRoot } from '../../src/core/decisions/pages.ts';
import { countProposal } from '../../src/core/decisions/tally.ts';
import type { BallotRow, Question } from '../../src/core/wire/messages/decisions.ts';
import type { DecisionRule, Method } from '../../src/core/wire/messages/rules.ts';
import { Chance } from '../simulation/chance.ts';
import { idNamed } from '../support/world.ts';
import { type Bench, type Figure, median, ratio } from './bench.ts';

const ELECTORS = 1000;
const ROUNDS = 3;
const TARGET_MS = 1000;
const NOTHING: Question = { options: 0, seats: 0, scoreMax: 0, costs: [], budget: ZERO, act: undefined, sealed: false };
const BUDGET = 500_000;

interface Sort {
  readonly method: Method;
  readonly name: string;
  readonly question: Question;
  choice(chance: Chance): readonly number[];
}

const ranking = (chance: Chance, options: number, length: number): readonly number[] =>
  Array.from({ length: options }, (_, index) => index + 1)
    .map((option) => ({ option, at: chance.next() }))
    .sort((left, right) => left.at - right.at)
    .slice(0, length)
    .map(({ option }) => option);

const SORTS: readonly Sort[] = [
  { method: 'consent', name: 'a consent', question: NOTHING, choice: () => [1] },
  {
    method: 'rankedChoice',
    name: 'ranked choice, 3 of 10',
    question: { ...NOTHING, options: 10, seats: 3 },
    choice: (chance) => ranking(chance, 10, chance.between(1, 10)),
  },
  {
    method: 'score',
    name: 'scores up to 9 of 10 options',
    question: { ...NOTHING, options: 10, seats: 3, scoreMax: 9 },
    choice: (chance) => Array.from({ length: 10 }, () => chance.between(0, 9)),
  },
  {
    method: 'equalShares',
    name: 'equal shares over 20 options, nearly every ballot another',
    question: {
      ...NOTHING,
      options: 20,
      costs: Array.from({ length: 20 }, (_, index) => present(numberToAmount(20_000 + 7_000 * index), 'a cost')),
      budget: present(numberToAmount(BUDGET), 'a budget'),
    },
    choice: (chance) => ranking(chance, 20, chance.between(1, 12)),
  },
];

function ruleOf(method: Method): DecisionRule {
  return {
    matter: 'general',
    method,
    quorumNumerator: 1,
    quorumDenominator: 2,
    thresholdNumerator: 1,
    thresholdDenominator: 1,
    blocksMax: 0,
    silence: 'abstain',
  };
}

function rowsFor(sort: Sort, electors: number): readonly BallotRow[] {
  const chance = new Chance(1);
  return Array.from({ length: electors }, (_, index) => ({
    voter: idNamed(`voter ${index}`),
    number: 1,
    ballot: idNamed(`ballot ${index}`),
    choice: [...sort.choice(chance)],
    delegate: undefined,
    commitment: undefined,
  })).sort(compareRows);
}

function timeMs(work: () => void): number {
  const startMs = performance.now();
  work();
  return performance.now() - startMs;
}

/** What every node does at a Close: the root over its rows, and the count. */
export const tallyBench: Bench = {
  name: 'tally',
  run: async (quick) => {
    const electors = quick ? 50 : ELECTORS;
    return SORTS.map((sort): Figure => {
      const rows = rowsFor(sort, electors);
      const proposal = { question: sort.question, rule: ruleOf(sort.method) };
      const voters = new Set(rows.map(({ voter }) => voter));
      const members = { count: electors, isMember: (identity: BallotRow['voter']) => voters.has(identity) };
      const [counts, roots]: [number[], number[]] = [[], []];
      for (let round = 0; round < ROUNDS; round += 1) {
        counts.push(
          timeMs(() => {
            rowsRoot(rows);
            countProposal(idNamed('proposal'), proposal, members, rows);
          }),
        );
        roots.push(timeMs(() => rowsRoot(rows)));
      }
      const [measuredMs, referenceMs] = [median(counts), median(roots)];
      return {
        operation: `tally: ${electors} electors, ${sort.name}; the root over their rows with it`,
        measured: `${Math.round(measuredMs)} ms`,
        reference: `${Math.round(referenceMs)} ms; the root alone`,
        ratio: ratio(measuredMs / referenceMs),
        target: '< 1 s',
        met: measuredMs < TARGET_MS,
      };
    });
  },
};
