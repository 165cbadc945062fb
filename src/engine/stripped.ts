import { NO_BYTES } from '../core/base/bytes.ts';
import { type Id, parseId } from '../core/base/id.ts';
import type { Entry } from '../core/wire/entry.ts';
import type { SettingRow } from '../ports/store.ts';
import type { World } from './world.ts';

const PREFIX = 'stripped/';
/** Ids asked for in one round; the others have their turn in the next. */
const ASKED_MAX = 64;

/**
 * Entries held without their payload though no `Erase` of their author is here (protocol §3): whoever passes an entry on can cut
 * its payload off, so the whole one stays wanted, and takes its place when it comes.
 */
export class Stripped {
  readonly #world: World;
  readonly #isErased: (entry: Id, book: Id) => boolean;
  /** The book of each. */
  readonly #books = new Map<Id, Id>();

  constructor(world: World, isErased: (entry: Id, book: Id) => boolean) {
    this.#world = world;
    this.#isErased = isErased;
  }

  /** Whether an entry lacks a payload that nobody asked to erase. */
  is(entry: Entry): boolean {
    return entry.payload === undefined && !this.#isErased(entry.id, entry.book);
  }

  /** Remembers an entry that was stored, where it lacks its payload. */
  stored(entry: Entry): void {
    if (!this.is(entry)) return;
    this.#books.set(entry.id, entry.book);
    const key = `${PREFIX}${entry.id}/${entry.book}`;
    this.#world.writeRow(key, { type: 'putSetting', row: { key, value: NO_BYTES } });
  }

  /** @returns whether this whole entry was wanted; it is not any more. */
  take(entry: Entry): boolean {
    return entry.payload !== undefined && this.forget(entry.id);
  }

  /** Ids to ask others for in this round. */
  wanted(): readonly Id[] {
    const wanted: Id[] = [];
    for (const [id, book] of this.#books) {
      if (wanted.length >= ASKED_MAX) break;
      if (this.#isErased(id, book)) this.forget(id);
      else wanted.push(id);
    }
    // Those asked for go to the end of the line.
    for (const id of wanted) {
      const book = this.#books.get(id);
      this.#books.delete(id);
      if (book !== undefined) this.#books.set(id, book);
    }
    return wanted;
  }

  /** Forgets the entries of a book that is gone. */
  forgetBook(book: Id): void {
    for (const [id, held] of this.#books) if (held === book) this.forget(id);
  }

  /** Takes back a stored setting. @returns whether it is one of these. */
  restore(row: SettingRow): boolean {
    const [entry, book] = row.key.startsWith(PREFIX)
      ? row.key
          .slice(PREFIX.length)
          .split('/')
          .map((text) => parseId(text))
      : [];
    if (entry !== undefined && book !== undefined) this.#books.set(entry, book);
    return row.key.startsWith(PREFIX);
  }

  /** An entry is wanted no more. @returns whether it was. */
  forget(entry: Id): boolean {
    const book = this.#books.get(entry);
    if (book === undefined) return false;
    this.#books.delete(entry);
    const key = `${PREFIX}${entry}/${book}`;
    this.#world.writeRow(key, { type: 'deleteSetting', key });
    return true;
  }
}
