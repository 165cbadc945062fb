import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { present } from '../../../src/core/base/outcome.ts';
import { parseRegion } from '../../../src/core/base/region.ts';
import { initNode } from '../../../src/daemon/init-node.ts';

const folder = mkdtempSync(join(tmpdir(), 'mutua-init-'));
after(() => rmSync(folder, { recursive: true }));
const region = present(parseRegion('cascadia/willamette'), 'it is a region');

test('a name that no other node would accept makes no node', async () => {
  for (const name of ['', 'a'.repeat(121), 'Ana\u001b[2J', 'A\u0301na']) {
    const made = initNode({ folder: join(folder, 'node'), kind: 'person', name, region, passphrase: null });
    await assert.rejects(made, { name: 'NodeFailedError', problem: 'bad_input', message: /^The name / });
    assert.ok(!existsSync(join(folder, 'node')) || readdirSync(join(folder, 'node')).length === 0);
  }
});
