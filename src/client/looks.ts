import type { Fact } from '../core/books/rules.ts';
import type { PeerNotice } from '../engine/events.ts';
import type { PeerDriver } from './driver.ts';

/** What may have changed what is looked at, and what is done then. */
interface LooksOptions {
  readonly driver: PeerDriver;
  /** Types of facts of applied entries after which a look is worth its while. */
  readonly calls: readonly Fact['type'][];
  /** What is done; it ends early when nobody waits for it any more, and `failed` answers for its errors. */
  readonly look: (isClosed: () => boolean) => Promise<void>;
  readonly failed: (error: unknown) => void;
}

/**
 * Looks at something at once, and again whenever it may have changed: one look at a time, and after it one more however often it was
 * asked for meanwhile.
 */
export class Looks implements AsyncDisposable {
  readonly #options: LooksOptions;
  readonly #stopListening: () => void;
  #work: Promise<void> | undefined;
  #isAskedFor = false;
  #isClosed = false;

  constructor(options: LooksOptions) {
    this.#options = options;
    this.#stopListening = options.driver.listen((notice) => {
      if (hasFact(notice, options.calls)) this.ask();
    });
    this.ask();
  }

  /** Looks now, or once more after the look that runs. */
  ask(): void {
    this.#isAskedFor = true;
    this.#work ??= this.#run();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    this.#stopListening();
    await this.#work;
  }

  async #run(): Promise<void> {
    const { look, failed } = this.#options;
    while (this.#isAskedFor && !this.#isClosed) {
      this.#isAskedFor = false;
      // Whoever asked goes on first: it may not have its own fields yet.
      await Promise.resolve();
      await look(() => this.#isClosed).catch(failed);
    }
    this.#work = undefined;
  }
}

/** @returns whether a notice tells of an applied entry with a fact of one of these types. */
export function hasFact(notice: PeerNotice, types: readonly Fact['type'][]): boolean {
  return (
    notice.type === 'effect' && notice.effect === 'applied' && notice.facts.some(({ type }) => types.includes(type))
  );
}
