import type { Client } from '../client/index.ts';
import { textToBytes } from '../core/base/bytes.ts';
import { taggedHash } from '../core/base/hash.ts';
import type { Region } from '../core/base/region.ts';
import { TAGS } from '../core/wire/tags.ts';
import type { Logger } from '../ports/logger.ts';
import type { Network } from '../ports/network.ts';

/** How often a node that has few peers looks for more of its regions. */
const LOOK_INTERVAL_MS = 60_000;
/** With this many peers a node has enough to hear everything by several ways. */
const PEERS_ENOUGH = 6;

/** @returns the key under which nodes of a region provide themselves in the DHT, 32 bytes. */
export function regionKey(region: Region): Uint8Array {
  return taggedHash(TAGS.region, [textToBytes(region)]);
}

/**
 * Lets nodes of one region find each other by the DHT: this one provides its regions' hashes, and while it has few peers dials
 * others that do (protocol §4). Addresses are all that is believed. @returns the function that ends it.
 */
export function discover(client: Client, network: Network, logger: Logger): () => void {
  const provided = new Set<Region>();
  const look = async (): Promise<void> => {
    for (const region of client.driver.peer.settings.joined.keys()) {
      if (!provided.has(region)) network.provide(regionKey(region));
      provided.add(region);
      if (network.peers().length < PEERS_ENOUGH) await network.findProviders(regionKey(region));
    }
  };
  const round = (): void => {
    look().catch((error: unknown) => logger.debug('looking for peers failed', { error: String(error) }));
  };
  const timer = setInterval(round, LOOK_INTERVAL_MS);
  round();
  return () => clearInterval(timer);
}
