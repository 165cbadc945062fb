import { privateKeyFromRaw } from '@libp2p/crypto/keys';
import type { PeerInfo } from '@libp2p/interface';
import { peerIdFromPrivateKey } from '@libp2p/peer-id';
import { ed25519 } from '@noble/curves/ed25519.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import type { Registry } from 'prom-client';
import { concatBytes } from '../../core/base/bytes.ts';
import { ID_BYTES, KEY_BYTES, NETWORK_BYTES } from '../../core/base/limits.ts';
import type { Logger } from '../../ports/logger.ts';
import { type Network, NetworkFailedError, type NetworkHandler, type PeerName } from '../../ports/network.ts';
import { createNode, type NodeInit } from './create-node.ts';
import { createGossip } from './gossip.ts';
import { RunningNode, type RunningNodeInit } from './running-node.ts';

/** What a libp2p network is built from. */
export interface Libp2pNetworkOptions {
  /** The network id, 16 bytes. */
  readonly networkId: Uint8Array;
  /** The seed of the node's Ed25519 key, 32 bytes; it gives the peer name and signs no entry. */
  readonly privateKeySeed: Uint8Array;
  /** Multiaddrs to listen on, `/ip4/0.0.0.0/tcp/4001`; none makes a node that only dials. */
  readonly listen: readonly string[];
  /** Multiaddrs, with peer names, of nodes to dial at start and whenever they are missing. */
  readonly bootstrap: readonly string[];
  /** Whether to find nodes of the same network on the local network. */
  readonly mdns: boolean;
  /** Whether to take part in the network's DHT; without it `provide` and `findProviders` do nothing. */
  readonly dht: boolean;
  /** A folder for what is known about peers; without it that is forgotten at stop. */
  readonly dataFolder?: string | undefined;
  readonly logger: Logger;
  /** A prom-client registry that libp2p's metrics are put into. */
  readonly metrics?: Registry | undefined;
}

function checkLength(name: string, bytes: Uint8Array, length: number): void {
  if (bytes.length !== length) throw new RangeError(`${name} has ${length} bytes, not ${bytes.length}`);
}

/**
 * Builds the network of one peer over libp2p: gossipsub, framed streams, mDNS, bootstrap and a DHT of its own
 * (protocol §4). Nothing is opened before `start`. Once stopped it stays stopped.
 * @throws RangeError when the network id or the seed has the wrong length.
 */
export function createLibp2pNetwork(options: Libp2pNetworkOptions): Network {
  checkLength('a network id', options.networkId, NETWORK_BYTES);
  checkLength('a key seed', options.privateKeySeed, ID_BYTES);
  const publicKey = ed25519.getPublicKey(options.privateKeySeed);
  checkLength('a public key', publicKey, KEY_BYTES);
  const privateKey = privateKeyFromRaw(concatBytes([options.privateKeySeed, publicKey]));
  const self: PeerName = peerIdFromPrivateKey(privateKey).toString();

  const keys = new Map<string, Uint8Array>();
  let handler: NetworkHandler | undefined;
  let running: RunningNode | undefined;
  let stopping: Promise<void> | undefined;
  const gossip = createGossip(async (topic, data, from) => {
    return running === undefined || handler === undefined ? 'ignore' : handler.onGossip(topic, data, from);
  });

  function started(): RunningNode {
    if (running === undefined) throw new NetworkFailedError('the network is not running; start it first');
    return running;
  }

  const init = {
    ...options,
    privateKey,
    networkHex: bytesToHex(options.networkId),
    gossip,
    onNeighbour: (peer: PeerInfo) => running?.upkeep.offer(peer),
  };

  return {
    self,
    async start(user) {
      if (handler !== undefined) throw new NetworkFailedError('the network was started before; build a new one');
      handler = user;
      running = await startNode({ ...init, handler: user });
      gossip.started();
      for (const key of keys.values()) running.providers?.provide(key);
    },
    subscribe: (topic) => gossip.subscribe(topic),
    unsubscribe: (topic) => gossip.unsubscribe(topic),
    publish: (topic, data) => gossip.publish(topic, data),
    send: async (peer, protocol, frame) => started().streams.send(peer, protocol, frame),
    dial: async (address) => started().dial(address),
    hangUp: async (peer) => started().hangUp(peer),
    provide(key) {
      checkLength('a key', key, ID_BYTES);
      if (running === undefined) keys.set(bytesToHex(key), key);
      else running.providers?.provide(key);
    },
    async findProviders(key) {
      checkLength('a key', key, ID_BYTES);
      return (await started().providers?.find(key)) ?? 0;
    },
    peers: () => running?.peers() ?? [],
    addresses: () => running?.addresses() ?? [],
    async stop() {
      const node = running;
      running = undefined;
      gossip.stopped();
      stopping ??= node?.stop();
      await stopping;
    },
  };
}

async function startNode(init: NodeInit & RunningNodeInit): Promise<RunningNode> {
  try {
    const node = new RunningNode(await createNode(init), init);
    await node.start();
    return node;
  } catch (cause) {
    throw startError(init.listen, cause);
  }
}

function startError(listen: readonly string[], cause: unknown): NetworkFailedError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const where = listen.length === 0 ? 'the network could not be started' : `could not listen on ${listen.join(', ')}`;
  return new NetworkFailedError(`${where}: ${reason}; free the port or choose another address`, { cause });
}
