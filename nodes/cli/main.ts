/** The command line `mutua`; bin/mutua.js starts it on a Node that is new enough. */
import { failureOf } from '../shared/failure.ts';
import { createOutput } from '../shared/output.ts';
import { readVersion } from '../shared/version.ts';
import { createProgram } from './program.ts';

async function main(words: readonly string[]): Promise<void> {
  const output = createOutput(words.includes('--json'));
  const program = createProgram(await readVersion(), output.isJson);
  try {
    await program.parseAsync([...words], { from: 'user' });
  } catch (error) {
    const { exitCode, code, sentence } = failureOf(error);
    process.exitCode = exitCode;
    if (exitCode !== 0 && (output.isJson || !isSpoken(error))) output.problem(code, sentence);
  }
}

/** The parser of the command line prints its own errors. */
function isSpoken(error: unknown): boolean {
  return error instanceof Error && error.name === 'CommanderError';
}

/** Who reads the output may stop early, as `head` does; what is left to say then goes nowhere. */
function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}

for (const stream of [process.stdout, process.stderr]) stream.on('error', ignoreClosedPipe);
await main(process.argv.slice(2));
