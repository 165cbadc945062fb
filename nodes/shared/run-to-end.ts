import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { COMPILE_CACHE } from './compile-cache.ts';

/** How a program ended and what it said. */
export interface ProgramEnd {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What surrounds a program. */
export interface Surroundings {
  readonly environment?: NodeJS.ProcessEnv | undefined;
  readonly workingFolder?: string | undefined;
}

/** Runs a program on this Node and waits for its end. @throws Error when it cannot be started. */
export async function runToEnd(words: readonly string[], around: Surroundings = {}): Promise<ProgramEnd> {
  const child = spawn(process.execPath, [...words], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { NODE_COMPILE_CACHE: COMPILE_CACHE, ...(around.environment ?? process.env) },
    cwd: around.workingFolder,
  });
  const { promise, resolve, reject } = Promise.withResolvers<number | null>();
  child.on('error', reject);
  child.on('close', resolve);
  const [exitCode, stdout, stderr] = await Promise.all([promise, text(child.stdout), text(child.stderr)]);
  return { exitCode, stdout, stderr };
}
