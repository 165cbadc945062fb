import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { ChildFailedError, DaemonProcess } from '../../../../nodes/shared/child.ts';

const SIGNALS = pathToFileURL(join(import.meta.dirname, '../../../../nodes/shared/signals.ts')).href;
const READY = `console.log(JSON.stringify({event:'ready',identity:'b1',api:'http://127.0.0.1:1',addresses:[]}));`;

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mutua-child-'));
});
after(() => rm(folder, { recursive: true }));

async function fileOf(text: string): Promise<string> {
  const path = join(folder, 'child.mjs');
  await writeFile(path, text);
  return path;
}

test('a daemon is ready, tells its events, and ends by itself at SIGTERM', async () => {
  const path = await fileOf(`
    import { untilSignal } from ${JSON.stringify(SIGNALS)};
    const open = setInterval(() => {}, 1000);
    const signalled = untilSignal();
    ${READY}
    console.log(JSON.stringify({ event: 'entry', id: 'b2' }));
    const signal = await signalled;
    clearInterval(open);
    console.log(JSON.stringify({ event: 'stopping', signal }));`);
  const events: unknown[] = [];
  const daemon = await DaemonProcess.start({ words: [path], onEvent: (event) => events.push(event) });
  assert.equal(daemon.ready.identity, 'b1');
  assert.deepEqual(await daemon.stop(), { exitCode: 0, signal: null });
  assert.deepEqual(events, [
    { event: 'entry', id: 'b2' },
    { event: 'stopping', signal: 'SIGTERM' },
  ]);
});

test('a child that ends early fails with what it said', async () => {
  const path = await fileOf(`console.error('the data folder is held'); process.exitCode = 3;`);
  await assert.rejects(DaemonProcess.start({ words: [path] }), (error: Error) => {
    assert.ok(error instanceof ChildFailedError);
    assert.match(error.message, /ended with 3 before it was ready:\nthe data folder is held$/);
    return true;
  });
});
