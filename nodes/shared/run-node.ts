import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CLEAR_KEY_FILE } from '../../src/adapters/keystore/key-file.ts';
import { createDaemon, type Daemon } from '../../src/daemon/index.ts';
import { readNode } from '../../src/daemon/node-record.ts';
import { readConfig } from './config.ts';
import { eventLine } from './event-line.ts';
import { createLogger } from './logger.ts';
import type { Output } from './output.ts';
import { readPassphrase } from './passphrase.ts';
import type { Settings } from './settings.ts';
import { untilSignal } from './signals.ts';
import type { StartFlags } from './start-flags.ts';
import { readVersion } from './version.ts';

/** What a node is run with. */
export interface NodeRun {
  readonly dataFolder: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly flags: StartFlags;
  readonly output: Output;
  /** What a role sets differently where nobody said anything. */
  readonly defaults?: Partial<Settings>;
}

/**
 * Runs the node of a data folder until SIGINT or SIGTERM: env → config → secrets, start, tell, dispose.
 * @throws CommandError (usage) for settings and passphrase; what createDaemon throws.
 */
export async function runNode(run: NodeRun): Promise<void> {
  const { dataFolder, environment, flags, output } = run;
  // Before anybody is asked for a passphrase: there must be a node.
  await readNode(dataFolder);
  const { settings } = await readConfig({ ...run, flags: flags.settings });
  const passphrase = await passphraseOf(run);
  // Heard from here on, so that a signal during the start ends the node cleanly too.
  const signalled = untilSignal();
  const daemon = await createDaemon({
    folder: dataFolder,
    passphrase: passphrase ?? null,
    listen: settings.listen,
    port: settings.port,
    bootstrap: settings.bootstrap,
    mdns: settings.mdns,
    dht: settings.dht,
    witness: settings.witness,
    restored: flags.isRestored,
    acceptForkRisk: flags.acceptsForkRisk,
    version: await readVersion(),
    logger: createLogger(settings.logLevel),
  });
  try {
    tell(daemon, output, environment['MUTUA_DATA'] ?? dataFolder);
    await signalled;
  } finally {
    output.note('Stopping…');
    await daemon[Symbol.asyncDispose]();
  }
}

/** A key file in the clear was made on explicit request, so nobody is asked for its passphrase again. */
async function passphraseOf({ dataFolder, environment, flags }: NodeRun): Promise<string | undefined> {
  if (existsSync(join(dataFolder, CLEAR_KEY_FILE)) && flags.passphraseFile === undefined) return undefined;
  return readPassphrase({
    file: flags.passphraseFile,
    isWithout: flags.isWithoutPassphrase,
    environment,
    isInteractive: process.stdin.isTTY === true,
  });
}

function tell(daemon: Daemon, output: Output, dataFolder: string): void {
  const { readOnly } = daemon.client.driver.peer.writer;
  const { identity, api } = daemon;
  const ready = {
    event: 'ready',
    identity,
    api,
    addresses: daemon.addresses(),
    ...(readOnly === undefined ? {} : { readOnly }),
  };
  output.result(ready, ({ addresses }) =>
    [
      `Ready. This node is ${identity}.`,
      ...addresses.map((address) => `Others reach it at ${address}`),
      ...(readOnly === undefined ? [] : [readOnly]),
      `Its API is at ${api}; commands find it with --data ${dataFolder}. Ctrl-C ends it.`,
    ].join('\n'),
  );
  daemon.listen((notice) => {
    const { type, ...about } = notice;
    output.result({ event: type, ...about }, () => eventLine(notice) ?? '');
  });
}
