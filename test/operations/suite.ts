/** Runs the scenarios of the operations and says of each row whether it works. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Row } from './rows.ts';

/** Says what the scenario does, one line for each step. */
export type Report = (line: string) => void;

/**
 * A scenario drives at least three separate daemons through a network split and its healing, and throws where the row
 * does not hold or the nodes do not end in the same state.
 */
export interface Scenario {
  readonly run: (report: Report) => Promise<void>;
}

/** Whether a row works, or why not. */
export type RowState =
  | { readonly row: Row; readonly kind: 'works' }
  | { readonly row: Row; readonly kind: 'missing'; readonly why: string }
  | { readonly row: Row; readonly kind: 'failed'; readonly why: string };

/** A scenario starts daemons and heals a split; one that takes longer hangs. */
const SCENARIO_MS_MAX = 300_000;

/** @returns the scenario `row-NN.ts` of the folder, or undefined where nobody has written it. @throws TypeError when it has no `run`. */
export async function loadScenario(folder: string, row: Row): Promise<Scenario | undefined> {
  const path = join(folder, `row-${String(row.number).padStart(2, '0')}.ts`);
  if (!existsSync(path)) return undefined;
  const module: unknown = await import(pathToFileURL(path).href);
  if (!isScenario(module)) throw new TypeError(`${path} does not export run(report).`);
  return module;
}

function isScenario(module: unknown): module is Scenario {
  return typeof module === 'object' && module !== null && 'run' in module && typeof module.run === 'function';
}

/** Runs the scenario of one row, if it has one. Never throws. */
export async function runRow(folder: string, row: Row, report: Report): Promise<RowState> {
  try {
    const scenario = await loadScenario(folder, row);
    if (scenario === undefined) return { row, kind: 'missing', why: `it comes with the ${row.area} rules` };
    await withinTime(scenario.run(report), SCENARIO_MS_MAX);
    return { row, kind: 'works' };
  } catch (error) {
    return { row, kind: 'failed', why: error instanceof Error ? error.message : String(error) };
  }
}

async function withinTime(work: Promise<void>, limitMs: number): Promise<void> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`it did not end within ${limitMs / 1000} s`)), limitMs);
  try {
    await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** @returns the line of one row. */
export function rowLine(state: RowState): string {
  const name = `${state.row.number} ${state.row.title}`;
  if (state.kind === 'works') return `${name} works`;
  return `${name} missing: ${state.kind === 'failed' ? `its scenario failed: ${state.why}` : state.why}`;
}

/** @returns the closing line. */
export function closingLine(states: readonly RowState[]): string {
  return `${states.filter(({ kind }) => kind === 'works').length} of ${states.length} operations work`;
}
