import type { Id } from '../core/base/id.ts';
import { bytesToId } from '../core/base/id.ts';
import { present } from '../core/base/outcome.ts';
import { compareForks, type Fork, openingOfProof, proveFork, verifyFork } from '../core/books/fork.ts';
import { type Entry, readEntry } from '../core/wire/entry.ts';
import type { ForkProof } from '../core/wire/messages/book.ts';
import { forkProofKind, readStatement, type Statement, sealStatement } from '../core/wire/statement.ts';
import type { EntryRow } from '../ports/store.ts';
import type { Book } from './book.ts';
import type { BookTable } from './book-table.ts';
import type { Query } from './events.ts';
import type { Statements } from './statements.ts';
import type { World } from './world.ts';

/** What the endings need of the machine around them. */
export interface EndingsHooks {
  load(query: Query, then: (rows: readonly EntryRow[]) => void): void;
  /** The book was cut below entries whose effects were taken. */
  rebuild(book: Book): void;
  /** Asks others for entries of another chain, to see where the two part. */
  wantIds(ids: readonly Id[]): void;
  /** Nothing parked of this book will find its place. */
  unpark(book: Id): void;
  /** The book ended: what reads it above its end may go on. */
  ended(book: Id): void;
  /** Tells a new proof to others. */
  publish(statement: Statement, book: Book): void;
}

/** How books end: by a proven fork, or by the revocation of their device (protocol §2, §3). */
export class Endings {
  readonly #world: World;
  readonly #books: BookTable;
  readonly #statements: Statements;
  readonly #hooks: EndingsHooks;
  readonly #proofs = new Map<Id, { readonly fork: Fork; readonly digest: Id; readonly proof: ForkProof }>();

  constructor(world: World, books: BookTable, statements: Statements, hooks: EndingsHooks) {
    this.#world = world;
    this.#books = books;
    this.#statements = statements;
    this.#hooks = hooks;
  }

  /** The proof that is kept of a book, for noting it in other books. */
  proofOf(book: Id): ForkProof | undefined {
    return this.#proofs.get(book)?.proof;
  }

  /** Forgets the proof of a book that is not held, which made room for others. */
  forget(book: Id): void {
    if (this.#books.get(book) === undefined) this.#proofs.delete(book);
  }

  /** Every fork known here. */
  forks(): readonly Fork[] {
    return [...this.#proofs.values()].map(({ fork }) => fork);
  }

  /**
   * Proves from two entries that a book has forked, and ends it there. Where the two have different entries before them too, the
   * chains part further down: the one before is fetched, until the lowest pair is found, which every peer comes to keep.
   */
  found(book: Book, first: Entry, second: Entry): void {
    const { previous } = second.header;
    if (first.header.previous !== previous && previous !== undefined) this.#hooks.wantIds([previous]);
    const bytes = sealStatement(forkProofKind, proveFork(book.openingEntry, first, second));
    const statement = readStatement(bytes);
    if (statement.ok) this.take(statement.value, statement.value.content as ForkProof);
  }

  /**
   * Takes a fork proof. @returns `bad` when it proves nothing, `known` when a better or the same one is kept.
   */
  take(statement: Statement, proof: ForkProof): 'stored' | 'known' | 'bad' {
    const fork = verifyFork(proof, this.#world.network, this.#world.verified.verify);
    if (fork === undefined) return 'bad';
    const before = this.#proofs.get(fork.book);
    if (before !== undefined && compareForks(before.fork, fork) <= 0) return 'known';
    const book = this.#books.get(fork.book);
    const topics = book === undefined ? [] : [book.topic];
    if (before !== undefined) this.#statements.drop(before.digest);
    this.#proofs.set(fork.book, { fork, digest: statement.digest, proof });
    this.#statements.put(statement, topics, book === undefined ? fork.book : fork.identity);
    if (book === undefined) return 'stored';
    this.#hooks.publish(statement, book);
    this.#world.tell({ type: 'fork', book: fork.book, identity: fork.identity, sequence: fork.sequence });
    this.cut(book, fork.sequence);
    return 'stored';
  }

  /** A book became known of which a proof was kept already. */
  opened(book: Book): void {
    const kept = this.#proofs.get(book.id);
    if (kept === undefined) return;
    const statement = this.#statements.get(kept.digest);
    if (statement !== undefined) this.#statements.put(statement, [book.topic], kept.fork.identity);
    this.cut(book, kept.fork.sequence);
  }

  /** Takes up again, at start, an ending whose second half a crash cut off: the book's head still stands above its end. */
  resume(book: Book): void {
    const { forkSequence } = book;
    if (forkSequence === 0 || book.head.sequence < forkSequence) return;
    book.forkSequence = 0;
    this.cut(book, forkSequence);
  }

  /** Ends a book below `sequence`: its head goes back there, and effects above it are undone by taking them again. */
  cut(book: Book, sequence: number): void {
    if (book.forkSequence !== 0 && book.forkSequence <= sequence) return;
    book.forkSequence = sequence;
    this.#hooks.unpark(book.id);
    this.#books.changed(book);
    if (book.head.sequence < sequence) return this.#hooks.ended(book.id);
    const known = book.ids.get(sequence - 1);
    if (known !== undefined) return this.#truncate(book, sequence, known);
    this.#hooks.load({ type: 'run', book: book.id, from: sequence - 1, limit: 1, bytesMax: 1 }, (rows) => {
      const [row] = rows;
      if (row !== undefined && book.forkSequence === sequence) this.#truncate(book, sequence, bytesToId(row.id));
    });
  }

  #truncate(book: Book, sequence: number, id: Id): void {
    book.head = { sequence: sequence - 1, id };
    for (const known of [...book.ids.keys()]) if (known >= sequence) book.ids.delete(known);
    book.ids.set(sequence - 1, id);
    while ((book.waiting.at(-1)?.header.sequence ?? -1) >= sequence) book.waiting.pop();
    this.#books.changed(book);
    if (book.judged > sequence) this.#hooks.rebuild(book);
    this.#hooks.ended(book.id);
  }

  /** Restores the proofs of stored statements at start, without doing anything again. */
  restore(statement: Statement, proof: ForkProof): void {
    const fork = present(verifyFork(proof, this.#world.network, this.#world.verified.verify), 'a stored proof holds');
    this.#proofs.set(fork.book, { fork, digest: statement.digest, proof });
    const book = this.#books.get(openingOfProof(proof, this.#world.network).id);
    this.#statements.put(
      statement,
      book === undefined ? [] : [book.topic],
      book === undefined ? fork.book : fork.identity,
    );
  }

  /**
   * Compares an entry with the one that is stored at its sequence, which is not in memory any more.
   */
  compareWithStored(book: Book, entry: Entry): void {
    const query: Query = { type: 'run', book: book.id, from: entry.header.sequence, limit: 1, bytesMax: 1 };
    this.#hooks.load(query, ([row]) => {
      if (row === undefined || row.sequence !== entry.header.sequence || bytesToId(row.id) === entry.id) return;
      const stored = readEntry(row.bytes, this.#world.network);
      if (stored.ok) this.found(book, stored.value, entry);
    });
  }
}
