import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ApiClient } from '../../src/api/client.ts';
import { DaemonProcess } from '../shared/child.ts';
import { connect } from '../shared/connect.ts';
import { parseJsonLine } from '../shared/json-lines.ts';
import { runToEnd } from '../shared/run-to-end.ts';
import { CAST, FOLDERS, type Folder, type Part, REGION } from './cast.ts';
import { StepFailedError } from './story.ts';

const PACKAGE = join(import.meta.dirname, '../..');
/** Sources in a checkout, built files in a published package. */
const EXTENSION = import.meta.filename.slice(import.meta.filename.lastIndexOf('.'));
const COMMAND_LINE = join(import.meta.dirname, `../cli/main${EXTENSION}`);
const LISTEN = '/ip4/127.0.0.1/tcp/0';
/** They find each other by invites; nothing of it leaves this machine. */
const AT_HOME = { MUTUA_MDNS: 'false', MUTUA_DHT: 'false' };

/** One of the seven: its folder, and its daemon and the way to its API while it runs. */
export class Household {
  readonly part: Part;
  readonly folder: string;
  #running: { readonly daemon: DaemonProcess; readonly client: ApiClient } | undefined;

  constructor(folder: Folder, parentFolder: string) {
    this.part = CAST[folder];
    this.folder = join(parentFolder, folder);
  }

  /** Whether it was made at an earlier start. */
  get isMade(): boolean {
    return existsSync(this.folder);
  }

  get name(): string {
    return this.part.name;
  }

  /** Typed calls to its daemon. @throws StepFailedError when it does not run. */
  get client(): ApiClient {
    return this.#present().client;
  }

  /** Its identity. @throws StepFailedError when it does not run. */
  get identity(): string {
    return this.#present().daemon.ready.identity;
  }

  #present(): { readonly daemon: DaemonProcess; readonly client: ApiClient } {
    if (this.#running === undefined) throw new StepFailedError(`${this.name} does not run.`);
    return this.#running;
  }

  /**
   * Makes its keys, in a process of its own and in a folder beside its own, so that what is begun and not ended is begun
   * again at the next start. @returns the founding text of a body.
   */
  async init(keyTexts: readonly string[]): Promise<string> {
    await rm(this.#unfinished, { recursive: true, force: true });
    const kind = this.part.role === 'member' ? 'person' : this.part.role;
    const founders = keyTexts.flatMap((text) => ['--founder', text]);
    const about = ['--kind', kind, '--name', this.name, '--region', REGION, '--no-passphrase'];
    const printed = await this.#command('init', ...about, ...founders);
    return typeof printed['text'] === 'string' ? printed['text'] : '';
  }

  /** Puts the acceptances of a body's founders together. */
  async found(acceptances: readonly string[]): Promise<void> {
    await this.#command('member', 'found', ...acceptances);
  }

  /** Moves what was made to its own folder. */
  async settle(): Promise<void> {
    await rename(this.#unfinished, this.folder);
  }

  get #unfinished(): string {
    return `${this.folder}.unfinished`;
  }

  /** Runs a command of the CLI on what is being made. @throws StepFailedError with what it said when it fails. */
  async #command(...words: readonly string[]): Promise<Readonly<Record<string, unknown>>> {
    const end = await runToEnd([COMMAND_LINE, ...words, '--data', this.#unfinished, '--json']);
    const printed = parseJsonLine(end.stdout.trim());
    if (end.exitCode === 0 && printed !== undefined) return printed;
    throw new StepFailedError(`${this.name}: mutua ${words[0]} ended with ${end.exitCode}: ${end.stdout}${end.stderr}`);
  }

  /** Starts its daemon as its role does. @throws ChildFailedError. */
  async start(onEnd: (household: Household) => void): Promise<void> {
    const main = join(import.meta.dirname, `../${this.part.role}/main${EXTENSION}`);
    const daemon = await DaemonProcess.start({
      words: [main, '--data', this.folder, '--json', '--no-passphrase', '--listen', LISTEN, '--port', '0'],
      environment: { ...process.env, ...AT_HOME },
    });
    this.#running = { daemon, client: await connect(this.folder) };
    daemon.ended.then(() => {
      if (this.#running !== undefined) onEnd(this);
    });
  }

  /** Ends its daemon cleanly. */
  async stop(): Promise<void> {
    const running = this.#running;
    this.#running = undefined;
    await running?.daemon.stop();
  }
}

/** The seven. */
export type Neighborhood = Readonly<Record<Folder, Household>>;

/** @returns the seven, none of them running. */
export function createNeighborhood(parentFolder: string): Neighborhood {
  const of = (folder: Folder): Household => new Household(folder, parentFolder);
  return {
    bank: of('bank'),
    mill: of('mill'),
    garden: of('garden'),
    assembly: of('assembly'),
    ada: of('ada'),
    ben: of('ben'),
    cleo: of('cleo'),
  };
}

/** @returns the seven in the order in which they are shown. */
export function householdsOf(neighborhood: Neighborhood): readonly Household[] {
  return FOLDERS.map((folder) => neighborhood[folder]);
}

/** The launcher, as somebody writes it in a terminal in this folder. */
export const LAUNCHER = join(PACKAGE, 'bin/mutua.js');
