/**
 * One side of the late joiner, in a process of its own. `serve <books> <entries a book>` makes persons' books and serves them;
 * `join <books>` knows their authors and waits to be told where to pull them from.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createLibp2pNetwork } from '../../src/adapters/libp2p/index.ts';
import { loopbackOptions } from '../contract/libp2p-loopback.ts';
import { Actor } from '../support/world.ts';
import { answer } from './child.ts';
import { BenchPeer, TemporaryFolder } from './peer.ts';
import { personBooks, personNamed } from './scene.ts';

const [role = '', books = '0', entriesPerBook = '0'] = process.argv.slice(2);
const folder = await TemporaryFolder.make();
const network = createLibp2pNetwork({ ...loopbackOptions(), dht: false });
const roots = Array.from({ length: Number(books) }, (_, number) => personNamed(number).identity);
const peer = await BenchPeer.open({ actor: new Actor(role, 'person'), roots, folder: folder.path, network });
if (role === 'serve') await peer.takeAll(personBooks(Number(books), Number(entriesPerBook)).entries);

let heard = 0;
let whenHeard: (() => void) | undefined;
let wanted = 0;
peer.driver.listen((notice) => {
  if (notice.type !== 'entry') return;
  heard += 1;
  if (heard === wanted) whenHeard?.();
});
await peer.driver.start();

/** Dials and pulls. @returns milliseconds until that many entries were durable. */
async function pull(address: string, count: number): Promise<number> {
  const startMs = performance.now();
  wanted = count;
  const done = new Promise<void>((resolve) => {
    whenHeard = resolve;
  });
  await network.dial(address);
  await done;
  return performance.now() - startMs;
}

/** @returns what is still referred to, after everything else was collected. */
function liveBytes(): number {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect === 'function') collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

answer({
  address: async () => network.addresses()[0] ?? '',
  pull: async (words) => {
    const [address = '', count = '0'] = words.split(' ');
    return String(await pull(address, Number(count)));
  },
  rssBytes: async () => String(process.resourceUsage().maxRSS * 1024),
  liveBytes: async () => String(liveBytes()),
  rssBytesNow: async () => String(process.memoryUsage.rss()),
});
