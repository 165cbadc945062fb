import { setTimeout as delay } from 'node:timers/promises';
import { createMemoryHub } from '../../src/adapters/memory/memory-network.ts';
import { entryToItem } from '../../src/engine/reading.ts';
import type { Network } from '../../src/ports/network.ts';
import { Actor } from '../support/world.ts';
import type { Bench, Figure } from './bench.ts';
import { BenchPeer, TemporaryFolder } from './peer.ts';
import { personBooks, writeProfile } from './scene.ts';

const BYTES_MAX = 256 * 1024;
const PULL_MS_MAX = 60_000;

/** Two peers that agree on nearly everything: what they say to find the rest. */
export const changedBooksBench: Bench = {
  name: 'changed-books',
  async run(quick): Promise<readonly Figure[]> {
    const books = quick ? 50 : 10_000;
    const changed = quick ? 2 : 100;
    const { bytes, newBytes } = await exchange(books, changed);
    return [
      {
        operation: `catch-up: ${changed} of ${books} books have one new entry; frames of both sides, no gossip`,
        measured: `${Math.round(bytes / 1024)} KB`,
        reference: `${Math.round(newBytes / 1024)} KB (the new entries alone)`,
        ratio: (bytes / newBytes).toFixed(1),
        target: `≤ ${BYTES_MAX / 1024} KB`,
        met: bytes <= BYTES_MAX,
      },
    ];
  },
};

async function exchange(
  books: number,
  changed: number,
): Promise<{ readonly bytes: number; readonly newBytes: number }> {
  const { persons, entries } = personBooks(books, 2);
  const fresh = persons.slice(0, changed).map((person) => writeProfile(person, 2));
  const roots = persons.map(({ identity }) => identity);
  await using folders = new AsyncDisposableStack();
  const hub = createMemoryHub();
  let bytes = 0;
  const open = async (name: string): Promise<{ peer: BenchPeer; network: Network }> => {
    const network = counting(hub.createNetwork(name), (length) => {
      bytes += length;
    });
    const folder = folders.use(await TemporaryFolder.make());
    const peer = folders.use(
      await BenchPeer.open({ actor: new Actor(name, 'person'), roots, folder: folder.path, network }),
    );
    await peer.takeAll(entries);
    return { peer, network };
  };
  const ahead = await open('ahead');
  const behind = await open('behind');
  await ahead.peer.takeAll(fresh);
  const missing = new Set(fresh.map(({ id }) => id));
  behind.peer.driver.listen((notice) => {
    if (notice.type === 'entry') missing.delete(notice.id);
  });
  await ahead.peer.driver.start();
  await behind.peer.driver.start();
  await behind.network.dial(`/memory/${ahead.network.self}`);
  for (let waitedMs = 0; missing.size > 0; waitedMs += 100) {
    if (waitedMs > PULL_MS_MAX) throw new Error(`${missing.size} changed books were not pulled`);
    await delay(100);
  }
  return { bytes, newBytes: fresh.reduce((sum, entry) => sum + entryToItem(entry.bytes).length, 0) };
}

/** @returns the network, telling the length of every frame that it sends. */
function counting(network: Network, sent: (length: number) => void): Network {
  return new Proxy(network, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      return (...words: readonly unknown[]) => {
        const frame = words.at(2);
        if (name === 'send' && frame instanceof Uint8Array) sent(frame.length);
        return Reflect.apply(value, target, words);
      };
    },
  });
}
