/** Row 19, trade councils: delegates with mandates and terms, a vote of theirs and minutes, with a mandate given and recalled behind a split. */
import assert from 'node:assert/strict';
import { codeOf, giveMandate, mandateBecomes } from '../../support/mandates.ts';
import { type TestNode, until } from '../../support/processes.ts';
import { CONVERGE_DELAY_MS_MAX, Village } from '../../support/village.ts';
import { proposalBecomes, propose, resultAt, vote } from '../../support/voting.ts';
import type { Report } from '../suite.ts';

const LEFT = ['council', 'mill', 'ada'];
const RIGHT = ['forge', 'ben'];
const MONTH_MS = 30 * 24 * 60 * 60 * 1000;
/** A term that ends while the scenario runs. */
const SHORT_MS = 8_000;

/** Runs the scenario. */
export async function run(report: Report): Promise<void> {
  await using village = await Village.open(['ada', 'ben'], {
    council: { kind: 'federation', founders: ['forge', 'mill'] },
    forge: { kind: 'cooperative', founders: ['ada', 'ben'] },
    mill: { kind: 'cooperative', founders: ['ada', 'ben'] },
  });
  const [ada, ben, forge, mill, council] = ['ada', 'ben', 'forge', 'mill', 'council'].map((name) => village.node(name));
  assert.ok(
    ada !== undefined && ben !== undefined && forge !== undefined && mill !== undefined && council !== undefined,
  );
  const grant = (by: TestNode, delegate: TestNode, termMs: number, matters = 'general'): Promise<string> =>
    giveMandate(by, { delegate, at: council, termMs, matters });

  const adas = await grant(forge, ada, MONTH_MS, 'general,standard');
  const short = await grant(mill, ben, SHORT_MS);
  await mandateBecomes(village.nodes, adas, ({ state }) => state === 'running');
  const minutes = await propose(mill, council, { title: 'Minutes of the third day', text: 'All were there.' });
  const word = await vote(ada, minutes, { voice: 'for', elector: forge.identity });
  assert.equal(word.word, 'accepted', word.sentence);
  await proposalBecomes(ben, minutes, ({ mandated }) => mandated[0]?.elector === forge.identity);
  await vote(mill, minutes, { voice: 'for' });
  assert.deepEqual((await resultAt(village.nodes, minutes)).voices, { for: 2, against: 0, standAside: 0, block: 0 });
  report(
    'five daemons: a delegate votes for the forge, the mill for itself, and all five count the minutes as adopted',
  );

  const standard = await propose(mill, council, { title: 'Crates', matter: 'standard' });
  const byBen = vote(ben, standard, { voice: 'for', elector: mill.identity });
  assert.equal(await codeOf(byBen), 'outside_mandate', 'the mill mandated him in general matters alone');
  assert.equal(await codeOf(vote(ben, standard, { voice: 'for', elector: forge.identity })), 'unknown_mandate');
  await mandateBecomes(village.nodes, short, ({ state, overAt }) => state === 'expired' && overAt !== undefined);
  report('outside the matters of a mandate, or without one, nothing counts; a term ends by itself');

  const shift = await propose(mill, council, { title: 'A second shift' });
  for (const one of [ada, ben, forge]) await proposalBecomes(one, shift, () => true);
  await village.split(LEFT, RIGHT);
  const bens = await grant(forge, ben, MONTH_MS);
  await mandateBecomes([ben], bens, ({ state }) => state === 'running');
  const apart = await vote(ben, shift, { voice: 'against', reason: 'Who keeps the night?', elector: forge.identity });
  assert.equal(apart.word, 'pending', 'no answer comes across the split');
  for (const mandate of [bens, adas]) await forge.command('mandate', 'recall', mandate);
  await mandateBecomes([ben], adas, ({ state }) => state === 'recalled');
  const unheard = await vote(ada, shift, { voice: 'standAside', elector: forge.identity });
  assert.equal(unheard.word, 'accepted', 'the council cannot know of the recall');
  report('split: a mandate is given, used and recalled where the council cannot hear it, another is recalled and used');

  await village.heal(LEFT, RIGHT);
  for (const mandate of [bens, adas])
    await mandateBecomes(village.nodes, mandate, ({ state }) => state === 'recalled', CONVERGE_DELAY_MS_MAX);
  await until(
    'the ballot from behind the split is answered',
    async () => ((await ben.client.call('outbox', {})).entries.length === 0 ? true : undefined),
    2 * CONVERGE_DELAY_MS_MAX,
  );
  const { mandated } = await council.client.call('proposal.show', { proposal: shift });
  assert.deepEqual(
    mandated.map(({ elector, choice }) => [elector, choice]),
    [[forge.identity, 'standAside']],
    'what the council took before it heard of the recall stands, and nothing after it',
  );
  assert.equal(await codeOf(vote(ada, shift, { voice: 'for', elector: forge.identity })), 'mandate_over');
  await vote(forge, shift, { voice: 'for' });
  await vote(mill, shift, { voice: 'for' });
  const { state, voices } = await resultAt(village.nodes, shift, CONVERGE_DELAY_MS_MAX);
  assert.deepEqual([state, voices], ['adopted', { for: 2, against: 0, standAside: 0, block: 0 }]);
  report(
    'healed: the ballot under the recalled mandate counts nothing, and the forge’s own takes the place of the other',
  );
  await village.converge();
  report('equal topicRoots');
}
