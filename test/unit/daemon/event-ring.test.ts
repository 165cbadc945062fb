import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { EventRing } from '../../../src/daemon/event-ring.ts';

function ringOf(count: number): EventRing {
  const ring = new EventRing('boot');
  for (let number = 1; number <= count; number += 1) add(ring, number);
  return ring;
}

function add(ring: EventRing, number: number): void {
  ring.add({ type: 'caughtUp', peer: `peer-${number}`, topic: 'topic' });
}

async function take(ring: EventRing, lastEventId: string | undefined, count: number): Promise<readonly string[]> {
  const ending = new AbortController();
  const ids: string[] = [];
  if (count === 0) return ids;
  for await (const { id, type } of ring.read(lastEventId, ending.signal)) {
    ids.push(`${type} ${id}`);
    if (ids.length === count) break;
  }
  ending.abort();
  return ids;
}

describe('the ring of events', () => {
  test('resumes after any event that it keeps, the oldest too', async () => {
    const ring = ringOf(10_000);
    assert.deepEqual(await take(ring, 'boot-9998', 2), ['caughtUp boot-9999', 'caughtUp boot-10000']);
    assert.deepEqual(await take(ring, 'boot-0', 1), ['caughtUp boot-1']);
    assert.equal((await take(ring, 'boot-0', 10_000)).at(-1), 'caughtUp boot-10000');
  });

  test('says reset where the resume point is gone, of another life, or none', async () => {
    const ring = ringOf(10_002);
    assert.deepEqual(await take(ring, 'boot-2', 1), ['caughtUp boot-3']);
    for (const gone of ['boot-1', 'other-10002', 'boot-10003', 'boot--1', 'nonsense']) {
      assert.deepEqual(await take(ring, gone, 1), ['reset boot-10002'], gone);
    }
  });

  test('tells a new reader what happens from now on', async () => {
    const ring = ringOf(3);
    const reading = take(ring, undefined, 2);
    await Promise.resolve();
    add(ring, 4);
    add(ring, 5);
    assert.deepEqual(await reading, ['caughtUp boot-4', 'caughtUp boot-5']);
  });

  test('a reader that falls behind the ring is told reset, and goes on from there', async () => {
    const ring = ringOf(1);
    const ending = new AbortController();
    const reader = ring.read('boot-0', ending.signal);
    assert.equal((await reader.next()).value?.id, 'boot-1');
    for (let number = 2; number <= 10_100; number += 1) add(ring, number);
    assert.equal((await reader.next()).value?.type, 'reset');
    add(ring, 10_101);
    assert.equal((await reader.next()).value?.id, 'boot-10101');
    ending.abort();
    assert.equal((await reader.next()).done, true);
  });
});
