import type { Connection, PeerId, Stream } from '@libp2p/interface';
import { peerIdFromString } from '@libp2p/peer-id';
import { multiaddr } from '@multiformats/multiaddr';
import type { Logger } from '../../ports/logger.ts';
import {
  NetworkFailedError,
  type NetworkHandler,
  type PeerInfo,
  type PeerName,
  type StreamProtocol,
} from '../../ports/network.ts';
import { FRAME_INBOUND_STREAMS_MAX, FRAME_OUTBOUND_STREAMS_MAX } from './constants.ts';
import type { BuiltNode } from './create-node.ts';
import type { Gossip } from './gossip.ts';
import { PeerWatch, usableConnection } from './peer-watch.ts';
import { Providers } from './providers.ts';
import { createFrameStreams, type FrameStreams, STREAM_PROTOCOLS } from './streams.ts';
import { peerOfAddress, Upkeep } from './upkeep.ts';

/** What runs on a node. */
export interface RunningNodeInit {
  readonly handler: NetworkHandler;
  readonly gossip: Gossip;
  readonly bootstrap: readonly string[];
  readonly logger: Logger;
}

/** The protocol that a peer must speak to be reported as usable. */
const USABLE_PROTOCOL: StreamProtocol = '/mutua/sync/1';

/** @returns the messages of an error and of those it gathers, each address's reason once. */
function reasonsOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) {
    return [...new Set(error.errors.map((each: unknown) => reasonsOf(each)))].join('; ');
  }
  return error instanceof Error ? error.message : String(error);
}

function peerIdOf(peer: PeerName): PeerId {
  try {
    return peerIdFromString(peer);
  } catch (cause) {
    throw new NetworkFailedError(`${peer} is not a peer name; copy it from an invite or the list of peers`, { cause });
  }
}

function targetOf(address: string) {
  if (!address.startsWith('/')) return peerIdOf(address);
  try {
    return multiaddr(address);
  } catch (cause) {
    const example = '/ip4/192.0.2.1/tcp/4001/p2p/12D3…';
    throw new NetworkFailedError(`${address} is not an address; it looks like ${example}`, { cause });
  }
}

/** A node with everything that hangs on it. */
export class RunningNode {
  readonly streams: FrameStreams;
  readonly upkeep: Upkeep;
  readonly providers: Providers | undefined;
  readonly #built: BuiltNode;
  readonly #gossip: Gossip;
  readonly #watch: PeerWatch;
  #stopping = false;

  /** Hangs what runs on a node onto it; nothing is opened before `start`. */
  constructor(built: BuiltNode, init: RunningNodeInit) {
    const { node, dht } = built;
    const { handler, logger } = init;
    this.#built = built;
    this.#gossip = init.gossip;
    this.#watch = new PeerWatch({ node, handler, onGone: (peer) => this.streams.drop(peer) });
    this.streams = createFrameStreams({
      connectionTo: (peer) => usableConnection(node, peerIdOf(peer)),
      onFrame: (peer, protocol, frame) => handler.onFrame(peer, protocol, frame),
      onBroken: (peer, protocol, error) => logger.warn('a peer broke a stream', { peer, protocol, error }),
    });
    this.upkeep = new Upkeep({ ...init, node, usablePeers: () => this.#watch.usableSinceMs });
    this.providers = dht === undefined ? undefined : new Providers({ node, dht, logger });
  }

  /** Starts listening. @throws Error when an address cannot be bound; everything is closed then. */
  async start(): Promise<void> {
    const { node } = this.#built;
    try {
      for (const protocol of STREAM_PROTOCOLS) {
        await node.handle(protocol, (stream, connection) => this.#accept(protocol, stream, connection), {
          maxInboundStreams: FRAME_INBOUND_STREAMS_MAX,
          maxOutboundStreams: FRAME_OUTBOUND_STREAMS_MAX,
        });
      }
      await node.register(USABLE_PROTOCOL, {
        onConnect: (peerId, connection) => {
          this.#watch.onUsable(peerId, connection);
          this.providers?.peerCame();
        },
      });
      await node.start();
    } catch (error) {
      await this.stop();
      throw error;
    }
    this.upkeep.start();
  }

  /** As the port's `dial`. */
  async dial(address: string): Promise<PeerName> {
    const target = targetOf(address);
    const expected = address.startsWith('/') ? peerOfAddress(address) : peerIdOf(address);
    if (expected !== undefined) this.upkeep.welcome(expected.toString());
    try {
      const { remotePeer, remoteAddr } = await this.#built.node.dial(target);
      // Identify would tell it a moment later; a node that stops before that should find its peer again too.
      await this.#built.node.peerStore.merge(remotePeer, { multiaddrs: [remoteAddr] });
      return remotePeer.toString();
    } catch (cause) {
      throw new NetworkFailedError(`could not dial ${address}: ${reasonsOf(cause)}`, { cause });
    }
  }

  /** As the port's `hangUp`; the peer is not dialed by ourselves again. */
  async hangUp(peer: PeerName): Promise<void> {
    this.upkeep.shun(peer);
    await this.#built.node.hangUp(peerIdOf(peer));
  }

  /** As the port's `peers`. */
  peers(): readonly PeerInfo[] {
    return this.#watch.list(this.#gossip);
  }

  /** As the port's `addresses`. */
  addresses(): readonly string[] {
    return this.#built.node.getMultiaddrs().map((address) => address.toString());
  }

  /** Closes every connection, port and file; the user hears nothing more. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#watch.silence();
    this.upkeep.stop();
    this.providers?.stop();
    this.streams.dropAll();
    await this.#built.close();
  }

  #accept(protocol: StreamProtocol, stream: Stream, connection: Connection): void {
    if (this.#stopping) {
      stream.abort(new NetworkFailedError('this node is stopping'));
      return;
    }
    // Whoever speaks either protocol is a peer, and its end is told.
    this.#watch.onUsable(connection.remotePeer, connection);
    this.streams.accept(connection.remotePeer, protocol, stream);
  }
}
