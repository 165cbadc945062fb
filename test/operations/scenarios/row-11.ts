/** Row 11, neighborhood assemblies: proposals, ballots, closings and a budget, with half of the members cut off while they vote. */
import assert from 'node:assert/strict';
import { ApiError } from '../../../src/api/errors.ts';
import type { RouteInput } from '../../../src/api/routes.ts';
import { CONVERGE_DELAY_MS_MAX, Village } from '../../support/village.ts';
import { proposalBecomes, propose, resultAt, vote } from '../../support/voting.ts';
import type { Report } from '../suite.ts';

const LEFT = ['hall', 'ada', 'ben'];
const RIGHT = ['mill', 'cleo', 'dora'];
const BUDGET: Omit<RouteInput<'proposal.open'>, 'body'> = {
  matter: 'budget',
  title: 'A hundred hours',
  budget: '100h',
  options: [
    { name: 'Well', cost: '60h' },
    { name: 'Roof', cost: '50h' },
    { name: 'Path', cost: '30h' },
  ],
};
/** Ballots end while the halves are apart. */
const SPLIT_DEADLINE_MS = 45_000;

/** Runs the scenario. */
export async function run(report: Report): Promise<void> {
  await using village = await Village.open(['ada', 'ben', 'cleo', 'dora'], {
    hall: { kind: 'assembly', founders: ['ada', 'ben', 'cleo', 'dora'] },
    mill: { kind: 'cooperative', founders: ['cleo', 'dora'] },
  });
  const [ada, ben, cleo, dora] = ['ada', 'ben', 'cleo', 'dora'].map((name) => village.node(name));
  const [hall, mill] = [village.node('hall'), village.node('mill')];
  assert.ok(ada !== undefined && ben !== undefined && cleo !== undefined && dora !== undefined);

  const shed = await propose(ada, hall, { title: 'A tool shed' });
  for (const one of [ada, ben, cleo, dora]) await vote(one, shed, { voice: 'for' });
  assert.equal((await resultAt(village.nodes, shed)).state, 'adopted');
  const refused = await vote(cleo, shed, { voice: 'against' }).catch((error: unknown) => error);
  assert.ok(refused instanceof ApiError && refused.code === 'proposal_not_open', String(refused));
  const stranger = await mill.client
    .call('proposal.open', { body: hall.identity, title: 'x' })
    .catch((error: unknown) => error);
  assert.ok(stranger instanceof ApiError && stranger.code === 'not_elector', String(stranger));
  report(
    'six daemons: four adopt a proposal by consent, and all six count the same; who is no member proposes nothing',
  );

  const bees = await propose(ben, hall, { title: 'Bees on the roof', text: 'Twelve hives.' });
  const deadline = new Date(Date.now() + SPLIT_DEADLINE_MS).toISOString();
  const budget = await propose(ada, hall, { ...BUDGET, deadline });
  await Promise.all([cleo, dora].flatMap((one) => [bees, budget].map((id) => proposalBecomes(one, id, () => true))));
  await village.split(LEFT, RIGHT);
  await vote(ada, budget, { choice: [1, 3] });
  await vote(ben, budget, { choice: [1, 3] });
  await vote(ada, bees, { voice: 'for' });
  const apart = await vote(cleo, bees, { voice: 'against', reason: 'Too many for one roof.' });
  await vote(cleo, budget, { choice: [2] });
  assert.equal(apart.word, 'pending', 'no answer comes across the split');
  const closed = await proposalBecomes(hall, budget, ({ voters }) => voters !== undefined, 2 * SPLIT_DEADLINE_MS);
  assert.deepEqual([closed.state, closed.voters, closed.electors], ['adopted', 2, 4]);
  assert.equal((await hall.client.call('proposal.show', { proposal: bees })).state, 'open');
  report(
    'split: the budget closes at its deadline with two of four ballots; an objection is cast where the hall cannot hear it',
  );

  await village.heal(LEFT, RIGHT);
  const shares = await resultAt(village.nodes, budget, CONVERGE_DELAY_MS_MAX);
  assert.deepEqual(
    shares.options.filter(({ chosen }) => chosen !== undefined).map(({ name }) => name),
    ['Well', 'Path'],
  );
  await proposalBecomes(hall, bees, ({ ballotsHeld }) => ballotsHeld === 2, CONVERGE_DELAY_MS_MAX);
  report('healed: the late ballot changes no result; the objection has reached the hall');

  const { version } = await ben.client.call('proposal.amend', { proposal: bees, text: 'Four hives.' });
  assert.ok(version !== undefined);
  for (const one of [ada, ben, cleo, dora]) await vote(one, version, { voice: 'for' });
  const { state, text } = await resultAt(village.nodes, bees);
  assert.deepEqual([state, text], ['adopted', 'Four hives.']);
  await village.converge();
  report('amended after the objection, adopted by all; equal topicRoots');
}
