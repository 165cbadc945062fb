import { sha256 } from '@noble/hashes/sha2.js';
import { concatBytes, equalBytes } from './bytes.ts';
import { ID_BYTES } from './limits.ts';

/** RFC 6962 §2.1: what sets leaves and inner nodes apart. */
const LEAF = new Uint8Array([0]);
const NODE = new Uint8Array([1]);

/** @returns the hash of a leaf with this content: SHA-256(0x00 ‖ content), 32 bytes (RFC 6962 §2.1). */
export function merkleLeaf(content: Uint8Array): Uint8Array {
  return sha256(concatBytes([LEAF, content]));
}

/** @returns the hash of an inner node over two hashes: SHA-256(0x01 ‖ left ‖ right), 32 bytes (RFC 6962 §2.1). */
export function merkleNode(left: Uint8Array, right: Uint8Array): Uint8Array {
  return sha256(concatBytes([NODE, left, right]));
}

/**
 * The Merkle tree over a list (RFC 6962 §2.1), kept level by level: at each level two neighbours make one above, and a last one
 * without neighbour goes up as it is, which gives the tree of the RFC for every size.
 */
export class MerkleTree {
  readonly #levels: (readonly Uint8Array[])[];

  /** @param leaves hashes made by `merkleLeaf`, in order. */
  constructor(leaves: readonly Uint8Array[]) {
    this.#levels = [leaves];
    for (let level = leaves; level.length > 1; ) {
      const below = level;
      level = Array.from({ length: Math.ceil(below.length / 2) }, (_, index) => {
        const [left, right] = below.slice(2 * index, 2 * index + 2);
        return left !== undefined && right !== undefined ? merkleNode(left, right) : (left ?? new Uint8Array(0));
      });
      this.#levels.push(level);
    }
  }

  /** @returns the Merkle tree hash, 32 bytes; of an empty list SHA-256 of nothing. */
  root(): Uint8Array {
    return this.#levels.at(-1)?.[0] ?? sha256(new Uint8Array(0));
  }

  /** @returns the audit path of a leaf (RFC 6962 §2.1.1), from its neighbour upwards. */
  path(index: number): readonly Uint8Array[] {
    const path: Uint8Array[] = [];
    let place = index;
    for (const level of this.#levels) {
      const neighbour = level[place % 2 === 0 ? place + 1 : place - 1];
      if (neighbour !== undefined) path.push(neighbour);
      place = Math.floor(place / 2);
    }
    return path;
  }
}

/** @returns whether an audit path leads from the leaf with this index to the root of a tree of this size (RFC 9162 §2.1.3.2). */
export function verifyInclusion(
  { index, size, root }: { readonly index: number; readonly size: number; readonly root: Uint8Array },
  leaf: Uint8Array,
  path: readonly Uint8Array[],
): boolean {
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(size)) return false;
  if (index < 0 || index >= size || [leaf, ...path].some((hash) => hash.length !== ID_BYTES)) return false;
  let [place, last, hash] = [index, size - 1, leaf];
  for (const neighbour of path) {
    if (last === 0) return false;
    if (place % 2 === 1 || place === last) {
      hash = merkleNode(neighbour, hash);
      while (place % 2 === 0 && place !== 0) [place, last] = [Math.floor(place / 2), Math.floor(last / 2)];
    } else {
      hash = merkleNode(hash, neighbour);
    }
    [place, last] = [Math.floor(place / 2), Math.floor(last / 2)];
  }
  return last === 0 && equalBytes(hash, root);
}
