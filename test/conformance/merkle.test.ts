import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { sha256 } from '@noble/hashes/sha2.js';
import fc from 'fast-check';
import { z } from 'zod';
import { MerkleTree, merkleLeaf, verifyInclusion } from '../../src/core/base/merkle.ts';
import {
  consistencyPath,
  EMPTY_FRONTIER,
  frontierRoot,
  growFrontier,
  verifyConsistency,
} from '../../src/core/base/merkle-growth.ts';

const proofSchema = z.object({
  name: z.string(),
  leafIdx: z.number(),
  treeSize: z.number(),
  root: z.string(),
  leafHash: z.string(),
  proof: z.array(z.string()).nullable(),
  wantErr: z.boolean(),
});
const consistencySchema = z.object({
  name: z.string(),
  size1: z.number(),
  size2: z.number(),
  root1: z.string(),
  root2: z.string(),
  proof: z.array(z.string()).nullable(),
  wantErr: z.boolean(),
});
const vectors = z
  .object({ inclusion: z.array(proofSchema), consistency: z.array(consistencySchema) })
  .parse(JSON.parse(readFileSync(join(import.meta.dirname, 'vectors/rfc6962/proofs.json'), 'utf8')));
const bytesOf = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'base64'));

/** The definition in RFC 6962 §2.1, word for word. */
function treeHash(leaves: readonly Uint8Array[]): Uint8Array {
  const [only] = leaves;
  if (only === undefined) return sha256(new Uint8Array(0));
  if (leaves.length === 1) return only;
  let half = 1;
  while (half * 2 < leaves.length) half *= 2;
  const [left, right] = [treeHash(leaves.slice(0, half)), treeHash(leaves.slice(half))];
  return sha256(Uint8Array.from([1, ...left, ...right]));
}

describe('inclusion proofs of RFC 6962', () => {
  for (const { name, leafIdx, treeSize, root, leafHash, proof, wantErr } of vectors.inclusion)
    it(name, () => {
      const tree = { index: leafIdx, size: treeSize, root: bytesOf(root) };
      assert.equal(verifyInclusion(tree, bytesOf(leafHash), (proof ?? []).map(bytesOf)), !wantErr);
    });

  it('lead from every leaf of every tree to the root of the definition, and no leaf to another place', () => {
    for (let size = 0; size < 40; size += 1) {
      const leaves = Array.from({ length: size }, (_, index) => merkleLeaf(new Uint8Array([index])));
      const tree = new MerkleTree(leaves);
      assert.deepEqual(tree.root(), treeHash(leaves));
      for (const [index, leaf] of leaves.entries())
        for (const place of [index, (index + 1) % size, size]) {
          const holds = verifyInclusion({ index: place, size, root: tree.root() }, leaf, tree.path(index));
          assert.equal(holds, place === index, `leaf ${index} of ${size} at ${place}`);
        }
    }
  });

  it('hold for no index and no size that is not a whole number', () => {
    const [left, right] = [merkleLeaf(new Uint8Array([0])), merkleLeaf(new Uint8Array([1]))];
    const two = new MerkleTree([left, right]).root();
    assert.ok(verifyInclusion({ index: 0, size: 1, root: left }, left, []));
    for (const index of [0.5, Number.NaN, Number.MIN_VALUE, -0.5])
      assert.ok(!verifyInclusion({ index, size: 1, root: left }, left, []), `index ${index} of 1`);
    assert.ok(verifyInclusion({ index: 0, size: 2, root: two }, left, [right]));
    for (const size of [2.5, 1.5, Number.NaN, Number.POSITIVE_INFINITY])
      assert.ok(!verifyInclusion({ index: 0, size, root: two }, left, [right]), `0 of ${size}`);
    for (const index of [0.5, 1.5])
      assert.ok(!verifyInclusion({ index, size: 2, root: two }, right, [left]), `index ${index} of 2`);
  });

  it('hold for no changed path', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 300 }),
        fc.nat(),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        (size, at, part, change) => {
          const leaves = Array.from({ length: size }, (_, index) =>
            merkleLeaf(new Uint8Array([index & 255, index >> 8])),
          );
          const tree = new MerkleTree(leaves);
          const index = at % size;
          const path = tree.path(index).map((hash) => hash.slice());
          const hash = path[part % path.length];
          assert.ok(hash !== undefined);
          hash[part % 32] = (hash[part % 32] ?? 0) ^ change;
          const leaf = leaves[index] ?? new Uint8Array(0);
          assert.ok(!verifyInclusion({ index, size, root: tree.root() }, leaf, path));
        },
      ),
      { numRuns: 100 },
    );
  });
});

describe('consistency proofs of RFC 6962', () => {
  for (const { name, size1, size2, root1, root2, proof, wantErr } of vectors.consistency)
    it(name, () => {
      const [before, after] = [
        { size: size1, root: bytesOf(root1) },
        { size: size2, root: bytesOf(root2) },
      ];
      assert.equal(verifyConsistency(before, after, (proof ?? []).map(bytesOf)), !wantErr);
    });

  const leaves = Array.from({ length: 40 }, (_, index) => merkleLeaf(new Uint8Array([index])));
  const others = leaves.map((leaf, index) => (index === 3 ? merkleLeaf(new Uint8Array([99])) : leaf));

  it('lead from every tree to every larger one, and to none that begins otherwise', () => {
    for (let after = 0; after <= leaves.length; after += 1)
      for (let before = 1; before <= after; before += 1) {
        const small = { size: before, root: treeHash(leaves.slice(0, before)) };
        const path = consistencyPath(leaves.slice(0, after), before);
        assert.ok(verifyConsistency(small, { size: after, root: treeHash(leaves.slice(0, after)) }, path));
        if (before < 4) continue;
        const otherPath = consistencyPath(others.slice(0, after), before);
        assert.ok(!verifyConsistency(small, { size: after, root: treeHash(others.slice(0, after)) }, otherPath));
      }
  });

  it('hold for no changed, longer or shorter path', () => {
    const [small, large] = [
      { size: 13, root: treeHash(leaves.slice(0, 13)) },
      { size: 40, root: treeHash(leaves) },
    ];
    const path = consistencyPath(leaves, 13);
    for (const index of path.keys()) {
      const changed = path.map((hash, place) => (place === index ? merkleLeaf(hash) : hash));
      assert.ok(!verifyConsistency(small, large, changed));
      assert.ok(!verifyConsistency(small, large, path.toSpliced(index, 1)));
      assert.ok(!verifyConsistency(small, large, path.toSpliced(index, 0, merkleLeaf(small.root))));
    }
  });

  it('a tree that grows leaf by leaf has at each size the root of the definition', () => {
    let frontier = EMPTY_FRONTIER;
    for (const [index, leaf] of leaves.entries()) {
      assert.deepEqual(frontierRoot(frontier), treeHash(leaves.slice(0, index)));
      frontier = growFrontier(frontier, leaf);
      assert.equal(frontier.hashes.length, [...frontier.size.toString(2)].filter((bit) => bit === '1').length);
    }
    assert.deepEqual(frontierRoot(frontier), treeHash(leaves));
  });
});
