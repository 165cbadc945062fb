/** Row 10, coordination networks: cooperatives federate by trade and adopt a shared standard, then its next version, by consent. */
import assert from 'node:assert/strict';
import { ApiError } from '../../../src/api/errors.ts';
import type { TestNode } from '../../support/processes.ts';
import { CONVERGE_DELAY_MS_MAX, Village } from '../../support/village.ts';
import { proposalBecomes, propose, resultAt, vote } from '../../support/voting.ts';
import type { Report } from '../suite.ts';

const LEFT = ['trade', 'mill', 'ada'];
const RIGHT = ['garden', 'forge', 'ben'];

/** Runs the scenario. */
export async function run(report: Report): Promise<void> {
  await using village = await Village.open(['ada', 'ben'], {
    mill: { kind: 'cooperative', founders: ['ada'] },
    garden: { kind: 'cooperative', founders: ['ben'] },
    forge: { kind: 'cooperative', founders: ['ben'] },
    trade: { kind: 'federation', founders: ['mill', 'garden', 'forge'] },
  });
  const [mill, garden, forge] = [village.node('mill'), village.node('garden'), village.node('forge')];
  const trade = village.node('trade');
  const standard = { matter: 'standard', title: 'Crates', text: 'Forty by sixty centimetres.' } as const;
  const first = await propose(mill, trade, standard);
  for (const member of [mill, garden, forge]) await vote(member, first, { voice: 'for' });
  assert.equal((await resultAt(village.nodes, first)).state, 'adopted');
  const person = await village
    .node('ada')
    .client.call('proposal.open', { body: trade.identity, title: 'Mine' })
    .catch((error: unknown) => error);
  assert.ok(person instanceof ApiError && person.code === 'not_elector', String(person));
  report(
    'six daemons: three cooperatives found a federation and adopt a standard by consent; a person has no voice in it',
  );

  const second = await propose(garden, trade, { ...standard, text: 'Forty by sixty, stackable.' });
  for (const member of [mill, forge]) await proposalBecomes(member, second, () => true);
  await village.split(LEFT, RIGHT);
  await vote(mill, second, { voice: 'for' });
  const apart = await vote(garden, second, { voice: 'for' });
  await vote(forge, second, { voice: 'for' });
  assert.equal(apart.word, 'pending', 'no answer comes across the split');
  assert.equal((await trade.client.call('proposal.show', { proposal: second })).state, 'open');
  report('split: the federation hears one of three members, and adopts nothing in the name of the others');

  await village.heal(LEFT, RIGHT);
  assert.equal((await resultAt(village.nodes, second, CONVERGE_DELAY_MS_MAX)).state, 'adopted');
  await village.converge();
  for (const node of village.nodes) await versionsAre(node, trade);
  report(
    'healed: the third voice has come, the next version holds on every node, and both can be read; equal topicRoots',
  );
}

/** The standards of a federation, the newest first, with their texts. */
async function versionsAre(node: TestNode, trade: TestNode): Promise<void> {
  const { proposals } = await node.client.call('proposal.list', { body: trade.identity, state: 'adopted' });
  const standards = proposals.filter(({ matter }) => matter === 'standard');
  const texts = await Promise.all(
    standards.map(async ({ proposal }) => (await node.client.call('proposal.show', { proposal })).text),
  );
  assert.deepEqual(
    texts,
    ['Forty by sixty, stackable.', 'Forty by sixty centimetres.'],
    `the standards at ${node.name}`,
  );
}
