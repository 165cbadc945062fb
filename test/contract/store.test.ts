import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { createMemoryStore } from '../../src/adapters/memory/memory-store.ts';
import { openSqliteStore } from '../../src/adapters/sqlite/sqlite-store.ts';
import { describeStore } from './store-contract.ts';

const folder = mkdtempSync(join(tmpdir(), 'mutua-store-'));
after(() => rmSync(folder, { recursive: true }));
let count = 0;

describeStore('memory store', async () => createMemoryStore());
describeStore('sqlite store', () => {
  count += 1;
  return openSqliteStore({ path: join(folder, `${count}`, 'store.db') });
});
