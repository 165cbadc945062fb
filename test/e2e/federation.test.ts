/** A federation of cooperatives through the APIs of its nodes: founded by bodies, joined and left by a body, deciding by their ballots. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createMemoryHub } from '../../src/adapters/memory/memory-network.ts';
import { present } from '../../src/core/base/outcome.ts';
import { type ApiNode, invite, startBody, startPerson } from '../support/api-nodes.ts';
import { until } from '../support/processes.ts';

const nodes: ApiNode[] = [];
let ada: ApiNode;
let mill: ApiNode;
let garden: ApiNode;
let forge: ApiNode;
let valley: ApiNode;

before(async () => {
  const hub = createMemoryHub();
  const ben = await startPerson(hub, 'Ben');
  ada = await startPerson(hub, 'Ada');
  mill = await startBody(hub, 'cooperative', 'Mill', [ada, ben]);
  garden = await startBody(hub, 'cooperative', 'Garden', [ada]);
  forge = await startBody(hub, 'cooperative', 'Forge', [ben]);
  valley = await startBody(hub, 'federation', 'Valley', [mill, garden]);
  nodes.push(ada, ben, mill, garden, forge, valley);
  for (const guest of [ada, ben, mill, garden, forge]) await invite(valley, guest, [valley, mill, garden, forge]);
  for (const root of [mill, garden, forge]) await valley.api.call('peer.add', { root: root.identity });
  for (const node of nodes)
    await until(`${node.name} knows the federation`, async () => {
      const { members } = await node.api.call('member.list', { body: valley.identity });
      return members.length === 2 && members.every(({ name }) => name !== undefined) ? true : undefined;
    });
});

after(async () => {
  for (const node of nodes) await node[Symbol.asyncDispose]();
});

async function vote(by: ApiNode, proposal: string, voice: 'for' | 'against' | 'standAside'): Promise<void> {
  await until(`${by.name} sees the proposal`, () => by.api.call('proposal.show', { proposal }).catch(() => undefined));
  await by.api.call('ballot.cast', { proposal, voice, reason: 'So our members said.' });
}

async function stateAt(node: ApiNode, proposal: string, state: string): Promise<void> {
  await until(`${node.name} sees it ${state}`, async () => {
    const shown = await node.api.call('proposal.show', { proposal }).catch(() => undefined);
    return shown?.state === state && shown.title !== undefined ? true : undefined;
  });
}

describe('a federation of bodies', () => {
  test('bodies found it, and no person does', async () => {
    const { kind, members } = await ada.api.call('member.list', { body: valley.identity });
    assert.deepEqual([kind, members.map(({ name }) => name).toSorted()], ['federation', ['Garden', 'Mill']]);
    await assert.rejects(ada.api.call('member.apply', { body: valley.identity }), { code: 'wrong_member_kind' });
  });

  test('its members adopt a shared standard by consent', async () => {
    const { answer, proposal } = await mill.api.call('proposal.open', {
      body: valley.identity,
      matter: 'standard',
      title: 'Crates',
      text: 'Forty by sixty centimetres.',
    });
    assert.equal(answer.word, 'accepted', answer.sentence);
    const id = present(proposal, 'it is open');
    await vote(mill, id, 'for');
    await vote(garden, id, 'for');
    for (const node of nodes) await stateAt(node, id, 'adopted');
    await assert.rejects(ada.api.call('proposal.open', { body: valley.identity, title: 'Mine' }), {
      code: 'not_elector',
    });
  });

  test('a third body joins, votes, and leaves without asking', async () => {
    await forge.api.call('member.apply', { body: valley.identity });
    await until('the federation holds the application', async () => {
      const { applications } = await valley.api.call('member.list', {});
      return applications.find(({ identity }) => identity === forge.identity);
    });
    await valley.api.call('member.admit', { identity: forge.identity });
    await until('the forge sees that it is a member', async () => {
      const { members } = await forge.api.call('member.list', { body: valley.identity });
      return members.find(({ identity }) => identity === forge.identity);
    });
    const { proposal } = await forge.api.call('proposal.open', { body: valley.identity, title: 'A shared cart' });
    const id = present(proposal, 'it is open');
    await vote(forge, id, 'for');
    await vote(mill, id, 'standAside');
    await vote(garden, id, 'for');
    await stateAt(ada, id, 'adopted');
    await forge.api.call('member.leave', { body: valley.identity });
    await until('the federation has two members again', async () => {
      const { members } = await ada.api.call('member.list', { body: valley.identity });
      return members.length === 2 ? true : undefined;
    });
  });
});
