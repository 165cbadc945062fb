/** Plants imports in an empty house and looks which of them the floors refuse. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { execute } from '../../../scripts/execute.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** Each line: who imports whom. */
const ALLOWED = [
  ['src/core/wire/a.ts', 'src/core/base/b.ts'],
  ['src/core/identity/a.ts', 'src/ports/signatures.ts'],
  ['src/core/sync/a.ts', 'src/core/books/b.ts'],
  ['src/core/ledger/a.ts', 'src/core/witness/b.ts'],
  ['src/engine/a.ts', 'src/core/ledger/b.ts'],
  ['src/adapters/memory/a.ts', 'src/ports/store.ts'],
  ['src/adapters/memory/c.ts', 'src/core/identity/ed25519-strict.ts'],
  ['src/client/a.ts', 'src/engine/b.ts'],
  ['nodes/cli/a.ts', 'src/api/b.ts'],
  ['nodes/bank/a.ts', 'src/daemon/b.ts'],
  ['test/unit/a.ts', 'nodes/cli/b.ts'],
] as const;

const REFUSED = [
  ['src/core/base/up.ts', 'src/core/wire/b.ts'],
  ['src/core/wire/up.ts', 'src/core/identity/b.ts'],
  ['src/core/identity/up.ts', 'src/core/books/b.ts'],
  ['src/core/books/up.ts', 'src/core/ledger/b.ts'],
  ['src/core/books/port.ts', 'src/ports/store.ts'],
  ['src/core/ledger/brother.ts', 'src/core/labor/b.ts'],
  ['src/core/ledger/up.ts', 'src/engine/b.ts'],
  ['src/core/sync/side.ts', 'src/core/ledger/b.ts'],
  ['src/adapters/sqlite/engine.ts', 'src/engine/b.ts'],
  ['src/adapters/sqlite/brother.ts', 'src/adapters/memory/b.ts'],
  ['src/adapters/sqlite/books.ts', 'src/core/books/b.ts'],
  ['src/engine/up.ts', 'src/client/b.ts'],
  ['src/engine/adapter.ts', 'src/adapters/memory/b.ts'],
  ['src/daemon/up.ts', 'nodes/shared/b.ts'],
  ['src/ports/up.ts', 'src/engine/b.ts'],
  ['nodes/cli/daemon.ts', 'src/daemon/b.ts'],
  ['nodes/bank/core.ts', 'src/core/ledger/b.ts'],
  ['src/elsewhere/a.ts', 'src/core/base/b.ts'],
  ['src/core/base/circle.ts', 'src/core/base/in-circle.ts'],
] as const;

/** Closes the circle; a circle is reported once, at the other of its imports. */
const BACK = ['src/core/base/in-circle.ts', 'src/core/base/circle.ts'] as const;

const reportSchema = z.object({
  summary: z.object({ violations: z.array(z.object({ from: z.string(), to: z.string() })) }),
});

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mutua-floors-'));
  await write(
    'tsconfig.json',
    '{"compilerOptions":{"module":"NodeNext","allowImportingTsExtensions":true,"noEmit":true}}',
  );
  const imports = [...ALLOWED, ...REFUSED, BACK];
  for (const [, to] of imports) await write(to, 'export interface Thing { readonly name: string }\n');
  for (const [from, to] of imports) await write(from, plantedImport(from, to));
});
after(() => rm(folder, { recursive: true }));

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), text);
}

/** A type import, since those count too. */
function plantedImport(from: string, to: string): string {
  const path = relative(dirname(from), to);
  return `import type { Thing } from '${path.startsWith('.') ? path : `./${path}`}';\nexport type { Thing };\n`;
}

test('exactly the planted violations are refused', async () => {
  const program = join(ROOT, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs');
  const config = join(ROOT, '.dependency-cruiser.cjs');
  const words = [program, '--config', config, '--output-type', 'json', 'src', 'nodes', 'test'];
  const { output } = await execute(words, { cwd: folder });
  const { violations } = reportSchema.parse(JSON.parse(output)).summary;
  const refused = new Set(violations.map(({ from, to }) => `${from} → ${to}`));
  const planted = REFUSED.map(([from, to]) => `${from} → ${to}`);
  assert.deepEqual([...refused].toSorted(), planted.toSorted());
});
