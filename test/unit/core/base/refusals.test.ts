import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { REFUSAL_CODES, refusalNumber, refusalOfNumber, refusalSentence } from '../../../../src/core/base/refusals.ts';

describe('refusal codes', () => {
  it('have numbers of their own from 1', () => {
    const numbers = REFUSAL_CODES.map(refusalNumber);
    assert.equal(new Set(numbers).size, numbers.length);
    assert.ok(numbers.every((number) => Number.isInteger(number) && number >= 1));
  });

  it('are found by number, and no other number has one', () => {
    for (const code of REFUSAL_CODES) assert.equal(refusalOfNumber(refusalNumber(code)), code);
    for (const number of [0, -1, 0.5, 1_000_000]) assert.equal(refusalOfNumber(number), undefined);
  });

  it('have a sentence each', () => {
    for (const code of REFUSAL_CODES) assert.match(refusalSentence(code), /^[A-Z].{10,}\.$/u);
  });
});
