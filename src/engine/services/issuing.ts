import { textToBytes } from '../../core/base/bytes.ts';
import { bytesToId, type Id, parseId } from '../../core/base/id.ts';
import type { RefusalCode } from '../../core/base/refusals.ts';
import type { Effect } from '../../core/books/rules.ts';
import type { BookState } from '../../core/books/state.ts';
import { composeIssue } from '../../core/ledger/compose.ts';
import { cooperativesTable, recordsTable, tickTable } from '../../core/ledger/tables.ts';
import { contentOf, type Entry, readEntry } from '../../core/wire/entry.ts';
import { notedKind } from '../../core/wire/kinds/book.ts';
import { laborClaimKind, laborRecordKind } from '../../core/wire/kinds/labor.ts';
import {
  acceptAttestorsKind,
  acceptCooperativeKind,
  issueKind,
  orderRefusedKind,
  retireKind,
  tickKind,
  transferKind,
} from '../../core/wire/kinds/ledger.ts';
import type { EntryRow, SettingRow } from '../../ports/store.ts';
import type { Book } from '../book.ts';
import type { BookTable } from '../book-table.ts';
import { REPLAY_BYTES_MAX, REPLAY_ENTRIES_MAX } from '../constants.ts';
import type { Draft, Query } from '../events.ts';
import { contextFor } from '../rule-context.ts';
import type { World } from '../world.ts';
import type { WriteResult } from '../writer.ts';
import { draftOf } from './draft.ts';

/** What issuing needs of the machine around it. */
export interface IssuingParts {
  readonly world: World;
  readonly books: BookTable;
  openingOf(book: Id): Entry | undefined;
  /** Remembers the Openings that an entry noted. */
  learn(entry: Entry): void;
  load(query: Query, then: (rows: readonly EntryRow[]) => void): void;
}

interface Candidate {
  readonly record: Entry;
  readonly claim: Entry;
  readonly attestations: readonly Entry[];
  readonly lastMinute: number;
  /** Set once it was judged and could not be issued yet. */
  tried: boolean;
}

const CURSOR_PREFIX = 'issuing/';
/** Records of one labor book in hand at once, 2 MiB: no cooperative's records keep those of others out. */
const CANDIDATES_PER_BOOK_MAX = 256;
/** What could not be issued and made room for other records of its book is looked at again after this time. */
const LOOK_AGAIN_MS = 60_000;
/** Refusals that time or the bank's own next entries may lift; the record is kept in hand, or looked at again. */
const LIFTABLE: ReadonlySet<RefusalCode> = new Set([
  // A Rotation may supersede the revocation.
  'device_revoked',
  'cooperative_not_accepted',
  'interval_in_future',
  'unknown_account',
  'unknown_book',
]);

/** Entries of the bank's own that let no record issue. */
const PAYMENT_KINDS: ReadonlySet<number> = new Set([transferKind.number, orderRefusedKind.number, retireKind.number]);
/** Entries of the bank's own after which records count that were refused for good before. */
const TERMS_KINDS: ReadonlySet<number> = new Set([acceptCooperativeKind.number, acceptAttestorsKind.number]);

/** Finds labor records that name this bank in the labor books that it follows, and issues on them, each once. */
export class Issuing {
  readonly #parts: IssuingParts;
  readonly #candidates = new Map<Id, Candidate>();
  /** Per labor book: the next sequence to look at. */
  readonly #cursors = new Map<Id, number>();
  /** Per labor book: the lowest sequence of the records that made room for others untried since. */
  readonly #passed = new Map<Id, number>();
  #lookedAgainMs = 0;
  readonly #loading = new Set<Id>();
  /** Per labor book: up to where its noted Openings were read again. */
  readonly #relearned = new Map<Id, number>();
  /** Set when something changed that may let a record in hand issue. */
  #fresh = false;
  #ask: () => void = () => {};

  constructor(parts: IssuingParts) {
    this.#parts = parts;
  }

  /** Whether it is worth asking for a draft. */
  get hasWork(): boolean {
    return this.#fresh && this.#candidates.size > 0;
  }

  restore(row: SettingRow): void {
    const book = row.key.startsWith(CURSOR_PREFIX) ? parseId(row.key.slice(CURSOR_PREFIX.length)) : undefined;
    if (book !== undefined) this.#cursors.set(book, Number(String.fromCharCode(...row.value)));
  }

  /** Looks at every labor book from where it stopped. */
  start(ask: () => void): void {
    this.#ask = ask;
    for (const book of this.#parts.books.all()) this.#look(book);
  }

  judged(book: Book, entry: Entry, effect: Effect): void {
    const isOwn = book.opening.identity === this.#parts.world.self.identity;
    if ((isOwn && !PAYMENT_KINDS.has(entry.header.kind)) || book.opening.channel === 'people') this.#fresh = true;
    if (effect.type !== 'applied') return;
    const isTerms = TERMS_KINDS.has(entry.header.kind) && isOwn;
    if (!isTerms) return this.#look(book);
    const accepted = contentOf(entry, acceptCooperativeKind)?.cooperative;
    for (const other of this.#parts.books.all())
      if (accepted === undefined || other.opening.identity === accepted) this.#lookFrom(other, 1);
  }

  tick(nowMs: number): void {
    if (this.#candidates.size > 0) this.#fresh = true;
    if (nowMs < this.#lookedAgainMs + LOOK_AGAIN_MS) return;
    this.#lookedAgainMs = nowMs;
    for (const [id, sequence] of this.#passed) {
      const book = this.#parts.books.get(id);
      this.#passed.delete(id);
      if (book !== undefined) this.#lookFrom(book, sequence);
    }
  }

  /** Openings of the books that the records in hand are signed in, where it is worth asking for a draft. */
  openings(): readonly Entry[] {
    const openings = new Map<Id, Entry>();
    if (!this.hasWork) return [];
    for (const { record, claim, attestations } of this.#candidates.values()) {
      for (const entry of [record, claim, ...attestations]) {
        const opening = this.#parts.openingOf(entry.book);
        if (opening !== undefined) openings.set(entry.book, opening);
        else this.#relearn(record.book);
      }
    }
    return [...openings.values()];
  }

  /** @returns the next Tick or Issue, where one is due. */
  draft(ledger: Book, onWritten: (settle: (written: WriteResult['written']) => void) => void): Draft | undefined {
    if (!this.hasWork || ledger.state === undefined) return undefined;
    const { state } = ledger.state;
    const tick = this.#tickFor(
      state.get(tickTable, 'current')?.minute ?? 0,
      (cooperative) => state.get(cooperativesTable, cooperative)?.ended === false,
    );
    if (tick !== undefined) return draftOf(tickKind, { minute: tick });
    for (const [id, { record }] of this.#candidates)
      if (this.#parts.books.get(record.book) === undefined) this.#candidates.delete(id);
    const records = [...this.#candidates.values()].map(({ record }) => record);
    const composed = composeIssue(state, records, contextFor(this.#parts.world, this.#parts.books, ledger));
    this.#fresh = composed.left.length > 0;
    for (const { entry, code } of composed.unanswerable)
      if (LIFTABLE.has(code)) this.#tried(entry.id);
      else this.#finish(entry.id);
    for (const { entry } of composed.waiting) this.#tried(entry.id);
    for (const book of this.#parts.books.all()) this.#look(book);
    if (composed.content === undefined) return undefined;
    const open = new Set([
      ...composed.left,
      ...composed.waiting.map(({ entry }) => entry),
      ...composed.unanswerable.map(({ entry }) => entry),
    ]);
    const issued = records.filter((record) => !open.has(record));
    onWritten(() => {
      for (const record of issued) this.#finish(record.id);
    });
    return draftOf(issueKind, composed.content);
  }

  /** @returns the minute to tick to, where a record in hand ends after the newest tick and not after now. */
  #tickFor(newest: number, accepts: (cooperative: Id) => boolean): number | undefined {
    const now = Math.floor(this.#parts.world.clock.nowMs() / 60_000);
    const due = [...this.#candidates.values()].some(({ lastMinute, record }) => {
      const cooperative = this.#parts.books.get(record.book)?.opening.identity;
      return lastMinute > newest && lastMinute <= now && cooperative !== undefined && accepts(cooperative);
    });
    return due ? now : undefined;
  }

  #finish(record: Id): void {
    const candidate = this.#candidates.get(record);
    this.#candidates.delete(record);
    const book = candidate === undefined ? undefined : this.#parts.books.get(candidate.record.book);
    if (book !== undefined) this.#saveCursor(book);
    if (book !== undefined) this.#look(book);
  }

  #tried(record: Id): void {
    const candidate = this.#candidates.get(record);
    if (candidate !== undefined) candidate.tried = true;
  }

  /** The cursor stands at the oldest record of the book that is still in hand, or is to be looked at again. */
  #saveCursor(book: Book): void {
    const open = [...this.#candidates.values()]
      .filter(({ record }) => record.book === book.id)
      .map(({ record }) => record.header.sequence);
    const cursor = Math.min(...open, this.#passed.get(book.id) ?? Infinity, this.#cursors.get(book.id) ?? 1);
    this.#parts.world.write({
      type: 'putSetting',
      row: { key: CURSOR_PREFIX + book.id, value: textToBytes(String(cursor)) },
    });
  }

  #look(book: Book): void {
    const isLaborBook =
      book.kind === 'cooperative' && book.opening.channel === 'transfers' && this.#isAccepted(book.opening.identity);
    const from = this.#cursors.get(book.id) ?? 1;
    if (!isLaborBook || from >= book.judged || this.#loading.has(book.id) || !this.#hasRoom(book)) return;
    this.#loading.add(book.id);
    const limit = Math.min(REPLAY_ENTRIES_MAX, book.judged - from);
    this.#parts.load({ type: 'run', book: book.id, from, limit, bytesMax: REPLAY_BYTES_MAX }, (rows) => {
      this.#loading.delete(book.id);
      if ((this.#cursors.get(book.id) ?? 1) !== from) return this.#look(book);
      for (const row of rows) this.#consider(row);
      this.#cursors.set(book.id, (rows.at(-1)?.sequence ?? from) + 1);
      this.#look(book);
      if (this.hasWork) this.#ask();
    });
  }

  #lookFrom(book: Book, sequence: number): void {
    if (sequence >= (this.#cursors.get(book.id) ?? 1)) return this.#look(book);
    this.#cursors.set(book.id, sequence);
    this.#saveCursor(book);
    this.#look(book);
  }

  /** Whether more records of this book may be taken in hand; those that were tried in vain make room. */
  #hasRoom(book: Book): boolean {
    const own = [...this.#candidates].filter(([, { record }]) => record.book === book.id);
    if (own.length < CANDIDATES_PER_BOOK_MAX) return true;
    const tried = own.filter(([, candidate]) => candidate.tried);
    for (const [id, { record }] of tried) {
      this.#candidates.delete(id);
      this.#passed.set(book.id, Math.min(record.header.sequence, this.#passed.get(book.id) ?? Infinity));
    }
    return tried.length > 0;
  }

  /** A restart forgets what labor books noted before the cursor: the Openings of workers and attestors are read there again. */
  #relearn(laborBook: Id): void {
    const book = this.#parts.books.get(laborBook);
    const from = this.#relearned.get(laborBook) ?? 1;
    if (book === undefined || from >= book.judged) return;
    this.#relearned.set(laborBook, book.judged);
    this.#readNotes(book, from, book.judged);
  }

  #readNotes(book: Book, from: number, until: number): void {
    const limit = Math.min(REPLAY_ENTRIES_MAX, until - from);
    this.#parts.load({ type: 'run', book: book.id, from, limit, bytesMax: REPLAY_BYTES_MAX }, (rows) => {
      for (const row of rows) {
        const entry = row.kind === notedKind.number ? readEntry(row.bytes, this.#parts.world.network) : undefined;
        if (entry?.ok === true) this.#parts.learn(entry.value);
      }
      const next = (rows.at(-1)?.sequence ?? until) + 1;
      if (next < until) return this.#readNotes(book, next, until);
      this.#fresh = true;
      this.#ask();
    });
  }

  #consider(row: EntryRow): void {
    const id = bytesToId(row.id);
    if (row.kind !== laborRecordKind.number || this.#isIssued(id) || this.#candidates.has(id)) return;
    const { network, self } = this.#parts.world;
    const entry = readEntry(row.bytes, network);
    const record = entry.ok ? contentOf(entry.value, laborRecordKind) : undefined;
    const claim = record === undefined ? undefined : readEntry(record.claim, network);
    if (!entry.ok || record === undefined || claim?.ok !== true) return;
    const claimed = contentOf(claim.value, laborClaimKind);
    if (claimed?.bank !== self.identity) return;
    const attestations = record.attestations.map((bytes) => readEntry(bytes, network)).filter((read) => read.ok);
    const lastMinute = Math.max(0, ...claimed.intervals.map((interval) => interval.startMinute + interval.minutes));
    this.#candidates.set(entry.value.id, {
      record: entry.value,
      claim: claim.value,
      attestations: attestations.map((read) => read.value),
      lastMinute,
      tried: false,
    });
    this.#fresh = true;
  }

  #isIssued(record: Id): boolean {
    return this.#ledgerState()?.get(recordsTable, record) !== undefined;
  }

  /** Only what accepted cooperatives record is taken in hand: anybody can make a cooperative, and records that name this bank. */
  #isAccepted(cooperative: Id): boolean {
    return this.#ledgerState()?.get(cooperativesTable, cooperative)?.ended === false;
  }

  #ledgerState(): BookState | undefined {
    const { world, books } = this.#parts;
    return books.bodyBook(world.self.identity, 'transfers')?.state?.state;
  }
}
