import type { Id } from '../core/base/id.ts';
import { AUTHOR_BURST_BYTES, AUTHOR_BYTES_PER_SECOND } from './constants.ts';

interface Bucket {
  bytes: number;
  filledAtMs: number;
}

/** Authors with a bucket; one that was idle long enough to be full again is dropped first. */
const BUCKETS_MAX = 10_000;

/** A token bucket of gossip bytes for each author. What is over it is answered Ignore and pulled later, so nothing is lost. */
export class Budgets {
  readonly #buckets = new Map<Id, Bucket>();

  /** Takes `bytes` from an author's budget. @returns false when it is used up. */
  spend(author: Id, bytes: number, nowMs: number): boolean {
    const bucket = this.#buckets.get(author) ?? { bytes: AUTHOR_BURST_BYTES, filledAtMs: nowMs };
    const elapsedMs = Math.max(0, nowMs - bucket.filledAtMs);
    bucket.bytes = Math.min(AUTHOR_BURST_BYTES, bucket.bytes + (elapsedMs * AUTHOR_BYTES_PER_SECOND) / 1000);
    bucket.filledAtMs = nowMs;
    this.#buckets.delete(author);
    this.#buckets.set(author, bucket);
    if (this.#buckets.size > BUCKETS_MAX) this.#dropOldest();
    if (bucket.bytes < bytes) return false;
    bucket.bytes -= bytes;
    return true;
  }

  #dropOldest(): void {
    const [oldest] = this.#buckets.keys();
    if (oldest !== undefined) this.#buckets.delete(oldest);
  }
}
