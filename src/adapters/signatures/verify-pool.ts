import { Worker } from 'node:worker_threads';
import { assert } from '../../core/base/outcome.ts';
import type { SignatureCheck } from '../../ports/signatures.ts';
import { SignaturesClosedError } from './signatures-closed-error.ts';
import { packChunk } from './verify-chunk.ts';

/** Chunks at one worker: one that it works on and one that waits there, so that it never idles for a message. */
const IN_FLIGHT_MAX = 2;

/** Workers started in place of lost ones, over the life of a pool: a fault that stays must not start threads forever. */
const REPLACEMENTS_MAX = 8;

/** What a pool needs. */
export interface VerifyPoolOptions {
  /** The module of a worker, see `verify-worker.ts`. */
  readonly workerUrl: URL;
  /** Given to each worker as its `workerData`. */
  readonly workerData: string;
  /** How many workers at most; they start with the first work. */
  readonly threads: number;
  /** Answers on the calling thread what a lost worker left undone. */
  readonly answerHere: (checks: readonly SignatureCheck[]) => Uint8Array;
  /** Told of every lost worker. */
  readonly onWorkerLost: (fault: Error) => void;
}

interface Job {
  readonly checks: readonly SignatureCheck[];
  readonly resolve: (answer: Uint8Array) => void;
  readonly reject: (fault: Error) => void;
}

interface Lane {
  readonly worker: Worker;
  readonly jobs: Job[];
}

/** Worker threads that take chunks in the order given. They keep the process alive only while they have work. */
export class VerifyPool {
  readonly #options: VerifyPoolOptions;
  readonly #lanes = new Set<Lane>();
  readonly #waiting: Job[] = [];
  #started = 0;
  #closed = false;

  constructor(options: VerifyPoolOptions) {
    this.#options = options;
  }

  /** @returns one byte for each check. Rejects with SignaturesClosedError when the pool is or gets closed. */
  answer(checks: readonly SignatureCheck[]): Promise<Uint8Array> {
    if (this.#closed) return Promise.reject(new SignaturesClosedError());
    return new Promise((resolve, reject) => {
      this.#waiting.push({ checks, resolve, reject });
      this.#handOut();
    });
  }

  /** Ends the workers; what they have not answered is rejected. */
  async close(): Promise<void> {
    this.#closed = true;
    const lanes = [...this.#lanes];
    this.#lanes.clear();
    const unanswered = [...lanes.flatMap((lane) => lane.jobs), ...this.#waiting.splice(0)];
    for (const job of unanswered) job.reject(new SignaturesClosedError());
    await Promise.all(lanes.map((lane) => lane.worker.terminate()));
  }

  #handOut(): void {
    while (this.#waiting.length > 0) {
      const lane = this.#freeLane();
      if (lane === undefined && this.#lanes.size > 0) return;
      const job = this.#waiting.shift();
      if (job === undefined) return;
      if (lane === undefined) job.resolve(this.#options.answerHere(job.checks));
      else send(lane, job);
    }
  }

  #freeLane(): Lane | undefined {
    const { threads } = this.#options;
    let least: Lane | undefined;
    for (const lane of this.#lanes) if (least === undefined || lane.jobs.length < least.jobs.length) least = lane;
    if (least?.jobs.length === 0) return least;
    if (this.#lanes.size < threads && this.#started < threads + REPLACEMENTS_MAX) return this.#startLane();
    return least !== undefined && least.jobs.length < IN_FLIGHT_MAX ? least : undefined;
  }

  #startLane(): Lane {
    const { workerUrl, workerData } = this.#options;
    const lane: Lane = { worker: new Worker(workerUrl, { workerData }), jobs: [] };
    let fault: unknown;
    lane.worker.on('message', (answer: unknown) => this.#take(lane, answer));
    lane.worker.on('error', (error) => {
      fault = error;
    });
    lane.worker.on('exit', (exitCode) => this.#lose(lane, fault, exitCode));
    lane.worker.unref();
    this.#lanes.add(lane);
    this.#started += 1;
    return lane;
  }

  #take(lane: Lane, answer: unknown): void {
    if (this.#closed) return;
    const job = lane.jobs.shift();
    if (lane.jobs.length === 0) lane.worker.unref();
    assert(answer instanceof Uint8Array && job !== undefined, 'A verify worker answers each chunk once, with bytes.');
    job.resolve(answer);
    this.#handOut();
  }

  #lose(lane: Lane, cause: unknown, exitCode: number): void {
    if (!this.#lanes.delete(lane)) return;
    const fault = new Error(`A thread that verifies signatures ended with exit code ${exitCode}.`, { cause });
    this.#options.onWorkerLost(fault);
    for (const job of lane.jobs) job.resolve(this.#options.answerHere(job.checks));
    this.#handOut();
  }
}

function send(lane: Lane, job: Job): void {
  const chunk = packChunk(job.checks);
  lane.jobs.push(job);
  lane.worker.ref();
  lane.worker.postMessage(chunk, [chunk.buffer]);
}
