const MAX = 9007199254740991;

const PARSED: readonly (readonly [string, number])[] = [
  ['0', 0],
  ['1', 3600],
  ['1.5', 5400],
  ['1.50', 5400],
  ['0.0025', 9],
  ['1:30', 5400],
  ['1:30:15', 5415],
  ['90m', 5400],
  ['2h', 7200],
  ['45s', 45],
  ['PT1H30M', 5400],
  ['PT90M', 5400],
  ['PT1H1S', 3601],
  ['2501999792983:36:31', MAX],
  ['9007199254740991s', MAX],
];

const UNPARSED: readonly (readonly [string, string])[] = [
  ['', 'empty'],
  ['-1', 'negative'],
  ['1e3', 'an exponent'],
  ['1,5', 'a decimal comma'],
  ['.5', 'no digit before the point'],
  ['1.', 'no digit after the point'],
  ['0.333333', 'no whole number of labor-seconds'],
  ['1:60', '60 minutes'],
  ['1:5', 'one digit of minutes'],
  ['1h30m', 'two units'],
  ['PT', 'a duration without parts'],
  ['P1D', 'a duration in days'],
  ['9007199254740992s', 'above 2^53−1'],
  ['2501999792983:36:32', 'above 2^53−1'],
];

const FORMATTED: readonly (readonly [number, string])[] = [
  [0, '0'],
  [1, '0:00:01'],
  [9, '0.0025'],
  [60, '0:01'],
  [3600, '1'],
  [5400, '1.5'],
  [5407, '1:30:07'],
  [MAX, '2501999792983:36:31'],
];

const PRODUCTS: readonly (readonly [number, number, number])[] = [
  [3600, 1, 1],
  [3600, 1, 3],
  [10, 2, 3],
  [10, 3, 2],
  [1, 999_999, 1_000_000],
  [MAX, 1, 1],
  [MAX, 1_000_000, 1_000_000],
  [MAX, 999_999, 1_000_000],
  [MAX, 1, 1_000_000],
  [MAX, 2, 1],
  [MAX - 1, 1_000_000, 999_999],
];

/** Vectors of amounts: how people write them, how they are printed, and products that round down. */
export function amountVectors(): Readonly<Record<string, unknown>> {
  return {
    'parse.json': {
      about: 'Text of an amount to labor-seconds; seconds null: refused, with the reason.',
      cases: [
        ...PARSED.map(([text, seconds]) => ({ text, seconds })),
        ...UNPARSED.map(([text, reason]) => ({ text, seconds: null, reason })),
      ],
    },
    'format.json': {
      about: 'Labor-seconds to the text that is printed; parsing it gives the same amount.',
      cases: FORMATTED.map(([seconds, text]) => ({ seconds, text })),
    },
    'multiply.json': {
      about: 'amount × numerator ÷ denominator, rounded down; result null: above 2^53−1.',
      cases: PRODUCTS.map(([amount, numerator, denominator]) => {
        const exact = (BigInt(amount) * BigInt(numerator)) / BigInt(denominator);
        return { amount, numerator, denominator, result: exact > BigInt(MAX) ? null : Number(exact) };
      }),
    },
  };
}
