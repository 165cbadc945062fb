import type { Id } from '../core/base/id.ts';
import type { Topic } from '../core/base/region.ts';
import { Walk } from '../core/sync/walk.ts';
import type { SyncAsk, SyncFrame, SyncNode, SyncPart, SyncRow, SyncRun } from '../core/wire/messages/sync.ts';
import { SYNC_WANTED_MAX } from '../core/wire/messages/sync.ts';
import type { BookTable } from './book-table.ts';
import type { Statements } from './statements.ts';

/** Entries asked for in one run: at 330 bytes about 80 kB, so a frame holds one or two runs. */
const RUN_ENTRIES = 256;
/** Wants that are out at once: what a peer may send unasked is this many frames, and no more (credit). */
const WANTS_OUT_MAX = 4;

/** What the puller needs of the machine around it. */
export interface PullerHooks {
  send(frame: SyncFrame): void;
  /** Everything of a topic that the peer had was pulled. */
  caughtUp(topic: Topic): void;
  /** All topics of a round are done. */
  roundDone(): void;
}

type Step = { readonly topic: Topic; readonly part: SyncPart } | { readonly books: readonly Id[] };
type Want = Omit<Extract<SyncFrame['want'], object>, 'number'>;

/** One side's pulling from one peer: walks its tries topic by topic and asks for what is missing here. */
export class SyncPuller {
  readonly #books: BookTable;
  readonly #statements: Statements;
  readonly #hooks: PullerHooks;
  #steps: Step[] = [];
  #step: Step | undefined;
  #walk: Walk | undefined;
  #wants: Want[] = [];
  readonly #out = new Map<number, Want>();
  #asked: number | undefined;
  #number: number;
  #movedAtMs = 0;
  #again = false;

  /** `firstNumber` is random, so that answers to an earlier life of this machine answer nothing in this one. */
  constructor(books: BookTable, statements: Statements, firstNumber: number, hooks: PullerHooks) {
    this.#books = books;
    this.#number = firstNumber;
    this.#statements = statements;
    this.#hooks = hooks;
  }

  /** Whether a round is under way. */
  get busy(): boolean {
    return this.#step !== undefined || this.#out.size > 0 || this.#wants.length > 0;
  }

  /** When the peer last answered, for giving up on one that stalls. */
  get movedAtMs(): number {
    return this.#movedAtMs;
  }

  /** Begins a round over these topics, in this order; a round under way is followed by another. */
  begin(topics: readonly Topic[], books: readonly Id[], nowMs: number): void {
    if (this.busy) {
      this.#again = true;
      return;
    }
    this.#movedAtMs = nowMs;
    this.#steps = topics.flatMap((topic): Step[] => [
      { topic, part: 'statements' },
      { topic, part: 'books' },
    ]);
    if (books.length > 0) this.#steps.unshift({ books: books.slice(0, SYNC_WANTED_MAX) });
    this.#nextStep();
  }

  /** Whether somebody asked for another round while one was under way; asking clears it. */
  takeAgain(): boolean {
    const again = this.#again;
    this.#again = false;
    return again;
  }

  /** Asks for single entries, such as the one before a gap on another chain. */
  wantIds(ids: readonly Id[]): void {
    this.#wants.push({ runs: [], digests: [], ids: ids.slice(0, SYNC_WANTED_MAX) });
    this.#pump();
  }

  /** Gives up everything that is out. */
  reset(): void {
    this.#steps = [];
    this.#step = undefined;
    this.#walk = undefined;
    this.#wants = [];
    this.#out.clear();
    this.#asked = undefined;
  }

  /** Takes the answer to an Ask; one to a question of an earlier life is passed over. @returns false when it does not fit. */
  tell(number: number, nodes: readonly SyncNode[], rows: readonly SyncRow[], nowMs: number): boolean {
    if (number !== this.#asked || this.#step === undefined) return true;
    this.#asked = undefined;
    this.#movedAtMs = nowMs;
    if (this.#walk === undefined) {
      this.#pull(rows, []);
      this.#stepEnds();
      return true;
    }
    const told = this.#walk.take(nodes);
    if (told === undefined) return false;
    this.#pull(told.rows, told.digests);
    this.#walkOn();
    return true;
  }

  /** The items of a Want were taken in. `received` says up to which sequence each run came. */
  delivered(number: number, received: ReadonlyMap<Id, number>, nowMs: number): void {
    const want = this.#out.get(number);
    if (want === undefined) return;
    this.#out.delete(number);
    this.#movedAtMs = nowMs;
    const rest = want.runs.flatMap((run): SyncRun[] => {
      const last = received.get(run.book);
      const left = last === undefined ? 0 : run.from + run.limit - 1 - last;
      return left > 0 && last !== undefined ? [{ book: run.book, from: last + 1, limit: left }] : [];
    });
    if (rest.length > 0) this.#wants.unshift({ runs: rest, digests: [], ids: [] });
    this.#pump();
    if (!this.busy) this.#hooks.roundDone();
  }

  /** Whether a Want with this number is out. */
  isOut(number: number): boolean {
    return this.#out.has(number);
  }

  #nextStep(): void {
    this.#step = this.#steps.shift();
    this.#walk = undefined;
    if (this.#step === undefined) {
      if (!this.busy) this.#hooks.roundDone();
      return;
    }
    if ('books' in this.#step) return this.#ask({ topic: '', part: 'books', paths: [], books: this.#step.books });
    const { topic, part } = this.#step;
    this.#walk = new Walk(part === 'books' ? this.#books.trieOf(topic) : this.#statements.trieOf(topic));
    this.#walkOn();
  }

  #walkOn(): void {
    const paths = this.#walk?.next() ?? [];
    if (paths.length === 0 || this.#step === undefined || 'books' in this.#step) return this.#stepEnds();
    this.#ask({ topic: this.#step.topic, part: this.#step.part, paths, books: [] });
  }

  #stepEnds(): void {
    if (this.#step !== undefined && 'topic' in this.#step && this.#step.part === 'books') this.#hooks.caughtUp(this.#step.topic);
    this.#nextStep();
  }

  #ask(ask: Omit<SyncAsk, 'number'>): void {
    this.#number += 1;
    this.#asked = this.#number;
    this.#hooks.send({ ...NO_FRAME, ask: { number: this.#number, ...ask } });
  }

  #pull(rows: readonly SyncRow[], digests: readonly Id[]): void {
    const missing = digests.filter((digest) => this.#statements.get(digest) === undefined);
    for (let start = 0; start < missing.length; start += SYNC_WANTED_MAX) {
      this.#wants.push({ runs: [], digests: missing.slice(start, start + SYNC_WANTED_MAX), ids: [] });
    }
    const runs: SyncRun[] = [];
    const ids: Id[] = [];
    for (const row of rows) this.#missingOf(row, runs, ids);
    let open: SyncRun[] = [];
    let entries = 0;
    for (const run of runs) {
      if (entries + run.limit > RUN_ENTRIES && open.length > 0) {
        this.#wants.push({ runs: open, digests: [], ids: [] });
        open = [];
        entries = 0;
      }
      open.push(run);
      entries += run.limit;
    }
    if (open.length > 0) this.#wants.push({ runs: open, digests: [], ids: [] });
    if (ids.length > 0) this.#wants.push({ runs: [], digests: [], ids: ids.slice(0, SYNC_WANTED_MAX) });
    this.#pump();
  }

  #missingOf(row: SyncRow, runs: SyncRun[], ids: Id[]): void {
    const book = this.#books.get(row.book);
    const has = book === undefined ? -1 : book.head.sequence;
    if (book !== undefined && book.forkSequence > 0 && row.sequence >= book.forkSequence) return;
    if (row.sequence === has && book?.head.id !== row.head) ids.push(row.head);
    for (let from = has + 1; from <= row.sequence; from += RUN_ENTRIES) {
      runs.push({ book: row.book, from, limit: Math.min(RUN_ENTRIES, row.sequence - from + 1) });
    }
  }

  #pump(): void {
    while (this.#out.size < WANTS_OUT_MAX) {
      const want = this.#wants.shift();
      if (want === undefined) return;
      this.#number += 1;
      this.#out.set(this.#number, want);
      this.#hooks.send({ ...NO_FRAME, want: { number: this.#number, ...want } });
    }
  }
}

/** A frame with nothing in it yet. */
export const NO_FRAME: SyncFrame = { hello: undefined, ask: undefined, tell: undefined, want: undefined, items: undefined };

/** @returns the row under which a book of this peer is told. */
export function rowOfBook(books: BookTable, id: Id): SyncRow | undefined {
  const book = books.get(id);
  if (book === undefined) return undefined;
  return { book: id, sequence: book.head.sequence, head: book.head.id, forkSequence: book.forkSequence };
}
