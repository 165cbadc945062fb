/** What a peer does with a gossip message: forward it, drop it in silence, or drop it and count it against the sender. */
export type Verdict = 'accept' | 'ignore' | 'reject';

/** A remote peer's id as libp2p prints it. */
export type PeerName = string;

/** The stream protocols of Mutua; frames on each are whole messages. */
export type StreamProtocol = '/mutua/sync/1' | '/mutua/submit/1';

/** What the network tells its user. Handlers never throw. */
export interface NetworkHandler {
  /** A peer that speaks our protocols is connected and usable. */
  onPeer(peer: PeerName): void;
  /** The last connection to a peer closed. */
  onPeerGone(peer: PeerName): void;
  /** A gossip message on a subscribed topic; the answer is awaited by gossipsub, so it comes within 100 ms. */
  onGossip(topic: string, data: Uint8Array, from: PeerName): Promise<Verdict>;
  /** One whole frame on a stream protocol; the promise holds the sender back until it resolves (backpressure). */
  onFrame(peer: PeerName, protocol: StreamProtocol, frame: Uint8Array): Promise<void>;
}

/** One connected peer as shown to people. */
export interface PeerInfo {
  readonly peer: PeerName;
  readonly addresses: readonly string[];
  readonly direction: 'inbound' | 'outbound';
  readonly connectedAtMs: number;
  /** The gossipsub score, 0 where unknown. */
  readonly score: number;
}

/** The network of one peer: gossip on topics, framed messages to one peer, and ways to find more peers. */
export interface Network {
  /** Own peer name. */
  readonly self: PeerName;
  /** Starts listening; handlers are called from then on. @throws NetworkFailedError when a listen address could not be bound. */
  start(handler: NetworkHandler): Promise<void>;
  /** Joins a gossip topic, TOPICS_MAX of them at most; its validator is in place before the subscription is announced. */
  subscribe(topic: string): void;
  /** Leaves a gossip topic. */
  unsubscribe(topic: string): void;
  /** Publishes to the topic's mesh; resolves to the number of peers it was handed to (0 is no error). */
  publish(topic: string, data: Uint8Array): Promise<number>;
  /**
   * Sends one frame (≤ FRAME_BYTES_MAX) to a connected peer; frames of one protocol arrive in order. Small frames that
   * are queued at the same time share one write. Resolves when the frame was handed to the connection.
   * @throws NetworkFailedError when the peer is gone or its queue is full.
   */
  send(peer: PeerName, protocol: StreamProtocol, frame: Uint8Array): Promise<void>;
  /** Dials a multiaddr (or a known peer name). @throws NetworkFailedError with the reason of each address tried. */
  dial(address: string): Promise<PeerName>;
  /** Closes the connections to a peer. */
  hangUp(peer: PeerName): Promise<void>;
  /** Announces in the DHT that this node serves `key` (32 bytes, a region's hash); repeated by the adapter. */
  provide(key: Uint8Array): void;
  /** Looks for nodes that provide `key` and dials a bounded number of them; resolves to how many were reached. */
  findProviders(key: Uint8Array): Promise<number>;
  /** Connected peers. */
  peers(): readonly PeerInfo[];
  /** Multiaddrs under which this node can be dialed, with its peer name. */
  addresses(): readonly string[];
  /** Closes every connection and frees every port. */
  stop(): Promise<void>;
}

/** The network could not do what was asked; the message says what, where and what to do. */
export class NetworkFailedError extends Error {
  override readonly name = 'NetworkFailedError';
}
