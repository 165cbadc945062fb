/** A daemon of this process that nobody else reaches. */
import { createDaemon, type Daemon } from '../../src/daemon/index.ts';
import { SILENT } from './api-nodes.ts';

/** Starts the daemon of a data folder on any port, without listening for peers. */
export async function startAlone(folder: string, acceptForkRisk = false): Promise<Daemon> {
  return createDaemon({
    folder,
    acceptForkRisk,
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
