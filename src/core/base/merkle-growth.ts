import { sha256 } from '@noble/hashes/sha2.js';
import { equalBytes, NO_BYTES } from './bytes.ts';
import { ID_BYTES } from './limits.ts';
import { merkleNode } from './merkle.ts';

/**
 * A Merkle tree (RFC 6962 §2.1) that only grows: of its leaves it keeps the hashes of the whole subtrees that they fill, the
 * largest and oldest first, at most 53 of them. A value: growing makes another one.
 */
export interface MerkleFrontier {
  /** Leaves. */
  readonly size: number;
  /** One hash of 32 bytes for each one-bit of `size`, the highest first. */
  readonly hashes: readonly Uint8Array[];
}

/** The tree without leaves. */
export const EMPTY_FRONTIER: MerkleFrontier = { size: 0, hashes: [] };

/** @returns the tree with one more leaf, a hash made by `merkleLeaf`. */
export function growFrontier({ size, hashes }: MerkleFrontier, leaf: Uint8Array): MerkleFrontier {
  const grown = [...hashes];
  let hash = leaf;
  for (let rest = size; rest % 2 === 1; rest = Math.floor(rest / 2)) hash = merkleNode(grown.pop() ?? NO_BYTES, hash);
  return { size: size + 1, hashes: [...grown, hash] };
}

/** @returns the Merkle tree hash, 32 bytes; of an empty tree SHA-256 of nothing. */
export function frontierRoot({ hashes }: MerkleFrontier): Uint8Array {
  if (hashes.length === 0) return sha256(NO_BYTES);
  return hashes.reduceRight((right, left) => merkleNode(left, right));
}

/**
 * The proof that the tree over the first `size` leaves begins the tree over all of them (RFC 6962 §2.1.2).
 * @param leaves hashes made by `merkleLeaf`, in order.
 * @returns its hashes; none where `size` is 0, or that of the whole tree.
 */
export function consistencyPath(leaves: readonly Uint8Array[], size: number): readonly Uint8Array[] {
  if (size === 0 || size >= leaves.length) return [];
  return subproof(leaves, size, true);
}

/** SUBPROOF of RFC 6962 §2.1.2; `isKnown`: the verifier knows the hash of these leaves as the root of the smaller tree. */
function subproof(leaves: readonly Uint8Array[], size: number, isKnown: boolean): readonly Uint8Array[] {
  if (size === leaves.length) return isKnown ? [] : [treeHash(leaves)];
  const half = halfOf(leaves.length);
  const [left, right] = [leaves.slice(0, half), leaves.slice(half)];
  return size <= half
    ? [...subproof(left, size, isKnown), treeHash(right)]
    : [...subproof(right, size - half, false), treeHash(left)];
}

function treeHash(leaves: readonly Uint8Array[]): Uint8Array {
  return frontierRoot(leaves.reduce(growFrontier, EMPTY_FRONTIER));
}

/** The largest power of two below `count`, which is at least 2. */
function halfOf(count: number): number {
  let half = 1;
  while (half * 2 < count) half *= 2;
  return half;
}

/** A tree of which only size and root are known. */
export interface TreeHead {
  readonly size: number;
  /** 32 bytes. */
  readonly root: Uint8Array;
}

/**
 * @returns whether the proof shows that the leaves of `before` are the first of `after` (RFC 9162 §2.1.4.2). Of equal sizes the
 * proof is empty and the roots are compared. Of an empty tree nothing is shown: every tree begins with it.
 */
export function verifyConsistency(before: TreeHead, after: TreeHead, path: readonly Uint8Array[]): boolean {
  if (!isSize(before.size) || !isSize(after.size) || before.size > after.size) return false;
  if (before.size === after.size) return path.length === 0 && equalBytes(before.root, after.root);
  if ([before.root, after.root, ...path].some((hash) => hash.length !== ID_BYTES)) return false;
  let [place, last] = [before.size - 1, after.size - 1];
  while (place % 2 === 1) [place, last] = [Math.floor(place / 2), Math.floor(last / 2)];
  const [start, ...rest] = place === 0 ? [before.root, ...path] : path;
  return start !== undefined && followsPath({ place, last, start }, rest, before.root, after.root);
}

function followsPath(
  {
    place: firstPlace,
    last: firstLast,
    start,
  }: { readonly place: number; readonly last: number; readonly start: Uint8Array },
  path: readonly Uint8Array[],
  rootBefore: Uint8Array,
  rootAfter: Uint8Array,
): boolean {
  let [place, last, before, after] = [firstPlace, firstLast, start, start];
  for (const hash of path) {
    if (last === 0) return false;
    if (place % 2 === 1 || place === last) {
      [before, after] = [merkleNode(hash, before), merkleNode(hash, after)];
      while (place % 2 === 0 && place !== 0) [place, last] = [Math.floor(place / 2), Math.floor(last / 2)];
    } else {
      after = merkleNode(after, hash);
    }
    [place, last] = [Math.floor(place / 2), Math.floor(last / 2)];
  }
  return last === 0 && equalBytes(before, rootBefore) && equalBytes(after, rootAfter);
}

function isSize(size: number): boolean {
  return Number.isSafeInteger(size) && size >= 1;
}
