/**
 * `npm run check` and, with `--all`, `npm test`: types twice, lint and format, floors and cycles, then the tests.
 * Static steps and tests run side by side. Prints each step with its time; exit 1 when any failed.
 */
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { type Execution, execute } from './execute.ts';
import { CHECK_SUITES, SHARED_SUITES, SLOW_SUITES, testFiles, WIDE_SUITES } from './test-suites.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** A test that waits longer has hung. The whole of `npm test` is to take under five minutes. */
const TEST_TIMEOUT_MS = 180_000;

/** One program of the check. */
export interface Step {
  readonly name: string;
  /** Arguments of the Node that runs this script. */
  readonly nodeArguments: readonly string[];
}

const cached = (name: string): readonly string[] => [
  '--incremental',
  '--tsBuildInfoFile',
  `node_modules/.cache/tsc/${name}.tsbuildinfo`,
];

const STATIC_STEPS: readonly Step[] = [
  {
    name: 'lint and format',
    nodeArguments: ['node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '.'],
  },
  { name: 'types', nodeArguments: ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.json', ...cached('all')] },
  {
    name: 'types of the core, without the outside',
    nodeArguments: ['node_modules/typescript/bin/tsc', '-p', 'src/core/tsconfig.json', ...cached('core')],
  },
  {
    name: 'floors and cycles',
    nodeArguments: [
      'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs',
      ...[
        '--config',
        '.dependency-cruiser.cjs',
        '--output-type',
        'err-long',
        'src',
        'nodes',
        'test',
        'scripts',
        'proto',
      ],
    ],
  },
];

/**
 * Runs steps one after the other and prints a line for each as it ends, with its output when it failed.
 * @returns whether all succeeded.
 */
export async function runSteps(steps: readonly Step[], print: (line: string) => void): Promise<boolean> {
  let passed = true;
  for (const step of steps) {
    const execution = await execute(step.nodeArguments, { cwd: ROOT });
    print(stepLine(step.name, execution));
    if (execution.exitCode !== 0) {
      print(execution.output);
      passed = false;
    }
  }
  return passed;
}

/** Files at a time that start processes of their own: three daemons of one and seven of another still answer in time on two cores. */
const PROCESS_SUITES_AT_ONCE = 2;

/** Whether test files share one process, or how many processes there are at a time. */
export type Places = number | 'shared';

/**
 * Runs test files in one run of Node's test runner: all in one process, or each in its own and so many side by side.
 * @returns whether all passed.
 */
export async function runTests(
  files: readonly string[],
  isLive: boolean,
  print: (line: string) => void,
  places: Places,
): Promise<boolean> {
  const nodeArguments = [
    '--test',
    ...(places === 'shared' ? ['--test-isolation=none'] : [`--test-concurrency=${places}`]),
    `--test-timeout=${TEST_TIMEOUT_MS}`,
    '--test-reporter=spec',
    ...files,
  ];
  const execution = await execute(nodeArguments, { cwd: ROOT, isLive });
  print(stepLine(`tests in ${files.length} files`, execution));
  if (!isLive) print(execution.exitCode === 0 ? summaryOf(execution.output) : execution.output);
  return execution.exitCode === 0;
}

/** @returns the lines in which Node's spec reporter counts the tests. */
export function summaryOf(output: string): string {
  return output
    .split('\n')
    .filter((line) => /^ℹ (tests|suites|pass|fail|skipped|todo|duration_ms) /.test(line))
    .join('\n');
}

function stepLine(name: string, { exitCode, durationMs }: Execution): string {
  return `${exitCode === 0 ? '✔' : '✖'} ${name} (${(durationMs / 1000).toFixed(1)} s)`;
}

/**
 * What needs no processes of its own runs on every core, part of it in one process; then, with `isAll`, what starts some, two files
 * at a time. The one process tells what it found at its end, so that its lines and those of the others do not mix.
 */
async function runSuites(isAll: boolean, print: (line: string) => void): Promise<boolean> {
  const shared = testFiles(SHARED_SUITES, ROOT);
  const apart = testFiles(CHECK_SUITES, ROOT).filter((file) => !shared.includes(file));
  const cores = availableParallelism();
  const isSharedPassed = runTests(shared, false, print, 'shared');
  const passed = [await runTests(apart, isAll, print, Math.max(1, cores - 1)), await isSharedPassed];
  if (isAll) {
    const wide = testFiles(WIDE_SUITES, ROOT);
    const slow = testFiles(SLOW_SUITES, ROOT).filter((file) => !wide.includes(file));
    passed.push(await runTests(wide, true, print, cores), await runTests(slow, true, print, PROCESS_SUITES_AT_ONCE));
  }
  return !passed.includes(false);
}

async function main(): Promise<void> {
  const isAll = process.argv.includes('--all');
  // While test output streams, the lines of the static steps wait, so that neither cuts through the other.
  const waiting: string[] = [];
  const print = isAll ? (line: string): void => void waiting.push(line) : console.log;
  const passed = await Promise.all([runSteps(STATIC_STEPS, print), runSuites(isAll, print)]);
  for (const line of waiting) console.log(line);
  if (passed.includes(false)) process.exitCode = 1;
}

if (import.meta.main) await main();
