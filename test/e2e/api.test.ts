/** The main job through the APIs of six nodes in one process, from founding to a statement that proves itself. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { base64url } from 'multiformats/bases/base64';
import { createMemoryHub, type MemoryHub } from '../../src/adapters/memory/memory-network.ts';
import type { ApiEvent } from '../../src/api/events.ts';
import { formatAmount, numberToAmount, parseId } from '../../src/api/index.ts';
import { idToBytes } from '../../src/core/base/id.ts';
import { present } from '../../src/core/base/outcome.ts';
import { stateLeaf, verifyTrieProof } from '../../src/core/base/trie.ts';
import { verifyFile } from '../../src/core/files/verify.ts';
import { readEntry } from '../../src/core/wire/entry.ts';
import { LedgerAccount } from '../../src/core/wire/messages/state.ts';
import { type ApiNode, invite, startBody, startNode, startPerson, work } from '../support/api-nodes.ts';
import { NETWORK } from '../support/books.ts';
import { collect } from '../support/collect.ts';
import { until } from '../support/processes.ts';
import { verifySignature } from '../support/signing.ts';

/** An hour of work that ended before the bank's first tick. */
const START_MS = Math.floor(Date.now() / 3_600_000) * 3_600_000 - 48 * 3_600_000;

let hub: MemoryHub;
let ada: ApiNode;
let ben: ApiNode;
let cleo: ApiNode;
let bank: ApiNode;
let farm: ApiNode;
const heard: ApiEvent[] = [];
const hearing = new AbortController();
const accounts = new Map<ApiNode, string>();

function accountOf(node: ApiNode): string {
  return present(accounts.get(node), `${node.name} has an account`);
}

async function balanceOf(node: ApiNode, at: ApiNode = node): Promise<string | undefined> {
  const { accounts: rows } = await at.api.call('account.list', { holder: node.identity });
  return rows[0]?.balance.notes;
}

async function isBalance(node: ApiNode, notes: string, at: ApiNode = node): Promise<void> {
  await until(`${node.name} has ${notes} as ${at.name} sees it`, async () =>
    (await balanceOf(node, at)) === notes ? true : undefined,
  );
}

before(async () => {
  hub = createMemoryHub();
  [ada, ben, cleo] = await Promise.all([startPerson(hub, 'Ada'), startPerson(hub, 'Ben'), startPerson(hub, 'Cleo')]);
  bank = await startBody(hub, 'bank', 'Bank', [ada, ben]);
  farm = await startBody(hub, 'cooperative', 'Farm', [ada, ben]);
  await invite(bank, farm, [bank, farm]);
  await bank.api.call('peer.add', { root: farm.identity });
  for (const person of [ada, ben, cleo]) {
    await invite(bank, person, [bank, farm]);
    await invite(farm, person, [bank, farm]);
  }
  void (async () => {
    for await (const event of ada.api.events({ signal: hearing.signal })) heard.push(event);
  })();
});

after(async () => {
  hearing.abort();
  for (const node of [ada, ben, cleo, bank, farm]) await node[Symbol.asyncDispose]();
});

describe('the main job through the API', () => {
  test('bodies are founded by what their founders signed, and tell their names', async () => {
    await until('Cleo knows the farm', async () => {
      const list = await cleo.api.call('member.list', { body: farm.identity }).catch(() => undefined);
      return list?.members.length === 2 && list.name === 'Farm' && list.members.some(({ name }) => name === 'Ada')
        ? true
        : undefined;
    });
  });

  test('Cleo applies, and is admitted', async () => {
    for (const body of [farm, bank]) {
      await until(`Cleo holds the member book of ${body.name}`, async () =>
        cleo.api.call('member.list', { body: body.identity }).catch(() => undefined),
      );
      const planned = await cleo.api.plan('member.apply', { body: body.identity });
      assert.match(planned.would, /apply entry/);
      const { answer } = await cleo.api.call('member.apply', { body: body.identity });
      assert.equal(answer.word, 'pending');
      const list = await body.api.call('member.list', {});
      assert.deepEqual(
        list.applications.map(({ identity }) => identity),
        [cleo.identity],
      );
      await body.api.call('member.admit', { identity: cleo.identity });
      const { members, applications } = await body.api.call('member.list', {});
      assert.equal(members.length, 3);
      assert.deepEqual(applications, []);
      await assert.rejects(body.api.call('member.admit', { identity: cleo.identity }), {
        status: 404,
        field: 'identity',
      });
    }
  });

  test('what is asked of somebody of another kind is not written', async () => {
    const outbox = await cleo.api.call('outbox', {});
    for (const bank of [farm.identity, cleo.identity])
      await assert.rejects(cleo.api.call('account.open', { bank }), { field: 'bank', message: /is a (coop|person)/ });
    const person = { cooperative: ada.identity, ceiling: '30h' };
    await assert.rejects(bank.api.call('bank.acceptCooperative', person), { field: 'cooperative' });
    assert.deepEqual(await cleo.api.call('outbox', {}), outbox);
  });

  test('everybody opens an account, and the bank accepts the farm', async () => {
    for (const node of [ada, ben, cleo, farm]) {
      const { account, answer } = await node.api.call('account.open', { bank: bank.identity });
      assert.equal(answer.word, 'accepted', JSON.stringify(answer));
      assert.equal(answer.carrier?.book !== undefined, true);
      accounts.set(node, account);
      await isBalance(node, '0');
    }
    const { ceiling } = await bank.api.call('bank.acceptCooperative', { cooperative: farm.identity, ceiling: '30h' });
    assert.equal(ceiling.notes, '30');
    await assert.rejects(bank.api.call('bank.acceptCooperative', { cooperative: farm.identity, ceiling: '30h' }), {
      status: 409,
      code: 'already_accepted',
    });
  });

  test('labor is claimed, attested, recorded, and issued as notes', async () => {
    const claim = await work({ worker: ada, attestors: [ben, cleo], cooperative: farm, bank, startMs: START_MS });
    await isBalance(ada, '1.5');
    await assert.rejects(farm.api.call('labor.record', { claim }), { status: 404, field: 'claim' });
    const { records, pending } = await ben.api.call('labor.list', { cooperative: farm.identity });
    assert.deepEqual(
      records.map((record) => [record.claim, record.attestors.length]),
      [[claim, 2]],
    );
    assert.deepEqual(pending, []);
  });

  test('the worker cannot attest its own claim', async () => {
    const { claim } = await cleo.api.call('labor.claim', {
      cooperative: farm.identity,
      bank: bank.identity,
      intervals: [{ start: new Date(START_MS + 7_200_000).toISOString(), minutes: 60 }],
      amount: '0.5',
    });
    await until('Cleo sees the claim', async () =>
      (await cleo.api.call('labor.list', {})).pending.find((each) => each.claim === claim),
    );
    await assert.rejects(cleo.api.call('labor.attest', { claim }), { status: 409, code: 'self_attestation' });
    await assert.rejects(farm.api.call('labor.record', { claim }), { status: 409, code: 'too_few_attestors' });
  });

  test('Ada pays an identity and an account with one order; too much is refused in signed words', async () => {
    const payments = [
      { to: ben.identity, amount: '0:30' },
      { to: accountOf(cleo), amount: 900 },
    ];
    const before = (await ada.api.call('status', {})).books.find(({ channel }) => channel === 'transfers')?.sequence;
    assert.match((await ada.api.plan('pay', { payments })).would, /transferOrder/);
    const after = (await ada.api.call('status', {})).books.find(({ channel }) => channel === 'transfers')?.sequence;
    assert.equal(after, before, 'a plan writes nothing');

    const paid = await ada.api.call('pay', { payments });
    assert.equal(paid.answer.word, 'accepted', JSON.stringify(paid));
    assert.equal(paid.total.seconds, 2700);
    await isBalance(ben, '0.5');
    await isBalance(cleo, '0.25');
    await isBalance(ada, '0.75');

    const tooMuch = await ada.api.call('pay', { payments: [{ to: ben.identity, amount: 100 * 3600 }] });
    assert.deepEqual([tooMuch.answer.word, tooMuch.answer.code], ['refused', 'overdraft']);
    await isBalance(ada, '0.75');
  });

  test('an entry is shown with its effect and who carries it', async () => {
    const { order, answer } = await ada.api.call('pay', { payments: [{ to: ben.identity, amount: 1 }] });
    const carrier = present(answer.carrier, 'an accepted order has a carrier');
    const shown = await until('Ada holds the ledger entry', async () =>
      ada.api.call('entry.show', { entry: carrier.id }).catch(() => undefined),
    );
    assert.deepEqual([shown.effect, shown.entry.kind, shown.identity], ['applied', 'transfer', bank.identity]);
    const own = await ada.api.call('entry.show', { entry: order });
    assert.equal(own.effect, 'ungoverned');
    assert.deepEqual(own.carriers, [{ book: carrier.book, sequence: carrier.sequence }]);
    const wire = readEntry(base64url.baseDecode(own.wire), NETWORK);
    assert.equal(wire.ok && wire.value.id, order);
    await assert.rejects(ada.api.call('entry.show', { entry: ada.identity }), { status: 404, field: 'entry' });
  });

  test('a statement proves its balance from the state root', async () => {
    const statement = await ada.api.call('account.statement', { account: accountOf(ada) });
    assert.deepEqual(
      statement.lines.map(({ type, amount }) => `${type} ${amount.notes}`),
      ['issued 1.5', 'paid −0.5', 'paid −0.25', 'paid −0:00:01'],
    );
    const { proof, stateRoot, account } = statement;
    const value = base64url.baseDecode(proof.value);
    const row = LedgerAccount.decode(value, 1000);
    assert.ok(row.ok && row.value.holder === ada.identity);
    assert.equal(row.value.balance, account.balance.seconds);
    const leaf = stateLeaf(proof.key, value);
    const id = (text: string): Uint8Array => idToBytes(present(parseId(text), 'a hash is an id'));
    const levels = proof.levels.map((children) => children.map(id));
    assert.equal(verifyTrieProof(id(stateRoot), leaf.key, leaf.hash, { levels }), true);
    const other = stateLeaf(
      proof.key,
      LedgerAccount.encode({ ...row.value, balance: present(numberToAmount(9), '9') }),
    );
    assert.equal(verifyTrieProof(id(stateRoot), leaf.key, other.hash, { levels }), false);

    const pages = [await ada.api.call('account.statement', { account: accountOf(ada), limit: 1 })];
    for (let page = pages[0]; page?.next !== undefined; page = pages.at(-1)) {
      pages.push(await ada.api.call('account.statement', { account: accountOf(ada), limit: 1, from: page.next }));
    }
    assert.deepEqual(
      pages.flatMap(({ lines }) => lines),
      statement.lines,
    );
  });

  test('a statement file stands alone, and holds every entry of the lines', async () => {
    const file = await collect(await ada.api.download('account.statementFile', { account: accountOf(ada) }));
    const report = await verifyFile(file, { verify: verifySignature });
    assert.deepEqual([report.valid, report.faults], [true, []]);
    const statement = await ada.api.call('account.statement', { account: accountOf(ada) });
    const ledger = report.books.find(({ book }) => book === statement.ledger);
    assert.ok(ledger !== undefined && ledger.entries > Math.max(...statement.lines.map(({ sequence }) => sequence)));
  });

  test('every follower computes the same figures and roots', async () => {
    const figures = await Promise.all(
      [bank, ada, cleo].map((node) =>
        until(`${node.name} follows the ledger`, async () => {
          const own = await node.api.call('bank.figures', { bank: bank.identity });
          const { sequence } = await bank.api.call('bank.figures', {});
          return own.sequence === sequence ? own : undefined;
        }),
      ),
    );
    const [first, ...others] = figures.map(({ stateRoot, issued, outstanding, cooperatives }) => {
      return { stateRoot, issued, outstanding, cooperatives };
    });
    for (const other of others) assert.deepEqual(other, first);
    assert.deepEqual(
      [first?.issued.notes, first?.outstanding.notes, first?.cooperatives[0]?.records],
      ['1.5', '1.5', 1],
    );
  });

  test('orders that one program gives at once go out one after another, and each is answered', async () => {
    const beginMs = performance.now();
    const paid = await Promise.all(
      Array.from({ length: 5 }, () => cleo.api.call('pay', { payments: [{ to: accountOf(farm), amount: 60 }] })),
    );
    assert.deepEqual(
      paid.map(({ answer }) => answer.word),
      Array(5).fill('accepted'),
    );
    assert.ok(performance.now() - beginMs < 5000, 'none waits for a second attempt');
    await isBalance(farm, '0:05');
  });

  test('notes given back leave circulation', async () => {
    const { answer } = await ada.api.call('retire', { amount: '15m' });
    assert.equal(answer.word, 'accepted');
    const { retired, outstanding } = await bank.api.call('bank.figures', {});
    assert.deepEqual([retired.notes, outstanding.notes], ['0.25', '1.25']);
  });

  test('an order to a bank that is away waits, and is answered when it is back', async () => {
    await bank[Symbol.asyncDispose]();
    const { order, answer } = await ben.api.call('pay', { payments: [{ to: accountOf(ada), amount: '0.25' }] });
    assert.equal(answer.word, 'pending');
    const { entries } = await ben.api.call('outbox', {});
    assert.deepEqual(
      entries.map(({ entry, kind, toName }) => [entry, kind, toName]),
      [[order, 'transferOrder', 'Bank']],
    );

    const { parts } = ben;
    await ben[Symbol.asyncDispose]();
    ben = await startNode(hub, 'Ben again', parts);
    assert.deepEqual(
      (await ben.api.call('outbox', {})).entries.map(({ entry }) => entry),
      [order],
    );

    bank = await startNode(hub, 'Bank again', bank.parts);
    for (const node of [ada, ben, cleo, farm]) await invite(bank, node, [bank, farm]);
    await until('the order is answered', async () =>
      (await ben.api.call('outbox', {})).entries.length === 0 ? true : undefined,
    );
    await isBalance(ben, formatAmount(present(numberToAmount(901), 'an amount')));
  });

  test('a member leaves, and its body records it by itself', async () => {
    await until('Cleo is a member', async () => {
      const { members } = await cleo.api.call('member.list', { body: farm.identity });
      return members.some(({ identity }) => identity === cleo.identity) ? true : undefined;
    });
    const before = await cleo.api.call('member.list', { body: farm.identity, identity: cleo.identity });
    await cleo.api.call('member.leave', { body: farm.identity });
    await until('Cleo has left', async () => {
      const { members } = await farm.api.call('member.list', {});
      return members.some(({ identity }) => identity === cleo.identity) ? undefined : true;
    });
    const after = await farm.api.call('member.list', { identity: cleo.identity });
    assert.deepEqual([before.members.length, after.members.length], [1, 0]);
    assert.ok(present(after.afterChange, 'it was asked for') > present(before.afterChange, 'it was asked for'));
  });

  test('a file of items brings a newcomer to the same figures, without a network', async () => {
    const dora = await startPerson(hub, 'Dora');
    try {
      const file = Buffer.concat(await collect(await bank.api.download('export', {})));
      const report = await verifyFile([file], { verify: verifySignature });
      assert.deepEqual([report.valid, report.faults], [true, []]);
      await dora.api.call('peer.add', { root: bank.identity });
      const taken = await dora.api.upload({ join: true }, file);
      assert.deepEqual([taken.complete, taken.faults, taken.refused], [true, [], 0], JSON.stringify(taken));
      const [here, there] = await Promise.all(
        [dora, bank].map((node) => node.api.call('bank.figures', { bank: bank.identity })),
      );
      assert.equal(here?.stateRoot, there?.stateRoot);
      const again = await dora.api.upload({}, file);
      assert.equal(again.stored, 0);
      const cut = await dora.api.upload({}, file.subarray(0, file.length - 10));
      assert.equal(cut.complete, false);
      assert.equal(cut.faults.length, 1);
    } finally {
      await dora[Symbol.asyncDispose]();
    }
  });

  test('items signed elsewhere are taken in, and each is answered', async () => {
    const book = (await ada.api.call('book.list', { own: true, channel: 'transfers' })).books[0];
    const { entries } = await ada.api.call('book.show', { book: present(book, 'Ada has a book').book });
    assert.equal(entries[0]?.kind, 'opening');
    const { outcomes } = await bank.api.call('items', { items: ['AAAA'] });
    assert.deepEqual(
      outcomes.map(({ word }) => word),
      ['bad'],
    );
    await assert.rejects(bank.api.call('items', { items: ['no base64!'] }), { status: 400, field: 'items[0]' });
  });

  test('what happened was told as events, in order', () => {
    const effects = heard.filter(({ type, data }) => type === 'effect' && data['effect'] === 'applied');
    const facts = effects.flatMap(({ data }) => data['facts'] as readonly { type: string }[]).map(({ type }) => type);
    const wanted = [
      'memberAdmitted',
      'accountOpened',
      'laborRecorded',
      'issued',
      'transferred',
      'orderRefused',
      'retired',
    ];
    let at = -1;
    for (const type of wanted) {
      const next = facts.indexOf(type, at + 1);
      assert.ok(next > at, `${type} after ${facts.slice(0, at + 1).join(' ')} in ${facts.join(' ')}`);
      at = next;
    }
    const numbers = heard.map(({ id }) => Number(id.split('-')[1]));
    assert.deepEqual(
      numbers,
      numbers.toSorted((left, right) => left - right),
    );
  });

  test('an invite that somebody changed, or to another network, is refused', async () => {
    const { text } = await bank.api.call('invite.create', {});
    await assert.rejects(ada.api.call('invite.accept', { text: text.slice(0, -3) }), { status: 400, field: 'text' });
    await assert.rejects(ada.api.call('member.acceptFounding', { text }), { status: 400, field: 'text' });
  });

  test('a node does only what is its own', async () => {
    const cases: readonly (readonly [() => Promise<unknown>, string | undefined])[] = [
      [() => ada.api.call('bank.endCooperative', { cooperative: farm.identity }), 'not_yours'],
      [() => bank.api.call('labor.attest', { claim: ada.identity }), 'not_yours'],
      [() => bank.api.call('member.apply', { body: farm.identity }), 'wrong_member_kind'],
      [() => ada.api.call('member.keyText', { label: 'Bank' }), 'unclear'],
      [() => ada.api.call('retire', { amount: 1, account: accountOf(cleo) }), 'not_yours'],
      [() => ada.api.call('retire', { amount: 1, account: ada.identity }), 'not_found'],
      [() => ada.api.call('member.list', {}), 'unclear'],
      [() => ada.api.call('peer.add', { address: '/memory/nobody' }), 'unreachable'],
    ];
    for (const [call, code] of cases) {
      const outcome = await call().then(
        () => undefined,
        (error: unknown) => (error instanceof Error && 'code' in error ? error.code : error),
      );
      assert.equal(outcome, code);
    }
  });
});
