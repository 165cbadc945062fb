import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  compareFractions,
  divideFraction,
  type Fraction,
  fractionOf,
  Holdings,
} from '../../../../src/core/base/fraction.ts';

const LARGEST = Number.MAX_SAFE_INTEGER;
const isSame = (left: Fraction | undefined, right: Fraction): boolean =>
  left !== undefined && compareFractions(left, right) === 0;

describe('fractions', () => {
  const ordered: readonly (readonly [left: Fraction, sign: number, right: Fraction])[] = [
    [fractionOf(1, 3), -1, fractionOf(1, 2)],
    [fractionOf(2, 4), 0, fractionOf(1, 2)],
    [fractionOf(0, 7), 0, fractionOf(0, 1)],
    [fractionOf(7, 1), 1, fractionOf(13, 2)],
    // Closer than numbers with 53 bits tell apart.
    [fractionOf(LARGEST - 1, LARGEST), 1, fractionOf(LARGEST - 2, LARGEST - 1)],
    [divideFraction(fractionOf(1, LARGEST), LARGEST), 1, divideFraction(fractionOf(0, 1), 2)],
    [divideFraction(fractionOf(3, 5), 3), 0, fractionOf(1, 5)],
  ];
  for (const [left, sign, right] of ordered) {
    it(`${left.numerator}/${left.denominator} against ${right.numerator}/${right.denominator} is ${sign}`, () => {
      assert.equal(compareFractions(left, right), sign);
      assert.equal(compareFractions(right, left), 0 - sign);
    });
  }

  it('are made of safe integers only', () => {
    for (const [numerator, denominator] of [
      [-1, 1],
      [0.5, 1],
      [LARGEST + 1, 1],
      [1, 0],
      [1, -1],
      [1, 1.5],
      [Number.NaN, 1],
    ] as const)
      assert.throws(() => fractionOf(numerator, denominator), RangeError);
    assert.throws(() => divideFraction(fractionOf(1, 1), 0), RangeError);
  });
});

describe('holdings', () => {
  it('bring a sum together with the same level for all, and with all that the poorer have', () => {
    // Two people in one group, three in another, ten each.
    const holdings = new Holdings([2, 3], fractionOf(10, 1));
    assert.ok(isSame(holdings.levelFor(10, [1]), fractionOf(10, 3)));
    holdings.drain(fractionOf(10, 3), [1]);
    // 2 · p + 3 · min(p, 20/3) = 36 with p = 8.
    assert.ok(isSame(holdings.levelFor(36, [0, 1]), fractionOf(8, 1)));
    assert.ok(isSame(holdings.levelFor(40, [0, 1]), fractionOf(10, 1)));
    assert.equal(holdings.levelFor(41, [0, 1]), undefined);
    holdings.drain(fractionOf(8, 1), [0, 1]);
    assert.ok(isSame(holdings.levelFor(4, [0, 1]), fractionOf(2, 1)));
    assert.equal(holdings.levelFor(1, [1]), undefined);
    assert.equal(holdings.levelFor(1, []), undefined);
  });

  it('lose nothing by rounding: all that is drained is the sum', () => {
    const draw = fc.record({ total: fc.integer({ min: 1, max: 30 }), groups: fc.subarray([0, 1, 2, 3]) });
    const people = fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 4, maxLength: 4 });
    fc.assert(
      fc.property(people, fc.nat(60), fc.array(draw, { maxLength: 6 }), (counts, each, draws) => {
        const holdings = new Holdings(counts, fractionOf(each, 7));
        const all = [0, 1, 2, 3];
        let left = counts.reduce((sum, count) => sum + count, 0) * each;
        for (const { total, groups } of draws) {
          const level = holdings.levelFor(total, groups);
          if (level === undefined) continue;
          holdings.drain(level, groups);
          left -= total * 7;
        }
        // What is left, in sevenths, can be brought together to the last whole and not a whole more.
        const wholes = (left - (left % 7)) / 7;
        if (wholes > 0) assert.ok(holdings.levelFor(wholes, all) !== undefined);
        assert.equal(holdings.levelFor(wholes + 1, all), undefined);
      }),
    );
  });
});
