import { INTERVAL_MINUTES_MAX, INTERVALS_PER_CLAIM_MAX } from '../base/limits.ts';
import type { RefusalCode } from '../base/refusals.ts';
import type { Interval } from '../wire/messages/labor.ts';

/** Minutes of a UTC day. */
export const DAY_MINUTES = 24 * 60;
const WEEK_MINUTES = 7 * DAY_MINUTES;
/** 1 January 1970 was a Thursday: its week had begun three days earlier. */
const EPOCH_IN_WEEK_MINUTES = 3 * DAY_MINUTES;
const MINUTE_SECONDS = 60;

/** Why the hours of a claim count for nothing, in order of precedence. */
export type HoursRefusal = Extract<RefusalCode, 'interval_too_long' | 'intervals_overlap' | 'seconds_exceed_intervals'>;

/** @returns the first fault of a claim's hours: 1–31 intervals of 1–1,440 minutes, rising, with room for its seconds. */
export function hoursRefusal(intervals: readonly Interval[], seconds: number): HoursRefusal | undefined {
  const countFits = intervals.length >= 1 && intervals.length <= INTERVALS_PER_CLAIM_MAX;
  const isWhole = ({ minutes }: Interval): boolean => minutes >= 1 && minutes <= INTERVAL_MINUTES_MAX;
  if (!countFits || !intervals.every(isWhole)) return 'interval_too_long';
  const rising = intervals.every((interval, index) => {
    const before = intervals[index - 1];
    return before === undefined || endMinuteOf(before) <= interval.startMinute;
  });
  if (!rising) return 'intervals_overlap';
  return seconds < 1 || seconds > secondsIn(intervals) ? 'seconds_exceed_intervals' : undefined;
}

/** @returns the seconds that intervals hold. */
export function secondsIn(intervals: readonly Interval[]): number {
  return intervals.reduce((sum, { minutes }) => sum + minutes * MINUTE_SECONDS, 0);
}

/** @returns the first minute after an interval. */
export function endMinuteOf(interval: Interval): number {
  return interval.startMinute + interval.minutes;
}

/** @returns the day of a minute, in days since the Unix epoch, UTC. */
export function dayOf(minute: number): number {
  return Math.floor(minute / DAY_MINUTES);
}

/** @returns the week of a minute: weeks begin on Monday 00:00 UTC; week 0 holds the Unix epoch. */
export function weekOf(minute: number): number {
  return Math.floor((minute + EPOCH_IN_WEEK_MINUTES) / WEEK_MINUTES);
}

/**
 * Spreads the seconds of a claim over the weeks in which its intervals start. Where the seconds are fewer than the intervals
 * hold, the intervals are filled in order (protocol §6).
 */
export function secondsByWeek(intervals: readonly Interval[], seconds: number): ReadonlyMap<number, number> {
  const weeks = new Map<number, number>();
  let left = seconds;
  for (const { startMinute, minutes } of intervals) {
    const filled = Math.min(left, minutes * MINUTE_SECONDS);
    if (filled === 0) break;
    const week = weekOf(startMinute);
    weeks.set(week, (weeks.get(week) ?? 0) + filled);
    left -= filled;
  }
  return weeks;
}
