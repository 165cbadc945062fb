import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { errorOfFault, faultOf, isBreaking } from '../../../../src/adapters/sqlite/faults.ts';
import { Packer, packRows, Unpacker, unpackRows } from '../../../../src/adapters/sqlite/packing.ts';
import { StoreThread } from '../../../../src/adapters/sqlite/store-thread.ts';
import { WRITE_PACKING } from '../../../../src/adapters/sqlite/write-packing.ts';
import { StoreFailedError, StoreFullError, StoreLockedError, type StoreWrite } from '../../../../src/ports/store.ts';
import { bytesOf, idOf, putEntry, WRITES } from '../../../contract/store-samples.ts';

/** Entries of the size that performance.md measures disk with. */
const ENTRY_BYTES = 330;
const ENTRIES = 20_000;
const BATCH = 500;
/** performance.md: book tables with their indexes per entry byte. */
const DISK_RATIO_MAX = 1.4;

const sqliteError = (errcode: number): Error => Object.assign(new Error('of SQLite'), { errcode });

test('SQLite’s errors become the errors of the port, with their cause', () => {
  const named = (errcode: number): Error => errorOfFault(faultOf(sqliteError(errcode), 'x.db'));
  const full = 13;
  const busy = 5;
  const busyRecovery = 261;
  const tooBig = 18;
  assert.ok(named(full) instanceof StoreFullError);
  assert.ok(named(busy) instanceof StoreLockedError);
  assert.ok(named(busyRecovery) instanceof StoreLockedError);
  assert.ok(named(tooBig) instanceof StoreFailedError);
  assert.match(named(tooBig).message, /^The store x\.db failed: of SQLite\.$/);
  assert.ok(named(tooBig).cause instanceof Error);
});

test('a failed write or sync breaks the store, a full one does not', () => {
  const [syncFailed, corrupt, full] = [1034, 11, 13];
  assert.equal(isBreaking(sqliteError(syncFailed)), true);
  assert.equal(isBreaking(sqliteError(corrupt)), true);
  assert.equal(isBreaking(sqliteError(full)), false);
  assert.equal(isBreaking(new Error('no code')), false);
});

test('every write is unpacked as it was packed', () => {
  fc.assert(
    fc.property(fc.array(WRITES), (writes) => {
      assert.deepEqual(unpackRows(WRITE_PACKING, packRows(WRITE_PACKING, writes)), writes);
    }),
  );
});

test('packing takes safe integers only', () => {
  for (const value of [0.5, Number.NaN, 2 ** 53]) assert.throws(() => new Packer().number(value), /safe integers/);
  const packer = new Packer();
  for (const value of [0, -1, Number.MAX_SAFE_INTEGER]) packer.number(value);
  const unpacker = new Unpacker(packer.finish());
  assert.deepEqual([unpacker.number(), unpacker.number(), unpacker.number()], [0, -1, Number.MAX_SAFE_INTEGER]);
});

test('entries of 330 bytes with their indexes take at most 1.4 times their bytes', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mutua-disk-'));
  const path = join(folder, 'store.db');
  const thread = new StoreThread();
  assert.deepEqual(thread.answer({ type: 'open', options: { path } }), { type: 'done' });
  for (let first = 0; first < ENTRIES; first += BATCH) {
    const writes = Array.from({ length: BATCH }, (_, index) => scattered(first + index));
    const answer = thread.answer({ type: 'commit', batches: [packRows(WRITE_PACKING, writes)] });
    assert.ok(answer.type === 'committed' && answer.faults[0] === undefined);
  }
  assert.deepEqual(thread.answer({ type: 'close' }), { type: 'done' });
  const ratio = statSync(path).size / (ENTRIES * ENTRY_BYTES);
  rmSync(folder, { recursive: true });
  assert.ok(ratio <= DISK_RATIO_MAX, `${ratio} bytes on disk per entry byte`);
});

/** An entry of one of 100 books with an id that falls anywhere in the index, the same in every run. */
function scattered(number: number): StoreWrite {
  const id = idOf(number);
  new DataView(id.buffer).setUint32(0, Math.imul(number + 1, 0x9e3779b1) >>> 0);
  const sequence = Math.floor(number / 100);
  return putEntry({ id, book: idOf(number % 100), sequence, bytes: bytesOf(ENTRY_BYTES) });
}
