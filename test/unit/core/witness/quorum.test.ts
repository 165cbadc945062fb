import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { faultsOf, quorumOf } from '../../../../src/core/witness/quorum.ts';

describe('how many witnesses have to agree', () => {
  const table: readonly (readonly [number, number, string, number])[] = [
    [0, 0, 'unwitnessed', 0],
    [1, 1, 'few witnesses', 0],
    [2, 2, 'few witnesses', 0],
    [3, 3, 'few witnesses', 0],
    [4, 3, 'witnessed', 1],
    [5, 4, 'witnessed', 1],
    [6, 5, 'witnessed', 1],
    [7, 5, 'witnessed', 2],
    [10, 7, 'witnessed', 3],
    [16, 11, 'witnessed', 5],
  ];
  for (const [witnesses, needed, words, faults] of table)
    it(`${witnesses} witnesses: ${needed}, ${words}`, () => {
      assert.deepEqual(quorumOf(witnesses), { witnesses, needed, words });
      assert.equal(faultsOf(witnesses), faults);
    });

  it('two quorums share an honest witness, counted out subset by subset', () => {
    for (let witnesses = 4; witnesses <= 10; witnesses += 1) {
      const { needed } = quorumOf(witnesses);
      const quorums = subsetsOf(witnesses).filter((set) => set.length >= needed);
      const fewestShared = Math.min(
        ...quorums.flatMap((one) => quorums.map((other) => one.filter((index) => other.includes(index)).length)),
      );
      assert.ok(fewestShared > faultsOf(witnesses), `${witnesses} witnesses share ${fewestShared}`);
    }
  });

  it('the honest ones are enough when all others stay away', () => {
    for (let witnesses = 4; witnesses <= 300; witnesses += 1)
      assert.ok(witnesses - faultsOf(witnesses) >= quorumOf(witnesses).needed, String(witnesses));
  });
});

/** Minimal quorums are enough to look at: a larger one shares more. */
function subsetsOf(count: number): readonly (readonly number[])[] {
  const { needed } = quorumOf(count);
  const all = Array.from({ length: 2 ** count }, (_, bits) =>
    Array.from({ length: count }, (_unused, index) => index).filter((index) => (bits >> index) & 1),
  );
  return all.filter((set) => set.length === needed);
}
