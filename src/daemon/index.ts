import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { bytesToHex } from '@noble/hashes/utils.js';
import { Registry } from 'prom-client';
import { type HttpServer, startHttpServer } from '../adapters/http-server/server.ts';
import { openKeyFile } from '../adapters/keystore/key-file.ts';
import { createMemoBox } from '../adapters/keystore/memo-box.ts';
import { createLibp2pNetwork } from '../adapters/libp2p/index.ts';
import { createNativeSignatures, createNativeSigner } from '../adapters/signatures/native-signatures.ts';
import { openSqliteStore, type SqliteStore } from '../adapters/sqlite/sqlite-store.ts';
import { systemClock } from '../adapters/system/system-clock.ts';
import { systemRandom } from '../adapters/system/system-random.ts';
import { type Client, type ClientOptions, createClient } from '../client/index.ts';
import { bytesToId, type Id } from '../core/base/id.ts';
import type { PeerNotice } from '../engine/events.ts';
import type { Self } from '../engine/world.ts';
import type { Logger } from '../ports/logger.ts';
import { answer } from './answering.ts';
import { announceApi, openTokens, withdrawApi } from './api-access.ts';
import { discover } from './discovery.ts';
import { EventRing } from './event-ring.ts';
import { forgetInstance, mayBeCopy, recordInstance } from './instance-file.ts';
import { countNotices } from './metrics.ts';
import { NodeFailedError } from './node-failed-error.ts';
import { bodyKeyRingOf } from './node-keys.ts';
import { type NodeRecord, readNode, requireStore, STORE_FILE, writeNode } from './node-record.ts';

export { createLibp2pNetwork, type Libp2pNetworkOptions } from '../adapters/libp2p/index.ts';
export { createNativeSignatures, createNativeSigner } from '../adapters/signatures/native-signatures.ts';
export { openSqliteStore, type SqliteStore } from '../adapters/sqlite/sqlite-store.ts';
export { systemClock } from '../adapters/system/system-clock.ts';
export { systemRandom } from '../adapters/system/system-random.ts';
export { type ApiAccess, readApiAccess } from './api-access.ts';
export { foundNode, type InitOptions, type InitResult, initNode } from './init-node.ts';
export { NodeFailedError, type NodeProblem } from './node-failed-error.ts';
export { type OfflineNode, openOffline } from './offline.ts';

/** What libp2p knows about peers. */
const PEERS_FOLDER = 'peers';

/** What a daemon is started with. */
export interface DaemonOptions {
  readonly folder: string;
  /** Null where the key file lies in clear. */
  readonly passphrase: string | null;
  /** Multiaddrs to listen on. */
  readonly listen: readonly string[];
  /** Port of the API on loopback, 0 for a free one. */
  readonly port: number;
  readonly bootstrap: readonly string[];
  readonly mdns: boolean;
  readonly dht: boolean;
  /** See ClientOptions. */
  readonly witness?: ClientOptions['witness'];
  /** The data were rolled back by other means than a copy: guard as for a copy. */
  readonly restored?: boolean;
  /** Open continuing books at once instead of asking peers. */
  readonly acceptForkRisk?: boolean;
  readonly version: string;
  readonly logger: Logger;
}

/** A running node: full peer, store and HTTP server. */
export interface Daemon extends AsyncDisposable {
  readonly identity: Id;
  /** `http://127.0.0.1:PORT` */
  readonly api: string;
  readonly client: Client;
  addresses(): readonly string[];
  /** Hears every notice from now on. */
  listen(listener: (notice: PeerNotice) => void): () => void;
}

/**
 * Starts the node of a data folder. @throws NodeFailedError `not_initialized`, `not_founded`, `damaged`, `running`, `bad_input`; KeyFileError;
 * StoreTooNewError; HttpServerFailedError; NetworkFailedError when nothing could be listened on.
 */
export async function createDaemon(options: DaemonOptions): Promise<Daemon> {
  const { folder } = options;
  const record = await readNode(folder);
  if (options.acceptForkRisk === true && record.kind !== 'person') throw bodyTakesNoRisk(record.name);
  const keyFile = await openKeyFile({ folder, passphrase: options.passphrase });
  await using undo = new AsyncDisposableStack();
  if (options.restored !== true && options.acceptForkRisk !== true) await requireStore(folder, record);
  const copied = record.begun && (await mayBeCopy(folder, STORE_FILE));
  const store = undo.use(disposable(await openSqliteStore({ path: join(folder, STORE_FILE) })));
  const guard = await guardOf(options, record, copied);
  const signatures = undo.use(createNativeSignatures());
  const signer = createNativeSigner(keyFile.keys.deviceSeed);
  const self = selfOf(record, bytesToId(signer.publicKey));
  const registry = new Registry();
  await mkdir(join(folder, PEERS_FOLDER), { recursive: true, mode: 0o700 });
  const network = createLibp2pNetwork({
    networkId: record.network,
    privateKeySeed: keyFile.keys.nodeSeed,
    listen: options.listen,
    bootstrap: options.bootstrap,
    mdns: options.mdns,
    dht: options.dht,
    dataFolder: join(folder, PEERS_FOLDER),
    logger: options.logger,
    metrics: registry,
  });
  const client = undo.use(
    await createClient({
      networkId: record.network,
      self,
      beginnings: { name: record.name, founding: record.founding, charterText: record.charterText },
      store: store.store,
      network,
      signer,
      memoBox: createMemoBox(keyFile.keys.deviceSeed),
      signatures,
      clock: systemClock,
      random: systemRandom,
      logger: options.logger,
      bodyKeys: bodyKeyRingOf(keyFile, systemRandom),
      guard,
      witness: options.witness,
    }),
  );
  const events = new EventRing(bytesToHex(systemRandom.bytes(4)));
  undo.adopt(
    client.listen((notice) => events.add(notice)),
    (stop) => stop(),
  );
  undo.adopt(countNotices(registry, client), (stop) => stop());
  if (options.dht) undo.adopt(discover(client, network, options.logger), (stop) => stop());
  const server = await serve(options, client, events, registry);
  undo.adopt(server, async (running) => {
    await withdrawApi(folder);
    await running.close();
  });
  await announceApi(folder, server.url);
  const recording = recordWhenTrusted(folder, client);
  undo.adopt(recording, (timer) => clearInterval(timer));
  const held = undo.move();
  return {
    identity: self.identity,
    api: server.url,
    client,
    addresses: () => network.addresses(),
    listen: (listener) => client.listen(listener),
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}

/** How this start is guarded: not at all, by asking peers, or by continuing every book. */
async function guardOf(
  options: DaemonOptions,
  record: NodeRecord,
  copied: boolean,
): Promise<'ask' | 'continue' | undefined> {
  // The store is open, so that from here on its loss is seen.
  if (!record.begun) await writeNode(options.folder, { ...record, begun: true });
  if (!copied && options.restored !== true) {
    // Before the first own entry: a first run that ends early leaves no store behind that looks like a copy.
    await recordInstance(options.folder, STORE_FILE);
    return undefined;
  }
  // A guard that was not passed holds at the next start too.
  await forgetInstance(options.folder);
  return options.acceptForkRisk === true ? 'continue' : 'ask';
}

function bodyTakesNoRisk(name: string): NodeFailedError {
  const sentence = `The books of ${name} cannot be continued at the risk of a fork: its members rest on what stands in them. Start without --accept-fork-risk, and connect to two peers that follow its region.`;
  return new NodeFailedError('bad_input', sentence);
}

function selfOf(record: NodeRecord, device: Id): Self {
  const { identity, kind, log, region, name } = record;
  if (identity === undefined) {
    const sentence = `${name} is not founded yet: its founders sign its founding text (mutua member accept-founding), then mutua member found puts their acceptances together.`;
    throw new NodeFailedError('not_founded', sentence);
  }
  return { identity, kind, device, log, region };
}

function disposable(store: SqliteStore): { readonly store: SqliteStore } & AsyncDisposable {
  return { store, [Symbol.asyncDispose]: () => store.close() };
}

async function serve(
  options: DaemonOptions,
  client: Client,
  events: EventRing,
  registry: Registry,
): Promise<HttpServer> {
  return await startHttpServer({
    port: options.port,
    tokens: await openTokens(options.folder, systemRandom),
    version: options.version,
    logger: options.logger,
    answer: (name, question) => answer(client, name, question),
    events: (lastEventId, signal) => events.read(lastEventId, signal),
    metrics: () => registry.metrics(),
    notReady: () => client.driver.peer.writer.readOnly,
  });
}

/** How often a guarded node looks whether it may be trusted again. */
const TRUST_INTERVAL_MS = 500;

/** Records the instance once this folder is known to be the one that its peers know. */
function recordWhenTrusted(folder: string, client: Client): ReturnType<typeof setInterval> {
  const timer = setInterval(() => {
    if (client.driver.peer.catchUp.restore.waiting) return;
    clearInterval(timer);
    recordInstance(folder, STORE_FILE).catch(() => undefined);
  }, TRUST_INTERVAL_MS);
  timer.unref();
  return timer;
}
