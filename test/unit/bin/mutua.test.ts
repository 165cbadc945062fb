import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { chmod, cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const LAUNCHER = fileURLToPath(new URL('../../../bin/mutua.js', import.meta.url));
const PINNED = join(`node_modules/node-${process.platform}-${process.arch}`, 'bin/node');
/** Makes the launcher believe that an old Node runs it. */
const OLD_NODE = `data:text/javascript,Object.defineProperty(process.versions,'node',{value:'20.1.0'})`;

interface Ended {
  readonly exitCode: number | null;
  readonly output: string;
}

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mutua-launcher-'));
  await writeFiles({ 'package.json': '{"type":"module"}' });
  await mkdir(join(folder, 'bin'));
  await cp(LAUNCHER, join(folder, 'bin/mutua.js'));
});
after(() => rm(folder, { recursive: true }));

async function writeFiles(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
}

function launch(isOld: boolean, ...words: readonly string[]): ChildProcess {
  const preload = isOld ? ['--import', OLD_NODE] : [];
  return spawn(process.execPath, [...preload, join(folder, 'bin/mutua.js'), ...words]);
}

function ended(child: ChildProcess): Promise<Ended> {
  const { promise, resolve } = Promise.withResolvers<Ended>();
  let output = '';
  child.stdout?.on('data', (chunk) => (output += chunk));
  child.stderr?.on('data', (chunk) => (output += chunk));
  child.on('close', (exitCode) => resolve({ exitCode, output }));
  return promise;
}

test('an old Node without a pinned one: one clear sentence and exit code 78', async () => {
  const { exitCode, output } = await ended(launch(true));
  assert.equal(exitCode, 78);
  assert.match(output, /^mutua needs Node 24 or newer and this is 20\.1\.0: [^\n]+\.\n$/);
});

test('a new Node runs the sources of a checkout with the words of the command line', async () => {
  await writeFiles({
    'nodes/cli/main.ts': 'const words: string[] = process.argv.slice(2); console.log(words.join());',
  });
  assert.deepEqual(await ended(launch(false, 'pay', '--json')), { exitCode: 0, output: 'pay,--json\n' });
});

test('the built entry comes before the sources', async () => {
  await writeFiles({ 'dist/nodes/cli/main.js': 'console.log("built"); process.exitCode = 3;' });
  assert.deepEqual(await ended(launch(false)), { exitCode: 3, output: 'built\n' });
  await rm(join(folder, 'dist'), { recursive: true });
});

test('an old Node starts the pinned one, copies its exit code and passes signals on', async () => {
  await writeFiles({
    [PINNED]: `#!/bin/sh\nexec '${process.execPath}' "$@"\n`,
    'nodes/cli/main.ts': `
      if (process.argv[2] === 'wait') {
        const timer = setInterval(() => {}, 1000);
        process.on('SIGTERM', () => { clearInterval(timer); console.log('stopping'); process.exitCode = 7; });
        console.log('waiting');
      } else process.exitCode = 5;`,
  });
  await chmod(join(folder, PINNED), 0o755);
  assert.equal((await ended(launch(true, 'status'))).exitCode, 5);

  const child = launch(true, 'wait');
  const end = ended(child);
  child.stdout?.once('data', () => child.kill('SIGTERM'));
  assert.deepEqual(await end, { exitCode: 7, output: 'waiting\nstopping\n' });
});
