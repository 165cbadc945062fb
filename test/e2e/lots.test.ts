/** A lot from its call to a stranger who draws it again from a file; its parties' nodes take part by themselves. */
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createMemoryHub, type MemoryHub } from '../../src/adapters/memory/memory-network.ts';
import { type ApiNode, invite, startBody, startNode, startPerson } from '../support/api-nodes.ts';
import { runMutua, temporaryFolder, until } from '../support/processes.ts';

let hub: MemoryHub;
let people: ApiNode[];
let zoe: ApiNode;
let hall: ApiNode;

before(async () => {
  hub = createMemoryHub();
  people = await Promise.all(['Ada', 'Ben', 'Cleo', 'Dora'].map((name) => startPerson(hub, name)));
  zoe = await startPerson(hub, 'Zoe');
  hall = await startBody(hub, 'assembly', 'Hall', people);
  for (const person of [...people, zoe]) await invite(hall, person, [hall]);
});

after(async () => {
  for (const node of [...people, zoe, hall]) await node[Symbol.asyncDispose]();
});

function person(index: number): ApiNode {
  const node = people[index];
  assert.ok(node !== undefined);
  return node;
}

async function lotAt(node: ApiNode, lot: string, state: 'called' | 'sealed' | 'drawn') {
  return until(`the lot is ${state} at ${node.name}`, async () => {
    const shown = await node.api.call('lot.show', { lot }).catch(() => undefined);
    return shown?.state === state ? shown : undefined;
  });
}

test('members are drawn by the secrets of all, without those left out, and everybody sees the same', async () => {
  const out = person(3).identity;
  const planned = await hall.api.plan('lot.draw', { title: 'Jury', count: 2, without: [out] });
  assert.match(planned.would, /proposalText|lot/);
  const { lot } = await hall.api.call('lot.draw', { title: 'Jury', count: 2, without: [out] });
  const drawn = await lotAt(hall, lot, 'drawn');
  assert.deepEqual([drawn.pool, drawn.drawn.length, drawn.weak], [3, 2, false]);
  assert.ok(drawn.drawn.every(({ identity }) => identity !== out));
  assert.ok(drawn.parties.every(({ committed, withheld }) => committed === true && withheld === false));
  for (const node of [...people, zoe]) {
    const seen = await lotAt(node, lot, 'drawn');
    assert.deepEqual(
      seen.drawn.map(({ identity }) => identity),
      drawn.drawn.map(({ identity }) => identity),
    );
  }
  const { lots } = await zoe.api.call('lot.list', { body: hall.identity });
  assert.deepEqual(
    lots.map(({ lot: id, title }) => [id, title]),
    [[lot, 'Jury']],
  );
});

test('a party that was away takes part when it comes back, after a restart too', async () => {
  const away = person(2);
  const { parts } = away;
  await away[Symbol.asyncDispose]();
  const { lot } = await hall.api.call('lot.draw', { title: 'Keys', count: 1 });
  await until('the others have committed', async () =>
    hall.client.driver.peer.desk.inbox.all().length === 3 ? true : undefined,
  );
  assert.equal((await lotAt(hall, lot, 'called')).drawn.length, 0);
  people[2] = await startNode(hub, 'Cleo', parts);
  await invite(hall, person(2), [hall]);
  const drawn = await lotAt(hall, lot, 'drawn');
  assert.deepEqual([drawn.drawn.length, drawn.parties.some(({ withheld }) => withheld)], [1, false]);
});

test('what cannot be drawn is said, and nothing is written', async () => {
  const before = (await hall.api.call('lot.list', {})).lots.length;
  const draw = (more: object) => hall.api.call('lot.draw', { title: 'Jury', count: 1, ...more });
  await assert.rejects(draw({ count: 5 }), { code: 'malformed', field: 'count', message: /Only 4 can be drawn/ });
  await assert.rejects(draw({ parties: [zoe.identity] }), { code: 'not_elector' });
  await assert.rejects(draw({ commitBy: '2020-01-01T00:00:00Z' }), { code: 'malformed', field: 'commitBy' });
  const early = new Date(Date.now() + 60_000).toISOString();
  await assert.rejects(draw({ revealBy: early }), { code: 'malformed', field: 'revealBy' });
  await assert.rejects(zoe.api.call('lot.draw', { title: 'Jury', count: 1 }), { code: 'not_yours' });
  await assert.rejects(zoe.api.call('lot.show', { lot: zoe.identity }), { code: 'not_found', field: 'lot' });
  assert.equal((await hall.api.call('lot.list', {})).lots.length, before);
});

test('a stranger draws the lots again from a file, and notices a changed one', async () => {
  await using folder = await temporaryFolder();
  const file = join(folder.path, 'hall.mutua');
  const chunks: Uint8Array[] = [];
  for await (const chunk of await hall.api.download('export', {})) chunks.push(chunk);
  await writeFile(file, Buffer.concat(chunks));
  const verified = await runMutua(['lot', 'verify', file, '--json']);
  assert.equal(verified.exitCode, 0, verified.stdout);
  const told = JSON.parse(verified.stdout);
  const here = (await hall.api.call('lot.list', {})).lots;
  assert.deepEqual(
    told.lots.map(({ lot, drawn }: { lot: string; drawn: string[] }) => [lot, drawn]),
    here.toReversed().map(({ lot, drawn }) => [lot, drawn.map(({ identity }) => identity)]),
  );
  const bytes = await readFile(file);
  await writeFile(file, bytes.with(bytes.length - 200, (bytes.at(-200) ?? 0) ^ 1));
  const changed = await runMutua(['lot', 'verify', file]);
  assert.equal(changed.exitCode, 1);
  assert.match(changed.stdout, /NOT valid/);
  assert.equal((await runMutua(['lot', 'verify', file, '--lot', 'bogus', '--json'])).exitCode, 2);
});
