import type { Id } from '../../src/core/base/id.ts';
import type { Entry } from '../../src/core/wire/entry.ts';
import { BATCH_ITEMS_MAX } from '../../src/engine/constants.ts';
import { entryToItem } from '../../src/engine/reading.ts';
import { Actor } from '../support/world.ts';
import {
  alternate,
  type Bench,
  type Figure,
  framesOf,
  inParallel,
  ratios,
  type Speed,
  speed,
  speedOf,
} from './bench.ts';
import { assertWords, BenchPeer, TemporaryFolder } from './peer.ts';
import { ingestLoop, type SignedBytes } from './reference/ingest-loop.ts';
import { personBooks, Scene } from './scene.ts';
import { signatureCount, withSignatures } from './signed-bytes.ts';

/** Frames under way, as in catch-up with one peer. */
const BATCHES_AT_ONCE = 4;
const RATIO_MIN = 0.85;
/** Orders in one ledger entry. */
const ORDERS_PER_ENTRY = 20;

interface Load {
  readonly name: string;
  readonly roots: readonly Id[];
  readonly foundation: readonly Entry[];
  readonly entries: readonly Entry[];
  readonly signed: readonly SignedBytes[];
}

/** Take in entries from a peer: verified, ruled, durable. */
export const ingestBench: Bench = {
  name: 'ingest',
  async run(quick): Promise<readonly Figure[]> {
    const figures: Figure[] = [];
    for (const load of loads(quick ? 60 : 20_000)) figures.push(await measure(load, quick));
    return figures;
  },
};

function loads(signatures: number): readonly Load[] {
  const scene = new Scene(100);
  const books = personBooks(20, signatures / 20);
  const { roots } = scene;
  const foundation = scene.foundation;
  const applied = scene.apply(scene.orders(signatures), ORDERS_PER_ENTRY);
  const records = scene.records(Math.ceil(signatures / 4));
  const openings = [...foundation, ...scene.holderOpenings];
  return [
    {
      name: 'persons’ books, no rules beyond form and place',
      roots: books.persons.map(({ identity }) => identity),
      foundation: [],
      entries: books.entries,
      signed: withSignatures(books.entries, []),
    },
    {
      name: `ledger, ${ORDERS_PER_ENTRY} orders an entry`,
      roots,
      foundation,
      entries: applied,
      signed: withSignatures(applied, openings),
    },
    {
      name: 'labor records with two attestations',
      roots,
      foundation,
      entries: records,
      signed: withSignatures(records, openings),
    },
  ];
}

async function measure(load: Load, quick: boolean): Promise<Figure> {
  const signatures = signatureCount(load.signed);
  const [peer, loop] = await alternate(
    quick ? 1 : 3,
    () => takeAsPeer(load),
    () => referenceLoop(load),
  );
  return {
    operation: `ingest, ${load.name}: ${load.entries.length} entries with ${signatures} signatures; figures by signature`,
    measured: speed(peer),
    reference: `${speed(loop)}; one thread: verify, hash, insert`,
    ratio: ratios(peer),
    target: `≥ ${RATIO_MIN}`,
    met: peer.ratio >= RATIO_MIN,
  };
}

async function takeAsPeer(load: Load): Promise<Speed> {
  await using folder = await TemporaryFolder.make();
  const actor = new Actor('Reader', 'person');
  await using peer = await BenchPeer.open({ actor, roots: load.roots, folder: folder.path });
  await peer.takeAll(load.foundation);
  await peer.signatures.verifyBatch(load.signed.slice(0, BATCH_ITEMS_MAX).flatMap(({ checks }) => checks));
  const batches = framesOf(load.entries.map(({ bytes }) => entryToItem(bytes)));
  return await speedOf(signatureCount(load.signed), () =>
    inParallel(batches, BATCHES_AT_ONCE, async (items) => {
      assertWords(await peer.driver.take(items, { door: 'sync', from: 'peer' }), ['stored']);
    }),
  );
}

async function referenceLoop(load: Load): Promise<Speed> {
  await using folder = await TemporaryFolder.make();
  return await speedOf(signatureCount(load.signed), () => ingestLoop(folder.path, load.signed));
}
