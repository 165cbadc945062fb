import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join as joinPath } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { identify } from '@libp2p/identify';
import type { Libp2p, Stream } from '@libp2p/interface';
import { noise } from '@libp2p/noise';
import { tcp } from '@libp2p/tcp';
import { yamux } from '@libp2p/yamux';
import { multiaddr } from '@multiformats/multiaddr';
import { createLibp2p } from 'libp2p';
import { varint } from 'multiformats';
import { Registry } from 'prom-client';
import { messageIdOf } from '../../../../src/adapters/libp2p/gossip.ts';
import { createLibp2pNetwork, type Libp2pNetworkOptions } from '../../../../src/adapters/libp2p/index.ts';
import { FRAME_BYTES_MAX } from '../../../../src/core/base/limits.ts';
import { NetworkFailedError } from '../../../../src/ports/network.ts';
import { loopbackOptions } from '../../../contract/libp2p-loopback.ts';
import { join, startWitness, until, type Witness } from '../../../contract/network-contract.ts';

const SYNC = '/mutua/sync/1';
const closing: (() => Promise<void>)[] = [];
after(async () => {
  for (const close of closing) await close();
});

async function startNetwork(options: Partial<Libp2pNetworkOptions> = {}): Promise<Witness> {
  const witness = await startWitness(createLibp2pNetwork({ ...loopbackOptions(), ...options }));
  closing.push(() => witness.network.stop());
  return witness;
}

/** A plain libp2p node that follows none of our rules. */
async function startStranger(): Promise<Libp2p> {
  const node = await createLibp2p({
    addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
    transports: [tcp()],
    streamMuxers: [yamux()],
    connectionEncrypters: [noise()],
    services: { identify: identify() },
  });
  closing.push(async () => node.stop());
  return node;
}

const addressOf = (witness: Witness): string => witness.network.addresses()[0] ?? '';

function frameBytes(payload: Uint8Array): Uint8Array {
  const prefix = varint.encodingLength(payload.length);
  const bytes = new Uint8Array(prefix + payload.length);
  varint.encodeTo(payload.length, bytes);
  bytes.set(payload, prefix);
  return bytes;
}

async function strangerStream(stranger: Libp2p, witness: Witness): Promise<Stream> {
  const connection = await stranger.dial(multiaddr(addressOf(witness)));
  return connection.newStream([SYNC]);
}

test('a frame above FRAME_BYTES_MAX resets its stream and hands out nothing; the connection stays', async () => {
  const [witness, stranger] = [await startNetwork(), await startStranger()];
  const stream = await strangerStream(stranger, witness);
  stream.send(frameBytes(new Uint8Array(5)));
  stream.send(frameBytes(new Uint8Array(FRAME_BYTES_MAX + 1)));
  await until('the stream is reset', () => stream.status === 'reset');
  assert.deepEqual(
    witness.frames.map(({ frame }) => frame.length),
    [5],
  );
  assert.equal(stranger.getConnections().length, 1);
});

test('a newer inbound stream replaces the older one', async () => {
  const [witness, stranger] = [await startNetwork(), await startStranger()];
  const older = await strangerStream(stranger, witness);
  older.send(frameBytes(new Uint8Array(1)));
  await until('the older is read', () => witness.frames.length === 1);
  const newer = await strangerStream(stranger, witness);
  newer.send(frameBytes(new Uint8Array(2)));
  await until('the older is reset', () => older.status === 'reset');
  await until('the newer is read', () => witness.frames.length === 2);
});

test('whoever opens streams one after the other has one frame in hand, as with one stream', async () => {
  const [witness, stranger] = [await startNetwork(), await startStranger()];
  const { promise, resolve } = Promise.withResolvers<void>();
  witness.take = () => promise;
  for (let count = 1; count <= 6; count += 1) {
    const stream = await strangerStream(stranger, witness);
    stream.send(frameBytes(new Uint8Array(count)));
    await delay(30);
  }
  const sizes = (): readonly number[] => witness.frames.map(({ frame }) => frame.length);
  assert.deepEqual(sizes(), [1]);
  resolve();
  await until('the last stream is read', () => sizes().at(-1) === 6);
  assert.deepEqual(sizes(), [1, 6]);
});

test('a peer that speaks the protocol of submitted mail alone is reported, and so is its end', async () => {
  const [witness, stranger] = [await startNetwork(), await startStranger()];
  const connection = await stranger.dial(multiaddr(addressOf(witness)));
  await connection.newStream(['/mutua/submit/1']);
  const name = stranger.peerId.toString();
  await until('it is reported', () => witness.came.includes(name));
  await connection.close();
  await until('its end is reported', () => witness.gone.includes(name));
});

test('a peer that does not speak our protocol is not reported, one that opens its stream is', async () => {
  const [witness, stranger] = [await startNetwork(), await startStranger()];
  await stranger.dial(multiaddr(addressOf(witness)));
  await delay(300);
  assert.deepEqual([witness.came, witness.network.peers()], [[], []]);
  await strangerStream(stranger, witness);
  await until('it is reported', () => witness.came.includes(stranger.peerId.toString()));
});

test('frames queued at the same time share one write', async () => {
  const [witness, stranger] = [await startNetwork(), await startStranger()];
  let reads = 0;
  let bytes = 0;
  await stranger.handle(SYNC, (stream) => {
    stream.addEventListener('message', (event) => {
      reads += 1;
      bytes += event.data.byteLength;
    });
  });
  await witness.network.dial(stranger.getMultiaddrs()[0]?.toString() ?? '');
  const name = stranger.peerId.toString();
  await Promise.all(Array.from({ length: 200 }, () => witness.network.send(name, SYNC, new Uint8Array(100))));
  await until('all arrived', () => bytes === 200 * 101);
  assert.ok(reads <= 3, `${reads} reads for 200 frames`);
});

test('a rejected message lowers the score of its sender, an ignored one does not', async () => {
  const [left, right] = [await startNetwork(), await startNetwork()];
  const topic = '/mutua/1/07/test/people';
  for (const { network } of [left, right]) network.subscribe(topic);
  await join(left, right);
  const judged = async (text: string): Promise<number> => {
    await left.network.publish(topic, new TextEncoder().encode(text));
    await until(`${text} is judged`, () => right.heard.some(({ data }) => new TextDecoder().decode(data) === text));
    await delay(1_100);
    return right.network.peers()[0]?.score ?? Number.NaN;
  };
  await until('gossip flows', () => {
    void left.network.publish(topic, new TextEncoder().encode(`warm ${Math.random()}`));
    return right.heard.length > 0;
  });
  right.judge = () => 'ignore';
  assert.ok((await judged('ignored')) >= 0);
  right.judge = () => 'reject';
  assert.ok((await judged('rejected')) < -10);
});

/** printf '/mutua/1/a\0data' | sha256sum | cut -c1-40 */
const EXPECTED_ID = '99e4e78357f2954dce453c81b6ceefe850b3f202';

test('the message id is the first 20 bytes of SHA-256(topic ‖ 0 ‖ data)', () => {
  const id = messageIdOf('/mutua/1/a', new TextEncoder().encode('data'));
  assert.equal(Buffer.from(id).toString('hex'), EXPECTED_ID);
});

test('more topics than allowed are refused with what to do', () => {
  const network = createLibp2pNetwork(loopbackOptions());
  for (let index = 0; index < 128; index += 1) network.subscribe(`/mutua/1/07/r${index}/people`);
  assert.throws(() => network.subscribe('/mutua/1/07/more/people'), NetworkFailedError);
  network.subscribe('/mutua/1/07/r0/people');
});

test('a port in use is refused with its address; after stop it is free', async () => {
  const first = await startNetwork();
  const [listen = ''] = addressOf(first).split('/p2p/');
  const second = createLibp2pNetwork({ ...loopbackOptions(), listen: [listen] });
  await assert.rejects(
    startWitness(second),
    (error) => error instanceof NetworkFailedError && error.message.includes(listen),
  );
  await first.network.stop();
  const third = await startNetwork({ listen: [listen] });
  assert.ok(addressOf(third).startsWith(listen));
});

test('bootstrap peers are dialed by themselves, over WebSocket too', async () => {
  const server = await startNetwork({ listen: ['/ip4/127.0.0.1/tcp/0/ws'] });
  const client = await startNetwork({ listen: [], bootstrap: [addressOf(server)] });
  await until('they are connected', () => client.came.includes(server.network.self));
  assert.deepEqual(client.network.addresses(), []);
});

test('a bootstrap peer that comes back is dialed again, one that was hung up on purpose is not', async (context) => {
  context.mock.timers.enable({ apis: ['setInterval'] });
  const options = loopbackOptions();
  const server = await startNetwork(options);
  const [listen = ''] = addressOf(server).split('/p2p/');
  const client = await startNetwork({ listen: [], bootstrap: [addressOf(server)] });
  await client.network.dial(addressOf(server));
  await until('they are connected', () => client.came.length === 1);
  await server.network.stop();
  await until('the client knows', () => client.gone.length === 1);
  const again = await startNetwork({ ...options, listen: [listen] });
  context.mock.timers.tick(30_000);
  await until('they are connected again', () => client.came.length === 2);
  await client.network.hangUp(again.network.self);
  await until('the client knows', () => client.gone.length === 2);
  context.mock.timers.tick(30_000);
  await delay(200);
  assert.equal(client.came.length, 2);
});

test('the data folder keeps known peers and is released at stop; metrics go into the registry', async () => {
  const dataFolder = await mkdtemp(joinPath(tmpdir(), 'mutua-network-'));
  closing.push(() => rm(dataFolder, { recursive: true }));
  const metrics = new Registry();
  const options = { ...loopbackOptions(), dataFolder };
  const other = await startNetwork();
  const first = await startNetwork({ ...options, metrics });
  await join(first, other);
  assert.match(await metrics.metrics(), /libp2p_/);
  await first.network.stop();
  const second = await startNetwork(options);
  assert.equal(second.network.self, first.network.self);
  assert.equal(await second.network.dial(other.network.self), other.network.self, 'the name alone suffices');
});

test('mDNS starts and stops cleanly, and where the machine allows it finds the neighbour', async (context) => {
  const [left, right] = [await startNetwork({ mdns: true }), await startNetwork({ mdns: true })];
  await startNetwork({ mdns: true, networkId: new Uint8Array(16).fill(8) });
  for (let waits = 0; waits < 15 && left.came.length === 0; waits += 1) await delay(100);
  context.diagnostic(left.came.includes(right.network.self) ? 'found by mDNS' : 'no multicast on this machine');
  await Promise.all([left.network.stop(), right.network.stop()]);
  assert.ok(
    left.came.every((peer) => peer === right.network.self),
    'only nodes of the same network are found',
  );
});

const CHILD = `
  const { createLibp2pNetwork } = await import(process.argv[1]);
  const none = () => {};
  const logger = { debug: none, info: none, warn: none, error: none };
  const handler = { onPeer: none, onPeerGone: none, onGossip: async () => 'accept', onFrame: async () => {} };
  const nodes = [1, 2].map((seed) => createLibp2pNetwork({
    networkId: new Uint8Array(16), privateKeySeed: new Uint8Array(32).fill(seed), listen: ['/ip4/127.0.0.1/tcp/0'],
    bootstrap: [], mdns: true, dht: true, logger,
  }));
  for (const node of nodes) { await node.start(handler); node.subscribe('topic'); node.provide(new Uint8Array(32)); }
  await nodes[0].dial(nodes[1].addresses()[0]);
  await nodes[0].send(nodes[1].self, '/mutua/sync/1', new Uint8Array(9));
  void nodes[0].findProviders(new Uint8Array(32));
  for (const node of nodes) await node.stop();
  console.log('stopped', Date.now());
`;

test('after stop the process ends by itself', async () => {
  const index = new URL('../../../../src/adapters/libp2p/index.ts', import.meta.url).href;
  const child = spawn(process.execPath, ['--input-type=module', '-e', CHILD, index], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += String(chunk);
  });
  const guard = setTimeout(() => child.kill('SIGKILL'), 10_000);
  const [code] = await once(child, 'exit');
  clearTimeout(guard);
  assert.equal(code, 0);
  const [, stoppedAtMs] = /stopped (\d+)/.exec(output) ?? [];
  assert.ok(Date.now() - Number(stoppedAtMs) < 2_000, 'it ended soon after stop');
});
