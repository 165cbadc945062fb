/**
 * `npm run mutants`: runs every mutant of `test/mutants/*.json`; exit 1 when one survives, is unfair, or when a refusal
 * code or an invariant has none. `-- <word>` runs only the mutants whose name or `kills` holds the word.
 */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import Table from 'cli-table3';
import { z } from 'zod';
import { REFUSAL_CODES } from '../../src/core/base/refusals.ts';
import { faultOf, type Mutant, missingMutants, mutantSchema, unknownKills } from './mutant.ts';
import { type Fate, failingTests, runMutants } from './runner.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const INVARIANTS_FILE = join(ROOT, 'test/simulation/invariants.ts');
const invariantsSchema = z.object({ INVARIANTS: z.array(z.union([z.string(), z.object({ name: z.string() })])) });

function readMutants(): readonly Mutant[] {
  const files = globSync('test/mutants/*.json', { cwd: ROOT }).toSorted();
  return files.flatMap((file) => z.array(mutantSchema).parse(JSON.parse(readFileSync(join(ROOT, file), 'utf8'))));
}

async function readInvariants(): Promise<readonly string[]> {
  if (complain('No list of invariants', existsSync(INVARIANTS_FILE) ? [] : [INVARIANTS_FILE])) return [];
  const { INVARIANTS } = invariantsSchema.parse(await import(pathToFileURL(INVARIANTS_FILE).href));
  return INVARIANTS.map((invariant) => (typeof invariant === 'string' ? invariant : invariant.name));
}

/** @returns a sentence for each mutant that cannot be run or proves nothing. */
function unfairMutants(mutants: readonly Mutant[]): readonly string[] {
  return mutants.flatMap((mutant) => {
    const path = join(ROOT, mutant.file);
    const fault = existsSync(path) ? faultOf(mutant, readFileSync(path, 'utf8')) : `${mutant.file} does not exist`;
    return fault === undefined ? [] : [`${mutant.name}: ${fault}`];
  });
}

function printTable(fates: readonly Fate[]): void {
  const table = new Table({ head: ['mutant', 'what it breaks', 'fate', 'seconds'], style: { head: [], border: [] } });
  for (const { mutant, verdict, durationMs } of fates) {
    table.push([mutant.name, mutant.kills, verdict, (durationMs / 1000).toFixed(1)]);
  }
  console.log(table.toString());
}

function complain(title: string, lines: readonly string[]): boolean {
  if (lines.length === 0) return false;
  console.error(`${title}:\n${lines.map((line) => `  ${line}`).join('\n')}`);
  process.exitCode = 1;
  return true;
}

async function main(): Promise<void> {
  const word = process.argv[2] ?? '';
  const all = readMutants();
  const mutants = all.filter(({ name, kills }) => name.includes(word) || kills.includes(word));
  if (complain('Mutants that are not fair', unfairMutants(mutants))) return;
  if (complain('Tests that fail without any mutant', await failingTests(mutants))) return;

  const fates = await runMutants(mutants, ({ mutant, verdict }) => console.log(`${verdict}: ${mutant.name}`));
  printTable(fates);
  const survivors = fates.filter(({ verdict }) => verdict === 'survived').map(({ mutant }) => mutant.name);
  complain('Survived', survivors);
  const invariants = await readInvariants();
  complain('Mutants for what does not exist', unknownKills(all, REFUSAL_CODES, invariants));
  complain('Without a mutant', missingMutants(all, REFUSAL_CODES, invariants));
  console.log(`${fates.length - survivors.length} of ${fates.length} mutants killed.`);
}

await main();
