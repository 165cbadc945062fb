import type { Id } from '../core/base/id.ts';
import type { Entry } from '../core/wire/entry.ts';
import { PARKED_BYTES_MAX, PARKED_ENTRIES_MAX, PARKED_PER_BOOK_MAX } from './constants.ts';

/**
 * Entries whose signature holds but before which their book has a gap. Bounded for each book and in all; where there is no
 * room, the book with the most parked entries loses its farthest one, so a flood in one book pushes out only itself; strangers'
 * books lose theirs first, so that a flood of many small books pushes out only strangers.
 */
export class Parking {
  readonly #byBook = new Map<Id, Map<number, Entry>>();
  readonly #strangers = new Set<Id>();
  #count = 0;
  #bytes = 0;

  get count(): number {
    return this.#count;
  }

  /** Parks an entry of a known author's book or a stranger's. @returns whether it stays. */
  park(entry: Entry, isStranger: boolean): boolean {
    if (isStranger) this.#strangers.add(entry.book);
    else this.#strangers.delete(entry.book);
    const lot = this.#byBook.get(entry.book) ?? new Map<number, Entry>();
    if (lot.has(entry.header.sequence)) return true;
    this.#byBook.set(entry.book, lot);
    this.#put(lot, entry);
    while (lot.size > PARKED_PER_BOOK_MAX) this.#dropFarthest(entry.book, lot);
    while (this.#count > PARKED_ENTRIES_MAX || this.#bytes > PARKED_BYTES_MAX) this.#dropFromLargest();
    return this.#byBook.get(entry.book)?.has(entry.header.sequence) === true;
  }

  /** Takes out the entry of a book with this sequence. */
  take(book: Id, sequence: number): Entry | undefined {
    const lot = this.#byBook.get(book);
    const entry = lot?.get(sequence);
    if (lot === undefined || entry === undefined) return undefined;
    this.#remove(book, lot, entry);
    return entry;
  }

  /** Forgets what is parked of a book. */
  clear(book: Id): void {
    const lot = this.#byBook.get(book);
    for (const entry of [...(lot?.values() ?? [])]) if (lot !== undefined) this.#remove(book, lot, entry);
  }

  #put(lot: Map<number, Entry>, entry: Entry): void {
    lot.set(entry.header.sequence, entry);
    this.#count += 1;
    this.#bytes += entry.bytes.length;
  }

  #remove(book: Id, lot: Map<number, Entry>, entry: Entry): void {
    lot.delete(entry.header.sequence);
    this.#count -= 1;
    this.#bytes -= entry.bytes.length;
    if (lot.size > 0) return;
    this.#byBook.delete(book);
    this.#strangers.delete(book);
  }

  #dropFarthest(book: Id, lot: Map<number, Entry>): void {
    const entry = lot.get(Math.max(...lot.keys()));
    if (entry !== undefined) this.#remove(book, lot, entry);
  }

  #dropFromLargest(): void {
    let largest: { readonly book: Id; readonly lot: Map<number, Entry> } | undefined;
    for (const book of this.#strangers.size > 0 ? this.#strangers : this.#byBook.keys()) {
      const lot = this.#byBook.get(book);
      if (lot !== undefined && lot.size > (largest?.lot.size ?? 0)) largest = { book, lot };
    }
    if (largest !== undefined) this.#dropFarthest(largest.book, largest.lot);
  }
}
