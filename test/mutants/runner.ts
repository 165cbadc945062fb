/** Runs mutants, two at a time, each in a process of its own. */
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type Execution, execute } from '../../scripts/execute.ts';
import { MUTATION_VARIABLE, type Mutant, type Verdict } from './mutant.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const HOOK = pathToFileURL(join(ROOT, 'test/mutants/hook.ts')).href;
/** A mutant that makes a test wait for ever is caught, too; no test that kills mutants takes half as long. */
const TIMEOUT_MS = 60_000;
/** The machine has two cores. */
const PARALLEL = 2;

/** How a mutant fared and in what time. */
export interface Fate {
  readonly mutant: Mutant;
  readonly verdict: Verdict;
  readonly durationMs: number;
}

/**
 * Runs every test as the mutants do, with a change that changes nothing.
 * @returns the tests, each once, that fail all the same: with those no mutant proves anything.
 */
export async function failingTests(mutants: readonly Mutant[]): Promise<readonly string[]> {
  const controls = [...new Map(mutants.map((mutant) => [mutant.test, { ...mutant, replace: mutant.find }])).values()];
  const executions = await inParallel(controls, runTest);
  return controls.filter((_, index) => executions[index]?.exitCode !== 0).map(({ test }) => test);
}

/** Runs every mutant; `onFate` is called as each ends. @returns their fates in the order of the mutants. */
export function runMutants(mutants: readonly Mutant[], onFate: (fate: Fate) => void): Promise<readonly Fate[]> {
  return inParallel(mutants, async (mutant) => {
    const execution = await runTest(mutant);
    const fate = { mutant, verdict: verdictOf(execution), durationMs: execution.durationMs };
    onFate(fate);
    return fate;
  });
}

function verdictOf({ exitCode, isTimeout }: Execution): Verdict {
  if (isTimeout) return 'killed by timeout';
  return exitCode === 0 ? 'survived' : 'killed';
}

function runTest({ test, file, find, replace }: Mutant): Promise<Execution> {
  const [path, ...options] = test.split(' ');
  // By the environment, so that workers and processes that the test starts are mutated alike.
  const environment = {
    NODE_OPTIONS: `--import=${HOOK}`,
    [MUTATION_VARIABLE]: JSON.stringify({ file, find, replace }),
  };
  return execute(['--test', ...options, path ?? ''], { cwd: ROOT, environment, timeoutMs: TIMEOUT_MS });
}

async function inParallel<Item, Result>(
  items: readonly Item[],
  run: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  const queue = items.entries();
  const work = async (): Promise<void> => {
    for (const [index, item] of queue) results[index] = await run(item);
  };
  await Promise.all(Array.from({ length: PARALLEL }, work));
  return results;
}
