import { equalBytes } from '../base/bytes.ts';
import { bytesToId, type Id } from '../base/id.ts';
import type { HashTrie } from '../base/trie.ts';
import { SYNC_PATHS_MAX, type SyncNode, type SyncPart, type SyncRow } from '../wire/messages/sync.ts';
import { PATHS_OPEN_MAX, ROWS_TOLD_MAX } from './constants.ts';

/** @returns what is below one path of an own trie: rows or digests where there are few, else the hashes of 16 children. */
export function describeNode(
  trie: HashTrie,
  path: Uint8Array,
  part: SyncPart,
  rowOf: (book: Id) => SyncRow | undefined,
): SyncNode {
  const halves = [...path];
  const { count } = trie.at(halves);
  if (count > ROWS_TOLD_MAX) return { children: childrenOf(trie, halves), rows: [], digests: [] };
  const ids = trie.keysUnder(halves, ROWS_TOLD_MAX).map(bytesToId);
  if (part === 'statements') return { children: [], rows: [], digests: ids };
  return { children: [], rows: ids.map(rowOf).filter((row) => row !== undefined), digests: [] };
}

function childrenOf(trie: HashTrie, path: readonly number[]): readonly Uint8Array[] {
  return Array.from({ length: 16 }, (_, half) => trie.at([...path, half]).hash);
}

/**
 * One walk down another side's trie, from the root, into every subtree whose hash differs from the own one. Its cost grows with
 * the difference, not with the sets. It goes deepest first, so that what it keeps is bounded by depth and not by the other side.
 */
export class Walk {
  readonly #trie: HashTrie;
  readonly #open: Uint8Array[] = [new Uint8Array(0)];
  #asked: readonly Uint8Array[] = [];

  constructor(trie: HashTrie) {
    this.#trie = trie;
  }

  /** @returns the next paths to ask for; none when the walk is over. */
  next(): readonly Uint8Array[] {
    this.#asked = this.#open.splice(-SYNC_PATHS_MAX);
    return this.#asked;
  }

  /**
   * Takes the answer for the paths asked last.
   * @returns the leaves told, or undefined when the answer does not fit the question or opens more than an honest side can.
   */
  take(nodes: readonly SyncNode[]): { readonly rows: readonly SyncRow[]; readonly digests: readonly Id[] } | undefined {
    if (nodes.length !== this.#asked.length) return undefined;
    const rows: SyncRow[] = [];
    const digests: Id[] = [];
    for (const [index, node] of nodes.entries()) {
      const path = this.#asked[index] ?? new Uint8Array(0);
      if (node.children.length > 0 && !this.#descend(path, node.children)) return undefined;
      rows.push(...node.rows);
      digests.push(...node.digests);
    }
    return this.#open.length > PATHS_OPEN_MAX ? undefined : { rows, digests };
  }

  #descend(path: Uint8Array, children: readonly Uint8Array[]): boolean {
    if (children.length !== 16 || path.length >= 64) return false;
    for (const [half, hash] of children.entries()) {
      const below = new Uint8Array([...path, half]);
      const empty = hash.every((byte) => byte === 0);
      if (!empty && !equalBytes(this.#trie.at([...below]).hash, hash)) this.#open.push(below);
    }
    return true;
  }
}
