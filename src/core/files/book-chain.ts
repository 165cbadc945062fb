import { bytesToId, compareIds, type Id, idToBytes } from '../base/id.ts';
import { ID_BYTES } from '../base/limits.ts';
import type { ForkPlace } from '../books/fork.ts';
import type { Entry } from '../wire/entry.ts';

/** Where an entry stands among those that came before it. */
export type Place = 'next' | 'side' | 'duplicate' | 'gap' | 'wrong_previous';

const ROOM_AT_FIRST = 64;

/** The ids of one book's entries as they come, 32 bytes each: the chain that came first, and what stands beside it. */
export class BookChain {
  #ids = new Uint8Array(ROOM_AT_FIRST * ID_BYTES);
  #length = 0;
  readonly #side = new Map<Id, { readonly sequence: number; readonly previous: Id }>();

  constructor(opening: Id) {
    this.#append(opening);
  }

  get sequence(): number {
    return this.#length - 1;
  }

  get head(): Id {
    return this.#idAt(this.sequence);
  }

  /** Takes a signed entry of this book that is no Opening. @returns its place, and the fork that it makes with one before it. */
  take(entry: Entry): { readonly place: Place; readonly fork: ForkPlace | undefined } {
    const { sequence } = entry.header;
    if (this.#has(sequence, entry.id)) return { place: 'duplicate', fork: undefined };
    const fork = sequence < this.#length ? pairOf(sequence, this.#idAt(sequence), entry.id) : undefined;
    const place = this.#placeOf(entry);
    if (place === 'next') this.#append(entry.id);
    const { previous } = entry.header;
    if (place === 'side' && previous !== undefined) this.#side.set(entry.id, { sequence, previous });
    return { place, fork };
  }

  /**
   * Finds the chain to an entry.
   * @returns the ids of those of its entries that stand beside the first chain, lowest first; undefined where the entry is not held at
   *   that sequence.
   */
  branchTo({ sequence, id }: { readonly sequence: number; readonly id: Id }): readonly Id[] | undefined {
    if (!this.#has(sequence, id)) return undefined;
    const branch: Id[] = [];
    let next = id;
    for (let side = this.#side.get(next); side !== undefined; side = this.#side.get(next)) {
      branch.push(next);
      next = side.previous;
    }
    return branch.reverse();
  }

  #placeOf(entry: Entry): Place {
    const { sequence, previous } = entry.header;
    const follows = previous !== undefined && this.#has(sequence - 1, previous);
    if (!follows) return sequence > this.#length ? 'gap' : 'wrong_previous';
    return sequence === this.#length && previous === this.head ? 'next' : 'side';
  }

  #has(sequence: number, id: Id): boolean {
    return (sequence < this.#length && this.#idAt(sequence) === id) || this.#side.get(id)?.sequence === sequence;
  }

  #idAt(sequence: number): Id {
    return bytesToId(this.#ids.subarray(sequence * ID_BYTES, (sequence + 1) * ID_BYTES));
  }

  #append(id: Id): void {
    if ((this.#length + 1) * ID_BYTES > this.#ids.length) {
      const larger = new Uint8Array(this.#ids.length * 2);
      larger.set(this.#ids);
      this.#ids = larger;
    }
    this.#ids.set(idToBytes(id), this.#length * ID_BYTES);
    this.#length += 1;
  }
}

function pairOf(sequence: number, one: Id, other: Id): ForkPlace {
  return { sequence, ids: compareIds(one, other) < 0 ? [one, other] : [other, one] };
}
