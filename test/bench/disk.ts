import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { openSqliteStore, type SqliteStore } from '../../src/adapters/sqlite/sqlite-store.ts';
import { idToBytes } from '../../src/core/base/id.ts';
import { present } from '../../src/core/base/outcome.ts';
import type { Entry } from '../../src/core/wire/entry.ts';
import { BATCH_ITEMS_MAX } from '../../src/engine/constants.ts';
import { entryToItem } from '../../src/engine/reading.ts';
import { type Bench, type Figure, inParallel, inParts, ratio } from './bench.ts';
import { assertWords, BenchPeer, TemporaryFolder } from './peer.ts';
import { Scene } from './scene.ts';

const RATIO_MAX = 1.4;
const ROWS_PER_COMMIT = 1000;

/** What entries cost on disk beside their own bytes. */
export const diskBench: Bench = {
  name: 'disk',
  async run(quick): Promise<readonly Figure[]> {
    const count = quick ? 500 : 100_000;
    const scene = new Scene(quick ? 20 : 500);
    const sample = scene.orders(quick ? 200 : 20_000);
    const { entryBytes, storeBytes } = await ordersAlone(sample, count);
    const bank = await bankWithOrders(scene, sample);
    return [
      {
        operation: `disk: ${count} transfer orders of ${Math.round(entryBytes / count)} B in book tables, with their indexes`,
        measured: `${Math.round(storeBytes / count)} B an entry`,
        reference: `${Math.round(entryBytes / count)} B (the entry itself)`,
        ratio: ratio(storeBytes / entryBytes),
        target: `≤ ${RATIO_MAX}`,
        met: storeBytes <= RATIO_MAX * entryBytes,
      },
      {
        operation: `disk: what ${sample.length} orders add to a bank’s store: ledger entries, their indexes, rule tables, index of what is carried`,
        measured: `${Math.round(bank.storeBytes / sample.length)} B an order`,
        reference: `${Math.round(bank.entryBytes / sample.length)} B (ledger entries alone)`,
        ratio: ratio(bank.storeBytes / bank.entryBytes),
        target: 'reported',
        met: undefined,
      },
    ];
  },
};

interface Sizes {
  readonly entryBytes: number;
  readonly storeBytes: number;
}

/** The orders again and again under new ids, in books of 200: only their number and size matters here. */
async function ordersAlone(sample: readonly Entry[], count: number): Promise<Sizes> {
  await using folder = await TemporaryFolder.make();
  const store = await openSqliteStore({ path: join(folder.path, 'mutua.sqlite') });
  const emptyBytes = await store.sizeBytes();
  let entryBytes = 0;
  for (const part of inParts(
    Array.from({ length: count }, (_, number) => number),
    ROWS_PER_COMMIT,
  )) {
    await store.commit(
      part.map((number) => {
        const entry = present(sample[number % sample.length], 'there are orders');
        entryBytes += entry.bytes.length;
        const row = { kind: entry.header.kind, main: true, bytes: entry.bytes, sequence: number % 200 };
        return {
          type: 'putEntry',
          row: { ...row, id: hashOf(number), book: hashOf(`book ${Math.floor(number / 200)}`) },
        };
      }),
    );
  }
  const storeBytes = (await store.sizeBytes()) - emptyBytes;
  await store.close();
  return { entryBytes, storeBytes };
}

async function bankWithOrders(scene: Scene, orders: readonly Entry[]): Promise<Sizes> {
  await using folder = await TemporaryFolder.make();
  await using peer = await BenchPeer.open({ actor: scene.bank, roots: scene.roots, folder: folder.path });
  await peer.takeAll([...scene.foundation, ...scene.holderOpenings]);
  const before = await sizesOf(peer.store, scene);
  const batches = inParts(
    orders.map(({ bytes }) => entryToItem(bytes)),
    BATCH_ITEMS_MAX,
  );
  await inParallel(batches, 8, async (items) =>
    assertWords(await peer.driver.take(items, { door: 'api' }), ['carried']),
  );
  const after = await sizesOf(peer.store, scene);
  return { entryBytes: after.entryBytes - before.entryBytes, storeBytes: after.storeBytes - before.storeBytes };
}

async function sizesOf(store: SqliteStore, scene: Scene): Promise<Sizes> {
  const book = idToBytes(present(scene.ledger[0], 'a ledger has an Opening').id);
  let entryBytes = 0;
  for (let from = 0; ; ) {
    const rows = await store.entriesOf(book, from, ROWS_PER_COMMIT, Number.MAX_SAFE_INTEGER);
    if (rows.length === 0) return { entryBytes, storeBytes: await store.sizeBytes() };
    for (const row of rows) entryBytes += row.bytes.length;
    from = (rows.at(-1)?.sequence ?? 0) + 1;
  }
}

function hashOf(value: number | string): Uint8Array {
  return new Uint8Array(createHash('sha256').update(String(value)).digest());
}
