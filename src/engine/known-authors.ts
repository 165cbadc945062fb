import { taggedHash } from '../core/base/hash.ts';
import { compareIds, type Id, idToBytes } from '../core/base/id.ts';
import { TAGS } from '../core/wire/tags.ts';
import { KNOWN_DEPTH_MAX, KNOWN_PER_BODY_MAX } from './constants.ts';

/**
 * Whose books count as known: the roots that the operator chose, and whom they admit or vouch for in their member books, to
 * depth 3, of each body the first 2,000 (protocol §4). A pure function of the roots and the member books.
 */
export function knownAuthors(roots: readonly Id[], namedBy: (identity: Id) => readonly Id[]): ReadonlySet<Id> {
  const known = new Set<Id>(roots);
  let edge: readonly Id[] = roots;
  for (let depth = 0; depth < KNOWN_DEPTH_MAX; depth += 1) {
    const next: Id[] = [];
    for (const identity of edge) {
      for (const named of namedBy(identity).slice(0, KNOWN_PER_BODY_MAX)) {
        if (known.has(named)) continue;
        known.add(named);
        next.push(named);
      }
    }
    edge = next;
  }
  return known;
}

/** @returns the digest of a set of roots, printed beside a topic root: two nodes compare topic roots only where it is equal. */
export function rootsDigest(roots: readonly Id[]): Uint8Array {
  return taggedHash(TAGS.roots, [...roots].sort(compareIds).map(idToBytes));
}
