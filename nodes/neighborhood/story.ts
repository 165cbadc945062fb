import { setTimeout as wait } from 'node:timers/promises';

/** Tells what happens, a line for each event. */
export interface Story {
  /** Somebody did something. */
  tell(who: string, deed: string): void;
}

/** A step of the walk did not hold; the message says which and what was seen. */
export class StepFailedError extends Error {
  override readonly name = 'StepFailedError';
}

const NAME_WIDTH = 9;
const TIME_WIDTH = 6;
const ASK_DELAY_MS = 100;
/** What does not come about by then on one machine does not come about. */
const STEP_DELAY_MS_MAX = 60_000;

/** @returns a story that prints lines with the seconds since now. */
export function createStory(print: (line: string) => void): Story {
  const beginMs = performance.now();
  return {
    tell(who, deed) {
      const seconds = ((performance.now() - beginMs) / 1000).toFixed(1);
      print(`${seconds.padStart(TIME_WIDTH)} s  ${who.padEnd(NAME_WIDTH)} ${deed}`);
    },
  };
}

/** Waits until `check` gives a value. @throws StepFailedError with `what` and what `check` last threw. */
export async function until<Value>(what: string, check: () => Promise<Value | undefined>): Promise<Value> {
  const endMs = performance.now() + STEP_DELAY_MS_MAX;
  let cause: unknown;
  do {
    try {
      const value = await check();
      if (value !== undefined) return value;
      cause = undefined;
    } catch (error) {
      cause = error;
    }
    await wait(ASK_DELAY_MS);
  } while (performance.now() < endMs);
  const why = cause instanceof Error ? `: ${cause.message}` : '';
  throw new StepFailedError(`${what} did not come about within ${STEP_DELAY_MS_MAX / 1000} s${why}`, { cause });
}

/** @throws StepFailedError with `what` unless the condition holds. */
export function must(condition: boolean, what: string): asserts condition {
  if (!condition) throw new StepFailedError(what);
}
