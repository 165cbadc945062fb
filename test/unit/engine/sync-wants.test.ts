import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { UNWANTED_MS } from '../../../src/engine/constants.ts';
import { SyncWants } from '../../../src/engine/sync-wants.ts';
import { idNamed } from '../../support/world.ts';

const book = idNamed('book');
const head = idNamed('head');
const row = (sequence: number) => ({ book, sequence, head, forkSequence: 0 });
const brought = (last: number, ids: readonly string[] = ['some']) => ({
  last: new Map([[book, last]]),
  ids: new Set(ids.map(idNamed)),
});
const nothing = { last: new Map(), ids: new Set<ReturnType<typeof idNamed>>() };

describe('what is wanted of a peer', () => {
  it('costs nothing however high a sequence the peer claims', () => {
    const wants = new SyncWants();
    wants.addRun(row(Number.MAX_SAFE_INTEGER), 0);
    assert.deepEqual(wants.take()?.runs, [{ book, from: 0, limit: 256 }]);
    assert.deepEqual(wants.take()?.runs, [{ book, from: 256, limit: 256 }]);
  });

  it('is asked again from where an answer ended', () => {
    const wants = new SyncWants();
    wants.addRun(row(99), 0);
    const want = wants.take();
    assert.ok(want !== undefined && wants.empty);
    wants.answered(want, brought(40), () => false);
    assert.deepEqual(wants.take()?.runs, [{ book, from: 41, limit: 59 }]);
  });

  it('is asked again where a full answer did not reach it, and not where the peer brings nothing', () => {
    const wants = new SyncWants();
    const other = idNamed('other book');
    wants.addRun(row(9), 0);
    wants.addRun({ ...row(9), book: other }, 0);
    const want = wants.take();
    assert.ok(want !== undefined);
    wants.answered(want, brought(9), () => false);
    const rest = wants.take();
    assert.deepEqual(rest?.runs, [{ book: other, from: 0, limit: 10 }]);
    wants.answered(rest ?? want, nothing, () => false);
    assert.equal(wants.empty, true);
  });

  it('does not ask at once again for a statement that this node would not keep, but later', () => {
    const wants = new SyncWants();
    const digest = idNamed('statement');
    wants.addDigest(digest);
    const want = wants.take();
    assert.deepEqual(want?.digests, [digest]);
    wants.answered(
      want ?? { runs: [], digests: [], ids: [] },
      { last: new Map(), ids: new Set([digest]) },
      () => false,
    );
    wants.addDigest(digest);
    assert.equal(wants.empty, true);
    wants.begin(UNWANTED_MS);
    wants.addDigest(digest);
    assert.deepEqual(wants.take()?.digests, [digest]);
  });
});
