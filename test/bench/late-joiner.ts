import { openNativeEngine } from '../../src/adapters/signatures/open-native-engine.ts';
import { present } from '../../src/core/base/outcome.ts';
import { type Bench, type Figure, rate, ratio } from './bench.ts';
import { BenchChild } from './child.ts';
import { personBooks } from './scene.ts';
import { withSignatures } from './signed-bytes.ts';

const NODE = new URL('./late-joiner-node.ts', import.meta.url);
const JOIN_MS_MAX = 10_000;
const RSS_BYTES_MAX = 256 * 1024 * 1024;
/** Signatures made for the reference, which verifies them over and over. */
const SAMPLE = 2000;

/** A node that joins late, over loopback libp2p, from a node in another process. */
export const lateJoinerBench: Bench = {
  name: 'late-joiner',
  async run(quick): Promise<readonly Figure[]> {
    const books = quick ? 4 : 400;
    const perBook = quick ? 20 : 250;
    const count = books * perBook;
    const before = verifyOnlyMs(count);
    const { joinMs, rssBytes, emptyBytes, liveBytes, liveBeforeBytes } = await join(books, perBook, count);
    const loopMs = (before + verifyOnlyMs(count)) / 2;
    return [
      {
        operation: `late joiner: ${count} entries in ${books} books, from dial to durable`,
        measured: `${(joinMs / 1000).toFixed(1)} s (${rate((count * 1000) / joinMs)})`,
        reference: `${(loopMs / 1000).toFixed(1)} s (one thread: the same number of verifications, before and after)`,
        ratio: ratio(joinMs / loopMs),
        target: `≤ ${JOIN_MS_MAX / 1000} s for 100,000`,
        met: joinMs <= JOIN_MS_MAX,
      },
      {
        operation: 'late joiner: largest resident memory',
        measured: `${Math.round(rssBytes / 2 ** 20)} MB`,
        reference: `${Math.round(emptyBytes / 2 ** 20)} MB (the same process before it joined)`,
        ratio: ratio(rssBytes / emptyBytes),
        target: `< ${RSS_BYTES_MAX / 2 ** 20} MB`,
        met: rssBytes < RSS_BYTES_MAX,
      },
      {
        operation: 'late joiner: memory in use on the main thread, after it joined',
        measured: `${Math.round(liveBytes / 2 ** 20)} MB`,
        reference: `${Math.round(liveBeforeBytes / 2 ** 20)} MB (before it joined)`,
        ratio: ratio(liveBytes / liveBeforeBytes),
        target: 'reported',
        met: undefined,
      },
    ];
  },
};

async function join(books: number, perBook: number, count: number) {
  await using server = new BenchChild(NODE, 'serve', String(books), String(perBook));
  const address = await server.ask('address');
  await using joiner = new BenchChild(NODE, 'join', String(books));
  const liveBeforeBytes = Number(await joiner.ask('liveBytes'));
  const emptyBytes = Number(await joiner.ask('rssBytesNow'));
  const joinMs = Number(await joiner.ask('pull', `${address} ${count}`));
  const rssBytes = Number(await joiner.ask('rssBytes'));
  return { joinMs, emptyBytes, rssBytes, liveBeforeBytes, liveBytes: Number(await joiner.ask('liveBytes')) };
}

function verifyOnlyMs(count: number): number {
  const engine = openNativeEngine();
  const checks = withSignatures(personBooks(1, Math.min(SAMPLE, count)).entries, []).map((signed) => signed.checks[0]);
  const startMs = performance.now();
  for (let number = 0; number < count; number += 1) {
    const { publicKey, message, signature } = present(checks[number % checks.length], 'every entry is signed');
    if (!engine.verify(publicKey, message, signature)) throw new Error('a signature of the scene does not hold');
  }
  return performance.now() - startMs;
}
