import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { countVoices, hasQuorum, isAdopted, isDecided } from '../../../../src/core/decisions/methods/yes-no.ts';
import { type DecisionRule, VOICES } from '../../../../src/core/wire/messages/rules.ts';

const RULE: DecisionRule = {
  matter: 'general',
  method: 'majority',
  quorumNumerator: 0,
  quorumDenominator: 1,
  thresholdNumerator: 1,
  thresholdDenominator: 1,
  blocksMax: 0,
  silence: 'abstain',
};
const CONSENSUS: DecisionRule = { ...RULE, method: 'consensus' };
const CONSENT: DecisionRule = { ...RULE, method: 'consent' };
const TWO_THIRDS: DecisionRule = {
  ...RULE,
  method: 'supermajority',
  thresholdNumerator: 2,
  thresholdDenominator: 3,
};
const half = (rule: DecisionRule): DecisionRule => ({ ...rule, quorumNumerator: 1, quorumDenominator: 2 });
const bearing = (blocksMax: number): DecisionRule => ({ ...CONSENSUS, blocksMax });
const assenting = (rule: DecisionRule): DecisionRule => ({ ...rule, silence: 'assent' });

interface Row {
  readonly rule: DecisionRule;
  readonly electors: number;
  /** For, against, standing aside, blocking. */
  readonly voices: readonly [forIt: number, against: number, aside: number, block: number];
  readonly adopted: boolean;
  readonly decided: boolean;
}

const row = (
  rule: DecisionRule,
  electors: number,
  voices: Row['voices'],
  result: 'adopted' | 'rejected',
  when: 'may still change' | 'is decided',
): Row => ({ rule, electors, voices, adopted: result === 'adopted', decided: when === 'is decided' });

const TABLES: Readonly<Record<string, readonly Row[]>> = {
  'a majority': [
    row(RULE, 5, [0, 0, 0, 0], 'rejected', 'may still change'),
    row(RULE, 5, [1, 0, 0, 0], 'adopted', 'may still change'),
    row(RULE, 5, [3, 0, 0, 0], 'adopted', 'is decided'),
    row(RULE, 5, [2, 0, 2, 0], 'adopted', 'is decided'),
    row(RULE, 5, [0, 3, 0, 0], 'rejected', 'is decided'),
    row(RULE, 4, [0, 2, 0, 0], 'rejected', 'is decided'),
    row(RULE, 4, [2, 0, 0, 0], 'adopted', 'may still change'),
    row(RULE, 4, [2, 2, 0, 0], 'rejected', 'is decided'),
    row(RULE, 3, [0, 0, 3, 0], 'rejected', 'is decided'),
  ],
  'a majority with a quorum of a half': [
    row(half(RULE), 5, [2, 0, 0, 0], 'rejected', 'may still change'),
    row(half(RULE), 5, [1, 0, 2, 0], 'adopted', 'may still change'),
    row(half(RULE), 4, [2, 0, 0, 0], 'adopted', 'may still change'),
    row(half(RULE), 4, [1, 0, 1, 0], 'adopted', 'may still change'),
  ],
  'two thirds': [
    row(TWO_THIRDS, 6, [4, 2, 0, 0], 'adopted', 'is decided'),
    row(TWO_THIRDS, 6, [3, 2, 1, 0], 'rejected', 'is decided'),
    row(TWO_THIRDS, 6, [2, 1, 0, 0], 'adopted', 'may still change'),
    row(TWO_THIRDS, 6, [4, 0, 0, 0], 'adopted', 'is decided'),
    row(TWO_THIRDS, 6, [0, 3, 0, 0], 'rejected', 'is decided'),
    row(TWO_THIRDS, 3, [0, 0, 3, 0], 'rejected', 'is decided'),
  ],
  'a consent': [
    row(CONSENT, 4, [1, 0, 3, 0], 'adopted', 'is decided'),
    row(CONSENT, 4, [3, 0, 0, 0], 'adopted', 'may still change'),
    row(CONSENT, 4, [3, 1, 0, 0], 'rejected', 'is decided'),
    row(CONSENT, 4, [0, 1, 0, 0], 'rejected', 'may still change'),
    row(CONSENT, 4, [0, 0, 4, 0], 'rejected', 'is decided'),
    row(CONSENT, 4, [0, 0, 0, 0], 'rejected', 'may still change'),
    row(assenting(CONSENT), 4, [0, 0, 0, 0], 'adopted', 'may still change'),
    row(assenting(CONSENT), 4, [0, 0, 3, 0], 'adopted', 'may still change'),
    row(half(assenting(CONSENT)), 4, [1, 0, 0, 0], 'rejected', 'may still change'),
    row(half(CONSENT), 4, [0, 1, 0, 0], 'rejected', 'may still change'),
  ],
  'a consensus': [
    row(CONSENSUS, 4, [4, 0, 0, 0], 'adopted', 'is decided'),
    row(CONSENSUS, 4, [1, 0, 3, 0], 'adopted', 'is decided'),
    row(CONSENSUS, 4, [0, 0, 4, 0], 'rejected', 'is decided'),
    row(CONSENSUS, 4, [3, 0, 0, 0], 'adopted', 'may still change'),
    row(CONSENSUS, 4, [1, 3, 0, 0], 'adopted', 'is decided'),
    row(CONSENSUS, 4, [0, 3, 0, 0], 'rejected', 'may still change'),
    row(CONSENSUS, 4, [2, 0, 0, 1], 'rejected', 'may still change'),
    row(assenting(CONSENSUS), 4, [0, 0, 2, 0], 'adopted', 'may still change'),
    row(assenting(CONSENSUS), 4, [0, 0, 0, 1], 'rejected', 'may still change'),
  ],
  'a consensus that bears one block': [
    row(bearing(1), 4, [3, 0, 0, 1], 'adopted', 'is decided'),
    row(bearing(1), 4, [3, 0, 0, 0], 'adopted', 'is decided'),
    row(bearing(1), 4, [2, 0, 0, 1], 'adopted', 'may still change'),
    row(bearing(1), 4, [1, 0, 0, 2], 'rejected', 'may still change'),
    row(bearing(1), 4, [0, 0, 3, 1], 'rejected', 'is decided'),
  ],
};

for (const [name, rows] of Object.entries(TABLES)) {
  describe(name, () => {
    for (const { rule, electors, voices: counts, adopted, decided } of rows) {
      const [forIt, against, aside, block] = counts;
      const silent = rule.silence === 'assent' ? ', silence assents' : '';
      const said = `${forIt} for, ${against} against, ${aside} aside, ${block} blocking of ${electors}${silent}`;
      it(`${said}: ${adopted ? 'adopted' : 'rejected'}, ${decided ? 'decided' : 'open'}`, () => {
        const voices = VOICES.flatMap((voice, index) => Array.from({ length: counts[index] ?? 0 }, () => voice));
        const isQuorate = hasQuorum(voices.length, electors, rule);
        assert.equal(isQuorate && isAdopted(countVoices(voices, electors, rule), rule), adopted);
        assert.equal(isDecided(voices, voices.length, electors, rule), decided);
      });
    }
  });
}

describe('a quorum', () => {
  const quorums: readonly (readonly [voters: number, electors: number, numerator: number, isReached: boolean])[] = [
    [0, 9, 0, true],
    [2, 9, 1, false],
    [3, 9, 1, true],
    [3, 10, 1, false],
    [4, 10, 1, true],
    [8, 9, 3, false],
    [9, 9, 3, true],
  ];
  for (const [voters, electors, numerator, isReached] of quorums) {
    it(`of ${numerator} thirds is ${isReached ? '' : 'not '}reached by ${voters} of ${electors}`, () => {
      assert.equal(hasQuorum(voters, electors, { quorumNumerator: numerator, quorumDenominator: 3 }), isReached);
    });
  }
});
