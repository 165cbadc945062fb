/** Runs Node as a child process, for scripts and tests. */
import { spawn } from 'node:child_process';
import { COMPILE_CACHE } from '../nodes/shared/compile-cache.ts';

/** How a child process ended. */
export interface Execution {
  /** 1 where a signal ended it. */
  readonly exitCode: number;
  readonly isTimeout: boolean;
  /** Standard output and error, in the order in which they came. */
  readonly output: string;
  readonly durationMs: number;
}

/** What `execute` can be told. */
export interface ExecuteOptions {
  readonly cwd?: string;
  /** Added to the environment of this process; undefined takes a variable away. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Show the output as it comes instead of gathering it. */
  readonly isLive?: boolean;
  /** After this time the child and what it started are killed. */
  readonly timeoutMs?: number;
}

/** Runs the Node that runs this process with the given arguments. @throws the fault of the system when it can't start. */
export function execute(nodeArguments: readonly string[], options: ExecuteOptions = {}): Promise<Execution> {
  const { promise, resolve, reject } = Promise.withResolvers<Execution>();
  const startedAtMs = performance.now();
  const child = spawn(process.execPath, nodeArguments, {
    cwd: options.cwd,
    env: { NODE_COMPILE_CACHE: COMPILE_CACHE, ...process.env, NODE_TEST_CONTEXT: undefined, ...options.environment },
    stdio: options.isLive ? 'inherit' : ['ignore', 'pipe', 'pipe'],
    detached: options.timeoutMs !== undefined,
  });
  const chunks: Buffer[] = [];
  child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => chunks.push(chunk));
  let isTimeout = false;
  const timer =
    options.timeoutMs === undefined
      ? undefined
      : setTimeout(() => {
          isTimeout = true;
          killGroup(child.pid);
        }, options.timeoutMs);
  child.on('error', reject);
  child.on('close', (code) => {
    clearTimeout(timer);
    const output = Buffer.concat(chunks).toString('utf8').trimEnd();
    resolve({ exitCode: code ?? 1, isTimeout, output, durationMs: performance.now() - startedAtMs });
  });
  return promise;
}

/** A detached child leads a process group of its own, so that its workers and children end with it. */
function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
