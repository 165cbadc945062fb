import { type Id, idToBytes } from '../core/base/id.ts';
import { HashTrie, stateLeaf } from '../core/base/trie.ts';
import type { BookState, StateDraft } from '../core/books/state.ts';
import type { StoreWrite } from '../ports/store.ts';

/** The write of a row, and a name that only this row has. */
interface RowWrite {
  readonly name: string;
  readonly write: StoreWrite;
}

/** The rule state of one book with its root, kept up only when somebody asks for it. */
export class RootedState {
  readonly state: BookState;
  readonly #trie = new HashTrie();
  readonly #dirty: Set<string>;

  constructor(state: BookState) {
    this.state = state;
    this.#dirty = new Set(state.keys());
  }

  /** Takes over a draft's changes. @returns what makes them durable. */
  apply(book: Id, draft: StateDraft): readonly RowWrite[] {
    const bytes = idToBytes(book);
    const writes = draft.changes().map(({ key, value }): RowWrite => {
      this.#dirty.add(key);
      const write: StoreWrite =
        value === undefined
          ? { type: 'deleteState', book: bytes, key }
          : { type: 'putState', book: bytes, row: { key, value } };
      return { name: `${book}/${key}`, write };
    });
    this.state.apply(draft);
    return writes;
  }

  /** Removes every row. @returns what makes it durable. */
  clear(book: Id): readonly RowWrite[] {
    const bytes = idToBytes(book);
    const keys = this.state.keys();
    for (const key of keys) this.#dirty.add(key);
    this.state.clear();
    return keys.map((key) => ({ name: `${book}/${key}`, write: { type: 'deleteState', book: bytes, key } }));
  }

  /** @returns the state root (protocol §5), 32 bytes. */
  root(): Uint8Array {
    return this.trie().root();
  }

  /** @returns the trie over (key, canonical value), brought up to date; for proofs of single rows. */
  trie(): HashTrie {
    for (const key of this.#dirty) {
      const value = this.state.bytesOf(key);
      const leaf = stateLeaf(key, value);
      if (value === undefined) this.#trie.delete(leaf.key);
      else this.#trie.set(leaf.key, leaf.hash);
    }
    this.#dirty.clear();
    return this.#trie;
  }
}
