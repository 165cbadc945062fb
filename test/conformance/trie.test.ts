import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { z } from 'zod';
import { HashTrie, leafHash, stateLeaf, verifyTrieProof } from '../../src/core/base/trie.ts';
import { naiveLeafHash, naiveStateKey, naiveTrieHash } from '../support/naive-trie.ts';

const named = { name: z.string() };
const Roots = z.object({
  cases: z.array(z.object({ ...named, leaves: z.array(z.object({ key: z.hex(), value: z.hex() })), root: z.hex() })),
});
const StateRoots = z.object({
  cases: z.array(z.object({ ...named, rows: z.array(z.object({ key: z.string(), value: z.hex() })), root: z.hex() })),
});
const Proofs = z.object({
  cases: z.array(
    z.object({
      ...named,
      valid: z.boolean(),
      root: z.hex(),
      key: z.hex(),
      leaf: z.hex(),
      levels: z.array(z.array(z.hex())),
    }),
  ),
});

const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'));
const hex = (value: Uint8Array): string => Buffer.from(value).toString('hex');

function casesOf<Case>(file: string, schema: z.ZodType<{ cases: Case[] }>): readonly Case[] {
  const { cases } = schema.parse(JSON.parse(readFileSync(new URL(`vectors/trie/${file}`, import.meta.url), 'utf8')));
  assert.ok(cases.length > 0);
  return cases;
}

describe('vectors of the hash trie', () => {
  for (const { name, leaves, root } of casesOf('roots.json', Roots)) {
    it(`root: ${name}`, () => {
      const trie = new HashTrie();
      const naive = leaves.map(({ key, value }) => ({
        key: bytes(key),
        hash: naiveLeafHash(bytes(key), bytes(value)),
      }));
      for (const { key, value } of leaves) trie.set(bytes(key), leafHash(bytes(key), bytes(value)));
      assert.equal(hex(trie.root()), root);
      assert.equal(hex(naiveTrieHash(naive)), root);
    });
  }

  for (const { name, rows, root } of casesOf('state-roots.json', StateRoots)) {
    it(`state root: ${name}`, () => {
      const trie = new HashTrie();
      for (const { key, value } of rows) {
        const leaf = stateLeaf(key, bytes(value));
        trie.set(leaf.key, leaf.hash);
        assert.equal(hex(leaf.key), hex(naiveStateKey(key)));
      }
      assert.equal(hex(trie.root()), root);
    });
  }

  for (const { name, valid, root, key, leaf, levels } of casesOf('proofs.json', Proofs)) {
    it(`proof: ${name}`, () => {
      const proof = { levels: levels.map((level) => level.map(bytes)) };
      assert.equal(verifyTrieProof(bytes(root), bytes(key), bytes(leaf), proof), valid);
    });
  }
});
