import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { openAccount } from '../support/market-day.ts';
import { type TestNode, temporaryFolder } from '../support/processes.ts';
import { rootsOf, VILLAGE_REGION, Village } from '../support/village.ts';

const LEFT = ['ada', 'bank'];
const RIGHT = ['mill', 'ben'];
/** What a newcomer brings along reaches those whom it has not met by their next catch-up, 40 s apart at most, twice. */
const NEWS_DELAY_MS_MAX = 90_000;

test('two halves write, heal and hold the same; a late joiner and an imported stick end there too', async () => {
  await using village = await Village.open(
    ['ada', 'ben', 'late', 'stick'],
    {
      bank: { kind: 'bank', founders: ['ada', 'late', 'stick'] },
      mill: { kind: 'cooperative', founders: ['ada', 'ben'] },
    },
    ['late', 'stick'],
  );
  const [ada, ben, bank, mill] = [village.node('ada'), village.node('ben'), village.node('bank'), village.node('mill')];
  await using folder = await temporaryFolder();
  const [there, back] = [join(folder.path, 'there'), join(folder.path, 'back')];
  await village.node('stick').command('export', there);
  await bank.command('import', there);
  await village.split(LEFT, RIGHT);
  await openAccount(ada, bank);
  await bank.client.call('bank.acceptCooperative', { cooperative: mill.identity });
  for (const request of [
    await ben.client.call('member.apply', { body: bank.identity }),
    await mill.client.call('account.open', { bank: bank.identity }),
  ]) {
    assert.equal(request.answer.word, 'pending', 'no answer comes across the split');
  }
  assert.notDeepEqual(await rootsOf(bank), await rootsOf(mill), 'the halves differ while they are split');

  await village.heal(LEFT, RIGHT);
  await village.converge();
  const { applications } = await bank.client.call('member.list', {});
  assert.deepEqual(
    applications.map(({ identity }) => identity),
    [ben.identity],
    'what was asked on the other side has come across',
  );

  const [late, stick] = [village.node('late'), village.node('stick')];
  await Promise.all([late.start(), stick.start()]);
  await joinLate(late, bank, mill);
  for (const root of [bank.identity, mill.identity]) await stick.client.call('peer.add', { root });
  await bank.command('export', back);
  await stick.command('import', back);
  await village.converge(['ada', 'ben', 'bank', 'mill', 'late', 'stick'], NEWS_DELAY_MS_MAX);
  const { peers } = await stick.client.call('peer.list', {});
  assert.deepEqual(peers, [], 'the stick’s node has met nobody');
});

async function joinLate(late: TestNode, bank: TestNode, mill: TestNode): Promise<void> {
  const roots = [bank.identity, mill.identity];
  const { text } = await bank.client.call('invite.create', { region: VILLAGE_REGION, roots });
  await late.client.call('invite.accept', { text });
}
