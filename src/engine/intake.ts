import type { Entry } from '../core/wire/entry.ts';
import type { StatementRow } from '../ports/store.ts';
import { type Batch, Batches } from './batches.ts';
import type { Book } from './book.ts';
import type { BookTable } from './book-table.ts';
import type { Desk } from './desk.ts';
import type { ItemOutcome, Source, Ticket } from './events.ts';
import type { Ingest } from './ingest.ts';
import type { ReadItem } from './reading.ts';
import type { StatementIntake } from './statement-intake.ts';
import type { World } from './world.ts';

/** What the intake is made of. */
export interface IntakeParts {
  readonly world: World;
  readonly ingest: Ingest;
  readonly statements: StatementIntake;
  readonly desk: Desk;
  readonly books: BookTable;
  /** An entry of a known author came by a door that reaches this peer alone: it is told to the others. */
  relay(book: Book, entry: Entry): void;
  /** The verifier has more than it should; this peer is asked again later. */
  saturated(from: string): void;
}

/** Hears what became of each item, and how each was read. */
export type Done = (outcomes: readonly ItemOutcome[], items: readonly ReadItem[]) => void;

/** The one way in for items of every door: through the verifier, to books, statements or the desk, and back to who asked. */
export class Intake {
  readonly #parts: IntakeParts;
  readonly #batches: Batches;

  constructor(parts: IntakeParts) {
    this.#parts = parts;
    this.#batches = new Batches(parts.world, (book) => parts.ingest.deviceOf(book) ?? parts.desk.deviceOf(book));
  }

  /** Items by a door of the driver. */
  items(ticket: Ticket, items: readonly Uint8Array[], source: Source): void {
    const done: Done = (outcomes) => this.#parts.world.effect({ type: 'itemsDone', ticket, outcomes });
    if (source.door !== 'gossip' || !this.#batches.saturated) return this.take(items, source, done);
    this.#parts.saturated(source.from);
    const sentence = 'The verifier is busy; the items are fetched later.';
    done(
      items.map(() => ({ verdict: 'ignore', word: 'later', id: undefined, sentence })),
      [],
    );
  }

  /** Takes items in; `done` hears of each when it is durable, or for gossip as soon as its verdict is known. */
  take(items: readonly Uint8Array[], source: Source, done: Done): void {
    this.#batches.add(items, source, (batch) => this.#ready(batch, done));
  }

  /** The verifier has answered. */
  checked(ticket: Ticket, verdicts: readonly boolean[]): void {
    this.#batches.checked(ticket, verdicts);
  }

  /** Takes back stored statements. */
  restore(rows: readonly StatementRow[]): void {
    this.#parts.statements.restore(rows);
  }

  #ready(batch: Batch, done: Done): void {
    const outcomes = new Map<number, ItemOutcome>();
    const settle = (): void => {
      if (outcomes.size < batch.items.length) return;
      const all = batch.items.map((_, index) => outcomes.get(index) ?? NEVER);
      if (batch.source.door === 'gossip') done(all, batch.items);
      else this.#parts.world.afterCommit(() => done(all, batch.items));
    };
    batch.items.forEach((item, index) => {
      this.#one(item, batch.source, (outcome) => {
        outcomes.set(index, outcome);
        settle();
      });
    });
    if (batch.items.length === 0) settle();
  }

  #one(item: Batch['items'][number], source: Source, answer: (outcome: ItemOutcome) => void): void {
    if (item.type === 'no') return answer(item.outcome);
    if (item.type === 'statement') return answer(this.#parts.statements.take(item.statement));
    const outcome = this.#parts.ingest.entry(item.entry, source);
    const taken = outcome.word === 'passing' || outcome.word === 'stored' || outcome.word === 'known';
    const awaited = source.door === 'submit' || source.door === 'api';
    const book = this.#parts.books.get(item.entry.book);
    const isNews = outcome.word === 'stored' && awaited;
    if (isNews && book !== undefined && this.#parts.books.isKnown(book.opening.identity))
      this.#parts.relay(book, item.entry);
    if (taken && awaited && this.#parts.desk.receive(item.entry, this.#openingFor(item.entry), answer)) return;
    answer(outcome);
  }

  #openingFor(entry: Entry): Entry | undefined {
    return this.#parts.books.get(entry.book)?.openingEntry ?? this.#parts.ingest.mailOpening(entry.book)?.entry;
  }
}

/** Every item of a batch has an outcome when the batch is settled. */
const NEVER: ItemOutcome = { verdict: 'ignore', word: 'later', id: undefined };
