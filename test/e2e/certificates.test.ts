/** Decisions that anybody can check: written as files by a node of the body's people, read by a stranger who has nothing but the file. */
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { isJsonObject, type JsonObject, parseJsonLine } from '../../nodes/shared/json-lines.ts';
import { createMemoryHub, type MemoryHub } from '../../src/adapters/memory/memory-network.ts';
import type { RouteOutput } from '../../src/api/routes.ts';
import { present } from '../../src/core/base/outcome.ts';
import { type ApiNode, invite, startBody, startPerson } from '../support/api-nodes.ts';
import { collect } from '../support/collect.ts';
import { runMutua, temporaryFolder, until } from '../support/processes.ts';
import { Village } from '../support/village.ts';

/** What a stranger's program says of a file: no data folder, no daemon. */
async function stranger(
  ...words: readonly string[]
): Promise<{ readonly exitCode: number; readonly said: JsonObject }> {
  await using nowhere = await temporaryFolder();
  const end = await runMutua(['certificate', 'verify', ...words, '--data', join(nowhere.path, 'none'), '--json']);
  const said = parseJsonLine(end.stdout);
  assert.ok(isJsonObject(said), end.stdout + end.stderr);
  return { exitCode: end.exitCode ?? -1, said };
}

describe('five people at a table, without witness and without deadline', () => {
  let hub: MemoryHub;
  let people: readonly ApiNode[];
  let table: ApiNode;
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let proposal: string;
  let shown: RouteOutput<'certificate.show'>;

  before(async () => {
    folder = await temporaryFolder();
    hub = createMemoryHub();
    people = await Promise.all(['Ada', 'Ben', 'Cleo', 'Dan', 'Eve'].map((name) => startPerson(hub, name)));
    table = await startBody(hub, 'assembly', 'Table', people);
    for (const person of people) await invite(table, person, [table]);
    const [ada] = people;
    assert.ok(ada !== undefined);
    await until('Ada holds the member book', async () =>
      ada.api.call('member.list', { body: table.identity }).catch(() => undefined),
    );
    const opened = await ada.api.call('proposal.open', { body: table.identity, title: 'A common kitchen' });
    proposal = present(opened.proposal, opened.answer.sentence);
  });

  after(async () => {
    for (const node of [...people, table]) await node[Symbol.asyncDispose]();
    await folder[Symbol.asyncDispose]();
  });

  async function write(name: string, at: ApiNode, full: boolean): Promise<string> {
    const path = join(folder.path, name);
    await writeFile(path, await collect(await at.api.download('certificate.file', { proposal, full })));
    return path;
  }

  test('it is certified as soon as the fifth has voted', async () => {
    await assert.rejects(table.api.call('certificate.show', { proposal }), { code: 'not_closed' });
    for (const person of people) {
      await until(`${person.name} sees the proposal`, () =>
        person.api.call('proposal.show', { proposal }).catch(() => undefined),
      );
      await person.api.call('ballot.cast', { proposal, voice: 'for' });
    }
    shown = await until('the table has its certificate', () =>
      table.api.call('certificate.show', { proposal }).catch(() => undefined),
    );
    assert.deepEqual([shown.state, shown.electors, shown.voters, shown.witnessing], ['adopted', 5, 5, 'unwitnessed']);
    assert.match(shown.sentence, /^unwitnessed: /);
    assert.ok((shown.bytes ?? Infinity) <= 16_384);
  });

  test('everybody at the table gives away the same result', async () => {
    for (const person of people) {
      const own = await until(`${person.name} has the certificate`, () =>
        person.api.call('certificate.show', { proposal }).catch(() => undefined),
      );
      assert.deepEqual([own.close, own.sentence], [shown.close, shown.sentence]);
    }
  });

  test('a stranger reads which body decided what, with nothing but the file', async () => {
    const [ada] = people;
    assert.ok(ada !== undefined);
    for (const full of [false, true]) {
      const { exitCode, said } = await stranger(await write(`table ${full}`, ada, full));
      assert.equal(exitCode, 0, JSON.stringify(said));
      const { valid, form, body, proposal: about, result, voters, recounted, witnessing, close } = said;
      assert.deepEqual([valid, body, about, result, voters], [true, table.identity, proposal, 'adopted', 5]);
      assert.deepEqual([form, recounted], full ? ['full', 5] : ['compact', undefined]);
      assert.deepEqual([witnessing, close], ['unwitnessed', shown.close]);
    }
    const compact = await readFile(join(folder.path, 'table false'));
    assert.equal(compact.length, shown.bytes);
  });

  test('and is told what is wrong with a file that proves nothing', async () => {
    const [compact, full] = [
      await readFile(join(folder.path, 'table false')),
      await readFile(join(folder.path, 'table true')),
    ];
    const cut = join(folder.path, 'cut');
    for (const [bytes, code, sentence] of [
      [compact.subarray(0, 900), 'truncated', /ends after 900 bytes/],
      [full.subarray(0, -50), 'not_recounted', /ends after/],
      [Buffer.concat([compact, Buffer.from('!')]), 'trailing_bytes', /Bytes follow/],
      [full.subarray(compact.length), 'not_a_certificate', /mutua verify/],
    ] as const) {
      await writeFile(cut, bytes);
      const { exitCode, said } = await stranger(cut);
      assert.deepEqual([exitCode, said['valid'], said['code']], [1, false, code]);
      assert.match(String(said['sentence']), sentence);
    }
    const file = join(folder.path, 'table false');
    const [{ said: body }, { said: about }] = [
      await stranger(file, '--body', proposal),
      await stranger(file, '--proposal', shown.close),
    ];
    assert.deepEqual([body['code'], about['code']], ['wrong_body', 'wrong_proposal']);
    assert.equal((await stranger(file, '--body', table.identity, '--proposal', proposal)).exitCode, 0);
    const missing = await runMutua(['certificate', 'verify', join(folder.path, 'nothing')]);
    assert.deepEqual([missing.exitCode, /there is no such file/.test(missing.stderr)], [2, true]);
    await assert.rejects(table.api.call('certificate.show', { proposal: shown.close }), { code: 'not_found' });
  });

  test('once the charter was amended only a full certificate proves alone who witnesses', async () => {
    const [ada] = people;
    assert.ok(ada !== undefined);
    const asked = { body: table.identity, title: 'Four attestors', matter: 'charter' } as const;
    const opened = await ada.api.call('proposal.open', { ...asked, charter: { attestationCount: 4 } });
    proposal = present(opened.proposal, opened.answer.sentence);
    for (const person of people) {
      await until(`${person.name} sees the amendment`, () =>
        person.api.call('proposal.show', { proposal }).catch(() => undefined),
      );
      await person.api.call('ballot.cast', { proposal, voice: 'for' });
    }
    const certificate = await until('a checkpoint names the charter in force', async () => {
      const { carriedOut } = await table.api.call('proposal.show', { proposal });
      const { charterHead } = await table.api.call('body.show', { body: table.identity });
      const found = await table.api.call('certificate.show', { proposal }).catch(() => undefined);
      const isNew = carriedOut === 'done' && found?.checkpoint.charterHead.id === charterHead.id;
      return isNew ? found : undefined;
    });
    assert.equal(certificate.bytes, undefined);
    await assert.rejects(table.api.download('certificate.file', { proposal, full: false }), {
      code: 'charter_amended',
      message: /--full/,
    });
    const { exitCode, said } = await stranger(await write('amended', table, true));
    assert.deepEqual([exitCode, said['valid'], said['recounted']], [0, true, 5], JSON.stringify(said));
    const { charter } = said;
    assert.ok(isJsonObject(charter));
    assert.equal(charter['attestationCount'], 4);
  });
});

test('a decision that witnesses confirm is certified by them, and not before enough have', async () => {
  const witnesses = ['north', 'east', 'south', 'west'];
  const assembly = { kind: 'assembly', founders: ['ada'] };
  await using village = await Village.open(['ada'], {
    ...Object.fromEntries(witnesses.map((name) => [name, assembly])),
    hall: { kind: 'assembly', founders: ['ada'], witnesses },
  });
  const [ada, hall] = [village.node('ada'), village.node('hall')];
  const away = [village.node('south'), village.node('west')];
  await Promise.all(away.map((node) => node.stop()));
  const { proposal } = await ada.client.call('proposal.open', { body: hall.identity, title: 'Bees on the roof' });
  assert.ok(proposal !== undefined);
  await until('Ada sees it', () => ada.client.call('proposal.show', { proposal }).catch(() => undefined));
  await ada.client.call('ballot.cast', { proposal, voice: 'for' });
  await until(
    'it is adopted',
    async () => (await ada.client.call('proposal.show', { proposal })).state === 'adopted' || undefined,
  );
  const early = await ada.tryCommand('certificate', 'show', proposal);
  assert.deepEqual([early.exitCode, /not_confirmed/.test(early.stdout)], [1, true]);

  const bootstrap = hall.daemon.ready.addresses.flatMap((address) => ['--bootstrap', address]);
  await Promise.all(away.map((node) => node.start(...bootstrap)));
  const file = join(ada.folder, 'bees.mucer');
  await until('enough have confirmed it', () =>
    ada.client.call('certificate.show', { proposal }).catch(() => undefined),
  );
  const written = await ada.command('certificate', 'show', proposal, '--file', file, '--full');
  assert.deepEqual([written['witnessing'], written['file']], ['witnessed', file]);
  const { exitCode, said } = await stranger(file);
  assert.equal(exitCode, 0, JSON.stringify(said));
  const { body, result, form, recounted, needed, cosigned } = said;
  assert.deepEqual([body, result, form, recounted, needed], [hall.identity, 'adopted', 'full', 1, 3]);
  assert.ok(Number(cosigned) >= 3);
  const people = await runMutua(['certificate', 'verify', file]);
  assert.match(people.stdout, /^The assembly b[a-z2-7]+ adopted proposal b[a-z2-7]+\. witnessed: [34] of 4 witnesses/);
  const usage = await ada.tryCommand('certificate', 'show', proposal, '--full');
  assert.deepEqual([usage.exitCode, /--file/.test(usage.stdout)], [2, true]);
});
