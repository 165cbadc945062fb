/** What one daemon keeps over its restarts, and what a copy of its folder may do. */
import assert from 'node:assert/strict';
import { cp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createApiClient } from '../../src/api/client.ts';
import { ApiError } from '../../src/api/errors.ts';
import { parseRegion } from '../../src/api/index.ts';
import { present } from '../../src/core/base/outcome.ts';
import { profileKind } from '../../src/core/wire/kinds/book.ts';
import { type Daemon, initNode, readApiAccess } from '../../src/daemon/index.ts';
import { openOffline } from '../../src/daemon/offline.ts';
import { SILENT } from '../support/api-nodes.ts';
import { FILE_HEADER, fileOf } from '../support/files.ts';
import { startAlone } from '../support/one-daemon.ts';
import { temporaryFolder } from '../support/processes.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let daemon: Daemon;

before(async () => {
  folder = await temporaryFolder();
  const region = present(parseRegion('cascadia/willamette'), 'a region');
  await initNode({ folder: folder.path, passphrase: null, kind: 'person', name: 'Ada', region });
  daemon = await startAlone(folder.path);
});

after(async () => {
  await daemon[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

test('a daemon that is started again has its books, tokens and identity, and says where it is only while it runs', async () => {
  const { token } = present(await readApiAccess(folder.path), 'the daemon runs');
  const api = createApiClient({ url: daemon.api, token });
  const before = await api.call('status', {});
  await daemon[Symbol.asyncDispose]();
  assert.equal(await readApiAccess(folder.path), undefined);
  daemon = await startAlone(folder.path);
  const access = present(await readApiAccess(folder.path), 'the daemon runs again');
  assert.equal(access.token, token);
  const status = await createApiClient(access).call('status', {});
  assert.deepEqual([status.identity, status.books, status.name], [before.identity, before.books, 'Ada']);
  assert.equal(status.readOnly, undefined, 'a plain restart is writable at once');
});

test('a node follows as many topics as it can carry, and what it refuses to follow it does not remember', async () => {
  const call = createApiClient(present(await readApiAccess(folder.path), 'the daemon runs'));
  const followed = async (): Promise<number> => (await call.call('region.list', {})).regions.length;
  const join = async (from: number): Promise<unknown> => {
    for (let number = from; number < from + 40; number += 1) {
      const refused = await call.call('region.join', { region: `cascadia/r${number}` }).then(
        () => undefined,
        (error: unknown) => error,
      );
      if (refused !== undefined) return refused;
    }
    return undefined;
  };
  const refused = await join(0);
  assert.ok(refused instanceof ApiError, String(refused));
  assert.deepEqual([refused.status, refused.code, refused.field], [409, 'too_many_topics', 'region']);
  const before = await followed();
  const again = await join(100);
  assert.ok(again instanceof ApiError && again.code === 'too_many_topics');
  assert.equal(await followed(), before);
  const { network, networkHex } = daemon.client.context.driver.peer.world;
  const topics = Array.from({ length: 30 }, (_, number) => `/mutua/1/${networkHex}/cascadia/x${number + 10}/market`);
  const file = fileOf([], { ...FILE_HEADER, network, topics });
  await assert.rejects(call.upload({ join: true }, file), { status: 409, code: 'too_many_topics', field: 'join' });
  assert.equal(await followed(), before, 'a file that names too many regions brings none');
  await call.call('region.part', { region: 'cascadia/r0' });
  await call.call('region.join', { region: 'cascadia/r200' });
  await daemon[Symbol.asyncDispose]();
  daemon = await startAlone(folder.path);
  const later = createApiClient(present(await readApiAccess(folder.path), 'the daemon runs again'));
  const { regions } = await later.call('region.list', {});
  assert.equal(regions.length, before);
  assert.ok(regions.some(({ region }) => region === 'cascadia/r200'));
});

test('a copy of a data folder writes nothing until the risk of a fork is accepted, and then continues in a new book', async () => {
  await daemon[Symbol.asyncDispose]();
  await using elsewhere = await temporaryFolder();
  const path = join(elsewhere.path, 'copy');
  await cp(folder.path, path, { recursive: true });
  const profile = { name: 'Ada in two places', description: '', contact: '' };

  daemon = await startAlone(path);
  const api = createApiClient(present(await readApiAccess(path), 'the copy runs'));
  assert.match((await api.call('status', {})).readOnly ?? '', /may be a copy/);
  assert.equal((await fetch(`${daemon.api}/readyz`)).status, 503);
  await assert.rejects(daemon.client.context.acts.write('people', profileKind, profile), { code: 'read_only' });
  const { books } = await api.call('book.list', { own: true, channel: 'people' });
  await daemon[Symbol.asyncDispose]();
  daemon = await startAlone(path);
  assert.equal(
    (await fetch(`${daemon.api}/readyz`)).status,
    503,
    'the guard was not passed, and holds at the next start',
  );
  await daemon[Symbol.asyncDispose]();

  daemon = await startAlone(path, { acceptForkRisk: true });
  const { book } = await daemon.client.context.acts.write('people', profileKind, profile);
  assert.notEqual(book, books[0]?.book);
  const again = createApiClient(present(await readApiAccess(path), 'the copy runs'));
  assert.equal((await again.call('book.show', { book })).book.continues, books[0]?.book);
});

test('a node whose store is gone begins no books anew: it says so, or fetches its books from two peers first', async () => {
  await daemon[Symbol.asyncDispose]();
  await using elsewhere = await temporaryFolder();
  const path = join(elsewhere.path, 'lost');
  await cp(folder.path, path, { recursive: true });
  for (const lose of [
    () => rm(join(path, 'books.sqlite')),
    () => writeFile(join(path, 'books.sqlite'), ''),
    () => rm(join(path, 'instance'), { force: true }),
  ]) {
    await lose();
    await assert.rejects(startAlone(path), { problem: 'damaged', message: /books\.sqlite is gone.*--restored/ });
    await assert.rejects(openOffline(path, SILENT), { problem: 'damaged' });
  }
  const profile = { name: 'Ada once more', description: '', contact: '' };
  daemon = await startAlone(path, { restored: true });
  assert.match(daemon.client.driver.peer.writer.readOnly ?? '', /two have|2 peers have told/);
  await assert.rejects(daemon.client.context.acts.write('people', profileKind, profile), { code: 'read_only' });
  await daemon[Symbol.asyncDispose]();
  daemon = await startAlone(path);
  await assert.rejects(daemon.client.context.acts.write('people', profileKind, profile), { code: 'read_only' });
  await daemon[Symbol.asyncDispose]();
  daemon = await startAlone(path, { acceptForkRisk: true });
  assert.equal((await daemon.client.context.acts.write('people', profileKind, profile)).sequence, 2);
});

test('a store that was only read before the first start makes no copy of the folder', async () => {
  await using elsewhere = await temporaryFolder();
  const region = present(parseRegion('cascadia/willamette'), 'a region');
  await initNode({ folder: elsewhere.path, passphrase: null, kind: 'person', name: 'Ben', region });
  await (await openOffline(elsewhere.path, SILENT))[Symbol.asyncDispose]();
  const first = await startAlone(elsewhere.path);
  assert.equal(first.client.driver.peer.writer.readOnly, undefined);
  await first[Symbol.asyncDispose]();
});

test('a guard at the very first start holds at the next one too', async () => {
  await using elsewhere = await temporaryFolder();
  const region = present(parseRegion('cascadia/willamette'), 'a region');
  await initNode({ folder: elsewhere.path, passphrase: null, kind: 'person', name: 'Eve', region });
  for (const guard of [{ restored: true }, {}]) {
    const started = await startAlone(elsewhere.path, guard);
    assert.match(started.client.driver.peer.writer.readOnly ?? '', /peers have told/);
    await started[Symbol.asyncDispose]();
  }
});

test('tokens that are not whole are told of, and a torn address counts as none', async () => {
  await using elsewhere = await temporaryFolder();
  const region = present(parseRegion('cascadia/willamette'), 'a region');
  await initNode({ folder: elsewhere.path, passphrase: null, kind: 'person', name: 'Cleo', region });
  const tokens = join(elsewhere.path, 'api-token');
  for (const text of ['', 'admin \n', 'read short\nwrite short\nspend short\nadmin short\n']) {
    await writeFile(tokens, text, { mode: 0o600 });
    await assert.rejects(startAlone(elsewhere.path), {
      problem: 'damaged',
      message: /api-token lacks the token for .*admin/,
    });
  }
  await rm(tokens);
  const started = await startAlone(elsewhere.path);
  const api = join(elsewhere.path, 'api.json');
  for (const text of ['', '{', '{"url":7}']) {
    await writeFile(api, text);
    assert.equal(await readApiAccess(elsewhere.path), undefined);
  }
  await started[Symbol.asyncDispose]();
});

test('an init that was cut off between keys and node says how to go on', async () => {
  await using elsewhere = await temporaryFolder();
  const region = present(parseRegion('cascadia/willamette'), 'a region');
  const dora = { folder: elsewhere.path, passphrase: null, kind: 'person', name: 'Dora', region } as const;
  await initNode(dora);
  await assert.rejects(initNode(dora), { problem: 'initialized', message: /recovery words/ });
  await rm(join(elsewhere.path, 'node.json'));
  await assert.rejects(initNode(dora), /key file already.*node\.json.*begin anew/);
});
