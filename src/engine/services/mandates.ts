import { type Id, parseId } from '../../core/base/id.ts';
import type { Effect } from '../../core/books/rules.ts';
import type { StateView } from '../../core/books/state.ts';
import { mandatesTable } from '../../core/members/tables.ts';
import type { Entry } from '../../core/wire/entry.ts';
import { mandateEndedKind } from '../../core/wire/kinds/people.ts';
import type { Book } from '../book.ts';
import type { BookTable } from '../book-table.ts';
import { MANDATES_AGAIN_MS } from '../constants.ts';
import type { Draft } from '../events.ts';
import type { World } from '../world.ts';
import type { Writer } from '../writer.ts';
import { draftOf } from './draft.ts';
import type { Service } from './service.ts';

/** Writes, by this body's own clock, that the term of a mandate is over (protocol §8: terms end by themselves). */
export class MandateService implements Service {
  readonly name = 'mandates';
  readonly #world: World;
  readonly #books: BookTable;
  readonly #writer: Writer;
  /** Mandates that are not over, with the end of their term in Unix milliseconds. */
  readonly #running = new Map<Id, number>();
  #asked = false;
  #notBeforeMs = 0;

  constructor(world: World, books: BookTable, writer: Writer) {
    this.#world = world;
    this.#books = books;
    this.#writer = writer;
  }

  /** Called when everything is loaded: terms may have ended while the node was down. */
  start(): void {
    for (const { key, row } of this.#book()?.state?.state.rows(mandatesTable) ?? []) {
      const mandate = parseId(key.join('/'));
      if (mandate !== undefined && row.over === 0) this.#running.set(mandate, row.mandate.to);
    }
  }

  receive(): boolean {
    return false;
  }

  judged(book: Book, _: Entry, effect: Effect): void {
    if (book !== this.#book() || effect.type !== 'applied') return;
    for (const fact of effect.facts) {
      const mandate = typeof fact['mandate'] === 'string' ? parseId(fact['mandate']) : undefined;
      const row = mandate === undefined ? undefined : book.state?.state.get(mandatesTable, mandate);
      if (mandate === undefined || row === undefined) continue;
      if (row.over === 0) this.#running.set(mandate, row.mandate.to);
      else this.#running.delete(mandate);
    }
  }

  tick(nowMs: number): void {
    if (this.#asked || nowMs < this.#notBeforeMs || this.#due() === undefined) return;
    this.#asked = true;
    this.#writer.ask({
      region: this.#world.self.region,
      channel: 'people',
      draft: (book) => this.#draft(book?.state?.state),
      done: (result) => {
        this.#asked = false;
        if (result?.written === undefined) this.#notBeforeMs = this.#world.clock.nowMs() + MANDATES_AGAIN_MS;
        else this.tick(this.#world.clock.nowMs());
        return false;
      },
    });
  }

  #book(): Book | undefined {
    return this.#books.bodyBook(this.#world.self.identity, 'people');
  }

  #due(): Id | undefined {
    const nowMs = this.#world.clock.nowMs();
    for (const [mandate, toMs] of this.#running) if (toMs <= nowMs) return mandate;
    return undefined;
  }

  #draft(state: StateView | undefined): Draft | undefined {
    const mandate = this.#due();
    return mandate === undefined || state?.get(mandatesTable, mandate)?.over !== 0
      ? undefined
      : draftOf(mandateEndedKind, { mandate });
  }
}
