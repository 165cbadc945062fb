/** `npm run operations [-- NUMBER …]`: one line for each of the 47 rows, or of those named, then how many work; exit 1 when a scenario that exists fails. */
import { join } from 'node:path';
import { ROWS } from './rows.ts';
import { closingLine, type RowState, rowLine, runRow } from './suite.ts';

async function main(): Promise<void> {
  const folder = join(import.meta.dirname, 'scenarios');
  const states: RowState[] = [];
  const named = process.argv.slice(2).map(Number);
  for (const row of ROWS.filter(({ number }) => named.length === 0 || named.includes(number))) {
    const state = await runRow(folder, row, (line) => console.log(`  ${row.number}: ${line}`));
    console.log(rowLine(state));
    states.push(state);
  }
  console.log(closingLine(states));
  if (states.some(({ kind }) => kind === 'failed')) process.exitCode = 1;
}

await main();
