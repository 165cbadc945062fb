/** One peer of the gossip bench, in a process of its own: the first word is its name, the second whom it trusts. */
import { setTimeout as delay } from 'node:timers/promises';
import { createLibp2pNetwork } from '../../src/adapters/libp2p/index.ts';
import { parseId } from '../../src/core/base/id.ts';
import { profileKind } from '../../src/core/wire/kinds/book.ts';
import { draftOf } from '../../src/engine/services/draft.ts';
import { loopbackOptions } from '../contract/libp2p-loopback.ts';
import { REGION } from '../support/identities.ts';
import { Actor } from '../support/world.ts';
import { answer, cpuMs, SentBytes } from './child.ts';
import { BenchPeer, TemporaryFolder } from './peer.ts';

/** Entries written at once, and the time between: bundles of some twenty. */
const ENTRIES_AT_ONCE = 20;
const BETWEEN_MS = 20;

const sent = new SentBytes();
const folder = await TemporaryFolder.make();
const actor = new Actor(process.argv[2] ?? 'nobody', 'person');
const root = parseId(process.argv[3] ?? '');
const network = createLibp2pNetwork({ ...loopbackOptions(), dht: false });
const peer = await BenchPeer.open({ actor, roots: root === undefined ? [] : [root], folder: folder.path, network });
let heard = 0;
let entryBytes = 0;
peer.driver.listen((notice) => {
  if (notice.type === 'entry' && notice.identity === root && notice.kind === 'profile') heard += 1;
});
await peer.driver.start();

async function write(count: number): Promise<void> {
  for (let number = 0; number < count; number += ENTRIES_AT_ONCE) {
    const some = Array.from({ length: Math.min(ENTRIES_AT_ONCE, count - number) }, (_, index) => {
      const description = `Mends roofs and bicycles; ask at the tool library on Tuesdays. ${number + index}`;
      return peer.driver.write(REGION, 'people', draftOf(profileKind, { name: actor.name, description, contact: '' }));
    });
    await Promise.all(some);
    await delay(BETWEEN_MS);
  }
  const rows = await peer.store.entriesOfKind(profileKind.number, count);
  entryBytes = rows.reduce((sum, { bytes }) => sum + bytes.length, 0);
}

answer({
  address: async () => network.addresses()[0] ?? '',
  dial: async (address) => network.dial(address),
  write: async (count) => {
    await write(Number(count));
    return String(entryBytes);
  },
  heard: async () => String(heard),
  cpuMs: async () => String(cpuMs()),
  sentBytes: async () => String(sent.count),
});
