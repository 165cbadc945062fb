import { NO_BYTES } from '../core/base/bytes.ts';
import { type Id, idToBytes, parseId } from '../core/base/id.ts';
import { contentOf, type Entry, erasedForm, readEntry } from '../core/wire/entry.ts';
import { eraseKind } from '../core/wire/kinds/book.ts';
import { kindOfNumber } from '../core/wire/kinds/table.ts';
import type { EntryRow, SettingRow } from '../ports/store.ts';
import type { Book } from './book.ts';
import type { BookTable } from './book-table.ts';
import type { Query } from './events.ts';
import type { World } from './world.ts';

const PREFIX = 'erased/';
/** Requests remembered of a stranger, of whom no more than 64 entries to a book are kept. */
const OF_STRANGER_MAX = 256;

/**
 * Carries out `Erase` (protocol §3): the payloads that an author asks to erase are deleted here, when they come first and when
 * they come later. Only an author's own entries, and only of erasable kinds; header and signature stay, so the book still verifies.
 */
export class Erasing {
  readonly #world: World;
  readonly #books: BookTable;
  readonly #load: (query: Query, then: (rows: readonly EntryRow[]) => void) => void;
  /** Ids to erase, with the identity that asked for it. */
  readonly #asked = new Map<Id, Set<Id>>();
  readonly #byAuthor = new Map<Id, Set<Id>>();

  constructor(world: World, books: BookTable, load: (query: Query, then: (rows: readonly EntryRow[]) => void) => void) {
    this.#world = world;
    this.#books = books;
    this.#load = load;
  }

  /** An entry was stored: if it is an Erase, what it names is erased as far as it is here. */
  stored(book: Book, entry: Entry): void {
    const erase = contentOf(entry, eraseKind);
    if (erase === undefined) return;
    for (const id of erase.entries) this.#ask(id, book.opening.identity);
    this.#load({ type: 'ids', ids: erase.entries }, (rows) => {
      for (const row of rows) this.#erase(row);
    });
  }

  /** @returns the form in which an entry is stored: without its payload where its author has asked for that. */
  formOf(book: Book, entry: Entry): Uint8Array {
    const asked = this.#asked.get(entry.id)?.has(book.opening.identity) === true;
    return asked && isErasable(entry) ? erasedForm(entry) : entry.bytes;
  }

  /** Whether the author of this book asked to erase this entry. */
  isAsked(entry: Id, book: Id): boolean {
    const author = this.#books.get(book)?.opening.identity;
    return author !== undefined && this.#asked.get(entry)?.has(author) === true;
  }

  /** Takes back a stored request. @returns whether the setting is one. */
  restore(row: SettingRow): boolean {
    if (!row.key.startsWith(PREFIX)) return false;
    const [entry, author] = row.key
      .slice(PREFIX.length)
      .split('/')
      .map((text) => parseId(text));
    if (entry !== undefined && author !== undefined) this.#remember(entry, author);
    return true;
  }

  /** Forgets what an author asked of whom no book is held any more. */
  forgetAuthor(author: Id): void {
    if (this.#books.of(author).length > 0) return;
    for (const entry of this.#byAuthor.get(author) ?? []) {
      const authors = this.#asked.get(entry);
      authors?.delete(author);
      if (authors?.size === 0) this.#asked.delete(entry);
      const key = keyOf(entry, author);
      this.#world.writeRow(key, { type: 'deleteSetting', key });
    }
    this.#byAuthor.delete(author);
  }

  #ask(entry: Id, author: Id): void {
    const full = (this.#byAuthor.get(author)?.size ?? 0) >= OF_STRANGER_MAX;
    if (full && !this.#books.isKnown(author)) return;
    this.#remember(entry, author);
    const key = keyOf(entry, author);
    this.#world.writeRow(key, { type: 'putSetting', row: { key, value: NO_BYTES } });
  }

  #remember(entry: Id, author: Id): void {
    this.#asked.set(entry, (this.#asked.get(entry) ?? new Set<Id>()).add(author));
    this.#byAuthor.set(author, (this.#byAuthor.get(author) ?? new Set<Id>()).add(entry));
  }

  #erase(row: EntryRow): void {
    const read = readEntry(row.bytes, this.#world.network);
    const book = read.ok ? this.#books.get(read.value.book) : undefined;
    if (!read.ok || book === undefined || read.value.payload === undefined) return;
    const bytes = this.formOf(book, read.value);
    if (bytes === row.bytes || bytes === read.value.bytes) return;
    this.#world.write({
      type: 'putEntry',
      row: {
        id: idToBytes(read.value.id),
        book: row.book,
        sequence: row.sequence,
        kind: row.kind,
        main: row.main,
        bytes,
      },
    });
  }
}

function keyOf(entry: Id, author: Id): string {
  return `${PREFIX}${entry}/${author}`;
}

/** A kind that this version does not know is kept whole: nobody here could tell whether a rule reads it. */
function isErasable(entry: Entry): boolean {
  return kindOfNumber(entry.header.kind)?.keeping === 'erasable';
}
