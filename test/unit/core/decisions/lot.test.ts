import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Id } from '../../../../src/core/base/id.ts';
import { commitToLot, drawLot, type LotPart } from '../../../../src/core/decisions/methods/lot.ts';
import { idNamed } from '../../../support/world.ts';

const [ANA, BEA, CARLA, DORA] = ['ana', 'bea', 'carla', 'dora'].map(idNamed) as [Id, Id, Id, Id];
const POOL = Array.from({ length: 10 }, (_, index) => idNamed(`member ${index}`));
const HEAD = idNamed('head');
const secretOf = (byte: number): Uint8Array => new Uint8Array(32).fill(byte);

/** Everybody commits to a secret of one byte, and reveals it. */
function open(parties: readonly Id[]): Map<Id, LotPart> {
  return new Map(
    parties.map((party, index) => {
      const secret = secretOf(index + 1);
      return [party, { commitment: commitToLot(party, secret), secret }];
    }),
  );
}

const draw = (parts: ReadonlyMap<Id, LotPart>, count = 3, pool: readonly Id[] = POOL) =>
  drawLot({ parts, pool, poolHead: HEAD, count });

describe('a lot', () => {
  it('draws as many as are asked for, each of the pool and none twice, and the same for everybody', () => {
    const { drawn, withheld, isWeak } = draw(open([ANA, BEA, CARLA]));
    assert.equal(new Set(drawn).size, 3);
    assert.ok(drawn.every((id) => POOL.includes(id)));
    assert.deepEqual([withheld, isWeak], [[], false]);
    assert.deepEqual(draw(open([ANA, BEA, CARLA])).drawn, drawn);
  });

  it('draws another order with another secret, and with another head', () => {
    const parts = open([ANA, BEA, CARLA]);
    const { drawn } = draw(parts, 10);
    const other = secretOf(9);
    const changed = new Map(parts).set(BEA, { commitment: commitToLot(BEA, other), secret: other });
    assert.notDeepEqual(draw(changed, 10).drawn, drawn);
    const elsewhere = drawLot({ parts, pool: POOL, poolHead: idNamed('another head'), count: 10 });
    assert.notDeepEqual(elsewhere.drawn, drawn);
  });

  it('draws the whole pool where more are asked for, and counts who stands there twice once', () => {
    const { drawn } = draw(open([ANA, BEA, CARLA]), 99, [...POOL, ...POOL]);
    assert.deepEqual(new Set(drawn), new Set(POOL));
    assert.equal(drawn.length, POOL.length);
    assert.deepEqual(draw(open([ANA, BEA, CARLA]), 3, []).drawn, []);
  });

  it('leaves out and names who reveals nothing, another secret, a short one, or another party’s', () => {
    const parts = open([ANA, BEA, CARLA, DORA]);
    const own = parts.get(BEA) ?? { commitment: secretOf(0), secret: undefined };
    const stolen = parts.get(ANA) ?? own;
    for (const part of [
      { ...own, secret: undefined },
      { ...own, secret: secretOf(9) },
      { ...own, secret: secretOf(2).subarray(1) },
      stolen,
    ]) {
      const result = draw(new Map(parts).set(BEA, part));
      assert.deepEqual(result.withheld, [BEA]);
      const without = new Map(parts);
      without.delete(BEA);
      assert.deepEqual(result, { ...draw(without), withheld: [BEA] });
    }
  });

  const reveals: readonly (readonly [number, boolean])[] = [
    [0, true],
    [1, true],
    [2, true],
    [3, false],
    [4, false],
  ];
  for (const [count, isWeak] of reveals) {
    it(`${isWeak ? 'is weak' : 'is not weak'} where ${count} of four reveal`, () => {
      const parts = [...open([ANA, BEA, CARLA, DORA])].map(
        ([party, part], index) => [party, index < count ? part : { ...part, secret: undefined }] as const,
      );
      assert.equal(draw(new Map(parts)).isWeak, isWeak);
    });
  }

  it('takes secrets of 32 bytes only', () => {
    assert.throws(() => commitToLot(ANA, new Uint8Array(31)), RangeError);
  });

  it('draws everybody about equally often', () => {
    const times = new Map(POOL.map((id) => [id, 0]));
    for (let round = 0; round < 2000; round += 1) {
      const { drawn } = drawLot({ parts: new Map(), pool: POOL, poolHead: idNamed(`head ${round}`), count: 3 });
      for (const id of drawn) times.set(id, (times.get(id) ?? 0) + 1);
    }
    // 600 each on average; five standard deviations are 102.
    for (const [id, count] of times) assert.ok(Math.abs(count - 600) < 102, `${id} was drawn ${count} times`);
  });
});
