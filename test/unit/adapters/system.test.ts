import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { systemClock } from '../../../src/adapters/system/system-clock.ts';
import { systemRandom } from '../../../src/adapters/system/system-random.ts';

describe('the system', () => {
  it('gives as many bytes as asked for, in a buffer of their own, and others each time', () => {
    for (const length of [0, 1, 32, 100_000]) {
      const bytes = systemRandom.bytes(length);
      assert.equal(bytes.length, length);
      assert.equal(bytes.buffer.byteLength, length);
      assert.equal(bytes.constructor, Uint8Array);
    }
    assert.notDeepEqual(systemRandom.bytes(32), systemRandom.bytes(32));
  });

  it('tells Unix time in milliseconds', () => {
    const before = Date.now();
    const now = systemClock.nowMs();
    assert.ok(now >= before && now <= Date.now());
  });
});
