/** Real processes for tests: commands of the CLI and daemons, each with a data folder of its own. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { DaemonProcess } from '../../nodes/shared/child.ts';
import { connect } from '../../nodes/shared/connect.ts';
import { isJsonObject, type JsonObject, parseJsonLine } from '../../nodes/shared/json-lines.ts';
import { type ProgramEnd, runToEnd, type Surroundings } from '../../nodes/shared/run-to-end.ts';
import type { ApiClient } from '../../src/api/client.ts';

/** The launcher that people run. */
export const LAUNCHER: string = join(import.meta.dirname, '../../bin/mutua.js');

/** The environment without what the machine of the test sets for its own nodes; no other node of its network is found. */
export function plainEnvironment(more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith('MUTUA_') && !name.startsWith('NODE_'));
  return { ...Object.fromEntries(own), MUTUA_MDNS: 'false', MUTUA_DHT: 'false', ...more };
}

/** Runs `mutua` with these words. */
export async function runMutua(words: readonly string[], around: Surroundings = {}): Promise<ProgramEnd> {
  return runToEnd([LAUNCHER, ...words], { environment: plainEnvironment(), ...around });
}

/** A temporary folder that goes with the scope that holds it. */
export async function temporaryFolder(): Promise<{ readonly path: string } & AsyncDisposable> {
  const path = await mkdtemp(join(tmpdir(), 'mutua-e2e-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

/** What gossip loses while a mesh forms comes by the next catch-up, at most 40 s later for each node on the way. */
const NEWS_DELAY_MS_MAX = 90_000;

/** Waits until `check` gives a value, asking every 100 ms. @throws AssertionError with `what` after `delayMsMax`. */
export async function until<Value>(
  what: string | (() => string),
  check: () => Promise<Value | undefined> | Value | undefined,
  delayMsMax = NEWS_DELAY_MS_MAX,
): Promise<Value> {
  const endMs = performance.now() + delayMsMax;
  for (;;) {
    const value = await check();
    if (value !== undefined) return value;
    assert.ok(
      performance.now() < endMs,
      `${typeof what === 'string' ? what : what()} did not come about within ${delayMsMax / 1000} s`,
    );
    await wait(100);
  }
}

/** A node of a test: its data folder, and its daemon while it runs. */
export class TestNode implements AsyncDisposable {
  readonly name: string;
  readonly folder: string;
  readonly events: JsonObject[] = [];
  #daemon: DaemonProcess | undefined;
  #client: ApiClient | undefined;

  constructor(name: string, parentFolder: string) {
    this.name = name;
    this.folder = join(parentFolder, name);
  }

  /** Runs a command on this node's data with `--json`. @throws AssertionError when it does not end with 0. */
  async command(...words: readonly string[]): Promise<JsonObject> {
    const end = await this.tryCommand(...words);
    assert.equal(end.exitCode, 0, `${this.name}: mutua ${words.join(' ')}: ${end.stdout}${end.stderr}`);
    const value = parseJsonLine(end.stdout);
    assert.ok(isJsonObject(value), `${this.name}: mutua ${words.join(' ')} printed no JSON object: ${end.stdout}`);
    return value;
  }

  /** Runs a command on this node's data with `--json`, however it ends. */
  async tryCommand(...words: readonly string[]): Promise<ProgramEnd> {
    return runMutua([...words, '--data', this.folder, '--json']);
  }

  /** Starts the daemon on a new port of loopback, knowing only the peers named here. */
  async start(...words: readonly string[]): Promise<DaemonProcess> {
    assert.equal(this.#daemon, undefined, `${this.name} runs already`);
    const flags = ['--data', this.folder, '--json', '--no-passphrase', '--listen', '/ip4/127.0.0.1/tcp/0'];
    this.#daemon = await DaemonProcess.start({
      words: [LAUNCHER, 'start', ...flags, ...words],
      environment: plainEnvironment(),
      onEvent: (event) => this.events.push(event),
    });
    this.#client = await connect(this.folder);
    return this.#daemon;
  }

  /** Typed calls to the daemon. @throws AssertionError when it does not run. */
  get client(): ApiClient {
    assert.ok(this.#client !== undefined, `${this.name} does not run`);
    return this.#client;
  }

  /** @throws AssertionError when it does not run. */
  get identity(): string {
    return this.daemon.ready.identity;
  }

  /** @throws AssertionError when it does not run. */
  get daemon(): DaemonProcess {
    assert.ok(this.#daemon !== undefined, `${this.name} does not run`);
    return this.#daemon;
  }

  /** Ends the daemon cleanly. @throws AssertionError when it does not end with 0. */
  async stop(): Promise<void> {
    const end = await this.#daemon?.stop();
    this.#daemon = undefined;
    if (end !== undefined) assert.deepEqual(end, { exitCode: 0, signal: null }, `${this.name} did not end cleanly`);
  }

  /** Ends the daemon as a power cut would. */
  async kill(): Promise<void> {
    this.#daemon?.signal('SIGKILL');
    await this.#daemon?.ended;
    this.#daemon = undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
  }
}
