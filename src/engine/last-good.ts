import { bytesToId, type Id } from '../core/base/id.ts';
import type { Entry } from '../core/wire/entry.ts';
import type { LastGood } from '../core/wire/messages/identity.ts';
import type { EntryRow } from '../ports/store.ts';
import type { Book } from './book.ts';
import {
  LAST_GOOD_PATH_MAX,
  REPLAY_BYTES_MAX,
  REPLAY_ENTRIES_MAX,
  STRANGER_BYTES_MAX,
  STRANGER_ENTRIES_MAX,
} from './constants.ts';
import type { Query } from './events.ts';
import type { World } from './world.ts';

interface Path {
  readonly lastGood: LastGood;
  /** Ids of the chain to `lastGood`, from there downwards. */
  readonly ids: Id[];
  /** The one before them, which is missing. */
  next: Id;
  bytesLeft: number;
  turning: boolean;
}

/**
 * Finds the chain to a revocation's `lastGood` where a book holds another one: its entries are fetched by id, from `lastGood`
 * down to the book's head, and then take the place of the others in the store.
 */
export class LastGoodChains {
  readonly #world: World;
  readonly #load: (query: Query, then: (rows: readonly EntryRow[]) => void) => void;
  readonly #aside: (entry: Id) => void;
  readonly #paths = new Map<Id, Path>();

  /** @param aside is told of each entry whose place another one takes. */
  constructor(
    world: World,
    load: (query: Query, then: (rows: readonly EntryRow[]) => void) => void,
    aside: (entry: Id) => void,
  ) {
    this.#world = world;
    this.#load = load;
    this.#aside = aside;
  }

  /** The ids that are missing. */
  wanted(): readonly Id[] {
    return [...this.#paths.values()].filter(({ bytesLeft }) => bytesLeft > 0).map(({ next }) => next);
  }

  /**
   * Looks for the chain from the head of a book, which ended at a fork, to `lastGood`; `turned` is called when the store holds that
   * chain alone. Of a stranger's book no more is fetched than is kept of one.
   * @returns the id that is missing next.
   */
  seek(book: Book, lastGood: LastGood, isStranger: boolean, turned: () => void): Id | undefined {
    const entriesMax = isStranger ? STRANGER_ENTRIES_MAX : LAST_GOOD_PATH_MAX;
    if (lastGood.sequence - book.head.sequence > entriesMax) return undefined;
    let path = this.#paths.get(book.id);
    if (path?.lastGood.id !== lastGood.id) {
      path = {
        lastGood,
        ids: [],
        next: lastGood.id,
        bytesLeft: isStranger ? STRANGER_BYTES_MAX : Number.MAX_SAFE_INTEGER,
        turning: false,
      };
      this.#paths.set(book.id, path);
    }
    if (path.turning) return undefined;
    const missing = lastGood.sequence - path.ids.length;
    if (missing !== book.head.sequence || path.next !== book.head.id) return path.next;
    path.turning = true;
    const ids = new Set(path.ids);
    this.#putAside(book, ids, book.head.sequence + 1, () =>
      this.#putInPlace(path.ids.toReversed(), () => {
        this.#paths.delete(book.id);
        turned();
      }),
    );
    return undefined;
  }

  /** Whether entries of this book are looked for. */
  seeks(book: Id): boolean {
    return this.#paths.has(book);
  }

  /** Looks no more. */
  leave(book: Id): void {
    this.#paths.delete(book);
  }

  /** Takes an entry above the book's end. @returns whether it is the one that is missing next; then it is to be kept. */
  take(entry: Entry): boolean {
    const path = this.#paths.get(entry.book);
    const { sequence, previous } = entry.header;
    if (path === undefined || path.next !== entry.id || path.bytesLeft <= 0 || path.turning) return false;
    if (previous === undefined || sequence !== path.lastGood.sequence - path.ids.length) return false;
    path.ids.push(entry.id);
    path.next = previous;
    path.bytesLeft -= entry.bytes.length;
    return true;
  }

  #putAside(book: Book, ids: ReadonlySet<Id>, from: number, then: () => void): void {
    const query: Query = { type: 'run', book: book.id, from, limit: REPLAY_ENTRIES_MAX, bytesMax: REPLAY_BYTES_MAX };
    this.#load(query, (rows) => {
      for (const row of rows) {
        const id = bytesToId(row.id);
        if (ids.has(id)) continue;
        this.#put(row, false);
        this.#aside(id);
      }
      const last = rows.at(-1)?.sequence;
      if (last === undefined) then();
      else this.#putAside(book, ids, last + 1, then);
    });
  }

  #putInPlace(ids: Id[], then: () => void): void {
    const some = ids.splice(0, REPLAY_ENTRIES_MAX);
    if (some.length === 0) return then();
    this.#load({ type: 'ids', ids: some }, (rows) => {
      for (const row of rows) this.#put(row, true);
      this.#putInPlace(ids, then);
    });
  }

  #put({ id, book, sequence, kind, bytes }: EntryRow, main: boolean): void {
    this.#world.write({ type: 'putEntry', row: { id, book, sequence, kind, bytes, main } });
  }
}
