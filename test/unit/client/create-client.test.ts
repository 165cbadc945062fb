import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMemoryHub } from '../../../src/adapters/memory/memory-network.ts';
import { createMemoryStore } from '../../../src/adapters/memory/memory-store.ts';
import { createNativeSigner } from '../../../src/adapters/signatures/native-signatures.ts';
import { systemRandom } from '../../../src/adapters/system/system-random.ts';
import { bytesToId } from '../../../src/core/base/id.ts';
import { startNode, startPerson } from '../../support/api-nodes.ts';
import { REGION } from '../../support/identities.ts';

test('a device that nobody granted writes nothing', async () => {
  await using ada = await startPerson(createMemoryHub(), 'Ada');
  const stranger = createNativeSigner(systemRandom.bytes(32));
  const device = bytesToId(stranger.publicKey);
  const { parts } = ada;
  const store = createMemoryStore();
  for (const wrong of [{ self: { ...parts.self, device }, signer: stranger }, { signer: stranger }]) {
    const start = startNode(createMemoryHub(), 'Ada', { ...parts, ...wrong, store });
    await assert.rejects(start, { name: 'OperationFault', code: 'malformed' });
  }
  assert.deepEqual(await store.books(), []);
});

test('an input that the table would refuse over HTTP is refused here, with its key', async () => {
  await using ada = await startPerson(createMemoryHub(), 'Ada');
  await assert.rejects(ada.client.call('peer.add', {}), /address, a root/);
  await assert.rejects(ada.client.call('region.join', { region: 'A B' }), /not a region/);
  await assert.rejects(ada.client.call('pay', { payments: [{ to: 'x', amount: 1 }] }), /not an id/);
});

test('the home region stays parted over a restart, until it is joined again', async () => {
  const hub = createMemoryHub();
  const parts = await (async () => {
    await using ada = await startPerson(hub, 'Ada');
    await ada.client.call('region.part', { region: REGION });
    return ada.parts;
  })();
  await using again = await startNode(createMemoryHub(), 'Ada', parts);
  assert.deepEqual((await again.client.call('region.list', {})).regions, []);
  await again.client.call('region.join', { region: REGION });
  assert.equal((await again.client.call('region.list', {})).regions.length, 1);
});

test('a client that cannot begin leaves nothing running', async () => {
  await using ada = await startPerson(createMemoryHub(), 'Ada');
  const running = process.getActiveResourcesInfo().length;
  const parts = { ...ada.parts, store: createMemoryStore(), beginnings: { name: 'a'.repeat(500) } };
  await assert.rejects(startNode(createMemoryHub(), 'Ada', parts), /name/);
  assert.equal(process.getActiveResourcesInfo().length, running);
});
