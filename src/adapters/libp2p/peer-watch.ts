import type { Connection, Libp2p, PeerId } from '@libp2p/interface';
import { peerIdFromString } from '@libp2p/peer-id';
import type { NetworkHandler, PeerInfo, PeerName } from '../../ports/network.ts';
import type { Gossip } from './gossip.ts';

/** @returns the connection to use: open, and not one of a relay that carries only little. */
export function usableConnection(node: Libp2p, peerId: PeerId): Connection | undefined {
  return node.getConnections(peerId).find(({ status, limits }) => status === 'open' && limits === undefined);
}

/** What watching peers needs. */
export interface PeerWatchInit {
  readonly node: Libp2p;
  readonly handler: NetworkHandler;
  /** The last connection to a peer closed, whether it was reported or not. */
  onGone(peer: PeerName): void;
}

/**
 * Reports peers that speak our protocols, once each, from the moment that they are identified to the end of their
 * last connection. libp2p's registrar tells of every connection, and of the end only after a look into the store,
 * when the peer may be back already; so the end is taken from the connections themselves.
 */
export class PeerWatch {
  readonly #init: PeerWatchInit;
  readonly #usableSinceMs = new Map<PeerName, number>();
  #silent = false;

  constructor(init: PeerWatchInit) {
    this.#init = init;
    init.node.addEventListener('peer:disconnect', (event) => this.#onDisconnect(event.detail.toString()));
  }

  /** The usable peers, with since when in Unix milliseconds. */
  get usableSinceMs(): ReadonlyMap<PeerName, number> {
    return this.#usableSinceMs;
  }

  /** A peer has shown that it speaks our protocol. */
  onUsable(peerId: PeerId, connection: Connection): void {
    const { node, handler } = this.#init;
    const peer = peerId.toString();
    if (this.#silent || this.#usableSinceMs.has(peer) || usableConnection(node, peerId) === undefined) return;
    this.#usableSinceMs.set(peer, connection.timeline.open);
    handler.onPeer(peer);
  }

  /** Reports nothing more: the node stops. */
  silence(): void {
    this.#silent = true;
  }

  /** @returns the usable peers as shown to people. */
  list(gossip: Gossip): readonly PeerInfo[] {
    return [...this.#usableSinceMs].flatMap(([peer, connectedAtMs]) => {
      const connections = this.#init.node.getConnections(peerIdFromString(peer));
      const [first] = connections;
      if (first === undefined) return [];
      const addresses = connections.map(({ remoteAddr }) => remoteAddr.toString());
      return [{ peer, addresses, direction: first.direction, connectedAtMs, score: gossip.score(peer) }];
    });
  }

  #onDisconnect(peer: PeerName): void {
    this.#init.onGone(peer);
    if (this.#usableSinceMs.delete(peer) && !this.#silent) this.#init.handler.onPeerGone(peer);
  }
}
