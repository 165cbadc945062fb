import { once } from 'node:events';
import { type Transferable, Worker } from 'node:worker_threads';
import { present } from '../../core/base/outcome.ts';
import { StoreFailedError } from '../../ports/store.ts';
import { errorOfFault } from './faults.ts';
import type { StoreAnswer, StoreRequest } from './messages.ts';

interface Waiting {
  readonly resolve: (answer: StoreAnswer) => void;
  readonly reject: (error: Error) => void;
}

/** The main thread's end of the worker. It keeps the process alive only while an answer is due. */
export class WorkerLink {
  readonly #worker = new Worker(workerUrl());
  readonly #ended: Promise<unknown>;
  readonly #waiting: Waiting[] = [];
  #lost: StoreFailedError | undefined;

  constructor() {
    let fault: unknown;
    this.#worker.on('message', (answer: StoreAnswer) => this.#take(answer));
    this.#worker.on('error', (error) => {
      fault = error;
    });
    this.#worker.on('exit', () => this.#lose(fault));
    this.#ended = once(this.#worker, 'exit');
    this.#worker.unref();
  }

  /** @returns the answer. @throws the port's errors: the fault that the answer is, or that the thread has ended. */
  async ask(request: StoreRequest, transfer: readonly Transferable[] = []): Promise<StoreAnswer> {
    if (this.#lost !== undefined) throw this.#lost;
    const answer = await new Promise<StoreAnswer>((resolve, reject) => {
      this.#worker.postMessage(request, transfer);
      this.#waiting.push({ resolve, reject });
      this.#worker.ref();
    });
    if (answer.type === 'fault') throw errorOfFault(answer.fault);
    return answer;
  }

  /** Ends the thread, after the answers that are due. */
  async end(): Promise<void> {
    this.#worker.ref();
    if (this.#lost === undefined) await Promise.all([this.#worker.terminate(), this.#ended]);
  }

  #take(answer: StoreAnswer): void {
    const waiting = present(this.#waiting.shift(), 'the store answers each request once');
    if (this.#waiting.length === 0) this.#worker.unref();
    waiting.resolve(answer);
  }

  #lose(cause: unknown): void {
    this.#lost = new StoreFailedError('The thread of the store has ended; open the store again.', { cause });
    for (const { reject } of this.#waiting.splice(0)) reject(this.#lost);
  }
}

/** The worker beside this file, as source in the checkout and as JavaScript where it was built. */
function workerUrl(): URL {
  return new URL(import.meta.url.endsWith('.ts') ? './store-worker.ts' : './store-worker.js', import.meta.url);
}
