import type { Id } from '../core/base/id.ts';
import type { SignatureCheck } from '../ports/signatures.ts';
import { BATCHES_WAITING_MAX } from './constants.ts';
import type { Source, Ticket } from './events.ts';
import { CheckGatherer, type ReadItem, readItem } from './reading.ts';
import type { World } from './world.ts';

/** A batch of items whose form was read, on its way through the verifier. */
export interface Batch {
  readonly items: readonly ReadItem[];
  readonly source: Source;
  /** Called in order of arrival of the batches, when the signatures are checked. */
  readonly ready: (batch: Batch) => void;
}

interface Waiting {
  readonly batch: Batch;
  readonly gatherer: CheckGatherer;
  readonly checks: readonly SignatureCheck[];
  checked: boolean;
}

/**
 * The line before the verifier: signatures of a whole batch are checked off the main thread, and batches come out in the order
 * in which they came in, so that what follows does not depend on which worker was faster.
 */
export class Batches {
  readonly #world: World;
  readonly #deviceOf: (book: Id) => Id | undefined;
  readonly #line: Waiting[] = [];
  readonly #byTicket = new Map<Ticket, Waiting>();

  constructor(world: World, deviceOf: (book: Id) => Id | undefined) {
    this.#world = world;
    this.#deviceOf = deviceOf;
  }

  /** Whether the verifier has more than it should: gossip is answered Ignore, and pulled later. */
  get saturated(): boolean {
    return this.#line.length >= BATCHES_WAITING_MAX;
  }

  /** Puts a batch in the line. */
  add(items: readonly Uint8Array[], source: Source, ready: Batch['ready']): void {
    const gatherer = new CheckGatherer(
      this.#world.network,
      this.#world.carried,
      (book) => this.#deviceOf(book) ?? this.#deviceInLine(book),
    );
    const read = items.map((bytes) => readItem(bytes, this.#world.network));
    for (const item of read) gatherer.add(item);
    const checks = gatherer.checks.filter((check) => !this.#world.verified.holds(check));
    const batch = { items: read, source, ready };
    const waiting: Waiting = { batch, gatherer, checks, checked: checks.length === 0 };
    this.#line.push(waiting);
    if (checks.length > 0) {
      const ticket = this.#world.ticket();
      this.#byTicket.set(ticket, waiting);
      this.#world.effect({ type: 'check', ticket, checks });
    }
    this.#drain();
  }

  /** The driver's answer to a check effect. */
  checked(ticket: Ticket, verdicts: readonly boolean[]): void {
    const waiting = this.#byTicket.get(ticket);
    if (waiting === undefined) return;
    this.#byTicket.delete(ticket);
    waiting.checked = true;
    waiting.checks.forEach((check, index) => {
      if (verdicts[index] === true) this.#world.verified.add(check);
    });
    this.#drain();
  }

  /** A run of a long book comes in several batches, and its Opening may still be in the line. */
  #deviceInLine(book: Id): Id | undefined {
    for (const { gatherer } of this.#line) {
      const device = gatherer.deviceOf(book);
      if (device !== undefined) return device;
    }
    return undefined;
  }

  #drain(): void {
    while (this.#line[0]?.checked === true) {
      const [first] = this.#line.splice(0, 1);
      first?.batch.ready(first.batch);
    }
  }
}
