import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { sha256 } from '@noble/hashes/sha2.js';
import fc from 'fast-check';
import { z } from 'zod';
import { MerkleTree, merkleLeaf, verifyInclusion } from '../../src/core/base/merkle.ts';

const proofSchema = z.object({
  name: z.string(),
  leafIdx: z.number(),
  treeSize: z.number(),
  root: z.string(),
  leafHash: z.string(),
  proof: z.array(z.string()).nullable(),
  wantErr: z.boolean(),
});
const vectors = z
  .object({ inclusion: z.array(proofSchema) })
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
