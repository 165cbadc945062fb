/** The one list of what is tested when. A suite whose folder is still empty has no files and is passed over. */
import { globSync } from 'node:fs';

/** A group of test files that run together. */
export interface TestSuite {
  readonly name: string;
  readonly globs: readonly string[];
}

/**
 * The part of `npm run check` that shares one process, since starting one for each file takes longer than its tests: what has neither
 * hooks around a file, nor environment, files or sockets of its own.
 */
export const SHARED_SUITES: readonly TestSuite[] = [
  { name: 'core', globs: ['test/unit/core/**/*.test.ts', 'test/conformance/**/*.test.ts'] },
  { name: 'engine', globs: ['test/unit/{engine,client,api}/**/*.test.ts'] },
];

/** What `npm run check` runs: fast, no network. */
export const CHECK_SUITES: readonly TestSuite[] = [
  { name: 'tidy', globs: ['test/tidy.test.ts'] },
  { name: 'unit', globs: ['test/unit/**/*.test.ts', 'test/mutants/*.test.ts', 'test/operations/*.test.ts'] },
  { name: 'property', globs: ['test/property/**/*.test.ts'] },
  { name: 'models', globs: ['test/models/*.test.ts'] },
  { name: 'conformance', globs: ['test/conformance/**/*.test.ts'] },
];

/** What `npm test` runs besides, several at a time: real stores and sockets, a short simulation, nodes that share a process. */
export const WIDE_SUITES: readonly TestSuite[] = [
  { name: 'contract', globs: ['test/contract/**/*.test.ts'] },
  { name: 'simulation', globs: ['test/simulation/**/*.test.ts'] },
  {
    name: 'nodes of one process',
    globs: ['test/e2e/{acts,api,api-guard,bodies,decisions,federation,lots,mandates,restart}.test.ts'],
  },
];

/** And two at a time, since each starts processes of its own that mostly wait for each other. */
export const SLOW_SUITES: readonly TestSuite[] = [{ name: 'e2e', globs: ['test/e2e/**/*.test.ts'] }];

/** @returns the files of the suites, relative to `root`, in the order of the suites, each once. */
export function testFiles(suites: readonly TestSuite[], root: string): readonly string[] {
  const files = suites.flatMap(({ globs }) => globs.flatMap((glob) => globSync(glob, { cwd: root }).toSorted()));
  return [...new Set(files)];
}
