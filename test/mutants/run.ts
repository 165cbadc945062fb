/**
 * `npm run mutants`: runs every mutant of `test/mutants/*.json`; exit 1 when one survives, is unfair, or when a refusal
 * code or an invariant has none. `-- <word>` runs only the mutants whose name or `kills` holds the word.
 */
import Table from 'cli-table3';
import { REFUSAL_CODES } from '../../src/core/base/refusals.ts';
import { INVARIANTS } from '../simulation/invariants.ts';
import { readMutants, unfairMutants } from './lists.ts';
import { missingMutants, unknownKills } from './mutant.ts';
import { type Fate, failingTests, runMutants } from './runner.ts';

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
  complain('Mutants for what does not exist', unknownKills(all, REFUSAL_CODES, INVARIANTS));
  complain('Without a mutant', missingMutants(all, REFUSAL_CODES, INVARIANTS));
  console.log(`${fates.length - survivors.length} of ${fates.length} mutants killed.`);
}

await main();
