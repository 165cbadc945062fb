import type { ApiEvent } from '../api/events.ts';
import type { PeerNotice } from '../engine/events.ts';

/** Events kept for readers that come back: at about 500 bytes each, 5 MB. */
const EVENTS_KEPT_MAX = 10_000;

/**
 * The newest events of this life of the daemon, in order. A reader resumes after any of them; where that one is gone (too old, or
 * of an earlier life) it is told `reset`, and reads again what it needs.
 */
export class EventRing {
  readonly #boot: string;
  readonly #events: ApiEvent[] = [];
  readonly #readers = new Set<() => void>();
  #count = 0;

  /** `boot` names this life of the daemon. */
  constructor(boot: string) {
    this.#boot = boot;
  }

  /** Adds what a peer tells. */
  add(notice: PeerNotice): void {
    const { type, ...data } = notice;
    this.#count += 1;
    this.#events.push({ id: `${this.#boot}-${this.#count}`, type, data });
    if (this.#events.length > EVENTS_KEPT_MAX) this.#events.shift();
    for (const wake of this.#readers) wake();
  }

  /** Reads events after `lastEventId`, or from now on, until `signal` aborts. */
  async *read(lastEventId: string | undefined, signal: AbortSignal): AsyncGenerator<ApiEvent> {
    let next = lastEventId === undefined ? this.#count + 1 : this.#after(lastEventId);
    while (!signal.aborted) {
      if (next === undefined || next <= this.#count - this.#events.length) {
        next = this.#count + 1;
        yield { id: `${this.#boot}-${this.#count}`, type: 'reset', data: {} };
      }
      const event = this.#events[next - 1 - (this.#count - this.#events.length)];
      if (event === undefined) await this.#more(next, signal);
      else {
        next += 1;
        yield event;
      }
    }
  }

  /** @returns the number of the event after this one, or undefined where it is not of this life. */
  #after(lastEventId: string): number | undefined {
    const number = lastEventId.startsWith(`${this.#boot}-`)
      ? Number(lastEventId.slice(this.#boot.length + 1))
      : Number.NaN;
    return Number.isSafeInteger(number) && number >= 0 && number <= this.#count ? number + 1 : undefined;
  }

  async #more(next: number, signal: AbortSignal): Promise<void> {
    if (next <= this.#count) return;
    await new Promise<void>((resolve) => {
      const wake = (): void => {
        this.#readers.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      this.#readers.add(wake);
      signal.addEventListener('abort', wake, { once: true });
    });
  }
}
