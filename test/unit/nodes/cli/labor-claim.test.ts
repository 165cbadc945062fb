import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readInterval } from '../../../../nodes/cli/commands/labor-claim.ts';

test('an interval is a start and a length, as amounts are written', () => {
  const start = '2026-11-02T08:00:00Z';
  assert.deepEqual(readInterval(`${start}/4h`), { start, minutes: 240 });
  assert.deepEqual(readInterval(`${start}/1:30`), { start, minutes: 90 });
  for (const wrong of [start, `${start}/`, `${start}/45s`, `${start}/1h/2h`, '']) {
    assert.throws(() => readInterval(wrong), { exitCode: 2 }, wrong);
  }
});
