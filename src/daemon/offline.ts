import { join } from 'node:path';
import { createNativeSignatures } from '../adapters/signatures/native-signatures.ts';
import { openSqliteStore } from '../adapters/sqlite/sqlite-store.ts';
import { systemClock } from '../adapters/system/system-clock.ts';
import { systemRandom } from '../adapters/system/system-random.ts';
import { type Client, createClient } from '../client/index.ts';
import type { Id } from '../core/base/id.ts';
import type { Logger } from '../ports/logger.ts';
import { type Network, NetworkFailedError } from '../ports/network.ts';
import { NodeFailedError } from './node-failed-error.ts';
import { readNode, requireStore, STORE_FILE } from './node-record.ts';

/** A node whose daemon is stopped, opened to read its books and to take files in; it signs and sends nothing. */
export interface OfflineNode extends AsyncDisposable {
  readonly identity: Id;
  readonly client: Client;
}

/** Opens a node without its keys and without a network. @throws NodeFailedError, `damaged` where its store is gone; StoreLockedError while its daemon runs. */
export async function openOffline(folder: string, logger: Logger): Promise<OfflineNode> {
  const record = await readNode(folder);
  const { identity, kind, log, region, name } = record;
  const [inception] = log;
  const device = inception?.body.inception?.device;
  if (identity === undefined || device === undefined)
    throw new NodeFailedError('not_founded', `${name} is not founded yet; it has no books.`);
  await requireStore(folder, record);
  await using undo = new AsyncDisposableStack();
  const store = await openSqliteStore({ path: join(folder, STORE_FILE) });
  undo.defer(() => store.close());
  const signatures = undo.use(createNativeSignatures());
  const client = undo.use(
    await createClient({
      networkId: record.network,
      self: { identity, kind, device, log, region },
      beginnings: { name },
      store,
      network: NO_NETWORK,
      signer: {
        publicKey: new Uint8Array(32),
        sign: () => Promise.reject(new NetworkFailedError('A stopped node signs nothing; start it.')),
      },
      signatures,
      clock: systemClock,
      random: systemRandom,
      logger,
      readOnly: 'The node is stopped; start it to write.',
    }),
  );
  const held = undo.move();
  return { identity, client, [Symbol.asyncDispose]: () => held.disposeAsync() };
}

function unreachable(): never {
  throw new NetworkFailedError('The node is stopped; start it to reach others.');
}

const NO_NETWORK: Network = {
  self: 'stopped',
  start: async () => {},
  subscribe: () => {},
  unsubscribe: () => {},
  publish: async () => 0,
  send: async () => unreachable(),
  dial: async () => unreachable(),
  hangUp: async () => {},
  provide: () => {},
  findProviders: async () => 0,
  peers: () => [],
  addresses: () => [],
  stop: async () => {},
};
