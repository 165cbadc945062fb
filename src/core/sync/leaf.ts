import { concatBytes, NO_BYTES } from '../base/bytes.ts';
import { type Id, idToBytes } from '../base/id.ts';
import { leafHash } from '../base/trie.ts';

/** @returns the leaf of a book: its key is the book id, its value sequence (8 bytes) ‖ head (32) ‖ fork sequence or 0 (8), big-endian. */
export function bookLeaf(book: Id, sequence: number, head: Id, forkSequence: number): Uint8Array {
  return leafHash(
    idToBytes(book),
    concatBytes([integerToBytes(sequence), idToBytes(head), integerToBytes(forkSequence)]),
  );
}

/** @returns the leaf of a statement: its key is the digest, its value empty. */
export function statementLeaf(digest: Id): Uint8Array {
  return leafHash(idToBytes(digest), NO_BYTES);
}

function integerToBytes(value: number): Uint8Array {
  const bytes = new Uint8Array(8);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, Math.floor(value / 2 ** 32));
  view.setUint32(4, value % 2 ** 32);
  return bytes;
}
