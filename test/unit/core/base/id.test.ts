import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { base32 } from 'multiformats/bases/base32';
import { compareBytes } from '../../../../src/core/base/bytes.ts';
import { bytesToId, compareIds, idToBytes, parseId, textToIdBytes } from '../../../../src/core/base/id.ts';

const bytes32 = fc.uint8Array({ minLength: 32, maxLength: 32 });
const zero = `b${'a'.repeat(52)}`;

describe('ids', () => {
  it('are printed in multibase base32, and read back', () => {
    assert.equal(bytesToId(new Uint8Array(32)), zero);
    assert.equal(bytesToId(new Uint8Array(32).fill(255)), `b${'7'.repeat(51)}q`);
    fc.assert(
      fc.property(bytes32, (bytes) => {
        const id = bytesToId(bytes);
        assert.deepEqual(idToBytes(id), bytes);
        assert.equal(parseId(id), id);
      }),
    );
  });

  it('are coded as a general coder does it, and refused where the pattern refuses', () => {
    const letters = [...'abz27q18A-é'];
    fc.assert(
      fc.property(bytes32, fc.nat(52), fc.constantFrom(...letters), (bytes, place, letter) => {
        const id = bytesToId(bytes);
        assert.equal(id, base32.encode(bytes));
        const text = id.slice(0, place) + letter + id.slice(place + 1);
        assert.equal(textToIdBytes(text) === undefined, parseId(text) === undefined);
      }),
    );
  });

  it('have 32 bytes', () => {
    for (const length of [0, 31, 33]) assert.throws(() => bytesToId(new Uint8Array(length)), RangeError);
  });

  const wrong = [
    '',
    'b',
    zero.slice(1),
    `${zero}a`,
    zero.slice(0, -1),
    `B${'A'.repeat(52)}`,
    `b${'a'.repeat(51)}b`,
    `${zero}\n`,
    ` ${zero}`,
  ];
  for (const text of [
    ...wrong,
    `f${'0'.repeat(52)}`,
    `b${'a'.repeat(50)}1a`,
    `b${'a'.repeat(50)}éa`,
    `b${'a'.repeat(48)}====`,
  ]) {
    it(`are not ${JSON.stringify(text)}`, () => assert.equal(parseId(text), undefined));
  }

  it('are ordered as their bytes', () => {
    const near = bytes32.chain((bytes) => fc.tuple(fc.constant(bytes), fc.nat(31), fc.nat(255)));
    fc.assert(
      fc.property(near, bytes32, ([left, at, value], other) => {
        const right = left.with(at, value);
        assert.equal(compareIds(bytesToId(left), bytesToId(right)), compareBytes(left, right));
        assert.equal(compareIds(bytesToId(left), bytesToId(other)), compareBytes(left, other));
      }),
      { numRuns: 500 },
    );
  });
});
