import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMemoryHub } from '../../../src/adapters/memory/memory-network.ts';
import { type Amount, ZERO } from '../../../src/core/base/amount.ts';
import type { Id } from '../../../src/core/base/id.ts';
import { idToBytes, parseId } from '../../../src/core/base/id.ts';
import { present } from '../../../src/core/base/outcome.ts';
import { readEntry } from '../../../src/core/wire/entry.ts';
import { memoKind, transferOrderKind } from '../../../src/core/wire/kinds/ledger.ts';
import { invite, startBody, startNode, startPerson } from '../../support/api-nodes.ts';
import { NETWORK } from '../../support/books.ts';
import { until } from '../../support/processes.ts';

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

  const { acts, store } = ada.client.context;
  const writeMemo = async (): Promise<Id> => {
    const sealed = crypto.getRandomValues(new Uint8Array(200));
    const { id } = await acts.write('transfers', memoKind, { sealed, to: ben.identity });
    const [row] = await store.entriesByIds([idToBytes(id)]);
    const entry = readEntry(present(row, 'it was written').bytes, NETWORK);
    assert.ok(entry.ok);
    return entry.value.header.payloadDigest;
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
