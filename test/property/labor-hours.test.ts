import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { INTERVAL_MINUTES_MAX } from '../../src/core/base/limits.ts';
import { BookState, StateDraft } from '../../src/core/books/state.ts';
import { hoursRefusal, secondsByWeek, secondsIn, weekOf } from '../../src/core/labor-record/intervals.ts';
import { addWorked, overlapsWorked } from '../../src/core/labor-record/worked-days.ts';
import type { Interval } from '../../src/core/wire/messages/labor.ts';
import { DAY, MONDAY } from '../support/work.ts';
import { idNamed } from '../support/world.ts';

/** Around two midnights and one end of a week. */
const intervalNear = fc.record({
  startMinute: fc.integer({ min: MONDAY - 2 * DAY, max: MONDAY + DAY }),
  minutes: fc.oneof(fc.integer({ min: 1, max: 90 }), fc.integer({ min: 1, max: INTERVAL_MINUTES_MAX })),
});

/** Every minute of an interval, one by one. */
function minutesOf({ startMinute, minutes }: Interval): readonly number[] {
  return Array.from({ length: minutes }, (_, index) => startMinute + index);
}

/** @returns whether each minute is worked once, and later intervals come later. */
function isInOrder(intervals: readonly Interval[]): boolean {
  const all = intervals.flatMap(minutesOf);
  return all.every((minute, index) => index === 0 || (all[index - 1] ?? 0) < minute);
}

test('work overlaps exactly where it shares a minute with work that was taken', () => {
  const worker = idNamed('worker');
  fc.assert(
    fc.property(fc.array(intervalNear, { maxLength: 40 }), (intervals) => {
      const state = new BookState();
      const taken = new Set<number>();
      for (const interval of intervals) {
        const draft = new StateDraft(state);
        const shared = minutesOf(interval).some((minute) => taken.has(minute));
        assert.equal(overlapsWorked(draft, worker, [interval]), shared);
        assert.equal(overlapsWorked(draft, idNamed('other'), [interval]), false);
        if (shared) continue;
        addWorked(draft, worker, [interval]);
        state.apply(draft);
        for (const minute of minutesOf(interval)) taken.add(minute);
      }
    }),
    { numRuns: 200 },
  );
});

test('the hours of a claim are sound exactly where a list of its minutes says so', () => {
  const shape = fc.record({
    startMinute: fc.integer({ min: MONDAY, max: MONDAY + 40 }),
    minutes: fc.oneof(fc.integer({ min: 0, max: 12 }), fc.constantFrom(INTERVAL_MINUTES_MAX, INTERVAL_MINUTES_MAX + 1)),
  });
  fc.assert(
    fc.property(fc.array(shape, { maxLength: 6 }), fc.integer({ min: 0, max: 4000 }), (intervals, seconds) => {
      const tooLong =
        intervals.length === 0 || intervals.some(({ minutes }) => minutes === 0 || minutes > INTERVAL_MINUTES_MAX);
      const held = intervals.flatMap(minutesOf).length * 60;
      const expected = tooLong
        ? 'interval_too_long'
        : !isInOrder(intervals)
          ? 'intervals_overlap'
          : seconds === 0 || seconds > held
            ? 'seconds_exceed_intervals'
            : undefined;
      assert.equal(hoursRefusal(intervals, seconds), expected);
    }),
    { numRuns: 500 },
  );
});

test('seconds fall into the weeks in which intervals start, filled in order, as counted second by second', () => {
  const gaps = fc.array(fc.tuple(fc.integer({ min: 0, max: 3 * DAY }), fc.integer({ min: 1, max: 50 })), {
    minLength: 1,
    maxLength: 12,
  });
  fc.assert(
    fc.property(gaps, fc.double({ min: 0, max: 1, noNaN: true }), (steps, share) => {
      let minute = MONDAY - 5 * DAY;
      const intervals = steps.map(([gap, minutes]): Interval => {
        const startMinute = minute + gap;
        minute = startMinute + minutes;
        return { startMinute, minutes };
      });
      const seconds = Math.max(1, Math.floor(secondsIn(intervals) * share));
      const counted = new Map<number, number>();
      const weeks = intervals.flatMap((interval) =>
        minutesOf(interval).flatMap(() => Array(60).fill(mondayOf(interval.startMinute))),
      );
      for (const monday of weeks.slice(0, seconds)) counted.set(monday, (counted.get(monday) ?? 0) + 1);
      const spread = secondsByWeek(intervals, seconds);
      assert.deepEqual([...spread.values()], [...counted.values()]);
      assert.deepEqual([...spread.keys()], [...counted.keys()].map(weekOf));
    }),
    { numRuns: 200 },
  );
});

/** The Monday 00:00 UTC at or before a minute, by the calendar. */
function mondayOf(minute: number): number {
  const date = new Date(minute * 60_000);
  const daysSinceMonday = (date.getUTCDay() + 6) % 7;
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate() - daysSinceMonday) / 60_000;
}

test('a week begins on Monday 00:00 UTC, also before and after other calendars change', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 100_000_000 }), (minute) => {
      const monday = mondayOf(minute);
      assert.equal(weekOf(minute), weekOf(Math.max(monday, 0)));
      assert.equal(weekOf(monday + 7 * DAY), weekOf(minute) + 1);
    }),
  );
});
