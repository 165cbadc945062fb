import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { openAccount } from '../support/market-day.ts';
import { TestNode, temporaryFolder, until } from '../support/processes.ts';
import { initPerson, rootsOf, VILLAGE_REGION, Village } from '../support/village.ts';

const LEFT = ['ada', 'bank'];
const RIGHT = ['mill'];

test('two halves write, heal and hold the same; a late joiner and an imported stick end there too', async () => {
  await using village = await Village.open(['ada'], {
    bank: { kind: 'bank', founders: ['ada'] },
    mill: { kind: 'cooperative', founders: ['ada'] },
  });
  const [ada, bank, mill] = [village.node('ada'), village.node('bank'), village.node('mill')];
  await village.split(LEFT, RIGHT);
  await openAccount(ada, bank);
  await bank.client.call('bank.acceptCooperative', { cooperative: mill.identity });
  const before = await rootsOf(mill);
  await ada.client.call('member.apply', { body: mill.identity });
  await mill.client.call('account.open', { bank: bank.identity });
  assert.notDeepEqual(await rootsOf(bank), before, 'the halves differ while they are split');

  await village.heal(LEFT, RIGHT);
  const roots = await village.converge();
  for (const node of village.nodes) assert.deepEqual(await rootsOf(node), roots);

  await using folder = await temporaryFolder();
  const newcomers = [new TestNode('late', folder.path), new TestNode('stick', folder.path)] as const;
  await using late = newcomers[0];
  await using stick = newcomers[1];
  await Promise.all(
    newcomers.map(async (node) => {
      await initPerson(node);
      await node.start();
    }),
  );
  const invite = await bank.client.call('invite.create', {
    region: VILLAGE_REGION,
    roots: [bank.identity, mill.identity],
  });
  await late.client.call('invite.accept', { text: invite.text });

  const file = join(folder.path, 'region.mutua');
  await bank.command('export', file);
  await stick.client.call('region.join', { region: VILLAGE_REGION });
  for (const root of [bank.identity, mill.identity]) await stick.client.call('peer.add', { root });
  await stick.command('import', file);
  for (const node of [late, stick]) {
    await until(`${node.name} holding the same`, async () => {
      const own = await rootsOf(node);
      return JSON.stringify([...own]) === JSON.stringify([...roots]) ? own : undefined;
    });
  }
  const { peers } = await stick.client.call('peer.list', {});
  assert.deepEqual(peers, [], 'the stick’s node has met nobody');
});
