import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CommitQueue } from '../../../../src/adapters/sqlite/commit-queue.ts';
import { GROUP_BYTES_MAX, GROUP_COMMITS_MAX, WAITING_BYTES_MAX } from '../../../../src/adapters/sqlite/constants.ts';
import type { StoreFault } from '../../../../src/adapters/sqlite/faults.ts';
import { StoreFailedError, StoreFullError } from '../../../../src/ports/store.ts';

const FULL: StoreFault = { code: 'full', sentence: 'full', cause: undefined };

/** A queue whose groups are answered by hand. */
function createBench() {
  const groups: number[][] = [];
  const answers: ((faults: readonly (StoreFault | undefined)[]) => void)[] = [];
  const queue = new CommitQueue((batches) => {
    groups.push(batches.map(({ length }) => length));
    return new Promise((resolve) => answers.push(resolve));
  });
  const answer = async (faults: readonly (StoreFault | undefined)[]): Promise<void> => {
    answers.shift()?.(faults);
    await new Promise(setImmediate);
  };
  return { queue, groups, answer };
}

const nothing = (count: number): undefined[] => Array.from({ length: count }, () => undefined);

test('commits that come while one runs go together, and resolve only when theirs is answered', async () => {
  const { queue, groups, answer } = createBench();
  const done: number[] = [];
  for (const bytes of [1, 2, 3]) void queue.add(new Uint8Array(bytes)).then(() => done.push(bytes));
  assert.deepEqual(groups, [[1]]);
  await answer(nothing(1));
  assert.deepEqual(done, [1]);
  assert.deepEqual(groups, [[1], [2, 3]]);
  await answer(nothing(2));
  assert.deepEqual(done, [1, 2, 3]);
  await queue.idle();
});

test('each commit has its own outcome', async () => {
  const { queue, answer } = createBench();
  const outcomes = Promise.allSettled([1, 2, 3].map((bytes) => queue.add(new Uint8Array(bytes))));
  await answer(nothing(1));
  await answer([FULL, undefined]);
  const [first, second, third] = await outcomes;
  assert.equal(first?.status, 'fulfilled');
  assert.ok(second?.status === 'rejected' && second.reason instanceof StoreFullError);
  assert.equal(third?.status, 'fulfilled');
});

test('a group that is lost fails each of its commits, and the queue goes on', async () => {
  let calls = 0;
  const queue = new CommitQueue(async (batches) => {
    calls += 1;
    if (calls === 1) throw new StoreFailedError('lost');
    return nothing(batches.length);
  });
  await assert.rejects(queue.add(new Uint8Array(1)), StoreFailedError);
  await queue.add(new Uint8Array(1));
});

test('groups are bounded in bytes and in commits', async () => {
  const { queue, groups, answer } = createBench();
  const half = GROUP_BYTES_MAX / 2;
  const sizes = [1, half, half, 1, GROUP_BYTES_MAX + 1, 1];
  const commits = sizes.map((bytes) => queue.add(new Uint8Array(bytes)));
  for (const size of [1, 2, 1, 1, 1]) await answer(nothing(size));
  assert.deepEqual(groups, [[1], [half, half], [1], [GROUP_BYTES_MAX + 1], [1]]);
  await Promise.all(commits);
  const many = Array.from({ length: GROUP_COMMITS_MAX + 2 }, () => queue.add(new Uint8Array(1)));
  for (const size of [1, GROUP_COMMITS_MAX, 1]) await answer(nothing(size));
  assert.deepEqual(
    groups.slice(5).map(({ length }) => length),
    [1, GROUP_COMMITS_MAX, 1],
  );
  await Promise.all(many);
});

test('too much that waits is refused, and again taken when the disk has caught up', async () => {
  const { queue, answer } = createBench();
  const running = queue.add(new Uint8Array(1));
  const waiting = queue.add(new Uint8Array(WAITING_BYTES_MAX));
  await assert.rejects(queue.add(new Uint8Array(1)), StoreFailedError);
  await answer(nothing(1));
  await Promise.all([running, answer(nothing(1)), waiting]);
  await Promise.all([queue.add(new Uint8Array(1)), answer(nothing(1))]);
});
