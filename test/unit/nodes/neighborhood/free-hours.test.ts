import assert from 'node:assert/strict';
import { test } from 'node:test';
import { freeHour, type WorkInterval } from '../../../../nodes/neighborhood/free-hours.ts';

/** A Tuesday, so that the week before is near. */
const NOW_MS = Date.parse('2026-11-03T10:20:00Z');

test('the newest whole hour that has ended', () => {
  assert.deepEqual(freeHour([], NOW_MS), { start: '2026-11-03T09:00:00.000Z', minutes: 60 });
});

test('hours that were claimed, or partly, are passed over', () => {
  const claimed = [
    { start: '2026-11-03T09:30:00Z', minutes: 10 },
    { start: '2026-11-03T08:00:00Z', minutes: 60 },
  ];
  assert.equal(freeHour(claimed, NOW_MS).start, '2026-11-03T07:00:00.000Z');
});

test('however often it is asked, no two hours overlap and no week holds more than 30', () => {
  const claimed: WorkInterval[] = [];
  for (let count = 0; count < 70; count += 1) claimed.push(freeHour(claimed, NOW_MS));
  assert.equal(new Set(claimed.map(({ start }) => start)).size, 70);
  const thisWeek = claimed.filter(({ start }) => start >= '2026-11-02');
  const lastWeek = claimed.filter(({ start }) => start < '2026-11-02' && start >= '2026-10-26');
  assert.deepEqual([thisWeek.length, lastWeek.length], [30, 30]);
});
