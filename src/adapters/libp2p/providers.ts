import type { Libp2p, PeerInfo } from '@libp2p/interface';
import type { KadDHT } from '@libp2p/kad-dht';
import { CID } from 'multiformats/cid';
import { create as createDigest } from 'multiformats/hashes/digest';
import type { Logger } from '../../ports/logger.ts';
import { NetworkFailedError } from '../../ports/network.ts';
import * as limits from './constants.ts';

/** Multicodec codes: a CID of plain bytes, named by their SHA-256. */
const RAW_CODEC = 0x55;
const SHA2_256 = 0x12;

/** What finding providers needs of the node. */
export interface ProvidersInit {
  readonly node: Libp2p;
  readonly dht: KadDHT;
  readonly logger: Logger;
}

function keyToCid(key: Uint8Array): CID {
  return CID.createV1(RAW_CODEC, createDigest(SHA2_256, key));
}

/**
 * Announces and finds, in the DHT, nodes that serve a key (protocol §4). The DHT gives addresses and no more.
 * A key is announced until somebody has stored it; from then on kad-dht itself repeats it.
 */
export class Providers {
  readonly #init: ProvidersInit;
  readonly #unannounced = new Map<string, CID>();
  readonly #provided = new Set<string>();
  readonly #stopping = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #announcing = false;

  constructor(init: ProvidersInit) {
    this.#init = init;
  }

  /** Announces a key as soon as there is somebody to store it. @throws NetworkFailedError above PROVIDED_KEYS_MAX. */
  provide(key: Uint8Array): void {
    const cid = keyToCid(key);
    const name = cid.toString();
    if (this.#provided.has(name)) return;
    if (this.#provided.size >= limits.PROVIDED_KEYS_MAX) {
      throw new NetworkFailedError(`cannot announce more than ${limits.PROVIDED_KEYS_MAX} regions; leave one first`);
    }
    this.#provided.add(name);
    this.#unannounced.set(name, cid);
    this.#announceSoon(0);
  }

  /** @returns how many of at most PROVIDERS_DIALED_MAX providers of the key are connected afterwards. */
  async find(key: Uint8Array): Promise<number> {
    const { node, dht, logger } = this.#init;
    const seen = new Set([node.peerId.toString()]);
    const dials: Promise<boolean>[] = [];
    const signal = this.#within(limits.FIND_PROVIDERS_DELAY_MS_MAX);
    try {
      for await (const event of dht.findProviders(keyToCid(key), { signal })) {
        for (const provider of event.name === 'PROVIDER' ? event.providers : []) {
          const name = provider.id.toString();
          if (seen.has(name) || dials.length >= limits.PROVIDERS_DIALED_MAX) continue;
          seen.add(name);
          dials.push(this.#reach(provider));
        }
        if (dials.length >= limits.PROVIDERS_DIALED_MAX) break;
      }
    } catch (error) {
      if (!this.#stopping.signal.aborted) logger.debug('a search for providers ended early', { error });
    }
    return (await Promise.all(dials)).filter(Boolean).length;
  }

  /** A peer came: keys that nobody has stored yet are announced soon. */
  peerCame(): void {
    this.#announceSoon(limits.PROVIDE_DELAY_MS);
  }

  /** Ends every query and timer. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#stopping.abort();
  }

  #within(delayMs: number): AbortSignal {
    return AbortSignal.any([this.#stopping.signal, AbortSignal.timeout(delayMs)]);
  }

  #announceSoon(delayMs: number): void {
    if (this.#unannounced.size === 0 || this.#timer !== undefined || this.#stopping.signal.aborted) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.#announceAll();
    }, delayMs);
    this.#timer.unref();
  }

  async #announceAll(): Promise<void> {
    if (this.#announcing || this.#init.node.getConnections().length === 0) return;
    this.#announcing = true;
    for (const [name, cid] of this.#unannounced) if (await this.#announce(cid)) this.#unannounced.delete(name);
    this.#announcing = false;
    this.#announceSoon(limits.UPKEEP_DELAY_MS);
  }

  async #announce(cid: CID): Promise<boolean> {
    const { dht, logger } = this.#init;
    let stored = 0;
    try {
      for await (const event of dht.provide(cid, { signal: this.#within(limits.PROVIDE_DELAY_MS_MAX) })) {
        if (event.name === 'PEER_RESPONSE' && event.messageName === 'ADD_PROVIDER') stored += 1;
      }
    } catch (error) {
      if (!this.#stopping.signal.aborted) logger.debug('announcing a key failed', { key: cid.toString(), error });
    }
    return stored > 0;
  }

  async #reach(provider: PeerInfo): Promise<boolean> {
    const { node, logger } = this.#init;
    try {
      await node.peerStore.merge(provider.id, { multiaddrs: provider.multiaddrs });
      await node.dial(provider.id, { signal: this.#within(limits.DIAL_DELAY_MS_MAX) });
      return true;
    } catch (error) {
      logger.debug('a provider could not be reached', { peer: provider.id.toString(), error });
      return false;
    }
  }
}
