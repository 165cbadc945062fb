import { randomFillSync } from 'node:crypto';
import type { Random } from '../../ports/random.ts';

/** The operating system's secure random numbers, through node:crypto. */
export const systemRandom: Random = {
  bytes: (length) => randomFillSync(new Uint8Array(length)),
};
