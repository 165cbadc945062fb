/** Bodies as others see them, and applications that are refused by a criterion, appealed and answered, through the APIs of peers in one process. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createMemoryHub } from '../../src/adapters/memory/memory-network.ts';
import { knownAnswer } from '../../src/client/known-answer.ts';
import { idToBytes, parseId } from '../../src/core/base/id.ts';
import { present } from '../../src/core/base/outcome.ts';
import { readEntry } from '../../src/core/wire/entry.ts';
import { entryToItem } from '../../src/engine/reading.ts';
import { type ApiNode, invite, startBody, startPerson } from '../support/api-nodes.ts';
import { until } from '../support/processes.ts';

let ada: ApiNode;
let ben: ApiNode;
let cleo: ApiNode;
let farm: ApiNode;
/** Cleo's Apply. */
let apply = '';

before(async () => {
  const hub = createMemoryHub();
  [ada, ben, cleo] = await Promise.all(['Ada', 'Ben', 'Cleo'].map((name) => startPerson(hub, name))).then(
    ([first, second, third]) => {
      assert.ok(first !== undefined && second !== undefined && third !== undefined);
      return [first, second, third];
    },
  );
  farm = await startBody(hub, 'cooperative', 'Farm', [ada, ben]);
  for (const person of [ada, ben, cleo]) await invite(farm, person, [farm]);
  await until('Cleo holds the member book of the farm', async () => listAt(cleo).catch(() => undefined));
});

after(async () => {
  for (const node of [ada, ben, cleo, farm]) await node[Symbol.asyncDispose]();
});

function listAt(node: ApiNode) {
  return node.api.call('member.list', { body: farm.identity });
}

test('a body shows its charter to everybody who holds its member book', async () => {
  const { bodies } = await cleo.api.call('body.list', {});
  assert.deepEqual(
    bodies.map(({ identity, kind, members }) => [identity, kind, members]),
    [[farm.identity, 'cooperative', 2]],
  );
  const shown = await cleo.api.call('body.show', { body: farm.identity });
  assert.equal(shown.purpose, 'Farm of the valley.');
  assert.deepEqual(shown.criteria, [{ number: 1, sentence: 'lives here' }]);
  assert.deepEqual([shown.rules[0]?.matter, shown.attestationCount, shown.charterHead.sequence], ['general', 2, 1]);
  const nobody = cleo.api.call('body.show', { body: cleo.identity });
  await assert.rejects(nobody, { code: 'not_found', field: 'body' });
});

/** What Cleo's node knows of the answer to her Apply, and what the farm says when she sends it once more. */
async function answers() {
  const { peer } = cleo.client.driver;
  const [row] = await cleo.parts.store.entriesByIds([idToBytes(present(parseId(apply), 'an id'))]);
  const read = readEntry(present(row, 'the Apply is kept').bytes, peer.world.network);
  assert.ok(read.ok);
  const opening = present(peer.books.get(read.value.book), 'her own book').openingEntry;
  const items = [opening, read.value].map(({ bytes }) => entryToItem(bytes));
  const outcomes = await cleo.client.driver.submit(farm.identity, 'people', items);
  return { known: await knownAnswer(peer, cleo.parts.store, read.value, farm.identity), sent: outcomes?.at(-1) };
}

describe('an application', () => {
  test('is refused only by a criterion that the charter has, and only where somebody applied', async () => {
    const unasked = farm.api.call('member.refuse', { identity: cleo.identity, criterion: 1 });
    await assert.rejects(unasked, { code: 'not_found', field: 'identity' });
    apply = (await cleo.api.call('member.apply', { body: farm.identity })).entry.id;
    const tooHigh = farm.api.call('member.refuse', { identity: cleo.identity, criterion: 2 });
    await assert.rejects(tooHigh, { code: 'unknown_criterion', field: 'criterion', message: /criteria 1 to 1/ });
    const byCleo = cleo.api.call('member.refuse', { identity: ada.identity, criterion: 1 });
    await assert.rejects(byCleo, { code: 'not_yours' });
    await assert.rejects(cleo.api.call('member.appeal', { body: farm.identity }), { code: 'unknown_refusal' });
    assert.deepEqual((await listAt(farm)).refusals, []);
  });

  test('is answered with the words of the criterion and a reason, which the applicant sees', async () => {
    const refuse = { identity: cleo.identity, criterion: 1, reason: 'You live in the next valley.' };
    await farm.api.call('member.refuse', refuse);
    assert.deepEqual((await listAt(farm)).applications, []);
    const seen = await until('Cleo sees the refusal', async () => (await listAt(cleo)).refusals[0]);
    assert.deepEqual(
      [seen.identity, seen.criterion, seen.sentence, seen.reason, seen.appeal],
      [cleo.identity, 1, 'lives here', 'You live in the next valley.', undefined],
    );
  });

  test('is told to be refused by that criterion, however often it is sent', async () => {
    const [refusal] = (await listAt(cleo)).refusals;
    const { known, sent } = await answers();
    assert.deepEqual([known?.word, known?.carrier?.id, sent?.word], ['refused', refusal?.refused, 'refused']);
    assert.match(known?.sentence ?? '', /criterion 1 of its charter: “lives here”/);
    assert.equal(sent?.carrier?.id, refusal?.refused);
  });

  test('is appealed once, which the body records by itself and shows to all, and ends in an admission', async () => {
    await cleo.api.call('member.appeal', { body: farm.identity });
    for (const node of [farm, cleo, ada])
      await until(`${node.name} sees the appeal`, async () => (await listAt(node)).refusals[0]?.appeal);
    await assert.rejects(cleo.api.call('member.appeal', { body: farm.identity }), { code: 'already_appealed' });
    await farm.api.call('member.admit', { identity: cleo.identity });
    for (const node of [farm, cleo, ada])
      await until(`${node.name} sees the member`, async () => {
        const { members, refusals } = await listAt(node);
        return members.length === 3 && refusals.length === 0 ? true : undefined;
      });
    await assert.rejects(cleo.api.call('member.appeal', { body: farm.identity }), { code: 'unknown_refusal' });
    const { known, sent } = await answers();
    assert.deepEqual([known?.word, sent?.word], ['accepted', 'carried']);
  });
});
