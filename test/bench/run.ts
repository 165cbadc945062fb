/**
 * `npm run bench`: every bench, or with `-- <name> …` those named; `-- --quick` runs them small, which shows only that they
 * work. Prints a table in Markdown; exit 1 when a bench failed, not when a target was missed: machines differ, README.md tells.
 */
import { availableParallelism, cpus } from 'node:os';
import { appendBench } from './append.ts';
import { bankBench } from './bank.ts';
import type { Bench, Figure } from './bench.ts';
import { certificateBench } from './certificate.ts';
import { changedBooksBench } from './changed-books.ts';
import { diskBench } from './disk.ts';
import { gossipBench } from './gossip.ts';
import { ingestBench } from './ingest.ts';
import { lateJoinerBench } from './late-joiner.ts';
import { startBench } from './start.ts';
import { tallyBench } from './tally.ts';

/** All benches, in the order in which they run. */
export const BENCHES: readonly Bench[] = [
  appendBench,
  ingestBench,
  bankBench,
  gossipBench,
  lateJoinerBench,
  changedBooksBench,
  diskBench,
  startBench,
  tallyBench,
  certificateBench,
];

/** @returns a row of the table. */
function rowOf({ operation, measured, reference, ratio, target, met }: Figure): string {
  const mark = met === undefined ? '' : met ? 'met' : 'missed';
  return `| ${operation} | ${measured} | ${reference} | ${ratio} | ${target} | ${mark} |`;
}

async function main(): Promise<void> {
  const words = process.argv.slice(2);
  const quick = words.includes('--quick');
  const names = words.filter((word) => !word.startsWith('--'));
  const unknown = names.find((name) => !BENCHES.some((bench) => bench.name === name));
  if (unknown !== undefined) {
    console.error(`No bench is called ${unknown}. There are: ${BENCHES.map(({ name }) => name).join(', ')}.`);
    process.exitCode = 1;
    return;
  }
  console.log(
    `Node ${process.version}, ${availableParallelism()} cores of ${cpus()[0]?.model ?? 'an unknown model'}\n`,
  );
  console.log('| operation | measured | reference loop, same run | ratio | target | |\n|---|---|---|---|---|---|');
  for (const bench of BENCHES)
    if (names.length === 0 || names.includes(bench.name))
      for (const figure of await bench.run(quick)) console.log(rowOf(figure));
}

if (import.meta.main) await main();
