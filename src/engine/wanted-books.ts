import type { Id } from '../core/base/id.ts';
import { SYNC_WANTED_MAX } from '../core/wire/messages/sync.ts';

/** Books that strangers' books read and this peer looks for, the oldest making room: some hundred kilobytes of ids. */
const BY_STRANGERS_MAX = 256;

/**
 * Books that rules read by id, whatever topics are followed (protocol §4). What a known author's book reads is followed from
 * then on, and kept like a known author's own; what a stranger's reads is looked for while there is room.
 */
export class WantedBooks {
  readonly #byKnown = new Set<Id>();
  readonly #byStrangers = new Set<Id>();
  #from = 0;

  /** @returns whether a known author's book reads this one for the first time. */
  add(book: Id, byKnown: boolean): boolean {
    if (this.#byKnown.has(book)) return false;
    if (byKnown) {
      this.#byStrangers.delete(book);
      this.#byKnown.add(book);
      return true;
    }
    const [oldest] = this.#byStrangers;
    if (this.#byStrangers.size >= BY_STRANGERS_MAX && oldest !== undefined) this.#byStrangers.delete(oldest);
    this.#byStrangers.add(book);
    return false;
  }

  has(book: Id): boolean {
    return this.#byKnown.has(book) || this.#byStrangers.has(book);
  }

  /** Whether a known author's book reads it: then a stranger's limits are not its. */
  isKept(book: Id): boolean {
    return this.#byKnown.has(book);
  }

  /** @returns the books to ask a peer for in one round: known authors' first, from where the last round ended. */
  next(): readonly Id[] {
    const known = [...this.#byKnown];
    const from = known.length > SYNC_WANTED_MAX ? this.#from % known.length : 0;
    this.#from = from + SYNC_WANTED_MAX;
    return [...known.slice(from), ...known.slice(0, from), ...this.#byStrangers].slice(0, SYNC_WANTED_MAX);
  }
}
