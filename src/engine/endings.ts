import type { Id } from '../core/base/id.ts';
import { bytesToId } from '../core/base/id.ts';
import { present } from '../core/base/outcome.ts';
import { endOfBook } from '../core/books/ending.ts';
import { compareForks, type Fork, openingOfProof, proveFork, verifyFork } from '../core/books/fork.ts';
import { type Entry, readEntry } from '../core/wire/entry.ts';
import type { ForkProof } from '../core/wire/messages/book.ts';
import type { LastGood } from '../core/wire/messages/identity.ts';
import { forkProofKind, readStatement, type Statement, sealStatement } from '../core/wire/statement.ts';
import type { EntryRow } from '../ports/store.ts';
import { advance, type Book } from './book.ts';
import type { BookTable } from './book-table.ts';
import { REPLAY_BYTES_MAX, REPLAY_ENTRIES_MAX } from './constants.ts';
import type { Query } from './events.ts';
import { LastGoodChains } from './last-good.ts';
import type { Statements } from './statements.ts';
import type { World } from './world.ts';

/** What the endings need of the machine around them. */
export interface EndingsHooks {
  load(query: Query, then: (rows: readonly EntryRow[]) => void): void;
  /** The book was cut below entries whose effects were taken. */
  rebuild(book: Book): void;
  /** The revocation of the book's device, as its identity log stands now. */
  revocationOf(book: Book): Revocation | undefined;
  /** An entry above the former end counts again. */
  again(book: Book, entry: Entry): void;
  /** An entry stands on no chain that counts: another one has taken its place. */
  aside(entry: Id): void;
  /** Asks others for entries of another chain, to see where the two part. */
  wantIds(ids: readonly Id[]): void;
  /** Nothing parked of this book will find its place. */
  unpark(book: Id): void;
  /** The book ended: what reads it above its end may go on. */
  ended(book: Id): void;
  /** Tells a new proof to others. */
  publish(statement: Statement, book: Book): void;
}

/** What a revocation says of the books of its device. */
export interface Revocation {
  readonly lastGood: readonly LastGood[];
}

/** How books end: by a proven fork, or by the revocation of their device (protocol §2, §3). */
export class Endings {
  readonly #world: World;
  readonly #books: BookTable;
  readonly #statements: Statements;
  readonly #hooks: EndingsHooks;
  readonly #proofs = new Map<Id, { readonly fork: Fork; readonly digest: Id; readonly proof: ForkProof }>();

  readonly #lastGoodChains: LastGoodChains;
  /** `lastGood` of books whose held chain leads to it. */
  readonly #confirmed = new Map<Id, Id>();
  /** Books whose entries above a former end are being read. */
  readonly #raising = new Set<Id>();

  constructor(world: World, books: BookTable, statements: Statements, hooks: EndingsHooks) {
    this.#world = world;
    this.#books = books;
    this.#statements = statements;
    this.#hooks = hooks;
    this.#lastGoodChains = new LastGoodChains(
      world,
      (query, then) => hooks.load(query, then),
      (entry) => hooks.aside(entry),
    );
  }

  /** The proof that is kept of a book, for noting it in other books; none where a revocation makes it void. */
  proofOf(book: Id): ForkProof | undefined {
    const kept = this.#proofs.get(book);
    return kept === undefined || this.#isVoid(kept.fork) ? undefined : kept.proof;
  }

  /** Forgets what is known of books that are not held, and whose proof made room for others: those of this identity, or this book. */
  forget(owner: Id): void {
    for (const [book, { fork }] of this.#proofs) if (book === owner || fork.identity === owner) this.#forgetBook(book);
  }

  /** A book made room for others. */
  evicted(book: Book): void {
    this.#confirmed.delete(book.id);
    this.#lastGoodChains.leave(book.id);
    this.#forgetBook(book.id);
  }

  #forgetBook(book: Id): void {
    const digest = this.#proofs.get(book)?.digest;
    if (digest === undefined || this.#books.get(book) !== undefined || this.#statements.get(digest) !== undefined)
      return;
    this.#proofs.delete(book);
  }

  /** Every fork known here. */
  forks(): readonly Fork[] {
    return [...this.#proofs.values()].map(({ fork }) => fork).filter((fork) => !this.#isVoid(fork));
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
    this.settle(book);
    if (!this.#isVoid(fork))
      this.#world.tell({ type: 'fork', book: fork.book, identity: fork.identity, sequence: fork.sequence });
    return 'stored';
  }

  /** A book became known of which a proof may be kept already. */
  opened(book: Book): void {
    const kept = this.#proofs.get(book.id);
    const statement = kept === undefined ? undefined : this.#statements.get(kept.digest);
    if (statement !== undefined) this.#statements.put(statement, [book.topic], book.opening.identity);
    this.settle(book);
  }

  /** Takes up again, at start, an ending that a crash cut off: the book's head still stands above its end, or its end has changed. */
  resume(book: Book): void {
    const { forkSequence } = book;
    if (forkSequence > 0 && book.head.sequence >= forkSequence) this.#cut(book, forkSequence);
    this.settle(book);
  }

  /**
   * Ends a book where the proof and the revocation known now say, whatever came first; where they say a higher end than before,
   * or none, the entries above the former end count again.
   */
  settle(book: Book): void {
    this.#confirm(book);
    const end = this.#endOf(book);
    if (end === book.forkSequence) return this.#seek(book);
    const lower = end !== 0 && (book.forkSequence === 0 || end < book.forkSequence);
    const stillAbove = end !== 0 && book.head.sequence >= book.forkSequence;
    if (lower || stillAbove) this.#cut(book, end);
    else this.#raise(book);
    this.#seek(book);
  }

  /** Takes an entry above the end of its book. @returns whether it leads to a `lastGood` that is sought; then it is to be kept. */
  takeSought(book: Book, entry: Entry): boolean {
    if (!this.#lastGoodChains.take(entry)) return false;
    this.#world.afterCommit(() => this.settle(book));
    return true;
  }

  /** A book grew: it may have come to where the chain to its `lastGood` begins. */
  appended(book: Book): void {
    if (this.#lastGoodChains.seeks(book.id)) this.#world.afterCommit(() => this.settle(book));
  }

  /** Ids that are missing of chains to a `lastGood`. */
  wanted(): readonly Id[] {
    return this.#lastGoodChains.wanted();
  }

  /** Where a book ended at a fork below `lastGood`, the chain to that is the true one, and is fetched. */
  #seek(book: Book): void {
    const revocation = this.#hooks.revocationOf(book);
    const lastGood = revocation === undefined ? undefined : lastGoodOf(book, revocation);
    const isBeside = lastGood !== undefined && this.#confirmed.get(book.id) !== lastGood.id;
    if (
      !isBeside ||
      book.forkSequence === 0 ||
      book.forkSequence > lastGood.sequence ||
      book.head.sequence >= book.forkSequence
    )
      return this.#lastGoodChains.leave(book.id);
    const missing = this.#lastGoodChains.seek(book, lastGood, this.#books.isStranger(book), () => {
      this.#confirmed.set(book.id, lastGood.id);
      this.settle(book);
    });
    if (missing !== undefined) this.#hooks.wantIds([missing]);
  }

  /** @returns the sequence at which a book ends, 0 for none. */
  #endOf(book: Book): number {
    const revocation = this.#hooks.revocationOf(book);
    const lastGood = revocation === undefined ? undefined : lastGoodOf(book, revocation);
    const end = endOfBook({
      forkedAt: this.#proofs.get(book.id)?.fork.sequence,
      isRevoked: revocation !== undefined,
      lastGood,
      isHeld: lastGood !== undefined && this.#confirmed.get(book.id) === lastGood.id,
    });
    return end ?? 0;
  }

  #isVoid(fork: Fork): boolean {
    const book = this.#books.get(fork.book);
    return book !== undefined && this.#confirmed.has(fork.book) && fork.sequence < this.#endOf(book);
  }

  /** Looks whether the chain held here is the one to `lastGood`. */
  #confirm(book: Book): void {
    const revocation = this.#hooks.revocationOf(book);
    const lastGood = revocation === undefined ? undefined : lastGoodOf(book, revocation);
    const known = this.#confirmed.get(book.id);
    if (lastGood?.id === known) return;
    this.#confirmed.delete(book.id);
    if (lastGood === undefined) return;
    if (book.ids.get(lastGood.sequence) === lastGood.id) this.#confirmed.set(book.id, lastGood.id);
    else
      this.#hooks.load({ type: 'ids', ids: [lastGood.id] }, ([row]) => {
        const held = row?.main === true && row.sequence === lastGood.sequence && bytesToId(row.book) === book.id;
        if (!held || this.#books.get(book.id) !== book || this.#confirmed.has(book.id)) return;
        this.#confirmed.set(book.id, lastGood.id);
        this.settle(book);
      });
  }

  /** Ends a book below `sequence`: its head goes back there, and effects above it are undone by taking them again. */
  #cut(book: Book, sequence: number): void {
    book.forkSequence = sequence;
    this.#hooks.unpark(book.id);
    this.#books.changed(book);
    if (book.head.sequence < sequence) return this.#hooks.ended(book.id);
    const known = book.ids.get(sequence - 1);
    if (known !== undefined) return this.#truncate(book, sequence, known);
    this.#hooks.load({ type: 'run', book: book.id, from: sequence - 1, limit: 1, bytesMax: 1 }, (rows) => {
      const [row] = rows;
      if (row === undefined || book.forkSequence !== sequence) return;
      this.#truncate(book, sequence, bytesToId(row.id));
      this.#seek(book);
    });
  }

  /** Takes the stored entries above the former end up again. Until all are, the book counts as ended above its head. */
  #raise(book: Book): void {
    if (this.#raising.has(book.id)) return;
    this.#raising.add(book.id);
    const from = book.head.sequence + 1;
    const query: Query = { type: 'run', book: book.id, from, limit: REPLAY_ENTRIES_MAX, bytesMax: REPLAY_BYTES_MAX };
    this.#hooks.load(query, (rows) => {
      this.#raising.delete(book.id);
      if (this.#books.get(book.id) !== book) return;
      const end = this.#endOf(book);
      const rises = book.forkSequence !== 0 && (end === 0 || end > book.forkSequence);
      if (!rises || book.head.sequence + 1 !== from) return this.settle(book);
      if (this.#takeAgain(book, rows, end)) {
        book.forkSequence = book.head.sequence + 1;
        this.#books.changed(book);
        return this.settle(book);
      }
      book.forkSequence = end;
      this.#books.changed(book);
      this.#hooks.ended(book.id);
    });
  }

  /** @returns whether any of the rows came back into the book. */
  #takeAgain(book: Book, rows: readonly EntryRow[], end: number): boolean {
    const before = book.head.sequence;
    for (const row of rows) {
      if (end !== 0 && row.sequence >= end) break;
      const read = readEntry(row.bytes, this.#world.network);
      const entry = present(read.ok ? read.value : undefined, 'a stored entry is well formed');
      if (entry.header.sequence !== book.head.sequence + 1 || entry.header.previous !== book.head.id) continue;
      advance(book, entry);
      book.bytes -= entry.bytes.length;
      this.#hooks.again(book, entry);
    }
    return book.head.sequence > before;
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

function lastGoodOf(book: Book, { lastGood }: Revocation): LastGood | undefined {
  return lastGood.find((listed) => listed.book === book.id);
}
