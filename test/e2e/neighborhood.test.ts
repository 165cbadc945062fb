import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { type ProgramEnd, runToEnd } from '../../nodes/shared/run-to-end.ts';
import { plainEnvironment, temporaryFolder } from '../support/processes.ts';

const MAIN = join(import.meta.dirname, '../../nodes/neighborhood/main.ts');
/** What the walk may take on a small machine. */
const WALK_MS_MAX = 60_000;

async function walkOnce(workingFolder: string): Promise<ProgramEnd> {
  const end = await runToEnd([MAIN, '--once'], { workingFolder, environment: plainEnvironment() });
  assert.equal(end.exitCode, 0, end.stdout + end.stderr);
  return end;
}

test('seven processes walk the main job, and at a second start a fresh claim', async () => {
  await using folder = await temporaryFolder();
  const beginMs = performance.now();
  const first = await walkOnce(folder.path);
  assert.ok(performance.now() - beginMs < WALK_MS_MAX, 'the walk took longer than a minute');
  for (const deed of [
    /Bank +is founded by Ada, Ben/,
    /admits Cleo/,
    /issues 1 to Ada/,
    /issues 1 to Cleo/,
    /issues 1.5 to Ben/,
    /pays wages/,
    /adopts it by consent: nobody of 3 objects, 3 voted/,
    /shares them out by equal shares: (Clear the well, Path to the ford|Path to the ford, Clear the well)/,
    /elects by ranked choice: Ada, Cleo/,
  ]) {
    assert.match(first.stdout, deed);
  }
  assert.match(first.stdout, /compute the same balances: .*Ada/);
  assert.match(first.stdout, /issued 3.5, retired 0, outstanding 3.5/);
  assert.match(first.stdout, /Every step held\.\n$/);

  const second = await walkOnce(folder.path);
  assert.doesNotMatch(second.stdout, /is founded|admits|opens an account/);
  assert.match(second.stdout, /issued 7, retired 0, outstanding 7/);
});
