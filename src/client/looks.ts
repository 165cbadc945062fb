/**
 * Looks at something again whenever it may have changed: one look at a time, and after it one more however often it was asked for
 * meanwhile.
 */
export class Looks implements AsyncDisposable {
  readonly #look: (isClosed: () => boolean) => Promise<void>;
  #work: Promise<void> | undefined;
  #isAskedFor = false;
  #isClosed = false;

  /** @param look what is done; it answers for its own errors, and ends early when it finds that nobody waits for it any more. */
  constructor(look: (isClosed: () => boolean) => Promise<void>) {
    this.#look = look;
  }

  /** Looks now, or once more after the look that runs. */
  ask(): void {
    this.#isAskedFor = true;
    this.#work ??= this.#run();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    await this.#work;
  }

  async #run(): Promise<void> {
    while (this.#isAskedFor && !this.#isClosed) {
      this.#isAskedFor = false;
      await this.#look(() => this.#isClosed);
    }
    this.#work = undefined;
  }
}
