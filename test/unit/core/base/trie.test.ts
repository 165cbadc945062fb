import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { HashTrie, leafHash, stateLeaf, verifyTrieProof } from '../../../../src/core/base/trie.ts';
import { naiveLeafHash, naiveStateKey, naiveTrieHash } from '../../../support/naive-trie.ts';

/** Keys that share long beginnings as often as they differ early. */
const key = fc
  .tuple(fc.nat(40), fc.nat(2), fc.nat(3))
  .map(([place, high, low]) => new Uint8Array(32).fill(place % 3).fill((high << 4) | low, place % 32));
const hash = fc.uint8Array({ minLength: 32, maxLength: 32 });
const change = fc.record({ key, hash: fc.option(hash, { freq: 3, nil: undefined }) });

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'));
const keyOf = (beginning: string): Uint8Array => bytes(beginning.padEnd(64, '0'));

function trieOf(leaves: ReadonlyMap<string, Uint8Array>): HashTrie {
  const trie = new HashTrie();
  for (const [name, leaf] of leaves) trie.set(bytes(name), leaf);
  return trie;
}

const leavesOf = (model: ReadonlyMap<string, Uint8Array>) =>
  [...model].map(([name, leaf]) => ({ key: bytes(name), hash: leaf }));

describe('HashTrie', () => {
  it('has the root that its definition gives after every change', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 40 }), (changes) => {
        const trie = new HashTrie();
        const model = new Map<string, Uint8Array>();
        for (const { key: changed, hash: leaf } of changes) {
          if (leaf === undefined) trie.delete(changed);
          else trie.set(changed, leaf);
          if (leaf === undefined) model.delete(hex(changed));
          else model.set(hex(changed), leaf);
          assert.equal(trie.size, model.size);
          assert.equal(hex(trie.root()), hex(naiveTrieHash(leavesOf(model))));
        }
      }),
    );
  });

  it('does not remember its history', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 40 }), (changes) => {
        const trie = new HashTrie();
        const model = new Map<string, Uint8Array>();
        for (const { key: changed, hash: leaf } of changes) {
          if (leaf === undefined) trie.delete(changed);
          else trie.set(changed, leaf);
          if (leaf === undefined) model.delete(hex(changed));
          else model.set(hex(changed), leaf);
        }
        const backwards = new Map([...model].toReversed());
        assert.equal(hex(trie.root()), hex(trieOf(backwards).root()));
      }),
    );
  });

  it('tells hash, count and keys below every path', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(key, { selector: hex, maxLength: 24 }),
        fc.array(fc.nat(2), { maxLength: 6 }),
        (keys, path) => {
          const leaves = keys.map((name) => ({ key: name, hash: leafHash(name, name) }));
          const trie = new HashTrie();
          for (const leaf of leaves) trie.set(leaf.key, leaf.hash);
          const prefix = path.map((half) => half.toString(16)).join('');
          const below = keys
            .map(hex)
            .filter((name) => name.startsWith(prefix))
            .toSorted();
          assert.equal(hex(trie.at(path).hash), hex(naiveTrieHash(leaves, prefix)));
          assert.equal(trie.at(path).count, below.length);
          assert.deepEqual(trie.keysUnder(path, 1000).map(hex), below);
          assert.deepEqual(trie.keysUnder(path, 3).map(hex), below.slice(0, 3));
        },
      ),
    );
  });

  it('is 32 zero bytes when empty, and a lone leaf itself', () => {
    const trie = new HashTrie();
    assert.equal(hex(trie.root()), '00'.repeat(32));
    const lone = leafHash(keyOf('ab'), bytes('01'));
    trie.set(keyOf('ab'), lone);
    assert.equal(hex(trie.root()), hex(lone));
    assert.deepEqual(trie.at([10, 11]), { hash: lone, count: 1 });
    assert.equal(trie.at([10, 12]).count, 0);
  });

  it('finds a leaf by its key alone', () => {
    const trie = new HashTrie();
    trie.set(keyOf('ab'), keyOf('01'));
    trie.set(keyOf('ac'), keyOf('02'));
    assert.deepEqual(trie.get(keyOf('ac')), keyOf('02'));
    assert.equal(trie.get(keyOf('ad')), undefined);
    assert.equal(trie.get(keyOf('abc')), undefined);
    trie.set(keyOf('ac'), keyOf('03'));
    assert.equal(trie.size, 2);
    assert.deepEqual(trie.get(keyOf('ac')), keyOf('03'));
  });

  it('leaves everything as it was when a key that is not there is deleted', () => {
    const trie = trieOf(new Map([['ab'.padEnd(64, '0'), keyOf('01')]]));
    const before = hex(trie.root());
    trie.delete(keyOf('abc'));
    assert.equal(trie.size, 1);
    assert.equal(hex(trie.root()), before);
  });
});

describe('stateLeaf', () => {
  it('follows from the key as text and the canonical value', () => {
    const leaf = stateLeaf('account/é', bytes('0802'));
    assert.equal(hex(leaf.key), hex(naiveStateKey('account/é')));
    assert.equal(hex(leaf.hash), hex(naiveLeafHash(naiveStateKey('account/é'), bytes('0802'))));
  });
});

describe('verifyTrieProof', () => {
  const proven = fc.uniqueArray(key, { selector: hex, minLength: 1, maxLength: 24 });
  const trieWith = (keys: readonly Uint8Array[]) =>
    trieOf(new Map(keys.map((name) => [hex(name), leafHash(name, name)])));

  it('takes the proof of every leaf', () => {
    fc.assert(
      fc.property(proven, (keys) => {
        const trie = trieWith(keys);
        for (const name of keys) {
          const proof = trie.prove(name);
          assert.ok(proof !== undefined && verifyTrieProof(trie.root(), name, leafHash(name, name), proof));
        }
      }),
    );
  });

  it('takes it for no other leaf or root, nor for a key without a leaf', () => {
    fc.assert(
      fc.property(proven, key, hash, (keys, other, leaf) => {
        const [name] = keys;
        const trie = trieWith(keys);
        const proof = name === undefined ? undefined : trie.prove(name);
        assert.ok(name !== undefined && proof !== undefined);
        assert.equal(verifyTrieProof(trie.root(), name, leaf, proof), false);
        assert.equal(verifyTrieProof(leaf, name, leafHash(name, name), proof), false);
        fc.pre(!keys.some((each) => hex(each) === hex(other)));
        assert.equal(verifyTrieProof(trie.root(), other, leafHash(other, other), proof), false);
      }),
    );
  });

  it('refuses a changed byte anywhere in the proof', () => {
    const trie = trieWith([keyOf('ab'), keyOf('ac'), keyOf('b'), keyOf('abcd')]);
    const name = keyOf('ab');
    const proof = trie.prove(name);
    assert.ok(proof !== undefined && proof.levels.length >= 3);
    for (const [depth, children] of proof.levels.entries()) {
      for (const place of children.keys()) {
        const levels: Uint8Array[][] = proof.levels.map((level) => level.map((child) => Uint8Array.from(child)));
        const child = levels[depth]?.[place];
        assert.ok(child !== undefined);
        child[31] = (child[31] ?? 0) ^ 1;
        assert.equal(verifyTrieProof(trie.root(), name, leafHash(name, name), { levels }), false);
      }
    }
  });

  it('refuses levels that are too few, too many, or not 16 hashes of 32 bytes', () => {
    const trie = trieWith([keyOf('ab'), keyOf('ac')]);
    const name = keyOf('ab');
    const proof = trie.prove(name);
    assert.ok(proof !== undefined);
    const [top = [], ...rest] = proof.levels;
    const leaf = leafHash(name, name);
    assert.equal(verifyTrieProof(trie.root(), name, leaf, { levels: rest }), false);
    assert.equal(verifyTrieProof(trie.root(), name, leaf, { levels: [...proof.levels, top] }), false);
    assert.equal(verifyTrieProof(trie.root(), name, leaf, { levels: [top.slice(1), ...rest] }), false);
    assert.equal(
      verifyTrieProof(trie.root(), name, leaf, { levels: [top.map((child) => child.subarray(1)), ...rest] }),
      false,
    );
  });

  it('has no proof for a key that is not there', () => {
    assert.equal(trieWith([keyOf('ab')]).prove(keyOf('ac')), undefined);
    assert.equal(new HashTrie().prove(keyOf('ac')), undefined);
  });
});
