import type { Id } from '../core/base/id.ts';
import { CARRIED_ENTRY_BYTES_MAX } from '../core/base/limits.ts';
import { type Entry, entryCheck, openingOf, readEntry } from '../core/wire/entry.ts';
import { kindOfNumber } from '../core/wire/kinds/table.ts';
import { ITEM_BYTES_MAX, Item } from '../core/wire/messages/book.ts';
import { wireSentence } from '../core/wire/shape.ts';
import { readStatement, type Statement, statementCheck } from '../core/wire/statement.ts';
import type { SignatureCheck } from '../ports/signatures.ts';
import type { CarriedEntries } from './carried-entries.ts';
import type { ItemOutcome } from './events.ts';

/** An item whose own form is right, or the outcome for one whose form is not. */
export type ReadItem =
  | { readonly type: 'entry'; readonly entry: Entry }
  | { readonly type: 'statement'; readonly statement: Statement }
  | { readonly type: 'no'; readonly outcome: ItemOutcome };

/** Carried entries may carry entries: a record in an Issue carries claims. */
const CARRY_DEPTH_MAX = 3;

/** Reads one item's form. Verdict: reject what no honest node would pass on, ignore what another version may know. */
export function readItem(bytes: Uint8Array, network: Uint8Array): ReadItem {
  const item = Item.decode(bytes, ITEM_BYTES_MAX);
  if (!item.ok) return bad(wireSentence('item', item.reason));
  const { entry, statement } = item.value;
  if (entry.length > 0 === statement.length > 0) return bad('The item is neither one entry nor one statement.');
  if (statement.length > 0) {
    const read = readStatement(statement);
    return read.ok ? { type: 'statement', statement: read.value } : bad(wireSentence('statement', read.reason));
  }
  const read = readEntry(entry, network);
  if (read.ok) return { type: 'entry', entry: read.value };
  if (read.reason.code === 'unknown_version')
    return { type: 'no', outcome: { verdict: 'ignore', word: 'later', id: undefined, sentence: read.reason.sentence } };
  return bad(read.reason.sentence);
}

function bad(sentence: string): ReadItem {
  return { type: 'no', outcome: { verdict: 'reject', word: 'bad', id: undefined, sentence } };
}

/** @returns an entry as an item. */
export function entryToItem(bytes: Uint8Array): Uint8Array {
  return Item.encode({ entry: bytes, statement: new Uint8Array(0) });
}

/** @returns a statement as an item. */
export function statementToItem(bytes: Uint8Array): Uint8Array {
  return Item.encode({ entry: new Uint8Array(0), statement: bytes });
}

/**
 * Gathers the signature checks that a batch will need, so that they can be made off the main thread. What is missed here is
 * checked later on the spot: this is speed, never a rule.
 */
export class CheckGatherer {
  readonly #network: Uint8Array;
  readonly #carried: CarriedEntries;
  readonly #deviceOf: (book: Id) => Id | undefined;
  readonly #openings = new Map<Id, Id>();
  readonly checks: SignatureCheck[] = [];

  constructor(network: Uint8Array, carried: CarriedEntries, deviceOf: (book: Id) => Id | undefined) {
    this.#network = network;
    this.#carried = carried;
    this.#deviceOf = deviceOf;
  }

  /** The device of a book whose Opening is among what was added. */
  deviceOf(book: Id): Id | undefined {
    return this.#openings.get(book);
  }

  add(item: ReadItem): void {
    if (item.type === 'entry') this.#addEntry(item.entry, 0);
    if (item.type !== 'statement') return;
    const check = statementCheck(item.statement, this.#network);
    if (check !== undefined) this.checks.push(check);
  }

  #addEntry(entry: Entry, depth: number): void {
    const opening = openingOf(entry);
    if (opening !== undefined) this.#openings.set(entry.id, opening.device);
    const device = opening?.device ?? this.#openings.get(entry.book) ?? this.#deviceOf(entry.book);
    if (device !== undefined) this.checks.push(entryCheck(entry, device));
    const kind = kindOfNumber(entry.header.kind);
    if (depth === 0 && kind?.entryBytesMax === CARRIED_ENTRY_BYTES_MAX) this.#carried.add(entry);
    if (kind === undefined || entry.payload === undefined || depth >= CARRY_DEPTH_MAX) return;
    for (const bytes of kind.carries(entry.content as never)) {
      const carried = this.#carried.read(bytes);
      if (carried.ok) this.#addEntry(carried.value, depth + 1);
    }
  }
}
