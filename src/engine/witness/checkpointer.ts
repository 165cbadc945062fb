import { bytesToId, type Id } from '../../core/base/id.ts';
import { frontierRoot } from '../../core/base/merkle-growth.ts';
import type { Checkpoint } from '../../core/wire/messages/witness.ts';
import { checkpointKind, type Statement } from '../../core/wire/statement.ts';
import type { Book } from '../book.ts';
import { CHECKPOINT_GAP_MS, CHECKPOINT_PATIENCE_MS } from '../constants.ts';
import { checkpointNow } from './checkpoint-now.ts';
import type { EntryTrees } from './entry-trees.ts';
import { charterNow, hasCheckpoints, type Sign, signStatement, type WitnessTables } from './known-book.ts';
import type { Observer } from './observer.ts';
import type { SeenBook } from './seen-book.ts';

/** What a checkpointer is made of. */
export interface CheckpointerParts {
  readonly tables: WitnessTables;
  readonly trees: EntryTrees;
  readonly observer: Observer;
  readonly sign: Sign;
  /** Whether own books may be written in now. */
  mayWrite(): boolean;
  /** Keeps and tells what this node signed. */
  publish(statement: Statement, book: Book): void;
  /** Calls `tick` after this time. */
  wake(delayMs: number): void;
  /** Asks peers for what they hold: a word of a witness may have got lost. */
  lookAgain(): void;
}

/**
 * Says of each own book of a body how large it is, for its witnesses: after its entries are durable, one checkpoint at a time; while one is
 * under way the book may grow by as much as it likes, and the next names the newest size.
 */
export class Checkpointer {
  readonly #parts: CheckpointerParts;
  /** Own books that are being signed for. */
  readonly #busy = new Set<Id>();
  readonly #issuedAtMs = new Map<Id, number>();
  /** Checkpoints of which peers were asked what they hold. */
  readonly #asked = new Set<Id>();
  readonly #due = new Set<Book>();
  #wakesAtMs = 0;

  constructor(parts: CheckpointerParts) {
    this.#parts = parts;
  }

  /** An own book has grown, or its checkpoint has come further: says of its newest size when its time has come. */
  grew(book: Book): void {
    const { self } = this.#parts.tables.world;
    const { identity, device } = book.opening;
    if (identity !== self.identity || device !== self.device || book.state === undefined) return;
    const charter = charterNow(this.#parts.tables.books, book);
    if (charter === undefined || !hasCheckpoints(book, charter.witnesses.length)) return;
    if (this.#due.has(book)) return;
    this.#due.add(book);
    this.#parts.tables.world.afterCommit(() => this.#issue(book));
  }

  tick(): void {
    for (const book of [...this.#due]) this.#issue(book);
  }

  #issue(book: Book): void {
    const { tables, observer } = this.#parts;
    const seen = observer.of(book.id);
    const last = seen?.largest;
    const figures = checkpointNow(tables, book);
    if (figures === undefined || book.forkSequence > 0 || this.#busy.has(book.id)) return;
    const isSaid =
      last !== undefined &&
      last.checkpoint.size >= figures.size &&
      last.checkpoint.charterHead.id === figures.charterHead.id;
    if ((isSaid && isDone(seen)) || !this.#parts.mayWrite()) {
      this.#due.delete(book);
      return;
    }
    if (this.#isWaiting(book)) return;
    if (isSaid) return this.#ask(last.digest);
    this.#busy.add(book.id);
    this.#issuedAtMs.set(book.id, tables.world.clock.nowMs());
    // What the figures speak of may be on its way to the disk still.
    tables.world.afterCommit(() => this.#sign(book, figures));
  }

  /** There is nothing new to say, and words of witnesses are missing: once they are asked for at once, later in the regular rounds. */
  #ask(checkpoint: Id): void {
    if (this.#asked.has(checkpoint)) return;
    this.#asked.add(checkpoint);
    this.#parts.lookAgain();
  }

  /** Whether the last checkpoint is waited for still: a moment where it is final, else until patience ends. */
  #isWaiting(book: Book): boolean {
    const issuedAtMs = this.#issuedAtMs.get(book.id);
    const seen = this.#parts.observer.of(book.id);
    const isFinal = isDone(seen);
    const nowMs = this.#parts.tables.world.clock.nowMs();
    const leftMs = (issuedAtMs ?? 0) + (isFinal ? CHECKPOINT_GAP_MS : CHECKPOINT_PATIENCE_MS) - nowMs;
    if (issuedAtMs === undefined || leftMs <= 0 || issuedAtMs > nowMs) return false;
    if (isFinal && this.#wakesAtMs <= nowMs) {
      this.#wakesAtMs = nowMs + leftMs;
      this.#parts.wake(leftMs);
    }
    return true;
  }

  #sign(book: Book, figures: Omit<Checkpoint, 'root'>): void {
    const { tables, trees, sign, publish } = this.#parts;
    trees.at(book, figures.size, (tree) => {
      if (tree === undefined || tree.head !== figures.head) {
        this.#busy.delete(book.id);
        return;
      }
      const checkpoint = { ...figures, root: bytesToId(frontierRoot(tree.frontier)) };
      signStatement(tables.world, sign, checkpointKind, checkpoint, (statement) => {
        this.#busy.delete(book.id);
        publish(statement, book);
      });
    });
  }
}

/** Whether nobody has more to say of the largest checkpoint: it is final, or its charter names no witness. */
function isDone(seen: SeenBook | undefined): boolean {
  const { largest, final } = seen ?? {};
  return largest !== undefined && (largest === final || largest.certificate?.quorum.needed === 0);
}
