import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { bytesToId, type Id, idToBytes } from '../../../../src/core/base/id.ts';
import {
  checkpointDifference,
  checkpointDigest,
  EMPTY_ENTRY_TREE,
  growEntryTree,
  makeCheckpoint,
  NO_TOTALS,
} from '../../../../src/core/witness/checkpoint.ts';
import { charterAt, checkpointOf, entryIds, idOf, OPENING } from '../../../support/witnesses.ts';

const sha256 = (...parts: readonly Uint8Array[]): Buffer => createHash('sha256').update(Buffer.concat(parts)).digest();

/** RFC 6962 §2.1, in the words of the definition. */
function naiveRoot(ids: readonly Id[]): Buffer {
  const [only] = ids;
  if (only === undefined) return sha256();
  if (ids.length === 1) return sha256(Buffer.of(0), idToBytes(only));
  const half = 2 ** Math.ceil(Math.log2(ids.length) - 1);
  return sha256(Buffer.of(1), naiveRoot(ids.slice(0, half)), naiveRoot(ids.slice(half)));
}

const figures = {
  book: OPENING.id,
  epoch: 2,
  charterHead: charterAt(1),
  stateRoot: idOf('state'),
  totals: NO_TOTALS,
};

describe('a checkpoint', () => {
  it('has size, root and head of the entries, in whatever portions they came', () => {
    const portions = fc.array(fc.nat(9), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(portions, (counts) => {
        const ids = entryIds(counts.reduce((sum, count) => sum + count, 1));
        let [tree, rest] = [growEntryTree(EMPTY_ENTRY_TREE, ids.slice(0, 1)), ids.slice(1)];
        for (const count of counts) [tree, rest] = [growEntryTree(tree, rest.slice(0, count)), rest.slice(count)];
        const checkpoint = makeCheckpoint(tree, figures);
        assert.equal(checkpoint.size, ids.length);
        assert.equal(checkpoint.root, bytesToId(naiveRoot(ids)));
        assert.equal(checkpoint.head, ids.at(-1));
      }),
    );
  });

  it('is of a book that has an Opening', () => {
    assert.throws(() => makeCheckpoint(EMPTY_ENTRY_TREE, figures), { name: 'AssertionFailedError' });
  });

  it('is named by what it says', () => {
    const one = checkpointOf(entryIds(5));
    const others = [
      checkpointOf(entryIds(6)),
      checkpointOf(entryIds(5), { charterHead: charterAt(2) }),
      checkpointOf(entryIds(5), { totals: NO_TOTALS }),
    ];
    assert.equal(checkpointDigest(one), checkpointDigest(checkpointOf(entryIds(5))));
    for (const other of others) assert.notEqual(checkpointDigest(one), checkpointDigest(other));
  });

  it('differs from another of its size in what the entries give, and only in that', () => {
    const one = checkpointOf(entryIds(5));
    const { issued } = one.totals;
    assert.equal(checkpointDifference(one, { ...one, charterHead: charterAt(2) }), undefined);
    assert.equal(checkpointDifference(one, { ...one, root: idOf('other') }), 'root');
    assert.equal(checkpointDifference(one, { ...one, head: idOf('other') }), 'head');
    assert.equal(checkpointDifference(one, { ...one, stateRoot: idOf('other') }), 'stateRoot');
    assert.equal(checkpointDifference(one, { ...one, totals: NO_TOTALS }), 'issued');
    assert.equal(checkpointDifference(one, { ...one, totals: { issued, retired: issued } }), 'retired');
  });
});
