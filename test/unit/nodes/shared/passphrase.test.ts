import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { choosePassphrase, type PassphraseOrigin, readPassphrase } from '../../../../nodes/shared/passphrase.ts';

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mutua-passphrase-'));
});
after(() => rm(folder, { recursive: true }));

const origin = (more: Partial<PassphraseOrigin>): PassphraseOrigin => ({
  isWithout: false,
  environment: {},
  isInteractive: false,
  ...more,
});

test('the file comes before the environment, without its last newline', async () => {
  const file = join(folder, 'words');
  await writeFile(file, 'river stone bread\n');
  const environment = { MUTUA_PASSPHRASE: 'another one' };
  assert.equal(await readPassphrase(origin({ file, environment })), 'river stone bread');
  assert.equal(await readPassphrase(origin({ environment })), 'another one');
});

test('none is used only on explicit request', async () => {
  assert.equal(await readPassphrase(origin({ isWithout: true, environment: { MUTUA_PASSPHRASE: 'set' } })), undefined);
  assert.equal(await choosePassphrase(origin({ isWithout: true })), undefined);
  await assert.rejects(readPassphrase(origin({})), /nobody can be asked here: set MUTUA_PASSPHRASE/);
  await assert.rejects(choosePassphrase(origin({})), /say --no-passphrase/);
});

test('empty, short and contradicting ones are refused', async () => {
  const environment = { MUTUA_PASSPHRASE: '' };
  await assert.rejects(readPassphrase(origin({ environment })), /MUTUA_PASSPHRASE is empty/);
  await assert.rejects(choosePassphrase(origin({ environment: { MUTUA_PASSPHRASE: 'short' } })), /5 characters/);
  await assert.rejects(readPassphrase(origin({ isWithout: true, file: 'words' })), /contradict/);
});

test('a file that is not there is named', async () => {
  await assert.rejects(readPassphrase(origin({ file: join(folder, 'absent') })), /cannot be read: .+absent/);
});
