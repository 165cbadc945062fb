import { randomBytes } from 'node:crypto';
import type { Libp2pNetworkOptions } from '../../src/adapters/libp2p/index.ts';

const silence = (): void => {};

/** @returns options of a libp2p node on loopback, with a key of its own. */
export function loopbackOptions(): Libp2pNetworkOptions {
  return {
    networkId: new Uint8Array(16).fill(7),
    privateKeySeed: new Uint8Array(randomBytes(32)),
    listen: ['/ip4/127.0.0.1/tcp/0'],
    bootstrap: [],
    mdns: false,
    dht: true,
    logger: { debug: silence, info: silence, warn: silence, error: silence },
  };
}
