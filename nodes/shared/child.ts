import { type ChildProcess, spawn } from 'node:child_process';
import { z } from 'zod';
import { COMPILE_CACHE } from './compile-cache.ts';
import { type JsonObject, onLines } from './json-lines.ts';

/** The first line of a daemon that was started with `--json` (commands.md). */
export const readySchema = z.object({
  event: z.literal('ready'),
  identity: z.string(),
  api: z.string(),
  addresses: z.array(z.string()),
});

/** See readySchema. */
export type Ready = z.infer<typeof readySchema>;

/** How a process ended. */
export interface Ended {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** What a child is started with. */
export interface ChildOptions {
  /** File and arguments for the Node that runs this process. */
  readonly words: readonly string[];
  readonly environment?: NodeJS.ProcessEnv | undefined;
  readonly workingFolder?: string | undefined;
  /** Hears every JSON line after the first. */
  readonly onEvent?: ((event: JsonObject) => void) | undefined;
}

/** A daemon loads libp2p and opens its books; on a busy small machine several do so at once. */
const READY_DELAY_MS_MAX = 60_000;
/** A daemon that does not end by then holds something open. */
const STOP_DELAY_MS_MAX = 15_000;
/** Enough of stderr to say why a child failed. */
const COMPLAINT_CHARACTERS_MAX = 4000;

/** The child could not be started, or ended too early; the message carries what it said. */
export class ChildFailedError extends Error {
  override readonly name = 'ChildFailedError';
}

/** A daemon in a process of its own, in a process group of its own so that Ctrl-C reaches its parent first. */
export class DaemonProcess implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly ready: Ready;
  readonly ended: Promise<Ended>;

  private constructor(child: ChildProcess, ready: Ready, ended: Promise<Ended>) {
    this.#child = child;
    this.ready = ready;
    this.ended = ended;
  }

  /** Starts a daemon that was told `--json`, and waits until it is ready. @throws ChildFailedError. */
  static async start(options: ChildOptions): Promise<DaemonProcess> {
    const child = spawn(process.execPath, [...options.words], {
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
      env: { NODE_COMPILE_CACHE: COMPILE_CACHE, ...(options.environment ?? process.env) },
      cwd: options.workingFolder,
    });
    const { promise: ended, resolve } = Promise.withResolvers<Ended>();
    let complaint = '';
    const ready = Promise.withResolvers<Ready>();
    onLines(child.stdout, (line, value) => {
      if (value !== undefined && value['event'] !== 'ready') options.onEvent?.(value);
      const read = readySchema.safeParse(value);
      if (read.success) ready.resolve(read.data);
      else complaint = `${complaint}${line}\n`.slice(-COMPLAINT_CHARACTERS_MAX);
    });
    onLines(child.stderr, (line) => {
      complaint = `${complaint}${line}\n`.slice(-COMPLAINT_CHARACTERS_MAX);
    });
    const fail = (why: string): void => {
      ready.reject(
        new ChildFailedError(`${options.words.join(' ')} ${why}${complaint === '' ? '' : `:\n${complaint.trimEnd()}`}`),
      );
    };
    child.on('error', (error) => fail(`could not be started: ${error.message}`));
    child.on('close', (exitCode, signal) => {
      resolve({ exitCode, signal });
      fail(`ended with ${exitCode ?? signal} before it was ready`);
    });
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      fail(`was not ready within ${READY_DELAY_MS_MAX / 1000} s`);
    }, READY_DELAY_MS_MAX);
    try {
      return new DaemonProcess(child, await ready.promise, ended);
    } finally {
      clearTimeout(timer);
    }
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Sends a signal; nothing happens when the process has ended. */
  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Asks the daemon to end and waits for it; one that hangs is killed. @returns how it ended. */
  async stop(): Promise<Ended> {
    this.#child.kill('SIGTERM');
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), STOP_DELAY_MS_MAX);
    try {
      return await this.ended;
    } finally {
      clearTimeout(timer);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}
