import type { Id } from '../core/base/id.ts';
import { stateAtHead } from '../core/books/chain.ts';
import type { RuleContext, RuleSet } from '../core/books/rules.ts';
import type { BookState } from '../core/books/state.ts';
import type { Entry } from '../core/wire/entry.ts';
import type { Head } from '../core/wire/messages/book.ts';
import type { Book } from './book.ts';

/** States at the ends of side chains kept at hand; one that went is made again from the store. */
const STATES_MAX = 64;
/** Ids asked for at a time for one body: each of its few books waits for one head or two, so that more are a liar's, and push out its own. */
const WANTED_MAX = 16;

/** Bytes of entries held for one body while parts of their chains are missing: some ten thousand entries, where honest devices write few above an end. */
const HELD_BYTES_MAX = 16 * 1024 * 1024;

/** An entry, and for whose book it was fetched. */
interface Held {
  readonly entry: Entry;
  readonly reader: Id;
}

/**
 * Chains above the end of a book or beside it, as far as other books' entries read them (protocol §3): a named head fixes a chain, and
 * who reads up to it reads that chain as if no fork were known. Their entries are fetched by id, from the head back to the end of the
 * chain that counts; where they leave that further down, below a revocation's last good entry, back to the Opening.
 */
export class SideChains {
  readonly #entries = new Map<Id, Held>();
  readonly #heldBytes = new Map<Id, number>();
  /** Bodies that named a chain too long to hold; for them nothing is fetched until the next start. */
  readonly #refused = new Set<Id>();
  /** By book, sequence and id together: an id named at a sequence where it does not stand is no head at all. */
  readonly #states = new Map<string, BookState>();
  /** Ids that are missing, for whose book, and whether somebody was asked for them. */
  readonly #wanted = new Map<Id, { readonly reader: Id; asked: boolean }>();
  /** The same by reader, oldest first. */
  readonly #byReader = new Map<Id, Set<Id>>();

  /**
   * @param reader the body whose book reads it.
   * @returns what the book's rules leave at this head, or undefined while a part of its chain is missing; `missing` then tells it.
   */
  stateAt(
    book: Book,
    head: Head,
    ruleSets: readonly RuleSet[],
    context: RuleContext,
    reader: Id,
  ): BookState | undefined {
    const name = `${head.book}/${head.sequence}/${head.id}`;
    const known = this.#states.get(name);
    if (known !== undefined) return known;
    const id = book.ids.get(book.judged - 1);
    if (book.state === undefined || id === undefined || book.judged <= book.head.sequence) return undefined;
    const read: Id[] = [];
    const entryOf = (wanted: Id): Entry | undefined => {
      const entry = wanted === book.id ? book.openingEntry : this.#entries.get(wanted)?.entry;
      if (entry === undefined) this.#want(wanted, reader);
      else read.push(wanted);
      return entry;
    };
    const judged = { book: book.id, sequence: book.judged - 1, id, state: book.state.state };
    const state = stateAtHead(head, { judged, entryOf }, ruleSets, context);
    if (state === undefined) return undefined;
    for (const entry of read) this.#drop(entry);
    const [oldest] = this.#states.keys();
    if (this.#states.size >= STATES_MAX && oldest !== undefined) this.#states.delete(oldest);
    this.#states.set(name, state);
    return state;
  }

  /** @returns the ids that nobody was asked for yet; they count as asked for from now on. */
  takeMissing(): readonly Id[] {
    const missing: Id[] = [];
    for (const [id, wanted] of this.#wanted) {
      if (!wanted.asked) missing.push(id);
      wanted.asked = true;
    }
    return missing;
  }

  /** Every id that is missing, to be asked for again. */
  wanted(): readonly Id[] {
    return [...this.#wanted.keys()];
  }

  /** Takes an entry whose signature was checked. @returns whether it was missing; then it is to be kept. Above HELD_BYTES_MAX for one body all of that body's are let go. */
  take(entry: Entry): boolean {
    const reader = this.#forget(entry.id);
    if (reader === undefined) return false;
    this.#hold(entry, reader);
    return true;
  }

  #want(id: Id, reader: Id): void {
    if (this.#wanted.has(id) || this.#refused.has(reader)) return;
    const own = this.#byReader.get(reader) ?? new Set<Id>();
    const [oldest] = own;
    if (own.size >= WANTED_MAX && oldest !== undefined) this.#forget(oldest);
    this.#byReader.set(reader, own.add(id));
    this.#wanted.set(id, { reader, asked: false });
  }

  #hold(entry: Entry, reader: Id): void {
    this.#entries.set(entry.id, { entry, reader });
    const bytes = (this.#heldBytes.get(reader) ?? 0) + entry.bytes.length;
    this.#heldBytes.set(reader, bytes);
    if (bytes <= HELD_BYTES_MAX) return;
    this.#refused.add(reader);
    for (const [id, held] of this.#entries) if (held.reader === reader) this.#drop(id);
    for (const id of this.#byReader.get(reader) ?? []) this.#forget(id);
  }

  #drop(id: Id): void {
    const held = this.#entries.get(id);
    if (held === undefined) return;
    this.#entries.delete(id);
    const left = (this.#heldBytes.get(held.reader) ?? 0) - held.entry.bytes.length;
    if (left > 0) this.#heldBytes.set(held.reader, left);
    else this.#heldBytes.delete(held.reader);
  }

  /** @returns for whom it was wanted. */
  #forget(id: Id): Id | undefined {
    const wanted = this.#wanted.get(id);
    if (wanted === undefined) return undefined;
    this.#wanted.delete(id);
    const own = this.#byReader.get(wanted.reader);
    own?.delete(id);
    if (own?.size === 0) this.#byReader.delete(wanted.reader);
    return wanted.reader;
  }
}
