/** A node of plain gossipsub as its defaults have it, every message signed (StrictSign): no entries, no rules, no disk. */
import { randomFillSync } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type GossipSub, type GossipSubComponents, gossipsub } from '@chainsafe/libp2p-gossipsub';
import { identify } from '@libp2p/identify';
import { noise } from '@libp2p/noise';
import { tcp } from '@libp2p/tcp';
import { yamux } from '@libp2p/yamux';
import { multiaddr } from '@multiformats/multiaddr';
import { createLibp2p } from 'libp2p';
import { answer, cpuMs, SentBytes } from '../child.ts';

const TOPIC = 'bench';
const ENTRY_BYTES = 300;
const ENTRIES_AT_ONCE = 20;
const BETWEEN_MS = 20;

const sent = new SentBytes();
const gossip: (components: GossipSubComponents) => GossipSub = gossipsub({ allowPublishToZeroTopicPeers: true });
const node = await createLibp2p({
  addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
  transports: [tcp()],
  connectionEncrypters: [noise()],
  streamMuxers: [yamux()],
  services: { gossip, identify: identify() },
});
let heard = 0;
node.services.gossip.addEventListener('message', () => {
  heard += 1;
});
node.services.gossip.subscribe(TOPIC);

async function write(count: number): Promise<void> {
  for (let number = 0; number < count; number += ENTRIES_AT_ONCE) {
    const some = Array.from({ length: Math.min(ENTRIES_AT_ONCE, count - number) }, () =>
      node.services.gossip.publish(TOPIC, randomFillSync(new Uint8Array(ENTRY_BYTES))),
    );
    await Promise.all(some);
    await delay(BETWEEN_MS);
  }
}

answer({
  address: async () => String(node.getMultiaddrs()[0] ?? ''),
  dial: async (address) => String((await node.dial(multiaddr(address))).remotePeer),
  write: async (count) => {
    await write(Number(count));
    return String(Number(count) * ENTRY_BYTES);
  },
  heard: async () => String(heard),
  cpuMs: async () => String(cpuMs()),
  sentBytes: async () => String(sent.count),
});
