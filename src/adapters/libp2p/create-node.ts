import { join } from 'node:path';
import { autoNAT } from '@libp2p/autonat';
import { bootstrap } from '@libp2p/bootstrap';
import { circuitRelayTransport } from '@libp2p/circuit-relay-v2';
import { dcutr } from '@libp2p/dcutr';
import { identify } from '@libp2p/identify';
import type { ConnectionGater, Libp2p, PeerDiscovery, PeerInfo, PrivateKey } from '@libp2p/interface';
import { type KadDHT, type KadDHTComponents, kadDHT, passthroughMapper } from '@libp2p/kad-dht';
import { type MulticastDNSComponents, mdns } from '@libp2p/mdns';
import { noise } from '@libp2p/noise';
import { ping } from '@libp2p/ping';
import { prometheusMetrics } from '@libp2p/prometheus-metrics';
import { tcp } from '@libp2p/tcp';
import { webSockets } from '@libp2p/websockets';
import { yamux } from '@libp2p/yamux';
import { createLibp2p, type Libp2pOptions } from 'libp2p';
import type { Registry } from 'prom-client';
import * as limits from './constants.ts';
import type { Gossip } from './gossip.ts';

/** What a node is built from. */
export interface NodeInit {
  readonly privateKey: PrivateKey;
  /** The network id as 32 hexadecimal digits; in the names under which nodes of one network find each other. */
  readonly networkHex: string;
  /** Multiaddrs to listen on; none makes a node that only dials. */
  readonly listen: readonly string[];
  /** Multiaddrs with peer names that are dialed first. */
  readonly bootstrap: readonly string[];
  readonly mdns: boolean;
  readonly dht: boolean;
  /** Where the peer store is kept; in memory without it. */
  readonly dataFolder?: string | undefined;
  readonly metrics?: Registry | undefined;
  readonly gossip: Gossip;
  /** A peer was found on the local network; the same one is told again with every answer. */
  onNeighbour(peer: PeerInfo): void;
}

/** A built node, not yet started. */
export interface BuiltNode {
  readonly node: Libp2p;
  readonly dht: KadDHT | undefined;
  /** Stops the node and closes its store. */
  close(): Promise<void>;
}

/** LANs are our home: browsers' gater would refuse loopback, private addresses and plain `ws`; ours refuses none. */
const gater: ConnectionGater = { denyDialMultiaddr: () => false };

/** Where libp2p keeps its peers in the data folder. */
const PEER_STORE_FOLDER = 'peers';

async function openDatastore(dataFolder: string) {
  const { LevelDatastore } = await import('datastore-level');
  const datastore = new LevelDatastore(join(dataFolder, PEER_STORE_FOLDER));
  await datastore.open();
  return datastore;
}

/** WebRTC loads a native addon, so it is loaded only where an address names it. */
async function transports(init: NodeInit): Promise<NonNullable<Libp2pOptions['transports']>> {
  const always = [tcp(), webSockets(), circuitRelayTransport()];
  if (![...init.listen, ...init.bootstrap].some((address) => address.includes('/webrtc'))) return always;
  const { webRTC, webRTCDirect } = await import('@libp2p/webrtc');
  return [...always, webRTC(), webRTCDirect()];
}

function discoveries(init: NodeInit): NonNullable<Libp2pOptions['peerDiscovery']> {
  const found: NonNullable<Libp2pOptions['peerDiscovery']> = [];
  if (init.bootstrap.length > 0) found.push(bootstrap({ list: [...init.bootstrap] }));
  if (init.mdns) found.push((components) => localDiscovery(init, components));
  return found;
}

/** mDNS under a name of the network, so that nodes of other networks on the LAN stay unseen. */
function localDiscovery(init: NodeInit, components: MulticastDNSComponents): PeerDiscovery {
  const discovery = mdns({ serviceTag: `_mutua-${init.networkHex.slice(0, 8)}._udp.local` })(components);
  discovery.addEventListener('peer', (event) => init.onNeighbour(event.detail));
  return discovery;
}

/** A node that listens serves the DHT even without a public address; addresses of LANs pass through it. */
function buildDht(init: NodeInit): (components: KadDHTComponents) => KadDHT {
  return kadDHT({
    protocol: `/mutua/kad/1/${init.networkHex}`,
    clientMode: init.listen.length === 0,
    peerInfoMapper: passthroughMapper,
    kBucketSize: limits.DHT_BUCKET_PEERS_MAX,
    maxInboundStreams: limits.DHT_STREAMS_MAX,
    maxOutboundStreams: limits.DHT_STREAMS_MAX,
    routingTableUpdateMaxQueueSize: limits.DHT_QUEUE_MAX,
    providers: { cacheSize: limits.PROVIDERS_CACHED_MAX, provideValidity: limits.PROVIDER_VALIDITY_MS / 1_000 },
    reprovide: {
      interval: limits.REPROVIDE_DELAY_MS,
      validity: limits.PROVIDER_VALIDITY_MS,
      threshold: limits.PROVIDER_VALIDITY_MS - limits.REPROVIDE_DELAY_MS,
      maxQueueSize: limits.DHT_QUEUE_MAX,
    },
  });
}

/** Every limit of libp2p that has a number, set explicitly. */
function limitedOptions() {
  return {
    connectionManager: {
      maxConnections: limits.CONNECTIONS_MAX,
      maxIncomingPendingConnections: limits.CONNECTIONS_PENDING_MAX,
      inboundConnectionThreshold: limits.CONNECTIONS_PER_ADDRESS_PER_SECOND_MAX,
      maxParallelDials: limits.DIALS_PARALLEL_MAX,
      maxDialQueueLength: limits.DIALS_WAITING_MAX,
      maxPeerAddrsToDial: limits.ADDRESSES_PER_PEER_MAX,
      dialTimeout: limits.DIAL_DELAY_MS_MAX,
      addressDialTimeout: limits.ADDRESS_DIAL_DELAY_MS_MAX,
    },
    connectionMonitor: { pingTimeout: { minTimeout: limits.PING_DELAY_MS_MIN } },
    streamMuxers: [
      yamux({
        maxInboundStreams: limits.INBOUND_STREAMS_MAX,
        maxOutboundStreams: limits.OUTBOUND_STREAMS_MAX,
        streamOptions: {
          initialStreamWindowSize: limits.STREAM_WINDOW_BYTES,
          maxStreamWindowSize: limits.STREAM_WINDOW_BYTES_MAX,
          maxReadBufferLength: limits.STREAM_READ_BYTES_MAX,
        },
      }),
    ],
  } satisfies Libp2pOptions;
}

/**
 * Builds a libp2p node with its transports, discovery, DHT and gossip, not yet started.
 * @throws Error when an address cannot be parsed or the peer store cannot be opened.
 */
export async function createNode(init: NodeInit): Promise<BuiltNode> {
  const { metrics } = init;
  const datastore = init.dataFolder === undefined ? undefined : await openDatastore(init.dataFolder);
  let dht: KadDHT | undefined;
  const node = await createLibp2p({
    start: false,
    ...limitedOptions(),
    privateKey: init.privateKey,
    nodeInfo: { name: 'mutua', userAgent: 'mutua' },
    addresses: { listen: [...init.listen] },
    transports: await transports(init),
    connectionEncrypters: [noise()],
    connectionGater: gater,
    peerDiscovery: discoveries(init),
    ...(datastore === undefined ? {} : { datastore }),
    ...(metrics === undefined ? {} : { metrics: metricsInto(metrics) }),
    services: {
      identify: identify(),
      ping: ping(),
      gossip: init.gossip.service,
      autonat: autoNAT(),
      dcutr: dcutr(),
      ...(init.dht
        ? {
            dht: (components: KadDHTComponents) => {
              dht = buildDht(init)(components);
              return dht;
            },
          }
        : {}),
    },
  });
  return {
    node,
    dht,
    async close() {
      await node.stop();
      await datastore?.close();
    },
  };
}

function metricsInto(registry: Registry) {
  return prometheusMetrics({ registry, collectDefaultMetrics: false, preserveExistingMetrics: true });
}
