import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { concatBytes, textToBytes } from '../../core/base/bytes.ts';
import { BUNDLE_BYTES_MAX, FRAME_BYTES_MAX } from '../../core/base/limits.ts';
import {
  type Network,
  NetworkFailedError,
  type NetworkHandler,
  type PeerInfo,
  type PeerName,
  type StreamProtocol,
  type Verdict,
} from '../../ports/network.ts';
import { MemoryPipe } from './memory-pipe.ts';

/** How long a verdict may take (protocol §4). */
const VERDICT_DELAY_MS_MAX = 100;
/** Message ids that one network remembers, oldest forgotten first. Cost: about 150 B each. */
const SEEN_IDS_MAX = 65_536;
/** Providers dialed in one search, as over the real network. */
const PROVIDERS_DIALED_MAX = 8;
/** What an address of a memory network begins with. */
const ADDRESS_PREFIX = '/memory/';

const PROTOCOLS: readonly StreamProtocol[] = ['/mutua/sync/1', '/mutua/submit/1'];

/** Several networks in one process that can reach each other and nobody else; for tests and simulation. */
export interface MemoryHub {
  /**
   * Adds a network. @param name its peer name; `peer-1`, `peer-2`, … where absent.
   * @throws NetworkFailedError when the name is taken.
   */
  createNetwork(name?: PeerName): Network;
}

interface Hub {
  readonly networks: Map<PeerName, MemoryNetwork>;
  readonly providers: Map<string, Set<PeerName>>;
}

/** One side of a connection. */
interface Link {
  readonly peer: MemoryNetwork;
  readonly direction: PeerInfo['direction'];
  readonly connectedAtMs: number;
  readonly pipes: ReadonlyMap<StreamProtocol, MemoryPipe>;
}

/** Builds a hub without networks. */
export function createMemoryHub(): MemoryHub {
  const hub: Hub = { networks: new Map(), providers: new Map() };
  let count = 0;
  return {
    createNetwork(name) {
      count += 1;
      const self = name ?? `peer-${count}`;
      if (hub.networks.has(self)) {
        throw new NetworkFailedError(`a network named ${self} is in this hub already; choose another name`);
      }
      const network = new MemoryNetwork(hub, self);
      hub.networks.set(self, network);
      return network;
    },
  };
}

async function verdictOf(handler: NetworkHandler, topic: string, data: Uint8Array, from: PeerName): Promise<Verdict> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<Verdict>((resolve) => {
    timer = setTimeout(resolve, VERDICT_DELAY_MS_MAX, 'ignore');
  });
  const answer = (async () => handler.onGossip(topic, data, from))();
  try {
    return await Promise.race([answer, late]);
  } catch {
    return 'ignore';
  } finally {
    clearTimeout(timer);
  }
}

/** @returns whether the id is new; it is remembered. */
function remember(seen: Set<string>, topic: string, data: Uint8Array): boolean {
  const id = bytesToHex(sha256(concatBytes([textToBytes(topic), new Uint8Array(1), data])));
  if (seen.has(id)) return false;
  const [oldest] = seen;
  if (oldest !== undefined && seen.size >= SEEN_IDS_MAX) seen.delete(oldest);
  seen.add(id);
  return true;
}

function assertLength(what: string, bytes: Uint8Array, max: number): void {
  if (bytes.length > 0 && bytes.length <= max) return;
  throw new RangeError(`${what} has 1 to ${max} bytes, not ${bytes.length}`);
}

class MemoryNetwork implements Network {
  readonly self: PeerName;
  readonly #hub: Hub;
  readonly #topics = new Set<string>();
  readonly #seen = new Set<string>();
  readonly #links = new Map<PeerName, Link>();
  #handler: NetworkHandler | undefined;
  #startedBefore = false;

  constructor(hub: Hub, self: PeerName) {
    this.#hub = hub;
    this.self = self;
  }

  async start(handler: NetworkHandler): Promise<void> {
    if (this.#startedBefore) throw new NetworkFailedError('the network was started before; build a new one');
    this.#startedBefore = true;
    this.#handler = handler;
  }

  subscribe(topic: string): void {
    this.#topics.add(topic);
  }

  unsubscribe(topic: string): void {
    this.#topics.delete(topic);
  }

  async publish(topic: string, data: Uint8Array): Promise<number> {
    assertLength('a gossip message', data, BUNDLE_BYTES_MAX);
    if (this.#handler === undefined || !remember(this.#seen, topic, data)) return 0;
    return this.#spread(topic, data);
  }

  async send(peer: PeerName, protocol: StreamProtocol, frame: Uint8Array): Promise<void> {
    assertLength('a frame', frame, FRAME_BYTES_MAX);
    const pipe = this.#links.get(peer)?.pipes.get(protocol);
    if (pipe === undefined) throw new NetworkFailedError(`peer ${peer} is not connected; dial it first`);
    await pipe.send(frame);
  }

  async dial(address: string): Promise<PeerName> {
    if (this.#handler === undefined) throw new NetworkFailedError('the network is not running; start it first');
    const name = address.startsWith(ADDRESS_PREFIX) ? address.slice(ADDRESS_PREFIX.length) : address;
    const other = this.#hub.networks.get(name);
    if (other === undefined || other === this || !other.isRunning) {
      throw new NetworkFailedError(`could not dial ${address}: nobody else listens there; start that network first`);
    }
    if (!this.#links.has(name)) {
      this.#link(other, 'outbound');
      other.#link(this, 'inbound');
      other.#handler?.onPeer(this.self);
      this.#handler.onPeer(name);
    }
    return name;
  }

  async hangUp(peer: PeerName): Promise<void> {
    const link = this.#links.get(peer);
    if (link === undefined) return;
    this.#unlink(peer);
    link.peer.#unlink(this.self);
  }

  provide(key: Uint8Array): void {
    const name = bytesToHex(key);
    const known = this.#hub.providers.get(name) ?? new Set();
    this.#hub.providers.set(name, known.add(this.self));
  }

  async findProviders(key: Uint8Array): Promise<number> {
    const known = [...(this.#hub.providers.get(bytesToHex(key)) ?? [])];
    const others = known.filter((name) => name !== this.self && this.#hub.networks.get(name)?.isRunning === true);
    return (await Promise.all(others.slice(0, PROVIDERS_DIALED_MAX).map((name) => this.dial(name)))).length;
  }

  peers(): readonly PeerInfo[] {
    return [...this.#links.values()].map(({ peer, direction, connectedAtMs }) => {
      return { peer: peer.self, addresses: [ADDRESS_PREFIX + peer.self], direction, connectedAtMs, score: 0 };
    });
  }

  addresses(): readonly string[] {
    return this.isRunning ? [ADDRESS_PREFIX + this.self] : [];
  }

  async stop(): Promise<void> {
    this.#handler = undefined;
    for (const peer of [...this.#links.keys()]) await this.hangUp(peer);
    this.#hub.networks.delete(this.self);
    for (const providers of this.#hub.providers.values()) providers.delete(this.self);
  }

  /** Whether it is started and not stopped. */
  get isRunning(): boolean {
    return this.#handler !== undefined;
  }

  #link(peer: MemoryNetwork, direction: PeerInfo['direction']): void {
    const pipes = PROTOCOLS.map((protocol): [StreamProtocol, MemoryPipe] => {
      const deliver = async (frame: Uint8Array): Promise<void> => peer.#handler?.onFrame(this.self, protocol, frame);
      return [protocol, new MemoryPipe(`${protocol} of peer ${peer.self}`, deliver)];
    });
    this.#links.set(peer.self, { peer, direction, connectedAtMs: Date.now(), pipes: new Map(pipes) });
  }

  #unlink(peer: PeerName): void {
    const link = this.#links.get(peer);
    if (link === undefined) return;
    this.#links.delete(peer);
    const reason = new NetworkFailedError(`peer ${peer} is gone; dial it again`);
    for (const pipe of link.pipes.values()) pipe.close(reason);
    this.#handler?.onPeerGone(peer);
  }

  /** Hands a message to every subscribed neighbour but one. @returns how many they are. */
  #spread(topic: string, data: Uint8Array, except?: PeerName): number {
    let reached = 0;
    for (const { peer } of this.#links.values()) {
      if (peer.self === except || !peer.#topics.has(topic)) continue;
      reached += 1;
      setImmediate(() => void peer.#hear(topic, data.slice(), this.self));
    }
    return reached;
  }

  async #hear(topic: string, data: Uint8Array, from: PeerName): Promise<void> {
    const handler = this.#handler;
    if (handler === undefined || !this.#topics.has(topic) || !remember(this.#seen, topic, data)) return;
    if ((await verdictOf(handler, topic, data, from)) === 'accept') this.#spread(topic, data, from);
  }
}
