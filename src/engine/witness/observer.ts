import { bytesToId, type Id } from '../../core/base/id.ts';
import { frontierRoot } from '../../core/base/merkle-growth.ts';
import type { Checkpoint, Cosignature, HeldNotice } from '../../core/wire/messages/witness.ts';
import {
  checkpointKind,
  cosignatureKind,
  heldNoticeKind,
  type Statement,
  statementContentOf,
} from '../../core/wire/statement.ts';
import { newestCertificate, verifyCertificate } from '../../core/witness/certificate.ts';
import type { WitnessedBook } from '../../core/witness/charter.ts';
import { checkpointDigest } from '../../core/witness/checkpoint.ts';
import type { Book } from '../book.ts';
import type { PeerNotice } from '../events.ts';
import type { Statements } from '../statements.ts';
import type { EntryTrees } from './entry-trees.ts';
import type { EvidenceKeeper } from './evidence-keeper.ts';
import { charterNow, hasCheckpoints, type WitnessTables, witnessedBookOf } from './known-book.ts';
import { SeenBook, type SeenCheckpoint } from './seen-book.ts';

/** What became of a statement. */
export type Taken = 'stored' | 'known' | 'later' | 'bad';

/** What an observer is made of. */
export interface ObserverParts {
  readonly tables: WitnessTables;
  readonly statements: Statements;
  readonly evidence: EvidenceKeeper;
  readonly trees: EntryTrees;
  /** Tells people. */
  tell(notice: Extract<PeerNotice, { readonly type: 'checkpoint' }>): void;
  /** Something was learned of a book's checkpoints. */
  changed(book: Book, seen: SeenBook): void;
  /** This identity's own cosignature came in, under this checkpoint. */
  cosigned(book: Book, checkpoint: Checkpoint): void;
}

/** Keeps the newest certificate of each body's book that is here, and what is under way; finds who contradicts itself (protocol §5). */
export class Observer {
  readonly #parts: ObserverParts;
  readonly #seen = new Map<Id, SeenBook>();

  constructor(parts: ObserverParts) {
    this.#parts = parts;
  }

  /** What was seen of a book; undefined where nothing was. */
  of(book: Id): SeenBook | undefined {
    return this.#seen.get(book);
  }

  /** Every book of which something was seen. */
  books(): readonly Id[] {
    return [...this.#seen.keys()];
  }

  /** Takes a statement about a book whose author's signature holds. @returns undefined where it is of another kind. */
  take(statement: Statement): Taken | undefined {
    const checkpoint = statementContentOf(statement, checkpointKind);
    if (checkpoint !== undefined)
      return this.#about(checkpoint.book, (...about) => this.#checkpoint(statement, checkpoint, ...about));
    const cosignature = statementContentOf(statement, cosignatureKind);
    if (cosignature !== undefined)
      return this.#about(cosignature.book, (...about) => this.#cosignature(statement, cosignature, ...about));
    const notice = statementContentOf(statement, heldNoticeKind);
    if (notice !== undefined) return this.#about(notice.book, (...about) => this.#notice(statement, notice, ...about));
    return undefined;
  }

  /** A book grew: what was said of entries that were not here may be compared now. */
  grew(book: Book): void {
    const seen = this.#seen.get(book.id);
    if (seen !== undefined) this.#compare(book, seen);
  }

  #about(id: Id, take: (book: Book, known: WitnessedBook) => Taken): Taken {
    const { tables } = this.#parts;
    const book = tables.books.get(id);
    // Strangers' books have no word: anybody could fill the table.
    const known = book === undefined || tables.books.isStranger(book) ? undefined : witnessedBookOf(tables, book);
    return book === undefined || known === undefined ? 'later' : take(book, known);
  }

  #checkpoint(statement: Statement, checkpoint: Checkpoint, book: Book, known: WitnessedBook): Taken {
    if (statement.author !== known.writer || checkpoint.epoch !== known.epoch) return 'bad';
    const witnesses = known.witnessesAt(checkpoint.charterHead);
    if (witnesses === undefined || !hasCheckpoints(book, witnesses.length)) return 'later';
    const seen = this.#seen.get(book.id) ?? new SeenBook();
    const digest = checkpointDigest(checkpoint);
    if (seen.get(digest) !== undefined) return 'known';
    for (const other of seen.all()) {
      const [one, two] = [{ checkpoint: other.statement }, { checkpoint: statement }];
      this.#parts.evidence.accuse({ one, other: two, opening: book.openingEntry });
    }
    if (!seen.hasRoomFor(checkpoint, digest)) return 'known';
    if (!this.#keep(statement, book)) return 'later';
    this.#seen.set(book.id, seen);
    const [added, awaiting] = seen.add(statement, checkpoint, digest);
    for (const word of awaiting) {
      const taken = this.#said(word, book, known, seen, added);
      if (taken !== 'stored') this.#parts.statements.drop(word.digest);
    }
    this.#settle(book, known, seen);
    return 'stored';
  }

  /** Takes again what awaited a checkpoint. */
  #said(word: Statement, book: Book, known: WitnessedBook, seen: SeenBook, of: SeenCheckpoint): Taken {
    const cosignature = statementContentOf(word, cosignatureKind);
    if (cosignature !== undefined) return this.#cosign(word, cosignature, book, known, seen, of);
    of.notices.set(statementContentOf(word, heldNoticeKind)?.witness ?? book.opening.identity, word);
    return 'stored';
  }

  #cosignature(statement: Statement, cosignature: Cosignature, book: Book, known: WitnessedBook): Taken {
    const { witness, checkpoint, previousSize } = cosignature;
    if (statement.author === undefined || !known.holdsDevice(witness, statement.author)) return 'later';
    const seen = this.#seen.get(book.id) ?? new SeenBook();
    const of = seen.get(checkpoint);
    if (of === undefined) return this.#await(statement, { witness, checkpoint, previousSize }, book, seen);
    const taken = this.#cosign(statement, cosignature, book, known, seen, of);
    if (taken === 'stored') this.#settle(book, known, seen);
    return taken;
  }

  #cosign(
    statement: Statement,
    cosignature: Cosignature,
    book: Book,
    known: WitnessedBook,
    seen: SeenBook,
    of: SeenCheckpoint,
  ): Taken {
    const { witness, previousSize } = cosignature;
    const named = known.witnessesAt(of.checkpoint.charterHead) ?? [];
    const before = seen.newest?.certificate?.charterWitnesses ?? [];
    if (![...named, ...before].includes(witness) || previousSize > of.checkpoint.size) return 'later';
    const place = SeenBook.placeOf(cosignature);
    if (of.cosignatures.has(place)) return 'known';
    this.#accuseWitness(statement, seen, of);
    if (!this.#keep(statement, book)) return 'later';
    of.cosignatures.set(place, statement);
    if (witness === this.#parts.tables.world.self.identity) this.#parts.cosigned(book, of.checkpoint);
    return 'stored';
  }

  #accuseWitness(statement: Statement, seen: SeenBook, of: SeenCheckpoint): void {
    for (const other of seen.all()) {
      if (other === of) continue;
      for (const cosignature of other.cosignatures.values()) {
        if (cosignature.author !== statement.author) continue;
        const one = { checkpoint: other.statement, cosignature };
        this.#parts.evidence.accuse({ one, other: { checkpoint: of.statement, cosignature: statement } });
      }
    }
  }

  #notice(statement: Statement, { witness, checkpoint }: HeldNotice, book: Book, known: WitnessedBook): Taken {
    if (statement.author === undefined || !known.holdsDevice(witness, statement.author)) return 'later';
    const seen = this.#seen.get(book.id) ?? new SeenBook();
    const of = seen.get(checkpoint);
    if (of === undefined) return this.#await(statement, { witness, checkpoint, previousSize: undefined }, book, seen);
    if (of.notices.has(witness)) return 'known';
    const named = known.witnessesAt(of.checkpoint.charterHead) ?? [];
    if (!named.includes(witness) || !this.#keep(statement, book)) return 'later';
    of.notices.set(witness, statement);
    this.#settle(book, known, seen);
    return 'stored';
  }

  /** A word of one of the book's witnesses about a checkpoint that is still on its way. */
  #await(statement: Statement, said: Parameters<SeenBook['await']>[1], book: Book, seen: SeenBook): Taken {
    if (seen.isAwaiting(statement.digest)) return 'known';
    const witnesses = charterNow(this.#parts.tables.books, book)?.witnesses ?? [];
    if (!witnesses.includes(said.witness) || !seen.await(statement, said)) return 'later';
    this.#seen.set(book.id, seen);
    if (this.#keep(statement, book)) return 'stored';
    return 'later';
  }

  #keep(statement: Statement, { topic, opening }: Book): boolean {
    return this.#parts.statements.put(statement, [topic], opening.identity);
  }

  /** Sees which checkpoints enough witnesses confirm and hold now, and lets go of older ones. */
  #settle(book: Book, known: WitnessedBook, seen: SeenBook): void {
    const before = seen.newest;
    for (const each of seen.all()) this.#certify(each, known, seen);
    if (seen.newest !== before && seen.newest !== undefined) this.#tell(book, seen.newest, 'witnessed');
    if (seen.settleFinal(known) && seen.final !== undefined) this.#tell(book, seen.final, 'final');
    for (const { digest } of seen.prune(seen.newest !== before)) this.#parts.statements.drop(digest);
    this.#compare(book, seen);
    this.#parts.changed(book, seen);
  }

  #tell({ id, opening }: Book, { checkpoint, certificate }: SeenCheckpoint, word: 'witnessed' | 'final'): void {
    const { cosigners = [], charterWitnesses = [] } = certificate ?? {};
    if (charterWitnesses.length === 0) return;
    const about = { book: id, identity: opening.identity, size: checkpoint.size, word };
    this.#parts.tell({ type: 'checkpoint', ...about, cosigners, witnesses: charterWitnesses.length });
  }

  #certify(each: SeenCheckpoint, known: WitnessedBook, seen: SeenBook): void {
    const parts = { checkpoint: each.statement, cosignatures: [...each.cosignatures.values()] };
    const held = seen.newest === each ? undefined : seen.newest?.certificate;
    const verified = verifyCertificate(parts, known, held);
    if (!verified.ok) return;
    each.certificate = verified.value;
    if (held === undefined) seen.newest = each;
    else if (newestCertificate(held, verified.value, known) === verified.value) {
      each.changesWitnesses = held.charterWitnesses.join() !== verified.value.charterWitnesses.join();
      seen.newest = each;
    }
  }

  /** Compares certificates with the entries that are here: what is under another tree has no word. */
  #compare(book: Book, seen: SeenBook): void {
    for (const each of seen.all()) {
      const { size, root } = each.checkpoint;
      if (each.certificate === undefined || each.agrees !== undefined || book.head.sequence + 1 < size) continue;
      this.#parts.trees.at(book, size, (tree) => {
        if (tree === undefined || each.agrees !== undefined) return;
        each.agrees = bytesToId(frontierRoot(tree.frontier)) === root;
        this.#parts.changed(book, seen);
      });
    }
  }
}
