import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMemoryHub } from '../../../src/adapters/memory/memory-network.ts';
import { type Amount, ZERO } from '../../../src/core/base/amount.ts';
import type { Id } from '../../../src/core/base/id.ts';
import { idToBytes, parseId } from '../../../src/core/base/id.ts';
import { present } from '../../../src/core/base/outcome.ts';
import { readEntry } from '../../../src/core/wire/entry.ts';
import { memoKind, transferOrderKind } from '../../../src/core/wire/kinds/ledger.ts';
import { type ApiNode, invite, startBody, startNode, startPerson } from '../../support/api-nodes.ts';
import { NETWORK } from '../../support/books.ts';
import { until } from '../../support/processes.ts';

async function digestOf({ client }: ApiNode, id: Id): Promise<Id> {
  const [row] = await client.context.store.entriesByIds([idToBytes(id)]);
  const entry = readEntry(present(row, 'it was written').bytes, NETWORK);
  assert.ok(entry.ok);
  return entry.value.header.payloadDigest;
}

test('after a restart a memo goes with its order: not where that was refused, or never written', async (context) => {
  const hub = createMemoryHub();
  const [ada, ben] = await Promise.all([startPerson(hub, 'Ada'), startPerson(hub, 'Ben')]);
  const bank = await startBody(hub, 'bank', 'Bank', [ada, ben]);
  context.after(() => Promise.allSettled([ada, ben, bank].map((node) => node[Symbol.asyncDispose]())));
  for (const person of [ada, ben]) await invite(bank, person, [bank]);
  const [account, to] = await Promise.all(
    [ada, ben].map(async ({ api }) => (await api.call('account.open', { bank: bank.identity })).account),
  );
  await until('Ada sees the account of Ben', async () => {
    const seen = await ada.api.call('account.list', { holder: ben.identity }).catch(() => undefined);
    return seen?.accounts.find((each) => each.account === to);
  });

  const { acts } = ada.client.context;
  const writeMemo = async (): Promise<Id> => {
    const sealed = crypto.getRandomValues(new Uint8Array(200));
    return digestOf(ada, (await acts.write('transfers', memoKind, { sealed, to: ben.identity })).id);
  };
  const idOf = (text: string | undefined): Id => present(parseId(text ?? ''), 'an account is an id');
  const order = async (amount: number, memoDigest: Id) => {
    const parties = { bank: bank.identity, account: idOf(account), to: [idOf(to)], memoDigest };
    return acts.write('transfers', transferOrderKind, { ...parties, amounts: [amount as Amount] });
  };

  assert.equal((await acts.send(bank.identity, await order(1, await writeMemo()))).word, 'refused');
  assert.equal((await acts.send(bank.identity, await order(ZERO, await writeMemo()))).word, 'refused');
  await writeMemo();
  await bank[Symbol.asyncDispose]();
  const last = await writeMemo();
  await order(1, last);
  assert.equal(ada.client.context.outbox.letters().length, 0, 'what was written and not sent is found in the own book');
  await ada[Symbol.asyncDispose]();

  await using again = await startNode(hub, 'Ada again', ada.parts);
  const letters = again.client.context.outbox.letters();
  assert.deepEqual(
    letters.map(({ entry }) => [
      entry.header.kind,
      entry.header.kind === memoKind.number ? entry.header.payloadDigest : undefined,
    ]),
    [
      [transferOrderKind.number, undefined],
      [memoKind.number, last],
    ],
  );
});

test('a held memo is remembered when its order is answered and this peer stops before it is sent', async (context) => {
  const hub = createMemoryHub();
  const [ada, ben] = await Promise.all([startPerson(hub, 'Ada'), startPerson(hub, 'Ben')]);
  const bank = await startBody(hub, 'bank', 'Bank', [ada, ben]);
  context.after(() => Promise.allSettled([ada, ben, bank].map((node) => node[Symbol.asyncDispose]())));
  await invite(bank, ada, [bank]);
  const { acts } = ada.client.context;
  const sealed = crypto.getRandomValues(new Uint8Array(200));
  const memo = await acts.write('transfers', memoKind, { sealed, to: ben.identity });
  await acts.hold(ben.identity, memo);
  const memoDigest = await digestOf(ada, memo.id);
  const parties = { bank: bank.identity, account: bank.identity, to: [ben.identity], amounts: [1 as Amount] };
  await acts.write('transfers', transferOrderKind, { ...parties, memoDigest });
  const { answer } = await ada.api.call('account.open', { bank: bank.identity });
  assert.equal(answer.word, 'accepted', 'what was written later is answered, and the cursor moves');
  await bank[Symbol.asyncDispose]();
  await ada[Symbol.asyncDispose]();
  await using again = await startNode(hub, 'Ada again', ada.parts);
  const kinds = again.client.context.outbox.letters().map(({ entry }) => entry.header.kind);
  assert.ok(kinds.includes(transferOrderKind.number) && kinds.includes(memoKind.number), kinds.join());
});
