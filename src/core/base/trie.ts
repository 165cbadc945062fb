import { equalBytes, textToBytes } from './bytes.ts';
import { taggedHash } from './hash.ts';
import { ID_BYTES } from './limits.ts';

/**
 * A 16-way hash trie over 32-byte keys: one root for a set of (key, leaf hash), whatever the order of changes.
 *
 *   leaf        32 bytes, given by the caller, e.g. SHA-256("mutua/1/trie-leaf" ‖ 0 ‖ key ‖ value)
 *   no leaf     32 zero bytes
 *   one leaf    that leaf's hash, at whatever depth
 *   more        SHA-256("mutua/1/trie-node" ‖ 0 ‖ the hashes of 16 children), by the next half-byte of the key, high half first
 *
 * Hashes are recomputed only where something changed, and only when they are asked for.
 */
export class HashTrie {
  #root: Node = EMPTY;
  #size = 0;

  /** Number of leaves. */
  get size(): number {
    return this.#size;
  }

  /** Sets the leaf of a key. `key` and `hash` are 32 bytes. */
  set(key: Uint8Array, hash: Uint8Array): void {
    this.#root = insert(this.#root, { type: 'leaf', key, hash }, 0, () => {
      this.#size += 1;
    });
  }

  /** Removes the leaf of a key, where there is one. */
  delete(key: Uint8Array): void {
    this.#root = remove(this.#root, key, 0, () => {
      this.#size -= 1;
    });
  }

  /** @returns the root hash, 32 bytes. */
  root(): Uint8Array {
    return hashOf(this.#root);
  }

  /** @returns the leaf hash of a key. */
  get(key: Uint8Array): Uint8Array | undefined {
    let node = this.#root;
    for (let depth = 0; node.type === 'branch'; depth += 1) node = node.children[halfByte(key, depth)] ?? EMPTY;
    return node.type === 'leaf' && equalBytes(node.key, key) ? node.hash : undefined;
  }

  /** @returns hash and number of leaves below a path of half-bytes (0–15 each). */
  at(path: readonly number[]): { readonly hash: Uint8Array; readonly count: number } {
    const node = this.#find(path);
    return { hash: hashOf(node), count: countOf(node) };
  }

  /** @returns the keys below a path, in order of their bytes, at most `limit`. */
  keysUnder(path: readonly number[], limit: number): readonly Uint8Array[] {
    const keys: Uint8Array[] = [];
    collect(this.#find(path), limit, keys);
    return keys;
  }

  /**
   * @returns for each depth from the root down to the key's leaf the 16 children's hashes, so that a stranger can compute the
   *   root from the leaf; undefined where the key has no leaf.
   */
  prove(key: Uint8Array): TrieProof | undefined {
    const levels: Uint8Array[][] = [];
    let node = this.#root;
    for (let depth = 0; node.type === 'branch'; depth += 1) {
      levels.push(node.children.map(hashOf));
      node = node.children[halfByte(key, depth)] ?? EMPTY;
    }
    return node.type === 'leaf' && equalBytes(node.key, key) ? { levels } : undefined;
  }

  #find(path: readonly number[]): Node {
    let node = this.#root;
    for (let depth = 0; depth < path.length; depth += 1) {
      if (node.type === 'empty') return node;
      if (node.type === 'leaf') {
        const leaf = node;
        return path.slice(depth).every((half, index) => halfByte(leaf.key, depth + index) === half) ? leaf : EMPTY;
      }
      node = node.children[path[depth] ?? 0] ?? EMPTY;
    }
    return node;
  }
}

/** The way from a root to one leaf: at each depth all 16 children's hashes. */
export interface TrieProof {
  readonly levels: readonly (readonly Uint8Array[])[];
}

/** @returns whether the proof leads from this root to this key's leaf hash. */
export function verifyTrieProof(root: Uint8Array, key: Uint8Array, leafHash: Uint8Array, proof: TrieProof): boolean {
  let expected = root;
  for (const [depth, children] of proof.levels.entries()) {
    if (children.length !== WIDTH || children.some((child) => child.length !== ID_BYTES)) return false;
    if (!equalBytes(branchHash(children), expected)) return false;
    expected = children[halfByte(key, depth)] ?? ZERO_HASH;
  }
  return proof.levels.length <= DEPTH_MAX && equalBytes(expected, leafHash);
}

/** @returns the trie key and leaf hash of a row of rule state (protocol §5); an absent value has a leaf nobody asks for. */
export function stateLeaf(
  key: string,
  value: Uint8Array | undefined,
): { readonly key: Uint8Array; readonly hash: Uint8Array } {
  const trieKey = taggedHash('mutua/1/trie-key', [textToBytes(key)]);
  return { key: trieKey, hash: leafHash(trieKey, value ?? ZERO_HASH) };
}

/** @returns SHA-256("mutua/1/trie-leaf" ‖ 0 ‖ key ‖ value). */
export function leafHash(key: Uint8Array, value: Uint8Array): Uint8Array {
  return taggedHash('mutua/1/trie-leaf', [key, value]);
}

/** @returns half-byte number `depth` of a key, high half first. */
export function halfByte(key: Uint8Array, depth: number): number {
  const byte = key[depth >> 1] ?? 0;
  return depth % 2 === 0 ? byte >> 4 : byte & 15;
}

const WIDTH = 16;
/** Half-bytes of a key. */
const DEPTH_MAX = ID_BYTES * 2;
const ZERO_HASH = new Uint8Array(ID_BYTES);

interface Empty {
  readonly type: 'empty';
}
interface Leaf {
  readonly type: 'leaf';
  readonly key: Uint8Array;
  readonly hash: Uint8Array;
}
interface Branch {
  readonly type: 'branch';
  readonly children: Node[];
  count: number;
  hash: Uint8Array | undefined;
}
type Node = Empty | Leaf | Branch;

const EMPTY: Empty = { type: 'empty' };

function branchHash(children: readonly Uint8Array[]): Uint8Array {
  return taggedHash('mutua/1/trie-node', children);
}

function hashOf(node: Node): Uint8Array {
  if (node.type === 'empty') return ZERO_HASH;
  if (node.type === 'leaf') return node.hash;
  node.hash ??= branchHash(node.children.map(hashOf));
  return node.hash;
}

function countOf(node: Node): number {
  return node.type === 'empty' ? 0 : node.type === 'leaf' ? 1 : node.count;
}

function insert(node: Node, leaf: Leaf, depth: number, added: () => void): Node {
  if (node.type === 'empty') {
    added();
    return leaf;
  }
  if (node.type === 'leaf') {
    if (equalBytes(node.key, leaf.key)) return leaf;
    const branch: Branch = { type: 'branch', children: new Array<Node>(WIDTH).fill(EMPTY), count: 1, hash: undefined };
    branch.children[halfByte(node.key, depth)] = node;
    return insert(branch, leaf, depth, added);
  }
  const half = halfByte(leaf.key, depth);
  node.children[half] = insert(node.children[half] ?? EMPTY, leaf, depth + 1, added);
  return refresh(node);
}

function remove(node: Node, key: Uint8Array, depth: number, removed: () => void): Node {
  if (node.type === 'empty') return node;
  if (node.type === 'leaf') {
    if (!equalBytes(node.key, key)) return node;
    removed();
    return EMPTY;
  }
  const half = halfByte(key, depth);
  node.children[half] = remove(node.children[half] ?? EMPTY, key, depth + 1, removed);
  refresh(node);
  if (node.count > 1) return node;
  return node.children.find((child) => child.type === 'leaf') ?? EMPTY;
}

function refresh(node: Branch): Branch {
  node.hash = undefined;
  node.count = node.children.reduce((sum, child) => sum + countOf(child), 0);
  return node;
}

function collect(node: Node, limit: number, keys: Uint8Array[]): void {
  if (keys.length >= limit || node.type === 'empty') return;
  if (node.type === 'leaf') keys.push(node.key);
  else for (const child of node.children) collect(child, limit, keys);
}
