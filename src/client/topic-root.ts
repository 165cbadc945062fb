import { concatBytes } from '../core/base/bytes.ts';
import { bytesToId, type Id, idToBytes } from '../core/base/id.ts';
import { ID_BYTES } from '../core/base/limits.ts';
import type { Topic } from '../core/base/region.ts';
import { HashTrie, leafHash } from '../core/base/trie.ts';
import { travelsAsMail } from '../engine/book.ts';
import type { BookTable } from '../engine/book-table.ts';

const NO_STATE = new Uint8Array(ID_BYTES);

/**
 * @returns for each topic the topicRoot (protocol §5): the 16-way trie over book id, leaf
 *   SHA-256("mutua/1/trie-leaf" ‖ 0 ‖ book ‖ head ‖ stateRoot), stateRoot 32 zero bytes where no rule governs the book; known
 *   authors' books only, and of persons none on `transfers`, which others don't hold. Two nodes compare it where their roots' digests are equal.
 */
export function topicRoots(books: BookTable): ReadonlyMap<Topic, { readonly root: Id; readonly books: number }> {
  const tries = new Map<Topic, HashTrie>();
  for (const book of books.all()) {
    if (books.isStranger(book) || travelsAsMail(book)) continue;
    const trie = tries.get(book.topic) ?? new HashTrie();
    tries.set(book.topic, trie);
    const key = idToBytes(book.id);
    trie.set(key, leafHash(key, concatBytes([idToBytes(book.head.id), book.state?.root() ?? NO_STATE])));
  }
  return new Map([...tries].map(([topic, trie]) => [topic, { root: bytesToId(trie.root()), books: trie.size }]));
}
