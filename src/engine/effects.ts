import { type Id, idToBytes } from '../core/base/id.ts';
import { assert, present } from '../core/base/outcome.ts';
import type { Effect } from '../core/books/rules.ts';
import { StateDraft } from '../core/books/state.ts';
import { stepBook } from '../core/books/step.ts';
import { carriedEntryId, type Entry, readEntry } from '../core/wire/entry.ts';
import { kindOfNumber } from '../core/wire/kinds/table.ts';
import type { Head } from '../core/wire/messages/book.ts';
import type { EntryRow } from '../ports/store.ts';
import type { Book } from './book.ts';
import type { BookTable } from './book-table.ts';
import { EFFECTS_WAITING_MAX, REPLAY_BYTES_MAX, REPLAY_ENTRIES_MAX } from './constants.ts';
import { kindName, type Query } from './events.ts';
import { contextFor } from './rule-context.ts';
import type { World } from './world.ts';

/** What an entry would do, and the changes it would make. */
export interface Judgement {
  readonly effect: Effect;
  readonly draft: StateDraft;
}

/** What the effects need of the machine around them. */
export interface EffectsHooks {
  /** Asks the store; the rows come later. */
  load(query: Query, then: (rows: readonly EntryRow[]) => void): void;
  /** An effect waits for this book up to this head: fetch it. */
  want(head: Head, reader: Book): void;
  /** The state of a member book changed. */
  membersChanged(): void;
  /** An entry of a book took effect. */
  judged(book: Book, entry: Entry, effect: Effect): void;
}

/** Takes the effects of governed books' entries, strictly in order; what waits for another book is retried when that grows. */
export class Effects {
  readonly #world: World;
  readonly #books: BookTable;
  readonly #hooks: EffectsHooks;
  /** Books whose next effect waits for the book of the key. */
  readonly #waiters = new Map<Id, Set<Id>>();

  constructor(world: World, books: BookTable, hooks: EffectsHooks) {
    this.#world = world;
    this.#books = books;
    this.#hooks = hooks;
  }

  /** Takes in an entry that was just appended to its book and judges as far as possible. */
  appended(book: Book, entry: Entry): void {
    if (book.state === undefined) {
      book.judged = book.head.sequence + 1;
      return;
    }
    const next = book.judged + book.waiting.length;
    if (entry.header.sequence === next && book.waiting.length < EFFECTS_WAITING_MAX) book.waiting.push(entry);
    this.judge(book);
  }

  /** Judges the entries of a book from `judged` on, as far as they are here and what they read is here. */
  judge(book: Book): void {
    while (book.state !== undefined && book.judged <= book.head.sequence) {
      const entry = book.judged === 0 ? book.openingEntry : book.waiting[0];
      if (entry === undefined) {
        this.#loadMore(book);
        return;
      }
      if (book.judged > 0) assert(entry.header.sequence === book.judged, 'effects are taken in order of sequence');
      const judgement = this.judgementOf(book, entry);
      if (judgement.effect.type === 'waiting') {
        this.#wait(book, judgement.effect.heads);
        return;
      }
      if (book.judged > 0) book.waiting.shift();
      this.take(book, entry, judgement);
    }
  }

  /** @returns what the next entry of a book would do; nothing is changed. */
  judgementOf(book: Book, entry: Entry): Judgement {
    const state = present(book.state, 'a judged book is governed');
    const draft = new StateDraft(state.state);
    return { effect: stepBook(this.#world.ruleSets, entry, draft, contextFor(this.#world, this.#books, book)), draft };
  }

  /** Makes a judgement of the next entry true. */
  take(book: Book, entry: Entry, { effect, draft }: Judgement): void {
    const state = present(book.state, 'a judged book is governed');
    book.judged = entry.header.sequence + 1;
    this.#books.changed(book);
    if (effect.type === 'applied') {
      for (const { name, write } of state.apply(book.id, draft)) this.#world.writeRow(name, write);
      this.#indexCarried(book, entry);
    }
    this.#tell(book, entry, effect);
    this.#hooks.judged(book, entry, effect);
    if (book.opening.channel === 'people') this.#hooks.membersChanged();
    this.retry(book.id);
  }

  /** Takes all effects of a book again from its beginning, after a fork cut it short. */
  rebuild(book: Book): void {
    const state = book.state;
    if (state === undefined) {
      book.judged = Math.min(book.judged, book.head.sequence + 1);
      return;
    }
    for (const { name, write } of state.clear(book.id)) this.#world.writeRow(name, write);
    book.judged = 0;
    book.waiting.length = 0;
    this.#books.changed(book);
    this.judge(book);
  }

  /** Tries the books again that waited for this one. */
  retry(id: Id): void {
    const waiters = this.#waiters.get(id);
    if (waiters === undefined) return;
    this.#waiters.delete(id);
    for (const waiter of waiters) {
      const book = this.#books.get(waiter);
      if (book !== undefined) this.judge(book);
    }
  }

  #wait(book: Book, heads: readonly Head[]): void {
    for (const head of heads) {
      const waiters = this.#waiters.get(head.book) ?? new Set<Id>();
      this.#waiters.set(head.book, waiters.add(book.id));
      this.#hooks.want(head, book);
    }
  }

  #loadMore(book: Book): void {
    if (book.loading) return;
    book.loading = true;
    const from = book.judged;
    const query: Query = { type: 'run', book: book.id, from, limit: REPLAY_ENTRIES_MAX, bytesMax: REPLAY_BYTES_MAX };
    this.#hooks.load(query, (rows) => {
      book.loading = false;
      if (this.#books.get(book.id) !== book || book.judged > book.head.sequence) return;
      if (book.judged !== from || book.waiting.length > 0) return this.judge(book);
      for (const row of rows) {
        if (row.sequence !== from + book.waiting.length || row.sequence > book.head.sequence) break;
        const entry = readEntry(row.bytes, this.#world.network);
        book.waiting.push(present(entry.ok ? entry.value : undefined, 'a stored entry is well formed'));
      }
      assert(book.waiting.length > 0, `the store holds entry ${from} of book ${book.id}`);
      this.judge(book);
    });
  }

  #indexCarried(book: Book, entry: Entry): void {
    const kind = kindOfNumber(entry.header.kind);
    if (kind === undefined || entry.payload === undefined) return;
    const place = { book: idToBytes(book.id), sequence: entry.header.sequence };
    for (const bytes of kind.carries(entry.content as never)) {
      const carried = this.#world.carried.read(bytes);
      const id = carried.ok ? idToBytes(carried.value.id) : carriedEntryId(bytes);
      if (id !== undefined) this.#world.write({ type: 'putCarried', row: { id, ...place } });
    }
    for (const id of kind.receipts(entry.content as never))
      this.#world.write({ type: 'putCarried', row: { id: idToBytes(id), ...place } });
  }

  #tell(book: Book, entry: Entry, effect: Effect): void {
    assert(effect.type !== 'waiting', 'a waiting effect was not taken');
    const kind = kindOfNumber(entry.header.kind);
    this.#world.tell({
      type: 'effect',
      id: entry.id,
      book: book.id,
      sequence: entry.header.sequence,
      kind: kindName(kind, entry.header.kind),
      identity: book.opening.identity,
      effect: effect.type === 'applied' ? 'applied' : effect.code,
      facts: effect.type === 'applied' ? effect.facts : [],
    });
  }
}
