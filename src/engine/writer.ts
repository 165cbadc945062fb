import { CARRIED_LOG_BYTES_MAX, SALT_BYTES } from '../core/base/limits.ts';
import { present } from '../core/base/outcome.ts';
import { refusalSentence } from '../core/base/refusals.ts';
import type { Channel, Region } from '../core/base/region.ts';
import type { Fact } from '../core/books/rules.ts';
import { eventDigest } from '../core/identity/event.ts';
import { draftEntry, type Entry, entryCheck, signedEntry, type UnsignedEntry } from '../core/wire/entry.ts';
import { openingKind } from '../core/wire/kinds/book.ts';
import type { Continues, Opening } from '../core/wire/messages/book.ts';
import { IdentityEvent } from '../core/wire/messages/identity.ts';
import { FieldFault } from '../core/wire/shape.ts';
import type { Book } from './book.ts';
import type { BookTable } from './book-table.ts';
import type { Effects } from './effects.ts';
import type { Draft, NotWritten, Written } from './events.ts';
import type { Ingest } from './ingest.ts';
import type { World } from './world.ts';

/** What became of a piece of writing. */
export type WriteResult =
  | { readonly written: Written; readonly refused?: undefined }
  | { readonly written?: undefined; readonly refused: NotWritten };

/** One piece of writing: asked for its draft when its book's turn comes, since what fits depends on the book then. */
export interface WriteJob {
  readonly region: Region;
  readonly channel: Channel;
  /** @returns the entry to write now; undefined when there is nothing left to write. */
  draft(book: Book | undefined): Draft | undefined;
  /** Called when the entry is durable, or was refused; a job that has more to write returns true. */
  done(result: WriteResult | undefined): boolean;
}

/** What the writer needs of the machine around it. */
export interface WriterHooks {
  /** An own entry is durable: tell it to others. */
  publish(book: Book, entry: Entry): void;
  /** Ends a book that was continued from a copy of the data. */
  continuesFor(region: Region, channel: Channel): Continues | undefined;
}

/** What a writer is made of. */
export interface WriterParts {
  readonly world: World;
  readonly books: BookTable;
  readonly ingest: Ingest;
  readonly effects: Effects;
  readonly sign: (message: Uint8Array, then: (signature: Uint8Array) => void) => void;
  readonly hooks: WriterHooks;
}

interface Line {
  readonly jobs: WriteJob[];
  busy: boolean;
}

/**
 * Writes this peer's own entries: one at a time for each book, in the order of asking. Append is write, fsync, then publish
 * (protocol §3); an entry that its own rules would refuse is never written.
 */
export class Writer {
  readonly #world: World;
  readonly #books: BookTable;
  readonly #ingest: Ingest;
  readonly #effects: Effects;
  readonly #hooks: WriterHooks;
  readonly #lines = new Map<string, Line>();
  readonly #askSigner: WriterParts['sign'];
  #readOnly: string | undefined;

  constructor(parts: WriterParts) {
    this.#world = parts.world;
    this.#books = parts.books;
    this.#ingest = parts.ingest;
    this.#effects = parts.effects;
    this.#hooks = parts.hooks;
    this.#askSigner = parts.sign;
  }

  /** Refuses all writing with this sentence until called with undefined. */
  setReadOnly(sentence: string | undefined): void {
    this.#readOnly = sentence;
  }

  get readOnly(): string | undefined {
    return this.#readOnly;
  }

  /** The book in which this peer writes for a region's channel. */
  ownBook(region: Region, channel: Channel): Book | undefined {
    const { self } = this.#world;
    if (self.kind !== 'person') return this.#books.bodyBook(self.identity, channel);
    const isOwn = ({ opening }: Book): boolean =>
      opening.channel === channel && opening.region === region && opening.device === self.device;
    return this.#books.of(self.identity).filter(isOwn).at(-1);
  }

  /** Queues a piece of writing. */
  ask(job: WriteJob): void {
    const key = `${job.region}#${job.channel}`;
    const line = this.#lines.get(key) ?? { jobs: [], busy: false };
    this.#lines.set(key, line);
    line.jobs.push(job);
    if (!line.busy) this.#next(line);
  }

  #next(line: Line): void {
    const job = line.jobs[0];
    line.busy = job !== undefined;
    if (job === undefined) return;
    const refuse = (refused: NotWritten): void => this.#finish(line, job, { refused });
    if (this.#readOnly !== undefined) return refuse({ code: 'read_only', sentence: this.#readOnly });
    const book = this.ownBook(job.region, job.channel);
    if (book === undefined || this.#mustContinue(job)) return this.#openFor(line, job);
    if (book.forkSequence > 0)
      return refuse({
        code: 'book_forked',
        sentence: 'This book has ended: its device was revoked, or it was proven forked.',
      });
    if (book.state !== undefined && book.judged <= book.head.sequence) {
      return refuse({
        code: 'effects_behind',
        sentence: 'Earlier entries of this book still wait for what they read; try again shortly.',
      });
    }
    const draft = job.draft(book);
    if (draft === undefined) return this.#finish(line, job, undefined);
    const signed = (entry: Entry): void => {
      if (this.#isNext(job, book, entry)) return this.#judgeAndAppend(line, job, book, entry);
      refuse({ code: 'effects_behind', sentence: 'The book changed while the entry was signed; ask again.' });
    };
    this.#sign(draft, book, signed, refuse);
  }

  /** Whether the entry still follows its book: while it was signed the book may have ended, or grown by what others held of it. */
  #isNext(job: WriteJob, book: Book, entry: Entry): boolean {
    const judged = book.state === undefined || book.judged > book.head.sequence;
    return (
      judged &&
      this.#readOnly === undefined &&
      book.forkSequence === 0 &&
      book.head.id === entry.header.previous &&
      this.ownBook(job.region, job.channel) === book &&
      !this.#mustContinue(job)
    );
  }

  #mustContinue(job: WriteJob): boolean {
    return this.#hooks.continuesFor(job.region, job.channel) !== undefined;
  }

  #openFor(line: Line, job: WriteJob): void {
    const { self } = this.#world;
    const logBytes = self.log.reduce((sum, event) => sum + IdentityEvent.encode(event).length + 4, 0);
    const newest = present(self.log.at(-1), 'an identity log holds its inception');
    const content: Opening = {
      identity: self.identity,
      device: self.device,
      region: job.region,
      channel: job.channel,
      logNumber: newest.number,
      logDigest: eventDigest(newest),
      log: logBytes <= CARRIED_LOG_BYTES_MAX ? self.log : [],
      continues: this.#hooks.continuesFor(job.region, job.channel),
    };
    const refuse = (refused: NotWritten): void => this.#finish(line, job, { refused });
    this.#sign(
      { kind: openingKind, content },
      undefined,
      (entry) => {
        const isOpen = this.ownBook(job.region, job.channel) !== undefined && !this.#mustContinue(job);
        if (isOpen || this.#readOnly !== undefined) return this.#next(line);
        const book = this.#ingest.openOwn(entry, self.kind);
        this.#world.afterCommit(() => this.#hooks.publish(book, entry));
        this.#next(line);
      },
      refuse,
    );
  }

  #sign(
    draft: Draft,
    book: Book | undefined,
    then: (entry: Entry) => void,
    refuse: (refused: NotWritten) => void,
  ): void {
    let unsigned: UnsignedEntry;
    try {
      unsigned = draftEntry({
        network: this.#world.network,
        kind: draft.kind,
        content: draft.content,
        previous: book === undefined ? undefined : { book: book.id, sequence: book.head.sequence, id: book.head.id },
        salt: this.#world.random.bytes(SALT_BYTES),
        claimedAt: Math.max(0, this.#world.clock.nowMs()),
      });
    } catch (error) {
      if (!(error instanceof FieldFault)) throw error;
      return refuse({ code: 'content_malformed', sentence: `The ${draft.kind.name} ${error.at} ${error.message}.` });
    }
    this.#askSigner(unsigned.message, (signature) => {
      const read = signedEntry(unsigned, signature);
      if (!read.ok) return refuse({ code: 'content_malformed', sentence: read.reason.sentence });
      this.#world.verified.add(entryCheck(read.value, this.#world.self.device));
      then(read.value);
    });
  }

  #judgeAndAppend(line: Line, job: WriteJob, book: Book, entry: Entry): void {
    let facts: readonly Fact[] = [];
    const judgement = book.state === undefined ? undefined : this.#effects.judgementOf(book, entry);
    if (judgement?.effect.type === 'refused') {
      const { code } = judgement.effect;
      return this.#finish(line, job, { refused: { code, sentence: refusalSentence(code) } });
    }
    if (judgement?.effect.type === 'waiting') {
      const sentence =
        'The entry reads a member book that is not here up to the head it names; connect to its body and try again.';
      return this.#finish(line, job, { refused: { code: 'effects_behind', sentence } });
    }
    this.#ingest.append(book, entry);
    if (judgement === undefined) book.judged = entry.header.sequence + 1;
    else {
      this.#effects.take(book, entry, judgement);
      if (judgement.effect.type === 'applied') facts = judgement.effect.facts;
    }
    this.#world.afterCommit(() => this.#hooks.publish(book, entry));
    this.#finish(line, job, { written: { id: entry.id, book: book.id, sequence: entry.header.sequence, facts } });
  }

  #finish(line: Line, job: WriteJob, result: WriteResult | undefined): void {
    const durable = (): void => {
      const again = job.done(result);
      if (!again) return;
      line.jobs.push(job);
      if (!line.busy) this.#next(line);
    };
    line.jobs.shift();
    this.#world.afterCommit(durable);
    this.#next(line);
  }
}
