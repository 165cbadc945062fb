import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openAccount } from '../support/market-day.ts';
import { type TestNode, until } from '../support/processes.ts';
import { Village } from '../support/village.ts';

const WITNESSES = ['north', 'east', 'south', 'west'];

/** The words of the entry of the bank's ledger that carries this one, as a node sees it. */
async function wordOf(node: TestNode, entry: string): Promise<string | undefined> {
  const shown = await node.client.call('entry.show', { entry }).catch(() => undefined);
  return shown?.certainty;
}

/** The newest entry of a bank's ledger. */
async function newestOf(bank: TestNode): Promise<{ readonly book: string; readonly head: string }> {
  const { books } = await bank.client.call('book.list', { identity: bank.identity, channel: 'transfers' });
  const [ledger] = books;
  assert.ok(ledger !== undefined, 'the bank has a ledger');
  return ledger;
}

async function isFinal(node: TestNode, entry: string): Promise<void> {
  await until(`the entry is final as ${node.name} sees it`, async () =>
    (await wordOf(node, entry)) === 'final' ? true : undefined,
  );
}

test('an entry is accepted, then witnessed, then final, and stays so over restarts', async () => {
  const assembly = { kind: 'assembly', founders: ['ada'] };
  await using village = await Village.open(['ada'], {
    ...Object.fromEntries(WITNESSES.map((name) => [name, assembly])),
    bank: { kind: 'bank', founders: ['ada'], witnesses: WITNESSES },
  });
  const [ada, bank] = [village.node('ada'), village.node('bank')];
  const first = await newestOf(bank);
  await isFinal(ada, first.head);

  const away = [village.node('south'), village.node('west')];
  await Promise.all(away.map((node) => node.stop()));
  await openAccount(ada, bank);
  const { book, head } = await newestOf(bank);
  assert.equal(await wordOf(bank, head), 'accepted', 'two of four confirm it, three are needed');
  const shown = await bank.command('checkpoint', 'show', book);
  assert.equal(shown['certainty'], 'final', 'the certificate that there is, of fewer entries');

  const bootstrap = bank.daemon.ready.addresses.flatMap((address) => ['--bootstrap', address]);
  await Promise.all(away.map((node) => node.start(...bootstrap)));
  for (const node of [bank, ada, ...away]) await isFinal(node, head);
  const heard = ada.events.filter((event) => event['event'] === 'checkpoint' && event['book'] === book);
  const words = heard.map((event) => event['word']);
  assert.ok(words.indexOf('witnessed') < words.lastIndexOf('final'), words.join());

  for (const node of [bank, ada]) {
    await node.kill();
    await node.start();
    assert.equal(await wordOf(node, head), 'final', `${node.name} keeps what it was told`);
  }
  const { note, witnesses } = await ada.client.call('checkpoint.show', { book });
  assert.match(note, new RegExp(`^mutua/1/[0-9a-f]{32}/${book}\n[0-9]+\n`));
  assert.ok(witnesses.filter(({ cosigned, holds }) => cosigned && holds).length >= 3);
  const north = village.node('north');
  const { offer, books: assigned } = await north.client.call('witness.list', {});
  const named = assigned.find((each) => each.book === book);
  assert.deepEqual([offer, named?.offered, named?.name, named?.accused], ['auto', true, 'bank', false]);
  assert.equal(named?.confirmed, named?.largest);
  assert.match(String((await north.command('witness', 'offer', 'off', '--dry-run'))['would']), /confirm books to off/);
  assert.equal((await north.command('witness', 'offer', 'off'))['confirms'], false);
  await north.kill();
  await north.start();
  assert.equal((await north.client.call('status', {})).confirms, false, 'what was acknowledged is kept');
  await assert.rejects(north.client.call('witness.offer', { offer: 'maybe' as 'off' }));
  const { books, confirms, evidence } = await bank.client.call('status', {});
  const ledger = books.find((each) => each.book === book);
  assert.deepEqual([ledger?.certainty, ledger?.witnessing, confirms, evidence], ['final', 'witnessed', true, 0]);
  assert.deepEqual(await ada.command('evidence', 'list'), { evidence: [] });
});
