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
  return growthPath(leaves.slice(0, size).reduce(growFrontier, EMPTY_FRONTIER), leaves.slice(size));
}

/**
 * The same proof by somebody who kept of the leaves before only what the frontier holds.
 * @param added hashes made by `merkleLeaf` of the leaves that follow, in order.
 */
export function growthPath(before: MerkleFrontier, added: readonly Uint8Array[]): readonly Uint8Array[] {
  if (before.size === 0 || added.length === 0) return [];
  return subproof({ before, added, start: 0, end: before.size + added.length, isKnown: true });
}

/** A part of the tree: the leaves from `start` to before `end`; `isKnown`: the verifier knows its hash in the smaller tree. */
interface Part {
  readonly before: MerkleFrontier;
  readonly added: readonly Uint8Array[];
  readonly start: number;
  readonly end: number;
  readonly isKnown: boolean;
}

/** SUBPROOF of RFC 6962 §2.1.2. What it names of the smaller tree are the whole subtrees that a frontier keeps. */
function subproof(part: Part): readonly Uint8Array[] {
  const { before, start, end } = part;
  if (before.size === end) return part.isKnown ? [] : [wholeSubtree(before, start)];
  const middle = start + halfOf(end - start);
  if (before.size <= middle) {
    const right = treeHash(part.added.slice(middle - before.size, end - before.size));
    return [...subproof({ ...part, end: middle }), right];
  }
  return [...subproof({ ...part, start: middle, isKnown: false }), wholeSubtree(before, start)];
}

/** The hash that a frontier keeps of the subtree that begins at this leaf. */
function wholeSubtree({ size, hashes }: MerkleFrontier, start: number): Uint8Array {
  let [place, rest] = [0, size];
  for (const hash of hashes) {
    if (place === start) return hash;
    const width = halfOf(rest + 1);
    [place, rest] = [place + width, rest - width];
  }
  return NO_BYTES;
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
