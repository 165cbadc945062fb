/** A daemon of this process that nobody else reaches. */
import { createDaemon, type Daemon, type DaemonOptions } from '../../src/daemon/index.ts';
import { SILENT } from './api-nodes.ts';

/** Starts the daemon of a data folder on any port, without listening for peers. */
export async function startAlone(
  folder: string,
  guard: Pick<DaemonOptions, 'restored' | 'acceptForkRisk'> = {},
): Promise<Daemon> {
  return createDaemon({
    acceptForkRisk: false,
    ...guard,
    folder,
    passphrase: null,
    listen: [],
    port: 0,
    bootstrap: [],
    mdns: false,
    dht: false,
    version: '0.0.0',
    logger: SILENT,
  });
}
