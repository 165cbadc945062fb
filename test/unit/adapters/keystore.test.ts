import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { addBodyKeys, createKeyFile, openKeyFile } from '../../../src/adapters/keystore/key-file.ts';
import { KeyFileError, type KeyFileProblem } from '../../../src/adapters/keystore/key-file-error.ts';
import { newKeySet, randomRootSeeds } from '../../../src/adapters/keystore/key-set.ts';
import { systemRandom } from '../../../src/adapters/system/system-random.ts';

const root = await mkdtemp(join(tmpdir(), 'mutua-keys-'));
let folders = 0;
after(() => rm(root, { recursive: true, force: true }));

describe('the key file', () => {
  it('gives back every key after it was written, encrypted or in clear', async () => {
    for (const passphrase of ['correct horse', null]) {
      const place = newPlace(passphrase);
      const keys = newKeySet(systemRandom, randomRootSeeds(systemRandom));
      const created = await createKeyFile(place, keys);
      const opened = await openKeyFile(place);
      assert.deepEqual(created.keys, keys);
      assert.deepEqual(opened.keys, keys);
      assert.equal(opened.path, join(place.folder, passphrase === null ? 'keys.json' : 'keys.age'));
      assert.equal(opened.isEncrypted, passphrase !== null);
    }
  });

  it('of a body has no root keys', async () => {
    const place = newPlace('correct horse');
    await createKeyFile(place, newKeySet(systemRandom, null));
    assert.equal((await openKeyFile(place)).keys.root, null);
  });

  it('makes all its keys by the Random port, each of its own', () => {
    let calls = 0;
    const counting = {
      bytes: (length: number) => {
        calls += 1;
        return new Uint8Array(length).fill(calls);
      },
    };
    const keys = newKeySet(counting, randomRootSeeds(counting));
    const seeds = [keys.root?.rootSeed, keys.root?.nextSeed, keys.deviceSeed, keys.nodeSeed];
    assert.deepEqual(
      seeds,
      [1, 2, 3, 4].map((value) => new Uint8Array(32).fill(value)),
    );
  });

  it('shows nothing of the keys when it is encrypted, and is in the age format', async () => {
    const place = newPlace('correct horse');
    const { path } = await createKeyFile(place, newKeySet(systemRandom, null));
    const text = (await readFile(path)).toString('latin1');
    assert.match(text, /^age-encryption\.org\/v1\n-> scrypt /);
    assert.ok(!text.includes('deviceSeed') && !text.includes('mutua'));
  });

  it('is for its owner alone, in a folder for its owner alone', async () => {
    const place = newPlace(null);
    const { path } = await createKeyFile(place, newKeySet(systemRandom, null));
    assert.equal((await stat(path)).mode & 0o777, 0o600);
    assert.equal((await stat(place.folder)).mode & 0o777, 0o700);
    await chmod(path, 0o640);
    await refuses(openKeyFile(place), 'too_open', /mode 640.*chmod 600/);
    await chmod(path, 0o600);
    await chmod(place.folder, 0o755);
    await refuses(openKeyFile(place), 'too_open', /mode 755.*chmod 700/);
    const open = newPlace(null);
    await mkdir(open.folder, { mode: 0o755 });
    await refuses(createKeyFile(open, newKeySet(systemRandom, null)), 'too_open', /chmod 700/);
    assert.deepEqual(await readdir(open.folder), []);
  });

  it('is never written over', async () => {
    const place = newPlace('correct horse');
    const keys = newKeySet(systemRandom, null);
    await createKeyFile(place, keys);
    await refuses(createKeyFile(place, newKeySet(systemRandom, null)), 'exists', /keys\.age/);
    await refuses(createKeyFile({ ...place, passphrase: null }, newKeySet(systemRandom, null)), 'exists', /keys\.age/);
    assert.deepEqual((await openKeyFile(place)).keys, keys);
  });

  it('says what is wrong with a passphrase', async () => {
    const place = newPlace('correct horse');
    await createKeyFile(place, newKeySet(systemRandom, null));
    await refuses(openKeyFile({ ...place, passphrase: 'wrong' }), 'wrong_passphrase', /does not open .*keys\.age/);
    await refuses(openKeyFile({ ...place, passphrase: '' }), 'passphrase_empty', /empty/);
    await refuses(openKeyFile({ ...place, passphrase: null }), 'passphrase_needed', /is encrypted/);
    const clear = newPlace(null);
    await createKeyFile(clear, newKeySet(systemRandom, null));
    await refuses(openKeyFile({ ...clear, passphrase: 'x' }), 'not_encrypted', /in clear/);
    await refuses(createKeyFile(newPlace(''), newKeySet(systemRandom, null)), 'passphrase_empty', /empty/);
  });

  it('opens with the same passphrase in another Unicode spelling', async () => {
    const place = newPlace('coo\u0301perative');
    const { keys } = await createKeyFile(place, newKeySet(systemRandom, null));
    assert.deepEqual((await openKeyFile({ ...place, passphrase: 'co\u00f3perative' })).keys, keys);
  });

  it('says when it is missing, there twice or damaged, and quotes no secret', async () => {
    const place = newPlace('correct horse');
    await refuses(openKeyFile(place), 'missing', /no key file in/);
    const { path } = await createKeyFile(place, newKeySet(systemRandom, null));
    const bytes = await readFile(path);
    const last = bytes.length - 1;
    bytes.writeUInt8(bytes.readUInt8(last) ^ 1, last);
    await writeFile(path, bytes);
    await refuses(openKeyFile(place), 'damaged', /put your backup/);
    await writeFile(join(place.folder, 'keys.json'), '{}', { mode: 0o600 });
    await refuses(openKeyFile(place), 'two_files', /keys\.age.*keys\.json/);
    const clear = newPlace(null);
    const created = await createKeyFile(clear, newKeySet(systemRandom, null));
    const text = await readFile(created.path, 'utf8');
    for (const damaged of [
      text.slice(0, -20),
      text.replace('"version": 1', '"version": 2'),
      text.replace(/[0-9a-f]{64}/, 'ab'),
    ]) {
      await writeFile(created.path, damaged);
      const error = await refuses(openKeyFile(clear), 'damaged', /put your backup/);
      assert.equal(error.cause, undefined);
    }
  });
});

describe('a change of the key file', () => {
  it('adds keys for bodies, one after another, and keeps them', async () => {
    for (const passphrase of ['correct horse', null]) {
      const place = newPlace(passphrase);
      const file = await createKeyFile(place, newKeySet(systemRandom, randomRootSeeds(systemRandom)));
      const labels = ['bakery', 'assembly', 'bank'];
      const added = await Promise.all(labels.map((label) => addBodyKeys(file, label, systemRandom)));
      assert.deepEqual(
        added.map((keys) => keys.label),
        labels,
      );
      assert.deepEqual(file.keys.bodies, added);
      assert.deepEqual((await openKeyFile(place)).keys, file.keys);
      assert.equal((await stat(file.path)).mode & 0o777, 0o600);
      assert.equal((await readdir(place.folder)).length, 1, 'nothing is left beside it');
    }
  });

  it('refuses a label that is there, or empty, and goes on working', async () => {
    const place = newPlace(null);
    const file = await createKeyFile(place, newKeySet(systemRandom, null));
    await addBodyKeys(file, 'bakery', systemRandom);
    await refuses(addBodyKeys(file, 'bakery', systemRandom), 'label_taken', /“bakery”/);
    await assert.rejects(addBodyKeys(file, '', systemRandom), { name: 'ZodError' });
    await addBodyKeys(file, 'bank', systemRandom);
    assert.deepEqual(
      (await openKeyFile(place)).keys.bodies.map((body) => body.label),
      ['bakery', 'bank'],
    );
  });

  it('puts new root keys in place of the old ones', async () => {
    const place = newPlace(null);
    const file = await createKeyFile(place, newKeySet(systemRandom, randomRootSeeds(systemRandom)));
    const rotated = randomRootSeeds(systemRandom);
    await file.update((keys) => ({ ...keys, root: rotated }));
    assert.deepEqual((await openKeyFile(place)).keys, { ...file.keys, root: rotated });
  });

  it('that cannot be written changes nothing', async () => {
    const place = newPlace(null);
    const file = await createKeyFile(place, newKeySet(systemRandom, null));
    const moved = `${place.folder}-moved`;
    await rename(place.folder, moved);
    await refuses(addBodyKeys(file, 'bakery', systemRandom), 'not_written', /could not be written/);
    assert.deepEqual(file.keys.bodies, []);
    await rename(moved, place.folder);
    assert.deepEqual((await openKeyFile(place)).keys, file.keys);
  });

  it('survives what an earlier interrupted change left', async () => {
    const place = newPlace(null);
    const file = await createKeyFile(place, newKeySet(systemRandom, null));
    await writeFile(`${file.path}.new`, 'half of a fi');
    assert.deepEqual((await openKeyFile(place)).keys, file.keys);
    await addBodyKeys(file, 'bakery', systemRandom);
    assert.deepEqual(await readdir(place.folder), ['keys.json']);
  });
});

function newPlace(passphrase: string | null) {
  folders += 1;
  return { folder: join(root, String(folders)), passphrase, scryptWorkFactor: 4 };
}

async function refuses(work: Promise<unknown>, problem: KeyFileProblem, sentence: RegExp): Promise<KeyFileError> {
  const error = await work.then(
    () => undefined,
    (fault: unknown) => fault,
  );
  assert.ok(error instanceof KeyFileError, `expected a KeyFileError, got ${String(error)}`);
  assert.equal(error.problem, problem);
  assert.match(error.message, sentence);
  return error;
}
