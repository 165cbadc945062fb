import type { Libp2p, PeerId, PeerInfo } from '@libp2p/interface';
import { peerIdFromString } from '@libp2p/peer-id';
import { CODE_P2P, multiaddr } from '@multiformats/multiaddr';
import type { Logger } from '../../ports/logger.ts';
import type { PeerName } from '../../ports/network.ts';
import {
  AUTOMATIC_DIALS_MAX,
  PEERS_WANTED,
  REMEMBERED_PEERS_MAX,
  SHUNNED_PEERS_MAX,
  UPKEEP_DELAY_MS,
} from './constants.ts';
import type { Gossip } from './gossip.ts';
import { STREAM_PROTOCOLS } from './streams.ts';

/** What upkeep needs. */
export interface UpkeepInit {
  readonly node: Libp2p;
  readonly bootstrap: readonly string[];
  readonly gossip: Gossip;
  readonly logger: Logger;
  /** @returns the usable peers, with since when in Unix milliseconds. */
  readonly usablePeers: () => ReadonlyMap<PeerName, number>;
}

/** @returns the peer that a multiaddr ends in, or undefined when it names none. */
export function peerOfAddress(address: string): PeerId | undefined {
  const name = multiaddr(address)
    .getComponents()
    .findLast((component) => component.code === CODE_P2P)?.value;
  return name === undefined ? undefined : peerIdFromString(name);
}

/**
 * Keeps a node connected without being asked. Every UPKEEP_DELAY_MS: bootstrap peers that are missing are dialed, and
 * peers known from before while few are connected; a connection on which gossip has died is closed, since gossipsub
 * opens its streams only once per connection, and dialed anew.
 */
export class Upkeep {
  readonly #init: UpkeepInit;
  readonly #shunned = new Set<PeerName>();
  readonly #dialing = new Set<PeerName>();
  #timer: ReturnType<typeof setInterval> | undefined;
  #wasDeaf: ReadonlySet<PeerName> = new Set();

  constructor(init: UpkeepInit) {
    this.#init = init;
  }

  start(): void {
    this.#timer = setInterval(() => void this.#work(), UPKEEP_DELAY_MS);
    this.#timer.unref();
  }

  /** A peer was found nearby; it is dialed while fewer than PEERS_WANTED are connected. */
  offer(peer: PeerInfo): void {
    if (this.#timer === undefined || !this.#wantsMore() || this.#shunned.has(peer.id.toString())) return;
    const { node, logger } = this.#init;
    node.peerStore
      .merge(peer.id, { multiaddrs: peer.multiaddrs })
      .then(() => this.#dial(peer.id))
      .catch((error: unknown) => logger.debug('a neighbour could not be stored', { error }));
  }

  /** Never dials this peer by itself, until it is `welcome` again. */
  shun(peer: PeerName): void {
    const [oldest] = this.#shunned;
    if (oldest !== undefined && this.#shunned.size >= SHUNNED_PEERS_MAX) this.#shunned.delete(oldest);
    this.#shunned.add(peer);
  }

  /** Ends a shunning: somebody dialed the peer on purpose. */
  welcome(peer: PeerName): void {
    this.#shunned.delete(peer);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  async #work(): Promise<void> {
    try {
      for (const address of this.#init.bootstrap) {
        const peerId = peerOfAddress(address);
        if (peerId !== undefined) void this.#dial(peerId);
      }
      if (this.#wantsMore()) await this.#dialRemembered();
      await this.#renewDeaf();
    } catch (error) {
      this.#init.logger.warn('keeping the node connected failed for now', { error });
    }
  }

  #wantsMore(): boolean {
    return this.#init.usablePeers().size + this.#dialing.size < PEERS_WANTED;
  }

  async #dial(peerId: PeerId): Promise<void> {
    const { node, logger } = this.#init;
    const peer = peerId.toString();
    if (this.#shunned.has(peer) || this.#dialing.has(peer) || this.#dialing.size >= AUTOMATIC_DIALS_MAX) return;
    if (peerId.equals(node.peerId) || node.getConnections(peerId).length > 0) return;
    this.#dialing.add(peer);
    try {
      await node.dial(peerId);
    } catch (error) {
      logger.debug('an automatic dial failed', { peer, error });
    } finally {
      this.#dialing.delete(peer);
    }
  }

  async #dialRemembered(): Promise<void> {
    const { node } = this.#init;
    const known = await node.peerStore.all({
      filters: [
        (peer) => STREAM_PROTOCOLS.some((protocol) => peer.protocols.includes(protocol)),
        (peer) => !peer.id.equals(node.peerId) && node.getConnections(peer.id).length === 0,
      ],
      limit: REMEMBERED_PEERS_MAX,
    });
    for (const { id } of known) if (this.#wantsMore()) void this.#dial(id);
  }

  async #renewDeaf(): Promise<void> {
    const { node, gossip, logger, usablePeers } = this.#init;
    const deaf = new Set<PeerName>();
    for (const peer of usablePeers().keys()) if (!gossip.reaches(peer)) deaf.add(peer);
    for (const peer of deaf) {
      if (!this.#wasDeaf.has(peer)) continue;
      logger.info('gossip with a peer has died; connecting anew', { peer });
      const peerId = peerIdFromString(peer);
      await node.hangUp(peerId);
      await this.#dial(peerId);
    }
    this.#wasDeaf = deaf;
  }
}
