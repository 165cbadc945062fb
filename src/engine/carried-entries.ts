import { equalBytes } from '../core/base/bytes.ts';
import { type Outcome, ok } from '../core/base/outcome.ts';
import { type Entry, type EntryFault, readEntry } from '../core/wire/entry.ts';
import { CARRIED_REMEMBERED_MAX } from './constants.ts';

/** Bytes at an entry's end, a part of its signature, by which it is looked up; the whole is compared then. */
const KEY_BYTES = 16;

/**
 * Remembers entries that were read and may be carried: an order is read when it comes, and again when the ledger entry that
 * carries it is judged. The same bytes always read the same, so the memory never changes what a rule sees.
 */
export class CarriedEntries {
  readonly #network: Uint8Array;
  readonly #held = new Map<string, Entry>();

  constructor(network: Uint8Array) {
    this.#network = network;
  }

  /** @returns what `readEntry` returns for these bytes. */
  readonly read = (bytes: Uint8Array): Outcome<Entry, EntryFault> => {
    const held = this.#held.get(keyOf(bytes));
    if (held !== undefined && equalBytes(held.bytes, bytes)) return ok(held);
    const read = readEntry(bytes, this.#network);
    if (read.ok) this.add(read.value);
    return read;
  };

  /** Remembers an entry; forgets the oldest half when full. */
  add(entry: Entry): void {
    if (this.#held.size >= CARRIED_REMEMBERED_MAX) this.#forgetOldest();
    this.#held.set(keyOf(entry.bytes), entry);
  }

  #forgetOldest(): void {
    let left = CARRIED_REMEMBERED_MAX / 2;
    for (const key of this.#held.keys()) {
      if (left === 0) return;
      this.#held.delete(key);
      left -= 1;
    }
  }
}

function keyOf(bytes: Uint8Array): string {
  let key = '';
  for (let index = Math.max(0, bytes.length - KEY_BYTES); index < bytes.length; index += 1)
    key += String.fromCharCode(bytes[index] ?? 0);
  return key;
}
