import { compareIds, type Id, idToBytes } from '../core/base/id.ts';
import type { Channel, Topic } from '../core/base/region.ts';
import { HashTrie } from '../core/base/trie.ts';
import { bookLeaf } from '../core/sync/leaf.ts';
import type { IdentityKind } from '../core/wire/messages/identity.ts';
import type { StoreWrite } from '../ports/store.ts';
import { type Book, bookToRow, travelsAsMail } from './book.ts';
import { STRANGER_BOOKS_MAX } from './constants.ts';

/** All books of this peer, with a trie for each topic over those of known authors. */
export class BookTable {
  readonly #books = new Map<Id, Book>();
  readonly #tries = new Map<Topic, HashTrie>();
  readonly #byIdentity = new Map<Id, Set<Id>>();
  /** Strangers' books, oldest first. */
  readonly #strangers = new Map<Id, Book>();
  readonly #dirty = new Set<Book>();
  /** Books whose leaf is out of date: a book may grow by many entries before anybody asks for a trie. */
  readonly #unplaced = new Set<Book>();
  #isKnown: (identity: Id) => boolean = () => false;
  #arrival = 0;

  /** Every book, in order of arrival. */
  all(): IterableIterator<Book> {
    return this.#books.values();
  }

  get(id: Id): Book | undefined {
    return this.#books.get(id);
  }

  get size(): number {
    return this.#books.size;
  }

  /** Books of one identity, in order of arrival. */
  of(identity: Id): readonly Book[] {
    const books: Book[] = [];
    for (const id of this.#byIdentity.get(identity) ?? []) {
      const book = this.#books.get(id);
      if (book !== undefined) books.push(book);
    }
    return books;
  }

  /**
   * The body's book for a channel, whichever device writes it. Where a body has opened several, against the protocol (§3), all
   * who hold the same books take the same one, whatever came first: the one that the earliest event of its identity log opens,
   * and of these the one with the smallest id.
   */
  bodyBook(identity: Id, channel: Channel): Book | undefined {
    const [first, ...others] = this.rivals(identity, channel);
    const precedes = (left: Book, right: Book): boolean =>
      left.opening.logNumber === right.opening.logNumber
        ? compareIds(left.id, right.id) < 0
        : left.opening.logNumber < right.opening.logNumber;
    return others.reduce((kept, other) => (kept === undefined || precedes(other, kept) ? other : kept), first);
  }

  /** The books that a body has opened for a channel and that continue none; more than one are evidence against it. */
  rivals(identity: Id, channel: Channel): readonly Book[] {
    return this.of(identity).filter(({ opening }) => opening.channel === channel && opening.continues === undefined);
  }

  /** What kind of identity it is, where a book of it is held. */
  kindOf(identity: Id): IdentityKind | undefined {
    return this.of(identity)[0]?.kind;
  }

  /** A number for the next new book. */
  nextArrival(): number {
    this.#arrival += 1;
    return this.#arrival;
  }

  /** Adds a book. */
  add(book: Book): void {
    this.#arrival = Math.max(this.#arrival, book.arrival);
    this.#books.set(book.id, book);
    const ids = this.#byIdentity.get(book.opening.identity) ?? new Set<Id>();
    this.#byIdentity.set(book.opening.identity, ids.add(book.id));
    if (this.#isKnown(book.opening.identity)) {
      this.#unplaced.add(book);
      return;
    }
    this.#strangers.set(book.id, book);
  }

  /** Forgets the oldest strangers' books for which there is no room. @returns them. */
  evict(isKept: (book: Id) => boolean): readonly Book[] {
    if (this.#strangers.size <= STRANGER_BOOKS_MAX) return [];
    const evictable = [...this.#strangers.values()].filter(({ id }) => !isKept(id));
    const gone = evictable.slice(0, Math.max(0, evictable.length - STRANGER_BOOKS_MAX));
    for (const book of gone) this.remove(book);
    return gone;
  }

  /** Forgets a book. */
  remove(book: Book): void {
    this.#books.delete(book.id);
    this.#byIdentity.get(book.opening.identity)?.delete(book.id);
    this.#strangers.delete(book.id);
    this.#dirty.delete(book);
    this.#unplaced.delete(book);
    this.#tries.get(book.topic)?.delete(idToBytes(book.id));
  }

  /** Says that head, judged or fork of a book changed. */
  changed(book: Book): void {
    this.#dirty.add(book);
    if (!this.#strangers.has(book.id)) this.#unplaced.add(book);
  }

  /** Takes a new set of known authors: their books move out of the strangers' pool, others' into it. @returns those that moved out. */
  setKnown(isKnown: (identity: Id) => boolean): readonly Book[] {
    this.#isKnown = isKnown;
    const known: Book[] = [];
    for (const book of this.#books.values()) {
      if (isKnown(book.opening.identity)) {
        if (!this.#strangers.delete(book.id)) continue;
        this.#unplaced.add(book);
        known.push(book);
      } else if (!this.#strangers.has(book.id)) {
        this.#strangers.set(book.id, book);
        this.#unplaced.delete(book);
        this.#tries.get(book.topic)?.delete(idToBytes(book.id));
      }
    }
    return known;
  }

  isKnown(identity: Id): boolean {
    return this.#isKnown(identity);
  }

  isStranger(book: Book): boolean {
    return this.#strangers.has(book.id);
  }

  /** The trie over the known authors' books of a topic. */
  trieOf(topic: Topic): HashTrie {
    for (const book of this.#unplaced) this.#place(book);
    this.#unplaced.clear();
    return this.#rawTrieOf(topic);
  }

  /** Adds the rows of all changed books to a commit. */
  flush(write: (write: StoreWrite) => void): void {
    for (const book of this.#dirty) write({ type: 'putBook', row: bookToRow(book) });
    this.#dirty.clear();
  }

  /** Mail books stand in no trie: their writer alone holds them, and would be asked for them by everybody in every round. */
  #place(book: Book): void {
    if (travelsAsMail(book)) return;
    this.#rawTrieOf(book.topic).set(
      idToBytes(book.id),
      bookLeaf(book.id, book.head.sequence, book.head.id, book.forkSequence),
    );
  }

  #rawTrieOf(topic: Topic): HashTrie {
    const trie = this.#tries.get(topic) ?? new HashTrie();
    this.#tries.set(topic, trie);
    return trie;
  }
}
