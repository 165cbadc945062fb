/** Work of this long is claimed at each start. */
export const CLAIM_MINUTES = 60;

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const WEEK_MS = 7 * 24 * HOUR_MS;
/** 5 January 1970 was a Monday. */
const FIRST_MONDAY_MS = 4 * 24 * HOUR_MS;
/** Hours in one week that a start claims at most; less than what the bank accepts. */
const HOURS_PER_WEEK_MAX = 30;

/** A stretch of work as the API writes it. */
export interface WorkInterval {
  readonly start: string;
  readonly minutes: number;
}

/**
 * The newest whole hour that has ended, that nothing was claimed in, and in a week with room under the ceiling: what was
 * worked once is claimed once, however often the neighborhood starts.
 */
export function freeHour(claimed: readonly WorkInterval[], nowMs: number): WorkInterval {
  const spans = claimed.map(({ start, minutes }) => ({
    fromMs: Date.parse(start),
    toMs: Date.parse(start) + minutes * MINUTE_MS,
  }));
  const weekOf = (ms: number): number => Math.floor((ms - FIRST_MONDAY_MS) / WEEK_MS);
  for (let fromMs = Math.floor(nowMs / HOUR_MS) * HOUR_MS - HOUR_MS; ; fromMs -= HOUR_MS) {
    const toMs = fromMs + CLAIM_MINUTES * MINUTE_MS;
    const isFree = spans.every((span) => span.toMs <= fromMs || span.fromMs >= toMs);
    const inWeek = spans.filter((span) => weekOf(span.fromMs) === weekOf(fromMs)).length;
    if (isFree && inWeek < HOURS_PER_WEEK_MAX) return { start: new Date(fromMs).toISOString(), minutes: CLAIM_MINUTES };
  }
}
