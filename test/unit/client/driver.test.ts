import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMemoryHub } from '../../../src/adapters/memory/memory-network.ts';
import { createMemoryStore } from '../../../src/adapters/memory/memory-store.ts';
import { createNobleSignatures } from '../../../src/adapters/signatures/noble-signatures.ts';
import { systemClock } from '../../../src/adapters/system/system-clock.ts';
import { systemRandom } from '../../../src/adapters/system/system-random.ts';
import { PeerDriver, PeerRestartedError } from '../../../src/client/driver.ts';
import { profileKind } from '../../../src/core/wire/kinds/book.ts';
import { draftOf } from '../../../src/engine/services/draft.ts';
import { type Store, StoreFullError } from '../../../src/ports/store.ts';
import { SILENT } from '../../support/api-nodes.ts';
import { NETWORK } from '../../support/books.ts';
import { REGION } from '../../support/identities.ts';
import { Actor, RULE_SETS } from '../../support/world.ts';

const profile = draftOf(profileKind, { name: 'Ana', description: '', contact: '' });

/** A store whose disk is full while `full` says so. */
function storeOn(disk: { full: boolean }): Store {
  const store = createMemoryStore();
  const commit: Store['commit'] = async (writes) => {
    if (disk.full) throw new StoreFullError('The disk is full.');
    await store.commit(writes);
  };
  return new Proxy(store, {
    get(target, name) {
      if (name === 'commit') return commit;
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

async function openDriver(store: Store): Promise<PeerDriver> {
  const { identity, kind, log, keys } = new Actor('Ana', 'person');
  const self = { identity, kind, device: keys.id, log, region: REGION };
  const signatures = createNobleSignatures();
  const driver = await PeerDriver.open({
    world: { network: NETWORK, self, ruleSets: RULE_SETS, clock: systemClock, random: systemRandom, signatures },
    store,
    network: createMemoryHub().createNetwork(),
    signer: { publicKey: keys.publicKey, sign: async (message) => keys.sign(message) },
    logger: SILENT,
  });
  await driver.tell({ type: 'join', region: REGION, channels: ['people'] });
  return driver;
}

test('while a peer starts again after a full disk it refuses, and goes on with the books that it had', async () => {
  const disk = { full: false };
  await using driver = await openDriver(storeOn(disk));
  const first = await driver.write(REGION, 'people', profile);
  disk.full = true;
  await assert.rejects(driver.write(REGION, 'people', profile), PeerRestartedError);
  disk.full = false;
  const restarting = { name: 'PeerRestartedError', message: /again/ };
  await assert.rejects(driver.write(REGION, 'people', profile), restarting);
  await assert.rejects(driver.openBook(REGION, 'people'), restarting);
  await assert.rejects(driver.tell({ type: 'syncNow' }), restarting);
  await driver.started();
  const next = await driver.write(REGION, 'people', profile);
  assert.deepEqual({ book: next.book, sequence: next.sequence }, { book: first.book, sequence: first.sequence + 1 });
});

test('what is written while a commit is on its way shares the next', async () => {
  const store = createMemoryStore();
  let commits = 0;
  const counting = new Proxy(store, {
    get(target, name) {
      if (name === 'commit') commits += 1;
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  await using driver = await openDriver(counting);
  await driver.write(REGION, 'people', profile);
  commits = 0;
  const written = await Promise.all(Array.from({ length: 40 }, () => driver.write(REGION, 'people', profile)));
  assert.equal(new Set(written.map(({ sequence }) => sequence)).size, 40);
  assert.ok(commits < 40, `${commits} commits for 40 entries`);
  assert.equal((await store.books()).length, 1);
});
