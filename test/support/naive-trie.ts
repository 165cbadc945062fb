import { createHash } from 'node:crypto';

/** A key of 32 bytes and the hash of its leaf. */
export interface NaiveLeaf {
  readonly key: Uint8Array;
  readonly hash: Uint8Array;
}

const EMPTY_HASH = Buffer.alloc(32);
const HALF_BYTES = '0123456789abcdef';

function taggedSha256(tag: string, ...parts: readonly Uint8Array[]): Buffer {
  return createHash('sha256').update(`${tag}\0`).update(Buffer.concat(parts)).digest();
}

/** The hash trie as its definition reads, made anew from all leaves: the oracle. Keys are distinct. */
export function naiveTrieHash(leaves: readonly NaiveLeaf[], prefix = ''): Buffer {
  const below = leaves.filter(({ key }) => Buffer.from(key).toString('hex').startsWith(prefix));
  const [first] = below;
  if (first === undefined) return EMPTY_HASH;
  if (below.length === 1) return Buffer.from(first.hash);
  const children = [...HALF_BYTES].map((half) => naiveTrieHash(below, prefix + half));
  return taggedSha256('mutua/1/trie-node', ...children);
}

/** The hash of a leaf, by its definition. */
export function naiveLeafHash(key: Uint8Array, value: Uint8Array): Buffer {
  return taggedSha256('mutua/1/trie-leaf', key, value);
}

/** The trie key of a row of rule state, by its definition. */
export function naiveStateKey(key: string): Buffer {
  return taggedSha256('mutua/1/trie-key', Buffer.from(key));
}
