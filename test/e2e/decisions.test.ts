/** Decisions through the APIs of an assembly of three in one process: proposed, amended, voted on, counted by everybody alike. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createMemoryHub, type MemoryHub } from '../../src/adapters/memory/memory-network.ts';
import type { RouteInput, RouteOutput } from '../../src/api/routes.ts';
import { present } from '../../src/core/base/outcome.ts';
import { type ApiNode, invite, startBody, startNode, startPerson } from '../support/api-nodes.ts';
import { until } from '../support/processes.ts';

const HOUR_MS = 3_600_000;

let hub: MemoryHub;
let ada: ApiNode;
let ben: ApiNode;
let cleo: ApiNode;
let eve: ApiNode;
let hall: ApiNode;

before(async () => {
  hub = createMemoryHub();
  [ada, ben] = await Promise.all([startPerson(hub, 'Ada'), startPerson(hub, 'Ben')]);
  [cleo, eve] = await Promise.all([startPerson(hub, 'Cleo'), startPerson(hub, 'Eve')]);
  hall = await startBody(hub, 'assembly', 'Hall', [ada, ben, cleo]);
  for (const person of [ada, ben, cleo, eve]) await invite(hall, person, [hall]);
  for (const person of [ada, ben, cleo, eve])
    await until(`${person.name} holds the member book`, async () =>
      person.api.call('member.list', { body: hall.identity }).catch(() => undefined),
    );
});

after(async () => {
  for (const node of [ada, ben, cleo, eve, hall]) await node[Symbol.asyncDispose]();
});

async function open(by: ApiNode, input: Omit<RouteInput<'proposal.open'>, 'body'>): Promise<string> {
  const { answer, proposal } = await by.api.call('proposal.open', { body: hall.identity, ...input });
  assert.equal(answer.word, 'accepted', answer.sentence);
  return present(proposal, 'its id is told');
}

async function shown(
  at: ApiNode,
  proposal: string,
  isSo: (seen: RouteOutput<'proposal.show'>) => boolean,
): Promise<RouteOutput<'proposal.show'>> {
  return until(`${at.name} sees the proposal so`, async () => {
    const seen = await at.api.call('proposal.show', { proposal }).catch(() => undefined);
    return seen?.title !== undefined && isSo(seen) ? seen : undefined;
  });
}

async function cast(
  by: ApiNode,
  proposal: string,
  ballot: Omit<RouteInput<'ballot.cast'>, 'proposal'>,
): Promise<RouteOutput<'ballot.cast'>> {
  await shown(by, proposal, () => true);
  return by.api.call('ballot.cast', { proposal, ...ballot });
}

/** The heads of all books that the people's own devices write. */
async function ownBooks(): Promise<readonly string[]> {
  const lists = await Promise.all([ada, ben, eve].map((node) => node.api.call('book.list', {})));
  return lists.flatMap(({ books }) => books.filter(({ own }) => own).map(({ head }) => head));
}

describe('decisions through the API', () => {
  test('three agree by consent, and everybody counts the same', async () => {
    const proposal = await open(ada, { title: 'A common kitchen', text: 'In the old mill.' });
    for (const person of [ada, ben]) {
      const { answer, number } = await cast(person, proposal, { voice: 'for' });
      assert.deepEqual([answer.word, answer.sentence.includes('counts it'), number], ['pending', true, 1]);
    }
    const held = await hall.api.call('proposal.show', { proposal });
    assert.deepEqual([held.ballotsHeld, held.voters, held.state], [2, undefined, 'open']);
    await cast(cleo, proposal, { voice: 'for' });
    for (const node of [hall, ada, ben, cleo, eve]) {
      const { state, voices, title, text, electors, voters } = await shown(
        node,
        proposal,
        (seen) => seen.state === 'adopted',
      );
      assert.deepEqual(
        [state, electors, voters, title, text],
        ['adopted', 3, 3, 'A common kitchen', 'In the old mill.'],
      );
      assert.deepEqual(voices, { for: 3, against: 0, standAside: 0, block: 0 });
    }
    assert.equal((await ada.api.call('proposal.show', { proposal })).ownBallot, 'for');
  });

  test('an objection is heard, the proposal amended, and adopted', async () => {
    const proposal = await open(ada, { title: 'Bees on the roof', text: 'Twelve hives.' });
    await cast(ben, proposal, { voice: 'against', reason: 'Too many for one roof.' });
    const { version } = await ada.api.call('proposal.amend', { proposal, text: 'Four hives.' });
    for (const person of [ada, ben, cleo]) {
      const seen = await shown(person, proposal, (each) => each.version === version);
      assert.deepEqual([seen.title, seen.text], ['Bees on the roof', 'Four hives.']);
      assert.equal(seen.ownBallot, undefined);
      await cast(person, proposal, { voice: 'for' });
    }
    await shown(eve, proposal, (seen) => seen.state === 'adopted');
  });

  test('money is shared out by equal shares, and delegates chosen by ranking', async () => {
    const budget = await open(ben, {
      matter: 'budget',
      title: 'Hours for the valley',
      budget: '100h',
      options: [
        { name: 'Well', cost: '60h' },
        { name: 'Roof', cost: '50h' },
        { name: 'Path', cost: '30h' },
      ],
    });
    await cast(ada, budget, { choice: [1, 3] });
    await cast(ben, budget, { choice: [1, 3] });
    await cast(cleo, budget, { choice: [2] });
    const { options, budget: sum } = await shown(cleo, budget, (seen) => seen.state === 'adopted');
    assert.deepEqual(
      options.map(({ name, cost, count, chosen }) => [name, cost?.notes, count, chosen !== undefined]),
      [
        ['Well', '60', '2', true],
        ['Roof', '50', '1', false],
        ['Path', '30', '2', true],
      ],
    );
    assert.equal(sum?.notes, '100');
    const election = await open(cleo, {
      matter: 'election',
      title: 'Two delegates',
      seats: 2,
      options: ['Ada', 'Ben', 'Cleo'].map((name) => ({ name })),
    });
    await cast(ada, election, { choice: [1, 2] });
    await cast(ben, election, { delegate: ada.identity });
    await cast(cleo, election, { choice: [3] });
    const elected = await shown(ben, election, (seen) => seen.state === 'adopted');
    assert.deepEqual([elected.seats, elected.ownBallot], [2, 'as Ada']);
    assert.deepEqual(
      elected.options.filter(({ chosen }) => chosen !== undefined).map(({ name }) => name),
      ['Ada', 'Cleo'],
    );
    assert.equal(elected.options[2]?.count, '1');
  });

  test('a ballot may be changed until the body ends the ballots, and a deadline is kept', async () => {
    const proposal = await open(ada, { title: 'Repair the mill' });
    await cast(ben, proposal, { voice: 'for' });
    assert.equal((await cast(ben, proposal, { voice: 'standAside' })).number, 2);
    await cast(ada, proposal, { voice: 'for' });
    await assert.rejects(ada.api.call('proposal.close', { proposal }), { code: 'not_yours' });
    const planned = await hall.api.plan('proposal.close', { proposal });
    assert.match(planned.would, /proposalEnded/);
    const closed = await hall.api.call('proposal.close', { proposal });
    assert.deepEqual([closed.state, closed.voters], ['adopted', 2]);
    const { voices } = await hall.api.call('proposal.show', { proposal });
    assert.deepEqual(voices, { for: 1, against: 0, standAside: 1, block: 0 });
    const deadline = new Date(Date.now() + HOUR_MS).toISOString();
    const timed = await open(ada, { title: 'Paint the mill', deadline });
    assert.equal((await hall.api.call('proposal.show', { proposal: timed })).deadline, deadline);
    await assert.rejects(hall.api.call('proposal.close', { proposal: timed }), { code: 'too_early' });
    await shown(ada, timed, () => true);
    const { answer } = await ada.api.call('proposal.withdraw', { proposal: timed });
    assert.equal(answer.word, 'accepted');
    await shown(ben, timed, (seen) => seen.state === 'withdrawn' && seen.title !== undefined);
    const { proposals } = await ben.api.call('proposal.list', { body: hall.identity, state: 'withdrawn' });
    assert.deepEqual(
      proposals.map(({ title, bodyName }) => [title, bodyName]),
      [['Paint the mill', 'Hall']],
    );
  });

  test('bad input is refused with a sentence, and nothing is written', async () => {
    const proposal = await open(ada, { title: 'A question' });
    const kept = await ownBooks();
    const body = hall.identity;
    await assert.rejects(eve.api.call('proposal.open', { body, title: 'Let me in' }), { code: 'not_elector' });
    await assert.rejects(cast(eve, proposal, { voice: 'for' }), { code: 'not_elector' });
    await assert.rejects(cast(ada, proposal, { voice: 'block', reason: 'no' }), {
      code: 'choice_malformed',
      message: /for, against/,
    });
    await assert.rejects(cast(ada, proposal, { choice: [7] }), { code: 'choice_malformed' });
    await assert.rejects(cast(ada, proposal, { delegate: ada.identity }), {
      code: 'choice_malformed',
      field: 'delegate',
    });
    await assert.rejects(cast(ada, proposal, {}), { code: 'unclear' });
    await assert.rejects(cast(ada, proposal, { voice: 'for', choice: [1] }), { code: 'unclear' });
    await assert.rejects(ben.api.call('proposal.amend', { proposal, title: 'Mine' }), { code: 'not_proposer' });
    await assert.rejects(ben.api.call('proposal.withdraw', { proposal }), { code: 'not_proposer' });
    const options = [
      { name: 'Well', cost: '60h' },
      { name: 'Roof', cost: '101h' },
    ];
    await assert.rejects(
      ada.api.call('proposal.open', { body, matter: 'budget', title: 'Too much', budget: '100h', options }),
      {
        code: 'question_malformed',
        message: /equal shares/,
      },
    );
    await assert.rejects(ada.api.call('proposal.open', { body, title: 'Late', deadline: '2020-01-01T00:00:00Z' }), {
      field: 'deadline',
    });
    await assert.rejects(ada.api.call('proposal.show', { proposal: body }), { status: 404 });
    assert.deepEqual(await ownBooks(), kept);
  });

  test('sealed ballots hide the choice until all are in, and are revealed by their voters’ nodes, over a restart', async () => {
    const election = { title: 'A delegate', matter: 'election', seats: 1 } as const;
    const { rules } = await hall.api.call('body.show', { body: hall.identity });
    assert.ok(rules.some(({ method }) => method === 'rankedChoice'));
    const proposal = await open(ada, { ...election, options: [{ name: 'Ada' }, { name: 'Ben' }], sealed: true });
    const { sealed, answer } = await cast(ada, proposal, { choice: [1] });
    assert.match(sealed ?? '', /whoever follows the body reads afterwards who chose what/);
    assert.equal(answer.word, 'pending');
    await cast(ben, proposal, { choice: [2, 1] });
    const seen = await shown(ben, proposal, ({ ownBallot }) => ownBallot !== undefined);
    assert.deepEqual([seen.sealed, seen.ownBallot, seen.state], [true, '2, 1 (sealed)', 'open']);
    await assert.rejects(ben.api.call('ballot.reveal', { proposal }), { code: 'too_early', field: 'proposal' });
    await assert.rejects(cast(cleo, proposal, { choice: [1], reason: 'she listens' }), {
      code: 'unclear',
      field: 'reason',
    });
    await assert.rejects(cast(cleo, proposal, { choice: [3] }), { code: 'choice_malformed', field: 'choice' });
    const { parts } = ben;
    await ben[Symbol.asyncDispose]();
    await cast(cleo, proposal, { choice: [2] });
    const waiting = await shown(hall, proposal, ({ state }) => state === 'revealing');
    assert.deepEqual([waiting.electors, waiting.voters], [3, undefined]);
    ben = await startNode(hub, 'Ben again', parts);
    await invite(hall, ben, [hall]);
    for (const node of [hall, ada, ben, eve]) {
      const { state, voters, options } = await shown(node, proposal, (one) => one.state === 'adopted');
      assert.deepEqual([state, voters], ['adopted', 3]);
      assert.deepEqual(
        options.map(({ chosen }) => chosen),
        [undefined, 1],
      );
    }
    await assert.rejects(ben.api.call('ballot.reveal', { proposal }), { code: 'proposal_not_open' });
    await assert.rejects(open(ada, { title: 'By consent', sealed: true }), {
      code: 'question_malformed',
      message: /cannot be sealed/,
    });
    const plain = await open(ada, { title: 'Openly' });
    await shown(ada, plain, () => true);
    await assert.rejects(ada.api.call('ballot.reveal', { proposal: plain }), { code: 'unclear' });
    await ada.api.call('proposal.withdraw', { proposal: plain });
  });

  test('ballots that a body holds outlive its restart', async () => {
    const proposal = await open(ben, { title: 'After the night' });
    await cast(ada, proposal, { voice: 'for' });
    await cast(ben, proposal, { voice: 'for' });
    const { parts } = hall;
    await hall[Symbol.asyncDispose]();
    hall = await startNode(hub, 'Hall again', parts);
    await invite(hall, cleo, [hall]);
    assert.equal((await hall.api.call('proposal.show', { proposal })).ballotsHeld, 2);
    await cast(cleo, proposal, { voice: 'for' });
    await shown(hall, proposal, (seen) => seen.state === 'adopted');
  });
});
