/**
 * `npm run sim -- --seed N --nodes N --steps N [--seeds COUNT]`: simulated neighborhoods under seeded faults. Without `--seed`
 * 200 seeds from 1; with it that one, or COUNT from it. Exit 1 when an invariant breaks, or when a whole run (from 100 seeds
 * up) never sees a fault, a refusal code or a kind of evidence.
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import type { SeedResult } from './seed-worker.ts';
import { Sightings } from './sightings.ts';

const SEEDS = 200;
const NODES = 12;
const STEPS = 2000;
/** Seeds from which up everything must have been seen; a few seeds see a part of it. */
const WHOLE_RUN_SEEDS = 100;
/** Each thread needs a core and about 300 MB. */
const THREADS_MAX = 2;

interface Run {
  readonly first: number;
  readonly seeds: number;
  readonly nodes: number;
  readonly steps: number;
}

function readRun(): Run {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({ options: { seed: text, seeds: text, nodes: text, steps: text } });
  const number = (name: keyof typeof values, usual: number, min: number): number => {
    const value = values[name] === undefined ? usual : Number(values[name]);
    if (!Number.isSafeInteger(value) || value < min)
      throw new Error(`--${name} takes a whole number from ${min} up, not ${values[name]}`);
    return value;
  };
  const seeds = number('seeds', values.seed === undefined ? SEEDS : 1, 1);
  return { first: number('seed', 1, 0), seeds, nodes: number('nodes', NODES, 6), steps: number('steps', STEPS, 1) };
}

/** Runs all seeds on a few threads; `onResult` is called as each ends. */
async function runSeeds({ first, seeds, nodes, steps }: Run, onResult: (result: SeedResult) => void): Promise<void> {
  const queue = Array.from({ length: seeds }, (_, index) => first + index).values();
  const work = async (): Promise<void> => {
    const worker = new Worker(new URL('./seed-worker.ts', import.meta.url));
    for (const seed of queue) {
      const { promise, resolve, reject } = Promise.withResolvers<SeedResult>();
      worker.once('message', resolve).once('error', reject);
      worker.postMessage({ seed, nodes, steps });
      onResult(await promise);
      worker.removeAllListeners('error');
    }
    await worker.terminate();
  };
  const threads = Math.min(THREADS_MAX, availableParallelism(), seeds);
  await Promise.all(Array.from({ length: threads }, work));
}

async function main(): Promise<void> {
  const run = readRun();
  const startedAtMs = performance.now();
  const sightings = new Sightings();
  let [steps, entries, broken] = [0, 0, 0];
  await runSeeds(run, (result) => {
    if (result.ok) {
      steps += result.steps;
      entries += result.entries;
      sightings.add(result.seen);
      if (run.seeds <= 20)
        console.log(`seed ${result.seed}: ${result.steps} steps, ${result.entries} entries, every invariant held`);
      return;
    }
    broken += 1;
    console.error(`seed ${result.seed}: ${result.fault}`);
    console.error(`Replay it: npm run sim -- --seed ${result.seed} --nodes ${run.nodes} --steps ${run.steps}`);
  });
  console.log(sightings.table());
  const seconds = ((performance.now() - startedAtMs) / 1000).toFixed(0);
  console.log(
    `${run.seeds} seeds × ${run.nodes} nodes: ${steps} steps, ${entries} entries in ${seconds} s; ${broken} broken.`,
  );
  const missing = run.seeds >= WHOLE_RUN_SEEDS ? sightings.missing() : [];
  if (missing.length > 0) console.error(`Never seen: ${missing.join(', ')}.`);
  if (broken > 0 || missing.length > 0) process.exitCode = 1;
}

await main();
