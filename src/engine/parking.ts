import type { Id } from '../core/base/id.ts';
import type { Entry } from '../core/wire/entry.ts';
import { PARKED_BYTES_MAX, PARKED_ENTRIES_MAX, PARKED_PER_BOOK_MAX } from './constants.ts';

/**
 * Entries whose signature holds but before which their book has a gap. Bounded for each book and in all; where there is no
 * room, the book with the most parked entries loses its farthest one, so a flood in one book pushes out only itself.
 */
export class Parking {
  readonly #byBook = new Map<Id, Map<number, Entry>>();
  #count = 0;
  #bytes = 0;

  get count(): number {
    return this.#count;
  }

  /** Parks an entry. @returns whether it stays. */
  park(entry: Entry): boolean {
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
    if (lot.size === 0) this.#byBook.delete(book);
  }

  #dropFarthest(book: Id, lot: Map<number, Entry>): void {
    const entry = lot.get(Math.max(...lot.keys()));
    if (entry !== undefined) this.#remove(book, lot, entry);
  }

  #dropFromLargest(): void {
    let largest: readonly [Id, Map<number, Entry>] | undefined;
    for (const lot of this.#byBook) if (largest === undefined || lot[1].size > largest[1].size) largest = lot;
    if (largest !== undefined) this.#dropFarthest(largest[0], largest[1]);
  }
}
