import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { execute } from '../../scripts/execute.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

describe('npm run bench', () => {
  it('measures every operation of the table, here too small to mean anything', async () => {
    const { exitCode, output } = await execute(['test/bench/run.ts', '--quick'], { cwd: ROOT });
    assert.equal(exitCode, 0, output);
    const rows = output.split('\n').filter((line) => line.startsWith('| '));
    for (const name of [
      'append',
      'ingest',
      'bank',
      'gossip',
      'late joiner',
      'catch-up',
      'disk',
      'start',
      'tally',
      'certificate',
    ])
      assert.ok(
        rows.some((row) => row.startsWith(`| ${name}`)),
        `no row tells of ${name}:\n${output}`,
      );
    assert.doesNotMatch(output, /NaN|Infinity/);
  });

  it('names the benches when asked for one that it does not have', async () => {
    const { exitCode, output } = await execute(['test/bench/run.ts', 'apend'], { cwd: ROOT });
    assert.equal(exitCode, 1);
    assert.match(output, /No bench is called apend\. There are: append, /);
  });
});
