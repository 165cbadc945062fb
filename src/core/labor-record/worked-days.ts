import type { Id } from '../base/id.ts';
import type { StateDraft, StateView, Table } from '../books/state.ts';
import type { Interval } from '../wire/messages/labor.ts';
import { WorkedDay, type WorkedSpan } from '../wire/messages/state.ts';
import { DAY_MINUTES, dayOf, endMinuteOf } from './intervals.ts';

/** Time for which a worker was recorded in this book, by worker and day of the interval's start. */
export const workedDays: Table<ReturnType<typeof WorkedDay.read>> = { name: 'worked', shape: WorkedDay };

/**
 * @returns whether any of the intervals, none above 24 hours, overlaps one that `addWorked` took for this worker. Only
 * intervals that start on the day before, the same day or the day after can.
 */
export function overlapsWorked(state: StateView, worker: Id, intervals: readonly Interval[]): boolean {
  return intervals.some((interval) => {
    const day = dayOf(interval.startMinute);
    return [day - 1, day, day + 1].some((near) =>
      spansOf(state, worker, near).some((span) =>
        overlaps(interval, near * DAY_MINUTES + span.startMinute, span.minutes),
      ),
    );
  });
}

/** Takes the time of a worker. The intervals overlap neither each other nor what was taken before. */
export function addWorked(state: StateDraft, worker: Id, intervals: readonly Interval[]): void {
  for (const { startMinute, minutes } of intervals) {
    const day = dayOf(startMinute);
    const span = { startMinute: startMinute - day * DAY_MINUTES, minutes };
    const spans = [...spansOf(state, worker, day), span].sort((left, right) => left.startMinute - right.startMinute);
    state.set(workedDays, [worker, String(day)], { spans });
  }
}

function spansOf(state: StateView, worker: Id, day: number): readonly WorkedSpan[] {
  return state.get(workedDays, worker, String(day))?.spans ?? [];
}

function overlaps(interval: Interval, startMinute: number, minutes: number): boolean {
  return interval.startMinute < startMinute + minutes && startMinute < endMinuteOf(interval);
}
