/** Row 12, bioregional federations: two assemblies of nested regions agree in their federation by delegates with mandates, through a split. */
import assert from 'node:assert/strict';
import { codeOf, giveMandate, mandateBecomes } from '../../support/mandates.ts';
import { CONVERGE_DELAY_MS_MAX, Village } from '../../support/village.ts';
import { proposalBecomes, propose, resultAt, vote } from '../../support/voting.ts';
import type { Report } from '../suite.ts';

const LEFT = ['valley', 'hall', 'ada', 'ben'];
const RIGHT = ['oaks', 'cleo', 'dora'];
const WIDE = 'cascadia/willamette';
const OAKS = 'cascadia/willamette/oaks';
const TERM_MS = 90 * 24 * 60 * 60 * 1000;

/** Runs the scenario. */
export async function run(report: Report): Promise<void> {
  await using village = await Village.open(
    ['ada', 'ben', 'cleo', 'dora'],
    {
      valley: { kind: 'federation', founders: ['hall', 'oaks'] },
      hall: { kind: 'assembly', founders: ['ada', 'ben'] },
      oaks: { kind: 'assembly', founders: ['cleo', 'dora'] },
    },
    [],
    { valley: WIDE, oaks: OAKS, cleo: OAKS, dora: OAKS },
  );
  const [ada, ben, cleo, dora] = ['ada', 'ben', 'cleo', 'dora'].map((name) => village.node(name));
  const [valley, hall, oaks] = ['valley', 'hall', 'oaks'].map((name) => village.node(name));
  assert.ok(ada !== undefined && ben !== undefined && cleo !== undefined && dora !== undefined);
  assert.ok(valley !== undefined && hall !== undefined && oaks !== undefined);
  const regions = (await ben.client.call('region.list', {})).regions.map(({ region }) => region);
  assert.ok(regions.includes(WIDE) && regions.includes(OAKS));

  const terms = { at: valley, termMs: TERM_MS };
  const adas = await giveMandate(hall, { ...terms, delegate: ada, matters: 'general,budget', amount: '100h' });
  const cleos = await giveMandate(oaks, { ...terms, delegate: cleo, matters: 'general,budget', amount: '40h' });
  for (const mandate of [adas, cleos])
    await mandateBecomes(village.nodes, mandate, ({ state }) => state === 'running', CONVERGE_DELAY_MS_MAX);
  const seeds = await propose(hall, valley, { title: 'One seed bank for both', text: 'At the ford.' });
  assert.equal((await vote(ada, seeds, { voice: 'for', elector: hall.identity })).word, 'accepted');
  assert.equal(await codeOf(vote(ben, seeds, { voice: 'for', elector: hall.identity })), 'unknown_mandate');
  assert.equal(await codeOf(vote(ada, seeds, { voice: 'for', elector: oaks.identity })), 'unknown_mandate');
  assert.equal(await codeOf(vote(ada, seeds, { voice: 'for' })), 'not_elector');
  await proposalBecomes(oaks, seeds, ({ state, mandated }) => state === 'open' && mandated.length === 1);
  assert.equal((await vote(cleo, seeds, { voice: 'for', elector: oaks.identity })).word, 'accepted');
  assert.deepEqual((await resultAt(village.nodes, seeds)).voices, { for: 2, against: 0, standAside: 0, block: 0 });
  report('seven daemons of two nested regions: the federation acts when the delegates of both assemblies have voted');

  const options = [
    { name: 'Well', cost: '40h' },
    { name: 'Bridge', cost: '60h' },
  ];
  const budget = await propose(hall, valley, { title: 'The season', matter: 'budget', budget: '60h', options });
  const beyond = vote(cleo, budget, { choice: [1], elector: oaks.identity });
  assert.equal(await codeOf(beyond), 'outside_mandate', 'the oaks have given her forty hours');
  assert.equal((await vote(ada, budget, { choice: [1], elector: hall.identity })).word, 'accepted');
  report('a budget above what one assembly has said is not for its delegate to vote on');

  const cart = await propose(hall, valley, { title: 'A shared cart' });
  await Promise.all([cleo, dora, oaks].map((one) => proposalBecomes(one, cart, () => true)));
  await village.split(LEFT, RIGHT);
  assert.equal((await vote(ada, cart, { voice: 'for', elector: hall.identity })).word, 'accepted');
  const apart = await vote(cleo, cart, { voice: 'for', elector: oaks.identity });
  assert.equal(apart.word, 'pending', 'no answer comes across the split');
  const own = await vote(oaks, budget, { choice: [1] });
  assert.equal(own.word, 'pending');
  const waiting = await valley.client.call('proposal.show', { proposal: cart });
  assert.deepEqual([waiting.state, waiting.mandated.length], ['open', 1]);
  report('split: the federation hears one of two assemblies, and adopts nothing in the name of the other');

  await village.heal(LEFT, RIGHT);
  const adopted = await resultAt(village.nodes, cart, 3 * CONVERGE_DELAY_MS_MAX);
  assert.deepEqual([adopted.state, adopted.voters], ['adopted', 2]);
  const shared = await resultAt(village.nodes, budget, 3 * CONVERGE_DELAY_MS_MAX);
  assert.deepEqual([shared.options.find(({ chosen }) => chosen === 1)?.name, shared.voters], ['Well', 2]);
  await village.converge();
  report('healed: the ballot under the other mandate and the assembly’s own have come; equal topicRoots');
}
