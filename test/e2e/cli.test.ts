import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { readySchema } from '../../nodes/shared/child.ts';
import { parseJsonLine } from '../../nodes/shared/json-lines.ts';
import { LAUNCHER, plainEnvironment, runMutua, TestNode, temporaryFolder } from '../support/processes.ts';
import { initPerson, VILLAGE_REGION } from '../support/village.ts';

const ABOUT = ['--kind', 'person', '--name', 'Ada', '--region', VILLAGE_REGION];

/** @returns code and sentence that a command printed as its one JSON line. */
function problemOf(stdout: string): { readonly code: string; readonly sentence: string } {
  const { error } = parseJsonLine(stdout) ?? {};
  assert.ok(typeof error === 'object' && error !== null && 'code' in error && 'sentence' in error, stdout);
  return { code: String(error.code), sentence: String(error.sentence) };
}

test('whoever reads the output may stop early', async () => {
  const child = spawn(process.execPath, [LAUNCHER, '--help'], { stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.destroy();
  const [problems, [exitCode]] = await Promise.all([text(child.stderr), once(child, 'close')]);
  assert.deepEqual([problems, exitCode], ['', 0]);
});

test('help names every noun under its heading, and a command that is none ends with 2', async () => {
  const help = await runMutua(['--help']);
  assert.equal(help.exitCode, 0);
  for (const heading of [/^This node:$/m, /^Region and peers:$/m, /^Daily life:$/m, /^Books and files:$/m]) {
    assert.match(help.stdout, heading);
  }
  for (const words of [['fly'], ['status', '--fly'], ['join'], ['labor', 'claim', 'b1']]) {
    assert.equal((await runMutua(words)).exitCode, 2, words.join(' '));
  }
  const json = await runMutua(['join', '--json']);
  assert.equal(problemOf(json.stdout).code, 'usage');
  assert.equal(json.stderr, '');
});

test('init makes a person once: private files, words for paper, nothing overwritten', async () => {
  await using folder = await temporaryFolder();
  const data = join(folder.path, 'ada');
  const here = ['--data', data, '--json'];
  const planned = await runMutua(['init', ...ABOUT, '--no-passphrase', '--dry-run', ...here]);
  assert.equal(planned.exitCode, 0, planned.stdout);
  await assert.rejects(stat(data), { code: 'ENOENT' });

  const nobody = await runMutua(['init', ...ABOUT, ...here]);
  assert.equal(nobody.exitCode, 2);
  assert.match(problemOf(nobody.stdout).sentence, /nobody can be asked here/);
  const misplaced = await runMutua(['init', ...ABOUT.slice(0, -1), 'Sellwood', '--no-passphrase', ...here]);
  assert.equal(misplaced.exitCode, 2);

  const made = await runMutua(['init', ...ABOUT, ...here], {
    environment: plainEnvironment({ MUTUA_PASSPHRASE: 'river stone bread' }),
  });
  assert.equal(made.exitCode, 0, made.stdout + made.stderr);
  const { identity, recoveryWords } = parseJsonLine(made.stdout) ?? {};
  assert.match(String(identity), /^b[a-z2-7]{52}$/);
  assert.equal(String(recoveryWords).split(' ').length, 24);
  assert.equal((await stat(data)).mode & 0o777, 0o700);
  assert.equal((await stat(join(data, 'keys.age'))).mode & 0o777, 0o600);

  const again = await runMutua(['init', ...ABOUT, '--no-passphrase', ...here]);
  assert.equal(again.exitCode, 1);
  assert.equal(problemOf(again.stdout).code, 'initialized');

  const wrong = await runMutua(['start', ...here], {
    environment: plainEnvironment({ MUTUA_PASSPHRASE: 'another sentence' }),
  });
  assert.equal(wrong.exitCode, 1);
  assert.equal(problemOf(wrong.stdout).code, 'wrong_passphrase');
});

test('a body starts only when its founders have signed', async () => {
  await using folder = await temporaryFolder();
  await using ada = new TestNode('ada', folder.path);
  await initPerson(ada);
  await ada.start();
  const { text: keyText } = await ada.command('member', 'key-text', 'Mill');
  const mill = new TestNode('mill', folder.path);
  const place = ['--name', 'Mill', '--region', VILLAGE_REGION, '--no-passphrase'];
  const { text } = await mill.command('init', '--kind', 'cooperative', ...place, '--founder', String(keyText));

  const early = await mill.tryCommand('start');
  assert.equal(early.exitCode, 1);
  assert.equal(problemOf(early.stdout).code, 'not_founded');
  const strange = await mill.tryCommand('member', 'found', String(keyText));
  assert.equal(strange.exitCode, 2);
  assert.match(problemOf(strange.stdout).sentence, /This is a key text, not an acceptance/);

  const { text: acceptance } = await ada.command('member', 'accept-founding', String(text));
  const { identity } = await mill.command('member', 'found', String(acceptance));
  const daemon = await mill.start();
  await using running = mill;
  assert.equal(daemon.ready.identity, identity);
  const { members } = await running.client.call('member.list', {});
  assert.deepEqual(
    members.map((member) => member.identity),
    [ada.identity],
  );
});

test('a daemon tells that it is ready, answers commands, refuses with a code, and ends cleanly', async () => {
  await using folder = await temporaryFolder();
  await using ada = new TestNode('ada', folder.path);
  await initPerson(ada);
  const ready = readySchema.parse((await ada.start()).ready);
  assert.match(ready.api, /^http:\/\/127\.0\.0\.1:\d+$/);
  assert.match(ready.addresses[0] ?? '', /^\/ip4\/127\.0\.0\.1\/tcp\/\d+\/p2p\//);
  const status = await ada.command('status');
  assert.deepEqual([status['identity'], status['kind'], status['name']], [ready.identity, 'person', 'ada']);

  const second = await ada.tryCommand('start', '--listen', '/ip4/127.0.0.1/tcp/0');
  assert.equal(second.exitCode, 1);
  assert.equal(problemOf(second.stdout).code, 'running');

  assert.deepEqual(await ada.command('join', 'cascadia/other', '--dry-run'), {
    dryRun: true,
    would: 'It would follow cascadia/other.',
  });
  const joined = await ada.command('join', 'cascadia/other', '--channels', 'people,transfers');
  assert.match(JSON.stringify(joined), /cascadia\/other/);
  const unknown = await ada.tryCommand('part', 'cascadia/nowhere');
  assert.deepEqual([unknown.exitCode, problemOf(unknown.stdout).code], [1, 'not_found']);
  const parted = await ada.command('part', 'cascadia/other');
  assert.doesNotMatch(JSON.stringify(parted), /cascadia\/other/);

  for (const [words, exitCode, code] of [
    [['join', 'Cascadia'], 2, 'usage'],
    [['pay', ready.identity], 2, 'usage'],
    [['pay', ready.identity, '1.00001'], 2, 'usage'],
    [['labor', 'attest', ready.identity], 1, 'not_found'],
    [['book', 'show', ready.identity], 1, 'not_found'],
  ] as const) {
    const end = await ada.tryCommand(...words);
    assert.deepEqual([end.exitCode, problemOf(end.stdout).code], [exitCode, code], `${words.join(' ')}: ${end.stdout}`);
  }
  const shown = await runMutua(['status', '--data', ada.folder]);
  assert.match(shown.stdout, new RegExp(`^identity: +${ready.identity}$`, 'm'));
  await ada.stop();
  assert.ok(ada.events.every(({ event }) => typeof event === 'string'));
});

test('with the daemon stopped: files work, the rest says how to start it', async () => {
  await using folder = await temporaryFolder();
  const [ada, ben] = [new TestNode('ada', folder.path), new TestNode('ben', folder.path)];
  await Promise.all([initPerson(ada), initPerson(ben)]);
  const status = await ada.tryCommand('status');
  assert.equal(status.exitCode, 3);
  assert.match(problemOf(status.stdout).sentence, new RegExp(`mutua start --data ${ada.folder}`));

  await ada.start();
  const running = await ada.command('export', join(folder.path, 'running.mutua'));
  await ada.kill();
  assert.equal((await ada.tryCommand('status')).exitCode, 3, 'an address that a killed daemon left behind');
  const file = join(folder.path, 'stopped.mutua');
  const stopped = await ada.command('export', file);
  assert.equal(stopped['bytes'], running['bytes']);

  const verified = await runMutua(['verify', file, '--json']);
  assert.equal(verified.exitCode, 0, verified.stdout);
  assert.match(verified.stdout, /"valid":true/);
  await ben.start();
  await ben.stop();
  const imported = await ben.command('import', file);
  assert.deepEqual([imported['complete'], imported['stored']], [true, imported['items']]);

  const damaged = join(folder.path, 'damaged.mutua');
  await writeFile(damaged, 'not a file of items');
  assert.equal((await runMutua(['verify', damaged, '--json'])).exitCode, 1);
  assert.equal((await runMutua(['verify', join(folder.path, 'absent'), '--json'])).exitCode, 2);
});

test('settings: a flag before the environment before the file, and what is wrong is named with its place', async () => {
  await using folder = await temporaryFolder();
  const ada = new TestNode('ada', folder.path);
  await initPerson(ada);
  const early = await ada.tryCommand('export', join(folder.path, 'early.mutua'));
  assert.deepEqual([early.exitCode, problemOf(early.stdout).code], [1, 'never_started']);
  await writeFile(join(ada.folder, 'mutua.toml'), 'prot = 4780\n');
  const slip = await ada.tryCommand('start');
  assert.equal(slip.exitCode, 2);
  assert.match(problemOf(slip.stdout).sentence, /mutua\.toml sets prot, which is no setting/);
  const empty = join(folder.path, 'empty');
  await mkdir(empty);
  const nothing = await runMutua(['start', '--data', empty, '--json']);
  assert.equal(nothing.exitCode, 1);
  assert.equal(problemOf(nothing.stdout).code, 'not_initialized');
});

test('what cannot be done is said in words of the command line, with what to do', async () => {
  await using folder = await temporaryFolder();
  const none = ['--data', join(folder.path, 'none')];
  const text = join(folder.path, 'text');
  await writeFile(text, 'no file of entries\n');
  const cases: readonly (readonly [words: readonly string[], exitCode: number, sentence: RegExp])[] = [
    [['status', ...none], 1, /no node in .*make one with mutua init/],
    [['export', text, '--channel', 'foo', ...none], 2, /--channel <channel>.*people, transfers/],
    [['start', '--port', '99999999', ...none], 2, /--port <number>.*up to 65535/],
    [['pay', 'foo', '1', ...none], 2, /^mutua: <payments> #1 to: is not an id/],
    [['pay', `b${'a'.repeat(52)}`, '1', '--bank', 'x', ...none], 2, /^mutua: --bank: is not an id/],
    [['import', folder.path], 2, /cannot be read: it is a folder\.$/],
    [['import', join(folder.path, 'nothing')], 2, /cannot be read: there is no such file or folder\.$/],
    [['evidence', 'verify', join(folder.path, 'nothing')], 2, /cannot be read: there is no such file or folder\.$/],
    [['verify', join(folder.path, 'nothing')], 2, /cannot be read: there is no such file or folder\.$/],
    [['verify', folder.path], 2, /cannot be read: it is a folder\.$/],
    [['verify', text, '--statement', text], 2, /holds no statement: write one with/],
    [['verify', text, '--statement', folder.path], 2, /cannot be read: it is a folder\.$/],
  ];
  const ends = await Promise.all(cases.map(([words]) => runMutua(words)));
  for (const [index, [words, exitCode, sentence]] of cases.entries()) {
    const end = ends[index];
    assert.equal(end?.exitCode, exitCode, words.join(' '));
    assert.match(end?.stderr.trimEnd().split('\n(--help')[0] ?? '', sentence);
  }
  const verified = await runMutua(['verify', text]);
  assert.equal(verified.exitCode, 1);
  assert.match(verified.stdout, /^This is no file of Mutua[^\n]*\n$/);
});

test('a node that runs is not started again, and a key text needs a label of its own', async () => {
  await using folder = await temporaryFolder();
  await using ada = new TestNode('ada', folder.path);
  await initPerson(ada);
  await ada.start();
  const again = await ada.tryCommand('start', '--no-passphrase');
  assert.equal(again.exitCode, 1);
  assert.match(problemOf(again.stdout).sentence, /Another process uses the store .*choose another data folder\.$/);
  assert.equal((await ada.tryCommand('member', 'key-text', 'bakery')).exitCode, 0);
  const taken = await ada.tryCommand('member', 'key-text', 'bakery');
  assert.equal(taken.exitCode, 1);
  assert.deepEqual(problemOf(taken.stdout), {
    code: 'unclear',
    sentence: 'There are keys labelled “bakery” already; take another label.',
  });
});
