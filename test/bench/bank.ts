import { setTimeout as delay } from 'node:timers/promises';
import type { Entry } from '../../src/core/wire/entry.ts';
import { entryToItem } from '../../src/engine/reading.ts';
import {
  alternate,
  type Bench,
  type Figure,
  inParallel,
  inParts,
  percentile,
  rate,
  ratios,
  type Speed,
  speed,
  speedOf,
} from './bench.ts';
import { assertWords, BenchPeer, TemporaryFolder } from './peer.ts';
import { Scene } from './scene.ts';
import { withSignatures } from './signed-bytes.ts';

const HOLDERS = 500;
/** Orders that come in one message, from different holders. */
const ORDERS_PER_MESSAGE = 64;
const MESSAGES_AT_ONCE = 24;
const RATIO_MIN = 0.7;
const LATENCY_MS_MAX = 100;
/** Time between two bursts of the steady load. */
const BURST_MS = 10;

/** Orders, signed beforehand, to a bank: in, verified, applied, durable, receipted. */
export const bankBench: Bench = {
  name: 'bank',
  async run(quick): Promise<readonly Figure[]> {
    const count = quick ? 200 : 20_000;
    const scene = new Scene(quick ? 20 : HOLDERS);
    const foundation = [...scene.foundation, ...scene.holderOpenings];
    const orders = scene.orders(count);
    const [bank, verifier] = await alternate(
      quick ? 1 : 3,
      () => withBank(scene, foundation, (peer) => speedOf(count, () => submitAll(peer, orders))),
      () => withBank(scene, [], (peer) => verifierAlone(peer, orders, foundation)),
    );
    const half = bank.perSecond / 2;
    const latencyMs = await withBank(scene, foundation, (peer) => latency(peer, orders, half, quick ? 100 : 5000));
    return [
      {
        operation: `bank: ${count} orders of ${orders[0]?.bytes.length} B from ${scene.holders.length} holders, in → durable, receipted`,
        measured: speed(bank),
        reference: `${speed(verifier)}; the verifier alone, all cores`,
        ratio: ratios(bank),
        target: `≥ ${RATIO_MIN}`,
        met: bank.ratio >= RATIO_MIN,
      },
      {
        operation: 'bank: order in → receipt at half that load, p99',
        measured: `${latencyMs.toFixed(0)} ms`,
        reference: `${rate(half)} orders in bursts every ${BURST_MS} ms`,
        ratio: '–',
        target: `< ${LATENCY_MS_MAX} ms`,
        met: latencyMs < LATENCY_MS_MAX,
      },
    ];
  },
};

async function withBank<Value>(
  scene: Scene,
  entries: readonly Entry[],
  work: (peer: BenchPeer) => Promise<Value>,
): Promise<Value> {
  await using folder = await TemporaryFolder.make();
  await using peer = await BenchPeer.open({ actor: scene.bank, roots: scene.roots, folder: folder.path });
  await peer.takeAll(entries);
  return await work(peer);
}

async function submitAll(peer: BenchPeer, orders: readonly Entry[]): Promise<void> {
  const messages = inParts(
    orders.map(({ bytes }) => entryToItem(bytes)),
    ORDERS_PER_MESSAGE,
  );
  await inParallel(messages, MESSAGES_AT_ONCE, async (items) => {
    assertWords(await peer.driver.take(items, { door: 'api' }), ['carried']);
  });
}

/** The verifications alone, in the batches in which the bank has them made. */
async function verifierAlone(peer: BenchPeer, orders: readonly Entry[], foundation: readonly Entry[]): Promise<Speed> {
  const checks = withSignatures(orders, foundation).flatMap((order) => order.checks);
  await peer.signatures.verifyBatch(checks.slice(0, ORDERS_PER_MESSAGE));
  return await speedOf(orders.length, () =>
    inParallel(inParts(checks, ORDERS_PER_MESSAGE), MESSAGES_AT_ONCE, async (batch) => {
      if ((await peer.signatures.verifyBatch(batch)).includes(false))
        throw new Error('an order of the scene is not signed');
    }),
  );
}

/** @returns the 99th percentile of the time from order to receipt, in milliseconds, at a steady load. */
async function latency(
  peer: BenchPeer,
  orders: readonly Entry[],
  ordersPerSecond: number,
  loadMs: number,
): Promise<number> {
  const items = orders.map(({ bytes }) => entryToItem(bytes));
  const waits: number[] = [];
  const under: Promise<void>[] = [];
  const startMs = performance.now();
  let sent = 0;
  while (performance.now() - startMs < loadMs && sent < items.length) {
    const due = Math.min(items.length, Math.ceil(((performance.now() - startMs) / 1000) * ordersPerSecond));
    const atMs = performance.now();
    for (const part of inParts(items.slice(sent, due), ORDERS_PER_MESSAGE))
      under.push(receipt(peer, part).then((endMs) => void waits.push(...part.map(() => endMs - atMs))));
    sent = Math.max(sent, due);
    await delay(BURST_MS);
  }
  await Promise.all(under);
  return percentile(waits, 0.99);
}

async function receipt(peer: BenchPeer, items: readonly Uint8Array[]): Promise<number> {
  assertWords(await peer.driver.take(items, { door: 'api' }), ['carried']);
  return performance.now();
}
