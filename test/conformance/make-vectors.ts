/**
 * Writes the conformance vectors of decisions, entries, identities, notes, mandates, files, amounts, wire forms and witnessed books into `vectors/`, always the same bytes;
 * `--check` makes them in memory and compares. What is expected is written down here, apart from the program.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { amountVectors } from './make/amount.ts';
import { decisionVectors } from './make/decisions.ts';
import { entryVectors } from './make/entry.ts';
import { fileVectors } from './make/file.ts';
import { identityVectors } from './make/identity.ts';
import { mandateVectors } from './make/mandates.ts';
import { notedVectors } from './make/noted.ts';
import { wireVectors } from './make/wire.ts';
import { witnessVectors } from './make/witness.ts';

const VECTORS = fileURLToPath(new URL('./vectors', import.meta.url));

/** @returns the text of each file by its path under `vectors/`. */
export function makeVectors(): ReadonlyMap<string, string> {
  const folders = {
    amount: amountVectors(),
    decision: decisionVectors(),
    entry: entryVectors(),
    file: fileVectors(),
    identity: identityVectors(),
    state: { ...notedVectors(), ...mandateVectors() },
    wire: wireVectors(),
    witness: witnessVectors(),
  };
  return new Map(
    Object.entries(folders).flatMap(([folder, files]) =>
      Object.entries(files).map(([name, content]) => [join(folder, name), printed(content)] as const),
    ),
  );
}

/** @returns the paths of files that differ from what is committed. */
export async function staleVectors(): Promise<readonly string[]> {
  const stale: string[] = [];
  for (const [path, text] of makeVectors()) {
    const committed = await readFile(join(VECTORS, path), 'utf8').catch(() => undefined);
    if (committed !== text) stale.push(path);
  }
  return stale;
}

/** One case a line, so that a change shows as one line. */
function printed(content: unknown): string {
  const { cases, ...rest } = content as { readonly cases: readonly unknown[] };
  const head = JSON.stringify(rest, undefined, 2).replace(/\n\}$/, '');
  return `${head},\n  "cases": [\n${cases.map((one) => `    ${JSON.stringify(one)}`).join(',\n')}\n  ]\n}\n`;
}

async function main(): Promise<void> {
  if (process.argv.includes('--check')) {
    const stale = await staleVectors();
    if (stale.length === 0) return console.log('The vectors are fresh.');
    console.error(`${stale.join(', ')} differ: run \`node test/conformance/make-vectors.ts\` and commit the result.`);
    process.exitCode = 1;
    return;
  }
  for (const [path, text] of makeVectors()) {
    await mkdir(dirname(join(VECTORS, path)), { recursive: true });
    await writeFile(join(VECTORS, path), text);
  }
}

if (import.meta.main) await main();
