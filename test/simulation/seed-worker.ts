/** Runs seeds that it is told, one at a time, and tells what each saw; a thread of `npm run sim`. */
import { parentPort } from 'node:worker_threads';
import { type SimulateOptions, simulate } from './simulate.ts';

/** What a worker tells of one seed. */
export type SeedResult =
  | { readonly seed: number; readonly ok: true; readonly steps: number; readonly entries: number; readonly seen: Seen }
  | { readonly seed: number; readonly ok: false; readonly fault: string };

/** How often each thing was seen, by the section of the closing table. */
export interface Seen {
  readonly faults: ReadonlyMap<string, number>;
  readonly effects: ReadonlyMap<string, number>;
  readonly answers: ReadonlyMap<string, number>;
  readonly evidence: ReadonlyMap<string, number>;
}

/** Runs one seed. */
export function runSeed(options: SimulateOptions): SeedResult {
  const { seed } = options;
  try {
    const { steps, entries, faults, effects, answers, evidence } = simulate(options);
    return { seed, ok: true, steps, entries, seen: { faults, effects, answers, evidence } };
  } catch (error) {
    const fault = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { seed, ok: false, fault };
  }
}

parentPort?.on('message', (options: SimulateOptions) => parentPort?.postMessage(runSeed(options)));
