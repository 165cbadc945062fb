import type { Id } from '../../core/base/id.ts';
import type { Topic } from '../../core/base/region.ts';
import {
  checkpointKind,
  cosignatureKind,
  epochSealKind,
  evidenceKind,
  heldNoticeKind,
  type Statement,
  statementContentOf,
} from '../../core/wire/statement.ts';
import { type Quorum, quorumOf } from '../../core/witness/quorum.ts';
import { type EntryWords, wordsOf } from '../../core/witness/words.ts';
import type { EntryRow, SettingRow } from '../../ports/store.ts';
import type { Book } from '../book.ts';
import type { Query } from '../events.ts';
import type { Statements } from '../statements.ts';
import { Checkpointer } from './checkpointer.ts';
import { EarlyStatements } from './early-statements.ts';
import { EntryTrees } from './entry-trees.ts';
import { EvidenceKeeper } from './evidence-keeper.ts';
import { charterNow, type Sign, type WitnessTables, witnessedBookOf } from './known-book.ts';
import { Observer, type Taken } from './observer.ts';
import type { SeenBook, SeenCheckpoint } from './seen-book.ts';
import { isOn, Witness } from './witness.ts';

/** What witnessing needs of the machine around it. */
export interface WitnessingHooks {
  load(query: Query, then: (rows: readonly EntryRow[]) => void): void;
  readonly sign: Sign;
  publish(topic: Topic, statement: Statement): void;
  /** Whether own books may be written in now. */
  mayWrite(): boolean;
  /** Asks every peer for what it holds. */
  lookAgain(): void;
}

/** What is known of how a book is confirmed. */
export interface BookWitnessing {
  /** Witnesses by the charter in force, and how many have to agree. */
  readonly quorum: Quorum;
  readonly witnesses: readonly Id[];
  /** The writer's largest checkpoint, confirmed or not. */
  readonly largest: SeenCheckpoint | undefined;
  /** The newest certificate, whether or not the entries here are those under it. */
  readonly newest: SeenCheckpoint | undefined;
  /** The newest that is final. */
  readonly final: SeenCheckpoint | undefined;
}

/** A book whose charter names this node as a witness. */
export interface AssignedBook {
  readonly book: Book;
  /** Whether the operator lets this node confirm it. */
  readonly isOffered: boolean;
  /** Entries that this node has confirmed. */
  readonly confirmed: number;
  /** Entries under the writer's largest checkpoint that is known here. */
  readonly largest: number;
}

/** The order in which stored statements are taken back: each before what speaks of it. */
const ORDER = [checkpointKind, cosignatureKind, heldNoticeKind, evidenceKind].map(({ number }) => number);

/** Witnessed books on one node (protocol §5): it says how large its own are, confirms those of others, and keeps what all say. */
export class Witnessing {
  readonly evidence: EvidenceKeeper;
  readonly #tables: WitnessTables;
  readonly #statements: Statements;
  readonly #trees: EntryTrees;
  readonly #observer: Observer;
  readonly #witness: Witness;
  readonly #checkpointer: Checkpointer;
  readonly #hooks: WitnessingHooks;
  readonly #early = new EarlyStatements();
  #stored: Statement[] = [];
  /** Set with the first tick: until then the driver may say that this folder may be a copy, and nothing is signed. */
  #isReady = false;

  constructor(tables: WitnessTables, statements: Statements, hooks: WitnessingHooks) {
    const { world } = tables;
    this.#tables = tables;
    this.#statements = statements;
    this.#hooks = hooks;
    this.#trees = new EntryTrees(world, (query, then) => hooks.load(query, then));
    const trees = this.#trees;
    this.evidence = new EvidenceKeeper(tables, statements, {
      publish: (topic, statement) => hooks.publish(topic, statement),
      tell: (notice) => this.#tell(notice),
    });
    const { evidence } = this;
    const publish = (statement: Statement, book: Book): void => this.#publish(statement, book);
    this.#witness = new Witness({ tables, trees, evidence, sign: hooks.sign, publish });
    this.#observer = new Observer({
      tables,
      statements,
      evidence,
      trees,
      tell: (notice) => this.#tell(notice),
      changed: (book, seen) => this.#changed(book, seen),
      cosigned: (book, checkpoint) => this.#witness.cosigned(book, checkpoint),
    });
    this.#checkpointer = new Checkpointer({
      tables,
      trees,
      observer: this.#observer,
      sign: hooks.sign,
      mayWrite: () => hooks.mayWrite(),
      publish,
      wake: (delayMs) => world.effect({ type: 'wake', delayMs }),
      lookAgain: () => hooks.lookAgain(),
    });
  }

  /** Whether this node confirms books where their charter names it. */
  get isOn(): boolean {
    const { world, settings } = this.#tables;
    return isOn(settings.offer, world.self.kind);
  }

  /** The operator has changed the offer: what was left to others may be confirmed now. */
  offered(): void {
    for (const id of this.#observer.books()) {
      const book = this.#tables.books.get(id);
      if (book !== undefined) this.#consider(book);
    }
  }

  /** @returns the bodies' books whose charter names this node, and whose member book is here, in the order in which they became known. */
  assigned(): readonly AssignedBook[] {
    const { books, world } = this.#tables;
    const named = [...books.all()].filter(
      (book) => charterNow(books, book)?.witnesses.includes(world.self.identity) === true,
    );
    return named.map((book) => ({
      book,
      isOffered: this.#witness.isOfferedTo(book),
      confirmed: this.#witness.confirmedSize(book),
      largest: this.#observer.of(book.id)?.largest?.checkpoint.size ?? 0,
    }));
  }

  /** Takes a statement whose author's signature holds. @returns undefined where it is of another kind; a seal is for a later version. */
  take(statement: Statement): Taken | undefined {
    const taken = this.#take(statement);
    if (taken === 'later') this.#early.add(statement, this.#tables.world.clock.nowMs());
    return taken;
  }

  #take(statement: Statement): Taken | undefined {
    const evidence = statementContentOf(statement, evidenceKind);
    if (evidence !== undefined) return this.evidence.take(statement, evidence);
    if (statementContentOf(statement, epochSealKind) !== undefined) return 'later';
    return this.#observer.take(statement);
  }

  /** Takes back one stored setting. @returns whether it is one of these. */
  restore(row: SettingRow): boolean {
    return this.#trees.restore(row) || this.#witness.restore(row);
  }

  /** Takes back a stored statement; what it says is looked at when books and members are known. */
  restoreStatement(statement: Statement): void {
    if (ORDER.includes(statement.kind)) this.#stored.push(statement);
  }

  /** Called when books and members are known: looks at what was stored, telling nobody. What was left is taken up with the first tick. */
  start(): void {
    const stored = this.#stored.toSorted((left, right) => rankOf(left) - rankOf(right));
    this.#stored = [];
    for (const statement of stored) if (this.#take(statement) !== 'stored') this.#statements.forget(statement.digest);
  }

  /** This folder may be a copy. */
  distrust(): void {
    this.#witness.distrust();
  }

  /** A peer has told everything that it holds in these topics. */
  caughtUp(peer: string, topics: ReadonlySet<string>): void {
    const books = this.#observer.books().flatMap((id) => this.#tables.books.get(id) ?? []);
    this.#witness.caughtUp(peer, topics, [...new Set(books.map(({ topic }) => topic))]);
    for (const book of books) this.#consider(book);
  }

  /** Effects of a body's book were taken further. */
  judged(book: Book): void {
    if (book.state === undefined) return;
    this.#observer.grew(book);
    if (!this.#isReady) return;
    this.#consider(book);
    this.#checkpointer.grew(book);
    // A charter may name other witnesses now.
    if (book.opening.channel !== 'people' || book.opening.identity !== this.#tables.world.self.identity) return;
    for (const other of this.#tables.books.of(book.opening.identity)) this.#checkpointer.grew(other);
  }

  tick(): void {
    const isFirst = !this.#isReady;
    this.#isReady = true;
    if (isFirst) for (const book of this.#tables.books.all()) this.judged(book);
    this.#early.retry(this.#tables.world.clock.nowMs(), (statement) => this.#take(statement));
    this.#checkpointer.tick();
  }

  /** @returns how a book is confirmed; undefined where it is no body's, or its charter is not here. */
  of(book: Book): BookWitnessing | undefined {
    const charter = charterNow(this.#tables.books, book);
    if (charter === undefined) return undefined;
    const seen = this.#observer.of(book.id);
    return {
      quorum: quorumOf(charter.witnesses.length),
      witnesses: charter.witnesses,
      largest: seen?.largest,
      newest: seen?.newest,
      final: seen?.final,
    };
  }

  /** @returns how sure an entry of a book is, undefined where nobody could say. */
  wordsOf(book: Book, sequence: number): EntryWords | undefined {
    const [charter, known] = [charterNow(this.#tables.books, book), witnessedBookOf(this.#tables, book)];
    if (charter === undefined || known === undefined) return undefined;
    const seen = this.#observer.of(book.id);
    const certificates = seen?.certificates ?? [];
    const words = wordsOf(sequence, { certificates, notices: seen?.noticesOf(known) ?? [] });
    const { words: usual } = quorumOf(charter.witnesses.length);
    return certificates.length > 0 || usual === 'witnessed' ? words : { ...words, witnessing: usual };
  }

  #consider(book: Book): void {
    const seen = this.#observer.of(book.id);
    if (seen !== undefined && this.#isReady) this.#witness.consider(book, seen);
  }

  #changed(book: Book, seen: SeenBook): void {
    if (!this.#isReady) return;
    this.#witness.consider(book, seen);
    this.#checkpointer.grew(book);
  }

  #publish(statement: Statement, book: Book): void {
    if (this.take(statement) !== 'stored') return;
    this.#tables.world.afterCommit(() => this.#hooks.publish(book.topic, statement));
  }

  #tell(notice: Parameters<WitnessTables['world']['tell']>[0]): void {
    if (this.#isReady) this.#tables.world.tell(notice);
  }
}

function rankOf({ kind }: Statement): number {
  return ORDER.indexOf(kind);
}
