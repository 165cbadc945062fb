/**
 * `node test/models/run.ts`: checks the models with Spin (https://spinroot.com) and a C compiler. One line for each run: whether its promise
 * holds in every order of events, and whether it should. Where the checker is not installed it says so in one word, UNCHECKED, and ends well.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const MODEL = join(import.meta.dirname, 'takeover.pml');
/** The longest run takes a quarter of a minute and 1.5 GB. */
const RUN_TIMEOUT_MS = 300_000;
const DEPTH_MAX = 1_000_000;

interface Run {
  readonly name: string;
  readonly defines: readonly string[];
  readonly holds: boolean;
}

const RUNS: readonly Run[] = [
  { name: 'f liars: what is final survives two takeovers', defines: ['-DLIARS=1'], holds: true },
  { name: 'f liars: one successor, whoever is in doubt', defines: ['-DLIARS=1', '-DDOUBT'], holds: true },
  { name: 'f + 1 liars: what is final is lost', defines: ['-DLIARS=2'], holds: false },
  { name: 'f + 1 liars: two successors start', defines: ['-DLIARS=2', '-DDOUBT'], holds: false },
  { name: 'witnessed and not held: lost', defines: ['-DLIARS=1', '-DWITNESSED'], holds: false },
  { name: 'held after the seal: lost', defines: ['-DLIARS=1', '-DLATE'], holds: false },
];

function isInstalled(program: string, argument: string): boolean {
  return spawnSync(program, [argument], { stdio: 'ignore' }).error === undefined;
}

/** @returns whether no assertion fails in any reachable state. @throws Error when the checker itself fails or does not finish. */
function checkRun(defines: readonly string[], folder: string): boolean {
  const command = (program: string, words: readonly string[]): string => {
    const { status, stdout, stderr } = spawnSync(program, words, {
      cwd: folder,
      encoding: 'utf8',
      timeout: RUN_TIMEOUT_MS,
    });
    if (status !== 0) throw new Error(`${program} ended with ${status}: ${stdout}${stderr}`);
    return stdout;
  };
  command('spin', [...defines, '-a', MODEL]);
  command('cc', ['-w', '-O2', '-DSAFETY', '-DNOREDUCE', '-o', 'pan', 'pan.c']);
  const report = command('./pan', ['-E', `-m${DEPTH_MAX}`]);
  const errors = /errors: (\d+)/.exec(report)?.[1];
  if (errors === undefined || /max search depth too small|out of memory/.test(report)) throw new Error(report);
  return errors === '0';
}

function main(): void {
  if (!isInstalled('spin', '-V') || !isInstalled('cc', '--version')) {
    console.log('UNCHECKED: Spin and a C compiler are not installed.');
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), 'mutua-models-'));
  try {
    for (const { name, defines, holds } of RUNS) {
      const found = checkRun(defines, folder);
      console.log(`${found === holds ? 'AS EXPECTED' : 'WRONG'}: ${found ? 'holds' : 'broken'}: ${name}`);
      if (found !== holds) process.exitCode = 1;
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

main();
