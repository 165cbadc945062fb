/**
 * Two peers inside one program, without a daemon and without HTTP: Ada invites Ben, he joins her region and writes his name in
 * his own book, and she hears of it. Run it with `node nodes/examples/embedded-client.ts`.
 *
 * A peer of your own has a durable store and the real network in place of the two in memory: `openSqliteStore` and
 * `createLibp2pNetwork` of `mutua/daemon`.
 */
import {
  bytesToId,
  type Client,
  createClient,
  createMemoryHub,
  createMemoryStore,
  createNobleSignatures,
  createNobleSigner,
  inceptPerson,
  type MemoryHub,
  parseRegion,
} from '../../src/client/index.ts';
import { systemClock, systemRandom } from '../../src/daemon/index.ts';
import type { Logger } from '../../src/ports/logger.ts';

/** 16 bytes that keep this network apart from others. */
const NETWORK_ID = new TextEncoder().encode('example-network!');
const SILENT: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** Makes a person with keys by chance, and starts its peer. Keep the seeds: whoever has them is that person. */
async function embed(hub: MemoryHub, name: string): Promise<Client> {
  const [root, next, device] = [32, 32, 32].map((length) => createNobleSigner(systemRandom.bytes(length)));
  const region = parseRegion('cascadia/willamette');
  if (root === undefined || next === undefined || device === undefined || region === undefined) throw new Error(name);
  const log = await inceptPerson({ root, nextKey: bytesToId(next.publicKey) }, bytesToId(device.publicKey));
  const [inception] = log;
  if (inception === undefined) throw new Error('a log begins with an inception');
  return createClient({
    networkId: NETWORK_ID,
    self: { identity: inception.identity, kind: 'person', device: bytesToId(device.publicKey), log, region },
    beginnings: { name },
    store: createMemoryStore(),
    network: hub.createNetwork(name),
    signer: device,
    signatures: createNobleSignatures(),
    clock: systemClock,
    random: systemRandom,
    logger: SILENT,
  });
}

/** @returns the profile that Ada reads in Ben's book. */
export async function main(): Promise<unknown> {
  const hub = createMemoryHub();
  await using ada = await embed(hub, 'Ada');
  await using ben = await embed(hub, 'Ben');

  const heard = new Promise<string>((resolve) => {
    ada.listen((notice) => {
      if (notice.type === 'entry' && notice.kind === 'profile') resolve(notice.id);
    });
  });
  const invite = await ada.call('invite.create', {});
  await ben.call('invite.accept', { text: invite.text });

  const { entry } = await ada.call('entry.show', { entry: await heard });
  return entry.content;
}

if (import.meta.main) process.stdout.write(`Ada reads: ${JSON.stringify(await main())}\n`);
