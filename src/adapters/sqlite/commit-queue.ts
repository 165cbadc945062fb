import { assert } from '../../core/base/outcome.ts';
import { StoreFailedError } from '../../ports/store.ts';
import { GROUP_BYTES_MAX, GROUP_COMMITS_MAX, WAITING_BYTES_MAX } from './constants.ts';
import { errorOfFault, type StoreFault } from './faults.ts';

/** Writes batches as one transaction. @returns for each the fault that kept it out, or undefined. */
export type WriteGroup = (batches: readonly Uint8Array<ArrayBuffer>[]) => Promise<readonly (StoreFault | undefined)[]>;

interface Commit {
  readonly batch: Uint8Array<ArrayBuffer>;
  /** Its length, which the batch loses when it is handed to the other thread. */
  readonly bytes: number;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Group commit: what comes in while a transaction runs shares the next one, and with it its fsync. */
export class CommitQueue {
  readonly #writeGroup: WriteGroup;
  readonly #waiting: Commit[] = [];
  #waitingBytes = 0;
  #running: Promise<void> | undefined;

  constructor(writeGroup: WriteGroup) {
    this.#writeGroup = writeGroup;
  }

  /** Resolves when the batch is durable. @throws the port's errors. */
  add(batch: Uint8Array<ArrayBuffer>): Promise<void> {
    const bytes = batch.length;
    if (this.#waitingBytes + bytes > WAITING_BYTES_MAX) {
      const sentence = `More than ${WAITING_BYTES_MAX} bytes wait for the disk; await earlier commits first.`;
      return Promise.reject(new StoreFailedError(sentence));
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ batch, bytes, resolve, reject });
      this.#waitingBytes += bytes;
      this.#running ??= this.#run();
    });
  }

  /** Resolves when nothing waits. */
  async idle(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) await this.#commit(this.#takeGroup());
    this.#running = undefined;
  }

  async #commit(group: readonly Commit[]): Promise<void> {
    try {
      const faults = await this.#writeGroup(group.map(({ batch }) => batch));
      assert(faults.length === group.length, 'every commit has its outcome');
      group.forEach(({ resolve, reject }, index) => {
        const fault = faults[index];
        if (fault === undefined) resolve();
        else reject(errorOfFault(fault));
      });
    } catch (error) {
      for (const { reject } of group) reject(error);
    }
  }

  #takeGroup(): readonly Commit[] {
    let count = 0;
    let bytes = 0;
    for (const commit of this.#waiting) {
      if (count === GROUP_COMMITS_MAX || (count > 0 && bytes + commit.bytes > GROUP_BYTES_MAX)) break;
      count += 1;
      bytes += commit.bytes;
    }
    this.#waitingBytes -= bytes;
    return this.#waiting.splice(0, count);
  }
}
