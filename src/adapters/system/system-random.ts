import { randomFillSync } from 'node:crypto';
import type { Random } from '../../ports/random.ts';

/** Drawn from the system at once: a call to it costs ten times what a salt's 16 bytes do. */
const POOL_BYTES = 4096;
/** What is longer is drawn by itself. */
const POOLED_BYTES_MAX = 64;

const pool = new Uint8Array(POOL_BYTES);
let used = POOL_BYTES;

/** The operating system's secure random numbers, through node:crypto. */
export const systemRandom: Random = {
  bytes(length) {
    if (length > POOLED_BYTES_MAX) return randomFillSync(new Uint8Array(length));
    if (used + length > POOL_BYTES) {
      randomFillSync(pool);
      used = 0;
    }
    const bytes = pool.slice(used, used + length);
    // What was given out, a key perhaps, stays nowhere else.
    pool.fill(0, used, used + length);
    used += length;
    return bytes;
  },
};
