import { NO_BYTES } from '../core/base/bytes.ts';
import type { Id } from '../core/base/id.ts';
import type { Topic } from '../core/base/region.ts';
import { Walk } from '../core/sync/walk.ts';
import type { SyncAsk, SyncFrame, SyncPart, SyncRow, SyncTell } from '../core/wire/messages/sync.ts';
import type { BookTable } from './book-table.ts';
import type { Statements } from './statements.ts';
import { type Brought, SyncWants, type Want } from './sync-wants.ts';

/** Wants that are out at once: what a peer may send unasked is this many frames, and no more (credit). With four the puller waited. */
export const WANTS_OUT_MAX = 8;

/** What the puller needs of the machine around it. */
export interface PullerHooks {
  send(frame: SyncFrame): void;
  /** Everything of a topic that the peer had was pulled. */
  caughtUp(topic: Topic): void;
  /** All topics of a round are done. */
  roundDone(): void;
}

type Step = { readonly topic: Topic; readonly part: SyncPart } | { readonly books: readonly Id[] };

/** One side's pulling from one peer: walks its tries topic by topic and asks for what is missing here. */
export class SyncPuller {
  readonly #books: BookTable;
  readonly #statements: Statements;
  readonly #hooks: PullerHooks;
  #steps: Step[] = [];
  #step: Step | undefined;
  #walk: Walk | undefined;
  readonly #wants = new SyncWants();
  #walked: Topic[] = [];
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
    return this.#step !== undefined || this.#out.size > 0 || !this.#wants.empty;
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
    this.#wants.begin(nowMs);
    this.#steps = topics.flatMap((topic): Step[] => [
      { topic, part: 'statements' },
      { topic, part: 'books' },
    ]);
    if (books.length > 0) this.#steps.unshift({ books });
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
    for (const id of ids) this.#wants.addId(id);
    this.#pump();
  }

  /** Gives up everything that is out. */
  reset(): void {
    this.#steps = [];
    this.#step = undefined;
    this.#walk = undefined;
    this.#walked = [];
    this.#wants.clear();
    this.#out.clear();
    this.#asked = undefined;
  }

  /** Takes the answer to an Ask; one to a question of an earlier life is passed over. @returns false when it does not fit. */
  tell({ number, nodes, rows, same }: SyncTell, nowMs: number): boolean {
    if (number !== this.#asked || this.#step === undefined) return true;
    this.#asked = undefined;
    this.#movedAtMs = nowMs;
    if (this.#walk === undefined) {
      this.#pull(rows, []);
      this.#stepEnds();
      return true;
    }
    if (same) {
      this.#stepEnds();
      return true;
    }
    const told = this.#walk.take(nodes);
    if (told === undefined) return false;
    this.#pull(told.rows, told.digests);
    this.#walkOn();
    return true;
  }

  /** The items of a Want were taken in. */
  delivered(number: number, brought: Brought, nowMs: number): void {
    const want = this.#out.get(number);
    if (want === undefined) return;
    this.#out.delete(number);
    this.#movedAtMs = nowMs;
    this.#wants.answered(want, brought, (digest) => this.#statements.get(digest) !== undefined);
    this.#pump();
    this.#endRound();
  }

  /** Whether a Want with this number is out. */
  isOut(number: number): boolean {
    return this.#out.has(number);
  }

  #nextStep(): void {
    this.#step = this.#steps.shift();
    this.#walk = undefined;
    if (this.#step === undefined) return this.#endRound();
    if ('books' in this.#step)
      return this.#ask({ topic: '', part: 'books', paths: [], books: this.#step.books, root: NO_BYTES });
    const { topic, part } = this.#step;
    this.#walk = new Walk(part === 'books' ? this.#books.trieOf(topic) : this.#statements.trieOf(topic));
    this.#walkOn();
  }

  #walkOn(): void {
    const paths = this.#walk?.next() ?? [];
    if (paths.length === 0 || this.#step === undefined || 'books' in this.#step) return this.#stepEnds();
    const { topic, part } = this.#step;
    const first = paths[0]?.length === 0;
    const root = first
      ? (part === 'books' ? this.#books.trieOf(topic) : this.#statements.trieOf(topic)).root()
      : NO_BYTES;
    this.#ask({ topic, part, paths, books: [], root });
  }

  #stepEnds(): void {
    if (this.#step !== undefined && 'topic' in this.#step && this.#step.part === 'books')
      this.#walked.push(this.#step.topic);
    this.#nextStep();
  }

  #ask(ask: Omit<SyncAsk, 'number'>): void {
    this.#number += 1;
    this.#asked = this.#number;
    this.#hooks.send({ ...NO_FRAME, ask: { number: this.#number, ...ask } });
  }

  /** The round is over when the walks are, and everything they found was taken in. */
  #endRound(): void {
    if (this.busy) return;
    for (const topic of this.#walked.splice(0)) this.#hooks.caughtUp(topic);
    this.#hooks.roundDone();
  }

  #pull(rows: readonly SyncRow[], digests: readonly Id[]): void {
    for (const digest of digests) if (this.#statements.get(digest) === undefined) this.#wants.addDigest(digest);
    for (const row of rows) {
      const book = this.#books.get(row.book);
      if (book !== undefined && book.forkSequence > 0 && row.sequence >= book.forkSequence) continue;
      const has = book?.head.sequence ?? -1;
      if (row.sequence === has && book?.head.id !== row.head) this.#wants.addId(row.head);
      this.#wants.addRun(row, has + 1);
    }
    this.#pump();
  }

  #pump(): void {
    while (this.#out.size < WANTS_OUT_MAX) {
      const want = this.#wants.take();
      if (want === undefined) return;
      this.#number += 1;
      this.#out.set(this.#number, want);
      this.#hooks.send({ ...NO_FRAME, want: { number: this.#number, ...want } });
    }
  }
}

/** A frame with nothing in it yet. */
export const NO_FRAME: SyncFrame = {
  hello: undefined,
  ask: undefined,
  tell: undefined,
  want: undefined,
  items: undefined,
};

/** @returns the row under which a book of this peer is told. */
export function rowOfBook(books: BookTable, id: Id): SyncRow | undefined {
  const book = books.get(id);
  if (book === undefined) return undefined;
  return { book: id, sequence: book.head.sequence, head: book.head.id, forkSequence: book.forkSequence };
}
