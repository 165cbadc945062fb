import { profileKind } from '../../src/core/wire/kinds/book.ts';
import { draftOf } from '../../src/engine/services/draft.ts';
import { REGION } from '../support/identities.ts';
import { Actor } from '../support/world.ts';
import { alternate, type Bench, type Figure, inParallel, rate, ratios, type Speed, speed, speedOf } from './bench.ts';
import { BenchPeer, TemporaryFolder } from './peer.ts';
import { appendLoop } from './reference/append-loop.ts';
import { writeProfile } from './scene.ts';

/** Writes asked for at once, as a busy program does. */
const WRITES_AT_ONCE = 512;
const RATE_MIN = 15_000;

/** Sign, chain and store own entries. */
export const appendBench: Bench = {
  name: 'append',
  async run(quick): Promise<readonly Figure[]> {
    const count = quick ? 200 : 20_000;
    const entryBytes = writeProfile(new Actor('sample', 'person'), 1).bytes.length;
    const [peer, loop] = await alternate(
      quick ? 1 : 3,
      () => writeAsPeer(count),
      () => referenceLoop(count, entryBytes),
    );
    return [
      {
        operation: `append: ${count} entries of ${entryBytes} B, ${WRITES_AT_ONCE} asked for at once, each durable before it is answered`,
        measured: speed(peer),
        reference: `${speed(loop)}; one thread: sign, chain, insert`,
        ratio: ratios(peer),
        target: `≥ ${rate(RATE_MIN)}`,
        met: peer.perSecond >= RATE_MIN,
      },
    ];
  },
};

async function writeAsPeer(count: number): Promise<Speed> {
  await using folder = await TemporaryFolder.make();
  const actor = new Actor('Ana', 'person');
  await using peer = await BenchPeer.open({ actor, roots: [], folder: folder.path });
  const numbers = Array.from({ length: count }, (_, number) => number + 1);
  return await speedOf(count, () =>
    inParallel(numbers, WRITES_AT_ONCE, async (number) => {
      const description = `Mends roofs and bicycles; ask at the tool library on Tuesdays. ${number}`;
      await peer.driver.write(REGION, 'people', draftOf(profileKind, { name: 'Ana', description, contact: '' }));
    }),
  );
}

async function referenceLoop(count: number, entryBytes: number): Promise<Speed> {
  await using folder = await TemporaryFolder.make();
  return await speedOf(count, () => appendLoop(folder.path, count, entryBytes));
}
