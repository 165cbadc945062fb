/** What follows from decisions by itself: a bank's rates, a charter, an expulsion. Nodes of one process, each with its API. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createMemoryHub, type MemoryHub } from '../../src/adapters/memory/memory-network.ts';
import type { RouteInput } from '../../src/api/routes.ts';
import { type ApiNode, invite, startBody, startNode, startPerson, work } from '../support/api-nodes.ts';
import { until } from '../support/processes.ts';

const HOUR_MS = 3_600_000;
/** Work of this class is cleaning, and worth more. */
const CLEANING = 7;

let hub: MemoryHub;
let people: ApiNode[];
let hall: ApiNode;
let bank: ApiNode;
let farm: ApiNode;

before(async () => {
  hub = createMemoryHub();
  people = await Promise.all(['Ada', 'Ben', 'Cleo'].map((name) => startPerson(hub, name)));
  hall = await startBody(hub, 'assembly', 'Hall', people);
  bank = await startBody(hub, 'bank', 'Bank', people);
  farm = await startBody(hub, 'cooperative', 'Farm', people);
  const roots = [hall, bank, farm];
  for (const body of [bank, farm]) await invite(hall, body, roots);
  await invite(bank, farm, roots);
  for (const body of roots) for (const root of roots) await body.api.call('peer.add', { root: root.identity });
  for (const person of people) for (const body of roots) await invite(body, person, roots);
});

after(async () => {
  for (const node of [...people, hall, bank, farm]) await node[Symbol.asyncDispose]();
});

function person(index: number): ApiNode {
  const node = people[index];
  assert.ok(node !== undefined);
  return node;
}

/** Ada proposes, everybody votes for it. @returns the proposal, which is adopted. */
async function adopt(question: Partial<RouteInput<'proposal.open'>>, body = hall): Promise<string> {
  const asked = { title: 'Something', body: body.identity, ...question };
  const { proposal, answer } = await person(0).api.call('proposal.open', asked);
  assert.ok(proposal !== undefined, answer.sentence);
  await vote(proposal, body);
  return proposal;
}

/** Everybody votes for a proposal, which is adopted then. */
async function vote(proposal: string, body = hall): Promise<void> {
  for (const node of people) {
    await until(`${node.name} sees the proposal`, () =>
      node.api.call('proposal.show', { proposal }).catch(() => undefined),
    );
    await node.api.call('ballot.cast', { proposal, voice: 'for' });
  }
  await until('it is adopted', async () => {
    const { state } = await body.api.call('proposal.show', { proposal });
    return state === 'adopted' ? true : undefined;
  });
}

async function balanceOf(node: ApiNode): Promise<number> {
  const { accounts } = await node.api.call('account.list', { bank: bank.identity });
  return accounts.find(({ holder }) => holder === node.identity)?.balance.seconds ?? -1;
}

test('a bank applies the rate that an assembly decided, to that work alone, and only when it accepts its rates', async () => {
  const startMs = Math.floor(Date.now() / HOUR_MS - 48) * HOUR_MS;
  const start = new Date(startMs).toISOString();
  await bank.api.call('bank.acceptCooperative', { cooperative: farm.identity, ceiling: '60h' });
  await person(0).api.call('account.open', { bank: bank.identity });
  const rate = { taskClass: CLEANING, numerator: 3, denominator: 2, start, minutes: 10_000 };
  await adopt({ matter: 'rate', rate });
  assert.deepEqual((await bank.api.call('rate.list', {})).rates, []);
  await bank.api.call('bank.acceptRates', { body: hall.identity, ratio: '5/4', start, minutes: 20_000 });
  await assert.rejects(bank.api.call('bank.acceptRates', { body: hall.identity, ratio: '0/2' }), {
    code: 'bad_request',
  });
  const { accepted } = await bank.api.call('rate.list', {});
  assert.deepEqual(
    accepted.map(({ body, ratio }) => [body, ratio]),
    [[hall.identity, '5/4']],
  );
  await adopt({ matter: 'rate', rate: { ...rate, numerator: 5, denominator: 4 } });
  await until('the bank has the lower rate', async () =>
    (await bank.api.call('rate.list', {})).rates.length === 1 ? true : undefined,
  );
  await bank.api.call('bank.acceptRates', { body: hall.identity, ratio: '3/2', start, minutes: 20_000 });
  const rates = await until('the bank has both', async () => {
    const listed = await person(1).api.call('rate.list', { bank: bank.identity });
    return listed.rates.length === 2 ? listed.rates : undefined;
  });
  assert.deepEqual(rates.map(({ ratio }) => ratio).toSorted(), ['3/2', '5/4']);

  const parties = { worker: person(0), attestors: [person(1), person(2)], cooperative: farm, bank };
  await work({ ...parties, startMs: startMs + 2 * HOUR_MS, taskClass: CLEANING });
  await until('an hour and a half of cleaning is 2.25 notes', async () =>
    (await balanceOf(person(0))) === 8100 ? true : undefined,
  );
  await work({ ...parties, startMs: startMs + 5 * HOUR_MS, taskClass: 1 });
  await until('other work is issued hour for hour', async () =>
    (await balanceOf(person(0))) === 8100 + 5400 ? true : undefined,
  );
  const { issued, backed } = await person(2).api.call('bank.figures', { bank: bank.identity });
  assert.deepEqual([issued.seconds, backed.seconds], [13_500, 10_800]);
});

test('a charter is amended by decision; who reads it sees its new words, and what was not given stays', async () => {
  const before = await person(1).api.call('body.show', { body: hall.identity });
  const proposal = await adopt({ matter: 'charter', charter: { criteria: ['lives here', 'comes to meetings'] } });
  const shown = await person(1).api.call('proposal.show', { proposal });
  assert.deepEqual(
    shown.charter?.criteria.map(({ sentence }) => sentence),
    ['lives here', 'comes to meetings'],
  );
  const now = await until('the charter is in force', async () => {
    const body = await person(1).api.call('body.show', { body: hall.identity });
    return body.criteria.length === 2 ? body : undefined;
  });
  assert.deepEqual([now.purpose, now.rules], [before.purpose, before.rules]);
  assert.equal(now.criteria[1]?.sentence, 'comes to meetings');
  assert.notEqual(now.charterHead.id, before.charterHead.id);
});

test('of two charters drawn from one, the first that was adopted is in force, and the second is not carried out', async () => {
  const seen = (await person(0).api.call('body.show', { body: hall.identity })).charterHead;
  const drawn = await Promise.all(
    [4, 5].map(async (attestationCount) => {
      const charter = { attestationCount };
      const asked = { title: 'Attestors', body: hall.identity, matter: 'charter', charter } as const;
      return (await person(0).api.call('proposal.open', asked)).proposal ?? '';
    }),
  );
  for (const proposal of drawn) await vote(proposal);
  const [first = '', second = ''] = drawn;
  const shown = await until('the first is in force', async () => {
    const { carriedOut } = await hall.api.call('proposal.show', { proposal: first });
    return carriedOut === 'done' ? hall.api.call('proposal.show', { proposal: second }) : undefined;
  });
  assert.deepEqual([shown.state, shown.carriedOut], ['adopted', 'impossible']);
  const { charterHead, attestationCount } = await hall.api.call('body.show', { body: hall.identity });
  assert.equal(attestationCount, 4);
  assert.notEqual(charterHead.id, seen.id);
});

test('a member is expelled by decision, once, over a restart of the body’s node', async () => {
  await adopt({ matter: 'expulsion', expel: person(2).identity });
  const isMember = async (): Promise<boolean> => {
    const { members } = await person(0).api.call('member.list', { body: hall.identity });
    return members.some(({ identity }) => identity === person(2).identity);
  };
  await until('she is gone', async () => ((await isMember()) ? undefined : true));
  await person(2).api.call('member.apply', { body: hall.identity });
  await hall.api.call('member.admit', { identity: person(2).identity });
  await until('she is back', async () => ((await isMember()) ? true : undefined));
  const { parts } = hall;
  await hall[Symbol.asyncDispose]();
  hall = await startNode(hub, 'Hall', parts);
  await until(
    'the node has looked at its decisions',
    async () => (await hall.api.call('proposal.list', {})).proposals[0],
  );
  assert.equal((await hall.api.call('member.list', { body: hall.identity })).members.length, 3);
});

test('what cannot be done is not proposed, and nothing is written', async () => {
  const ask = (question: object) =>
    person(0).api.call('proposal.open', { body: hall.identity, title: 'x', ...question });
  const { count } = await entriesOf(person(0));
  await assert.rejects(ask({ matter: 'expulsion', expel: farm.identity }), { code: 'not_member', field: 'expel' });
  await assert.rejects(ask({ matter: 'expulsion' }), { code: 'question_malformed', message: /names the member/ });
  await assert.rejects(ask({ matter: 'general', expel: person(1).identity }), { code: 'question_malformed' });
  const rule = { matter: 'budget', method: 'consent', quorum: '1/2' } as const;
  await assert.rejects(ask({ matter: 'charter', charter: { rules: [rule] } }), { code: 'no_decision_rule' });
  await assert.rejects(ask({ matter: 'charter', charter: { purpose: 'x' }, expel: person(1).identity }), {
    code: 'unclear',
  });
  await assert.rejects(ask({ matter: 'charter', charter: { rules: [{ ...rule, quorum: '1/0' }] } }), {
    code: 'bad_request',
    field: /quorum/,
  });
  assert.equal((await entriesOf(person(0))).count, count);
});

async function entriesOf(node: ApiNode): Promise<{ readonly count: number }> {
  const { books } = await node.api.call('book.list', { identity: node.identity });
  return { count: books.reduce((sum, { sequence }) => sum + sequence, 0) };
}
