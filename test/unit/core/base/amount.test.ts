import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  AMOUNT_MAX,
  type Amount,
  addAmounts,
  formatAmount,
  multiplyAmount,
  numberToAmount,
  parseAmount,
  RATIO_TERM_MAX,
  subtractAmounts,
  sumAmounts,
  ZERO,
} from '../../../../src/core/base/amount.ts';
import { amountOf } from '../../../support/books.ts';

const MAX = Number.MAX_SAFE_INTEGER;

describe('parseAmount', () => {
  const read: readonly (readonly [string, number])[] = [
    ['0', 0],
    ['1', 3600],
    ['1.5', 5400],
    ['1.50', 5400],
    ['01.5', 5400],
    ['0.0025', 9],
    ['0.333333', -1],
    ['0.00025', -1],
    ['0.000277', -1],
    ['1:30', 5400],
    ['1:30:15', 5415],
    ['0:00:01', 1],
    ['100:00', 360_000],
    ['90m', 5400],
    ['2h', 7200],
    ['45s', 45],
    ['PT1H30M', 5400],
    ['PT90M', 5400],
    ['PT5400S', 5400],
    ['PT1H1S', 3601],
    [' 1.5 ', 5400],
    ['9007199254740991s', MAX],
    ['PT9007199254740991S', MAX],
    ['2501999792983:36:31', MAX],
    ['9007199254740992s', -1],
    ['9999999999999999s', -1],
    ['2501999792983:36:32', -1],
    ['2501999792984', -1],
    ['9999999999999h', -1],
    ['PT2501999792983H2192S', -1],
  ];
  for (const [text, amount] of read) {
    it(`reads ${text} as ${amount < 0 ? 'no amount' : amount}`, () => {
      assert.equal(parseAmount(text), amount < 0 ? undefined : amount);
    });
  }

  const refused = [
    '',
    ' ',
    '-1',
    '+1',
    '.5',
    '1.',
    '1,5',
    '1e3',
    '0x10',
    '1:5',
    '1:60',
    '1:30:60',
    '1:2:3',
    ':30',
    '1h30m',
    '1.5h',
    '2H',
  ];
  for (const text of [
    ...refused,
    'PT',
    'P1D',
    'PT1.5H',
    'PT1M1H',
    'pt1h',
    '1 h',
    '٣',
    '1:30\n1',
    'NaN',
    'Infinity',
    '1.0000000',
  ]) {
    it(`refuses ${JSON.stringify(text)}`, () => assert.equal(parseAmount(text), undefined));
  }
});

describe('formatAmount', () => {
  const printed: readonly (readonly [number, string])[] = [
    [0, '0'],
    [1, '0:00:01'],
    [9, '0.0025'],
    [60, '0:01'],
    [360, '0.1'],
    [1800, '0.5'],
    [3599, '0:59:59'],
    [3600, '1'],
    [5400, '1.5'],
    [5407, '1:30:07'],
    [36_000, '10'],
    [MAX, '2501999792983:36:31'],
  ];
  for (const [amount, text] of printed)
    it(`prints ${amount} as ${text}`, () => assert.equal(formatAmount(amountOf(amount)), text));

  it('prints what parseAmount reads back, for every amount', () => {
    const near = fc.nat(20_000).map((below) => MAX - below);
    fc.assert(
      fc.property(fc.oneof(fc.maxSafeNat(), fc.nat(100_000), near), (number) => {
        assert.equal(parseAmount(formatAmount(amountOf(number))), number);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('numberToAmount', () => {
  it('takes safe integers from zero', () => {
    for (const number of [0, 1, MAX]) assert.equal(numberToAmount(number), number);
    for (const number of [-1, 0.5, MAX + 1, 2 ** 64, NaN, Infinity, -Infinity])
      assert.equal(numberToAmount(number), undefined);
  });

  it('takes −0 for 0', () => assert.ok(Object.is(numberToAmount(-0), 0)));
});

describe('sums', () => {
  it('stop at the largest amount and at zero', () => {
    assert.equal(addAmounts(amountOf(MAX - 1), amountOf(1)), MAX);
    assert.equal(addAmounts(AMOUNT_MAX, amountOf(1)), undefined);
    assert.equal(addAmounts(AMOUNT_MAX, AMOUNT_MAX), undefined);
    assert.equal(subtractAmounts(amountOf(1), amountOf(1)), 0);
    assert.equal(subtractAmounts(ZERO, amountOf(1)), undefined);
    assert.equal(sumAmounts([]), 0);
    assert.equal(sumAmounts([AMOUNT_MAX, ZERO, amountOf(1)]), undefined);
  });

  it('agree with exact integers', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.maxSafeNat(), fc.nat(1000))), (numbers) => {
        const exact = numbers.reduce((sum, number) => sum + BigInt(number), 0n);
        const expected = exact > BigInt(MAX) ? undefined : Number(exact);
        assert.equal(sumAmounts(numbers.map(amountOf)), expected);
      }),
    );
  });
});

describe('multiplyAmount', () => {
  const exact = (amount: Amount, numerator: number, denominator: number): number | undefined => {
    const product = (BigInt(amount) * BigInt(numerator)) / BigInt(denominator);
    return product > BigInt(MAX) ? undefined : Number(product);
  };

  it('rounds down, and agrees with exact integers', () => {
    const term = fc.oneof(
      fc.integer({ min: 1, max: RATIO_TERM_MAX }),
      fc.constantFrom(1, 2, RATIO_TERM_MAX - 1, RATIO_TERM_MAX),
    );
    const amount = fc
      .oneof(
        fc.maxSafeNat(),
        fc.nat(10_000_000),
        fc.nat(3).map((below) => MAX - below),
      )
      .map(amountOf);
    fc.assert(
      fc.property(amount, term, term, (value, numerator, denominator) => {
        assert.equal(multiplyAmount(value, numerator, denominator), exact(value, numerator, denominator));
      }),
      { numRuns: 2000 },
    );
  });

  it('refuses terms out of range', () => {
    for (const term of [0, -1, 0.5, RATIO_TERM_MAX + 1, NaN]) {
      assert.equal(multiplyAmount(amountOf(10), term, 1), undefined);
      assert.equal(multiplyAmount(amountOf(10), 1, term), undefined);
    }
  });
});
