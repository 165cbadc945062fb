import assert from 'node:assert/strict';
import { type ChildProcessByStdio, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import type { Readable } from 'node:stream';
import { after, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { PAGE_BYTES } from '../../../../src/adapters/sqlite/constants.ts';
import { MIGRATIONS } from '../../../../src/adapters/sqlite/migrations.ts';
import { openSqliteStore } from '../../../../src/adapters/sqlite/sqlite-store.ts';
import {
  StoreFailedError,
  StoreFullError,
  StoreLockedError,
  StoreTooNewError,
  type StoreWrite,
} from '../../../../src/ports/store.ts';
import { bytesOf, idOf, putEntry, putSetting } from '../../../contract/store-samples.ts';

const CHILD = fileURLToPath(new URL('../../../support/store-child.ts', import.meta.url));
const CAP_BYTES = 60 * PAGE_BYTES;

const root = mkdtempSync(join(tmpdir(), 'mutua-sqlite-'));
after(() => rmSync(root, { recursive: true }));
let folders = 0;

function newPath(): string {
  folders += 1;
  return join(root, `${folders}`, 'data', 'store.db');
}

function startChild(path: string, what: 'idle' | 'hold' | 'write'): ChildProcessByStdio<null, Readable, null> {
  return spawn(process.execPath, [CHILD, path, what], { stdio: ['ignore', 'pipe', 'inherit'] });
}

describe('opening', () => {
  test('takes WAL, FULL and the exclusive lock', async () => {
    const store = await openSqliteStore({ path: newPath() });
    const { journalMode, synchronous, lockingMode, secureDelete, schemaVersion } = await store.pragmas();
    assert.deepEqual(
      { journalMode, synchronous, lockingMode, secureDelete, schemaVersion },
      {
        journalMode: 'wal',
        synchronous: 2,
        lockingMode: 'exclusive',
        secureDelete: 1,
        schemaVersion: MIGRATIONS.length,
      },
    );
    await store.close();
  });

  test('makes folder and files for their owner alone', async () => {
    const path = newPath();
    const store = await openSqliteStore({ path });
    await store.commit([putSetting('k')]);
    const mode = (of: string): number => statSync(of).mode & 0o777;
    assert.deepEqual([mode(dirname(path)), mode(path), mode(`${path}-wal`)], [0o700, 0o600, 0o600]);
    await store.close();
  });

  test('again finds what was committed, and goes on with it', async () => {
    const path = newPath();
    const first = await openSqliteStore({ path });
    await first.commit([putEntry({ id: idOf(1) }), putSetting('k')]);
    await first.close();
    assert.equal(existsSync(`${path}-wal`), false);
    const second = await openSqliteStore({ path });
    await second.commit([putEntry({ id: idOf(2), sequence: 1 })]);
    const rows = await second.entriesOf(idOf(1), 0, 10, 1000);
    assert.deepEqual(
      rows.map(({ arrival }) => arrival),
      [1, 2],
    );
    assert.deepEqual(await second.settings(), [{ key: 'k', value: bytesOf(1, 1) }]);
    await second.close();
  });

  test('is refused while this process holds the store', async () => {
    const path = newPath();
    const store = await openSqliteStore({ path });
    await assert.rejects(openSqliteStore({ path }), StoreLockedError);
    await store.commit([putSetting('k')]);
    await store.close();
    await (await openSqliteStore({ path })).close();
  });

  test('is refused while another process holds the store, until that is killed', async () => {
    const path = newPath();
    const child = startChild(path, 'hold');
    await once(child.stdout, 'data');
    await assert.rejects(openSqliteStore({ path }), (error: unknown) => {
      assert.ok(error instanceof StoreLockedError);
      assert.match(error.message, /^Another process uses the store .*store\.db\. Stop that process, or choose/);
      return true;
    });
    child.kill('SIGKILL');
    await once(child, 'exit');
    await (await openSqliteStore({ path })).close();
  });

  test('is refused for data of a newer program, which stay as they are', async () => {
    const path = newPath();
    await (await openSqliteStore({ path })).close();
    const newer = MIGRATIONS.length + 1;
    const database = new DatabaseSync(path);
    database.exec(`PRAGMA user_version = ${newer}`);
    database.close();
    await assert.rejects(openSqliteStore({ path }), StoreTooNewError);
    const after = new DatabaseSync(path);
    assert.deepEqual({ ...after.prepare('PRAGMA user_version').get() }, { user_version: newer });
    after.close();
  });

  test('is refused for the database of another program and for what is no database', async () => {
    const path = newPath();
    await (await openSqliteStore({ path })).close();
    const foreign = join(dirname(path), 'foreign.db');
    const database = new DatabaseSync(foreign);
    database.exec('CREATE TABLE theirs (a)');
    database.close();
    await assert.rejects(openSqliteStore({ path: foreign }), /is a database of another program/);
    const text = join(dirname(path), 'text.db');
    writeFileSync(text, 'no database, but longer than the header of one. '.repeat(20));
    await assert.rejects(openSqliteStore({ path: text }), /is damaged or no store at all/);
    await assert.rejects(openSqliteStore({ path: join(text, 'store.db') }), StoreFailedError);
  });
});

test('what was erased is in no file of the store any more', async () => {
  const path = newPath();
  const store = await openSqliteStore({ path });
  const secret = 'ask for Ana behind the mill';
  const filesHold = (): readonly boolean[] =>
    // In another process: closing the file in this one would free the store's lock.
    [path, `${path}-wal`].map((file) => execFileSync('cat', [file]).includes(secret));
  await store.commit([putEntry({ id: idOf(1), bytes: new TextEncoder().encode(secret.repeat(20)) })]);
  assert.deepEqual(filesHold(), [false, true]);
  await store.commit([putEntry({ id: idOf(1), bytes: bytesOf(40) })]);
  assert.deepEqual(filesHold(), [false, false]);
  await store.commit([putEntry({ id: idOf(2), sequence: 1 })]);
  assert.equal((await store.entriesOf(idOf(1), 0, 10, 1000)).length, 2);
  await store.close();
});

describe('a killed process', () => {
  test('loses no commit that it acknowledged, and leaves no half of one', async () => {
    const path = newPath();
    for (const killAfter of [40, 400, 1200]) {
      rmSync(dirname(path), { recursive: true, force: true });
      const child = startChild(path, 'write');
      const acknowledged: number[] = [];
      for await (const line of createInterface({ input: child.stdout })) {
        if (line !== 'open') acknowledged.push(Number(line));
        if (acknowledged.length === killAfter) child.kill('SIGKILL');
      }
      const store = await openSqliteStore({ path });
      const entries = await store.entriesOf(idOf(1), 0, 1_000_000, 1_000_000_000);
      const held = new Set(entries.map(({ sequence }) => sequence));
      assert.ok(acknowledged.length >= killAfter);
      assert.deepEqual(
        acknowledged.filter((number) => !held.has(number)),
        [],
      );
      const states = (await store.stateOf(idOf(1))).map(({ key }) => Number(key));
      assert.deepEqual(new Set(states), held);
      await store.close();
    }
  });
});

describe('a full store', () => {
  const large = (mark: number): StoreWrite => putEntry({ id: idOf(mark), sequence: mark, bytes: bytesOf(CAP_BYTES) });

  test('refuses the commit, writes nothing of it, and goes on', async () => {
    const store = await openSqliteStore({ path: newPath(), sizeBytesMax: CAP_BYTES });
    await store.commit([putEntry({ id: idOf(1) })]);
    await assert.rejects(
      store.commit([putSetting('with it'), putEntry({ id: idOf(2) }), large(3)]),
      (error: unknown) => {
        assert.ok(error instanceof StoreFullError && error.cause instanceof Error);
        assert.match(error.message, /the disk or the configured cap is full\. Free space or raise the cap/);
        return true;
      },
    );
    assert.deepEqual(
      (await store.entriesByIds([1, 2, 3].map(idOf))).map(({ id }) => id),
      [idOf(1)],
    );
    assert.deepEqual(await store.settings(), []);
    await store.commit([putEntry({ id: idOf(2), book: idOf(2) }), putSetting('after')]);
    assert.equal((await store.entriesOf(idOf(2), 0, 10, 1000)).length, 1);
    assert.ok((await store.sizeBytes()) <= CAP_BYTES);
    await store.close();
  });

  test('has a book number given in a refused commit forgotten', async () => {
    const store = await openSqliteStore({ path: newPath(), sizeBytesMax: CAP_BYTES });
    const mine = { type: 'putState', book: idOf(5), row: { key: 'k', value: bytesOf(1, 5) } } as const;
    await assert.rejects(store.commit([mine, large(1)]), StoreFullError);
    await store.commit([{ type: 'putState', book: idOf(6), row: { key: 'k', value: bytesOf(1, 6) } }]);
    await store.commit([mine]);
    assert.deepEqual(await store.stateOf(idOf(5)), [mine.row]);
    assert.deepEqual(await store.stateOf(idOf(6)), [{ key: 'k', value: bytesOf(1, 6) }]);
    await store.close();
  });

  test('takes what fits after something was deleted', async () => {
    const store = await openSqliteStore({ path: newPath(), sizeBytesMax: CAP_BYTES });
    const half = (mark: number) => putEntry({ id: idOf(mark), sequence: mark, bytes: bytesOf(CAP_BYTES / 2) });
    await store.commit([half(1)]);
    await assert.rejects(store.commit([half(2)]), StoreFullError);
    await store.commit([{ type: 'deleteEntry', id: idOf(1) }]);
    await store.commit([half(2)]);
    await store.close();
  });

  test('fails no commit for another that shares its transaction', async () => {
    const store = await openSqliteStore({ path: newPath(), sizeBytesMax: CAP_BYTES });
    const commits = Array.from({ length: 20 }, (_, index) =>
      store.commit(index === 10 ? [putSetting('guilty'), large(99)] : [putSetting(`innocent ${index}`)]),
    );
    const outcomes = await Promise.allSettled(commits);
    assert.deepEqual(
      outcomes.flatMap(({ status }, index) => (status === 'rejected' ? [index] : [])),
      [10],
    );
    const keys = (await store.settings()).map(({ key }) => key);
    assert.equal(keys.length, 19);
    assert.ok(!keys.includes('guilty'));
    await store.close();
  });
});

test('an idle open store does not keep its process alive', async () => {
  const child = startChild(newPath(), 'idle');
  const [exitCode] = await once(child, 'exit');
  assert.equal(exitCode, 0);
});
