/** Mandates through the APIs of nodes: granted, used in a federation, listed, recalled, and refused with a sentence where something is wrong. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createMemoryHub } from '../../src/adapters/memory/memory-network.ts';
import type { RouteInput } from '../../src/api/routes.ts';
import { present } from '../../src/core/base/outcome.ts';
import { type ApiNode, invite, startBody, startPerson } from '../support/api-nodes.ts';
import { until } from '../support/processes.ts';

const nodes: ApiNode[] = [];
let ada: ApiNode;
let ben: ApiNode;
let cleo: ApiNode;
let mill: ApiNode;
let garden: ApiNode;
let valley: ApiNode;

before(async () => {
  const hub = createMemoryHub();
  [ada, ben, cleo] = [await startPerson(hub, 'Ada'), await startPerson(hub, 'Ben'), await startPerson(hub, 'Cleo')];
  mill = await startBody(hub, 'cooperative', 'Mill', [ada, ben]);
  garden = await startBody(hub, 'cooperative', 'Garden', [ada, ben]);
  valley = await startBody(hub, 'federation', 'Valley', [mill, garden]);
  nodes.push(ada, ben, cleo, mill, garden, valley);
  for (const guest of [ada, ben, cleo, mill, garden]) await invite(valley, guest, [valley, mill, garden]);
  for (const root of [mill, garden]) await valley.api.call('peer.add', { root: root.identity });
  for (const node of nodes)
    await until(`${node.name} knows the federation`, async () => {
      const lists = await Promise.all(
        [valley, mill, garden].map((body) => node.api.call('member.list', { body: body.identity })),
      ).catch(() => []);
      return lists.length === 3 ? true : undefined;
    });
  await until('the mill knows all three', async () => {
    const known = await mill.api.call('member.list', { body: mill.identity });
    return known.members.every(({ name }) => name !== undefined) ? true : undefined;
  });
});

after(async () => {
  for (const node of nodes) await node[Symbol.asyncDispose]();
});

type Terms = Partial<RouteInput<'mandate.grant'>>;

function grant(by: ApiNode, terms: Terms = {}) {
  const to = new Date(Date.now() + 3_600_000).toISOString();
  return by.api.call('mandate.grant', { delegate: ada.identity, at: valley.identity, to, ...terms });
}

async function mandateAt(node: ApiNode, mandate: string, state: string): Promise<void> {
  await until(`${node.name} sees the mandate ${state}`, async () => {
    const { mandates } = await node.api.call('mandate.list', { state: state as 'running' });
    return mandates.find((one) => one.mandate === mandate);
  });
}

/** The mill proposes to the federation, and Ada sees it. */
async function propose(question: Partial<RouteInput<'proposal.open'>> = {}): Promise<string> {
  const asked = { body: valley.identity, title: 'A shared cart', ...question };
  const { proposal } = await mill.api.call('proposal.open', asked);
  const id = present(proposal, 'it is open');
  for (const node of [ada, ben, garden])
    await until(`${node.name} sees the proposal`, () =>
      node.api.call('proposal.show', { proposal: id }).catch(() => undefined),
    );
  return id;
}

describe('a mandate', () => {
  test('is given only by a body, to somebody whom it knows, for a term, and for an amount where it can be spent', async () => {
    await assert.rejects(grant(ada), { code: 'not_yours' });
    await assert.rejects(grant(mill, { delegate: mill.identity }), { code: 'own_mandate', field: 'delegate' });
    await assert.rejects(grant(mill, { delegate: cleo.identity }), { code: 'unknown_delegate', field: 'delegate' });
    await assert.rejects(grant(mill, { to: '2020-01-01T00:00:00Z' }), { code: 'term_malformed', field: 'to' });
    await assert.rejects(grant(mill, { to: '2099-01-01T00:00:00Z' }), { code: 'term_malformed', field: 'to' });
    await assert.rejects(grant(mill, { matters: ['budget'] }), { code: 'bounds_malformed', field: 'amount' });
    await assert.rejects(grant(mill, { amount: '1h' }), { code: 'bounds_malformed', field: 'amount' });
    const { mandates } = await mill.api.call('mandate.list', { body: mill.identity });
    assert.deepEqual(mandates, []);
  });

  test('lets a delegate vote as its body, which every node counts', async () => {
    const { mandate } = await grant(mill);
    await assert.rejects(grant(mill), { code: 'already_mandated', field: 'delegate' });
    for (const node of nodes) await mandateAt(node, mandate, 'running');
    const proposal = await propose();
    const vote = { proposal, voice: 'for', elector: mill.identity } as const;
    await assert.rejects(ben.api.call('ballot.cast', vote), { code: 'unknown_mandate', field: 'elector' });
    await assert.rejects(ada.api.call('ballot.cast', { ...vote, elector: garden.identity }), {
      code: 'unknown_mandate',
    });
    const both = ada.api.call('ballot.cast', { proposal, delegate: ben.identity, elector: mill.identity });
    await assert.rejects(both, { code: 'unclear', field: 'delegate' });
    const { answer, number } = await ada.api.call('ballot.cast', vote);
    assert.deepEqual([answer.word, number], ['accepted', 1]);
    const again = await ada.api.call('ballot.cast', { ...vote, voice: 'standAside' });
    assert.deepEqual([again.answer.word, again.number], ['accepted', 2]);
    const { mandated } = await valley.api.call('proposal.show', { proposal });
    assert.deepEqual(mandated, [{ elector: mill.identity, electorName: 'Mill', choice: 'standAside' }]);
    await garden.api.call('ballot.cast', { proposal, voice: 'for' });
    for (const node of nodes)
      await until(`${node.name} counts it`, async () => {
        const { state, voices } = await node.api.call('proposal.show', { proposal });
        return state === 'adopted' && voices?.for === 1 && voices.standAside === 1 ? true : undefined;
      });
    await mill.api.call('mandate.recall', { mandate });
  });

  test('reaches to its matters and its amount', async () => {
    const { mandate } = await grant(garden, { matters: ['budget'], amount: '10h' });
    await mandateAt(ada, mandate, 'running');
    await mandateAt(valley, mandate, 'running');
    const { mandates } = await ada.api.call('mandate.list', { body: garden.identity, delegate: ada.identity });
    const [one] = mandates;
    assert.deepEqual([one?.bodyName, one?.atName, one?.delegateName], ['Garden', 'Valley', 'Ada']);
    assert.deepEqual([one?.matters, one?.amount?.notes, one?.overAt], [['budget'], '10', undefined]);
    const general = await propose();
    const vote = { proposal: general, voice: 'for', elector: garden.identity } as const;
    await assert.rejects(ada.api.call('ballot.cast', vote), { code: 'outside_mandate' });
    const options = [
      { name: 'Well', cost: '8h' },
      { name: 'Roof', cost: '4h' },
    ];
    const large = await propose({ matter: 'budget', title: 'Eleven hours', budget: '11h', options });
    const choice = { choice: [1], elector: garden.identity };
    await assert.rejects(ada.api.call('ballot.cast', { proposal: large, ...choice }), { code: 'outside_mandate' });
    const small = await propose({ matter: 'budget', title: 'Ten hours', budget: '10h', options });
    const { answer } = await ada.api.call('ballot.cast', { proposal: small, ...choice });
    assert.equal(answer.word, 'accepted', answer.sentence);
    await garden.api.call('mandate.recall', { mandate });
  });

  test('is recalled at once, and not twice', async () => {
    const { mandate } = await grant(mill);
    await mandateAt(ada, mandate, 'running');
    const proposal = await propose();
    await assert.rejects(garden.api.call('mandate.recall', { mandate }), { code: 'unknown_mandate', field: 'mandate' });
    await assert.rejects(ada.api.call('mandate.recall', { mandate }), { code: 'not_yours' });
    await mill.api.call('mandate.recall', { mandate });
    await assert.rejects(mill.api.call('mandate.recall', { mandate }), { code: 'mandate_over', message: /recalled/ });
    await mandateAt(ada, mandate, 'recalled');
    const vote = { proposal, voice: 'for', elector: mill.identity } as const;
    await assert.rejects(ada.api.call('ballot.cast', vote), { code: 'mandate_over' });
  });

  test('waits for its term, and ends with it by itself', async () => {
    const later = { from: new Date(Date.now() + 600_000).toISOString() };
    const waiting = await grant(garden, { ...later, delegate: ben.identity });
    const short = await grant(mill, { to: new Date(Date.now() + 3000).toISOString() });
    await mandateAt(ben, waiting.mandate, 'waiting');
    const proposal = await propose();
    const vote = { proposal, voice: 'for', elector: garden.identity } as const;
    await assert.rejects(ben.api.call('ballot.cast', vote), { code: 'outside_mandate', message: /begins on/ });
    await until('the mill ends the term', async () => {
      const { mandates } = await valley.api.call('mandate.list', { body: mill.identity, state: 'expired' });
      return mandates.find((one) => one.mandate === short.mandate && one.overAt !== undefined);
    });
    const over = mill.api.call('mandate.recall', { mandate: short.mandate });
    await assert.rejects(over, { code: 'mandate_over', message: /its term has ended/ });
  });

  test('ends where its delegate leaves', async () => {
    const { mandate } = await grant(garden, { matters: ['general'] });
    await mandateAt(ada, mandate, 'running');
    await ada.api.call('member.leave', { body: garden.identity });
    for (const node of nodes) await mandateAt(node, mandate, 'gone');
  });
});
