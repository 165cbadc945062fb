import { randomFillSync } from 'node:crypto';
import { join } from 'node:path';
import { openSqliteStore, type SqliteStore } from '../../src/adapters/sqlite/sqlite-store.ts';
import { idToBytes } from '../../src/core/base/id.ts';
import { profileKind } from '../../src/core/wire/kinds/book.ts';
import { Actor } from '../support/world.ts';
import { type Bench, type Figure, inParts, median, ratio } from './bench.ts';
import { BenchPeer, TemporaryFolder } from './peer.ts';
import { readTables } from './reference/read-tables.ts';
import { personNamed, Scene } from './scene.ts';

const START_MS_MAX = 1000;
const ENTRIES_PER_BOOK = 500;
const ENTRY_BYTES = 300;
const ROWS_PER_COMMIT = 5000;

/** A peer with much history starts: until it answers its first question. */
export const startBench: Bench = {
  name: 'start',
  async run(quick): Promise<readonly Figure[]> {
    const books = quick ? 4 : 2000;
    const scene = new Scene(quick ? 20 : 1000);
    await using folder = await TemporaryFolder.make();
    const persons = Array.from({ length: books }, (_, number) => personNamed(number));
    const roots = [...scene.roots, ...persons.map(({ identity }) => identity)];
    const options = { actor: new Actor('Reader', 'person'), roots, folder: folder.path };
    await fill(options, scene, persons);
    const startMs: number[] = [];
    const loopMs: number[] = [];
    for (let round = 0; round < (quick ? 1 : 5); round += 1) {
      startMs.push(await startOnce(options));
      const atMs = performance.now();
      readTables(join(folder.path, 'mutua.sqlite'));
      loopMs.push(performance.now() - atMs);
    }
    const [start, loop] = [median(startMs), median(loopMs)];
    return [
      {
        operation: `start: ${books * ENTRIES_PER_BOOK} entries in ${books} persons’ books and a ledger of ${scene.holders.length} accounts, until the first answer`,
        measured: `${Math.round(start)} ms`,
        reference: `${Math.round(loop)} ms (opens the file and reads books, statements, settings and state)`,
        ratio: ratio(start / loop),
        target: `< ${START_MS_MAX} ms for 1,000,000`,
        met: start < START_MS_MAX,
      },
    ];
  },
};

type Options = Parameters<typeof BenchPeer.open>[0];

/** The peer takes all Openings; the rest of the books is put into the store behind its back, since a start does not read it. */
async function fill(options: Options, scene: Scene, persons: readonly Actor[]): Promise<void> {
  const openings = persons.map((person) => person.book('people').opening);
  {
    await using peer = await BenchPeer.open(options);
    await peer.takeAll([...scene.foundation, ...openings]);
  }
  const store = await openSqliteStore({ path: join(options.folder, 'mutua.sqlite') });
  for (const opening of openings) await lengthen(store, idToBytes(opening.id));
  await store.close();
}

async function lengthen(store: SqliteStore, book: Uint8Array): Promise<void> {
  const rows = Array.from({ length: ENTRIES_PER_BOOK - 1 }, (_, index) => {
    const [id, bytes] = [randomFillSync(new Uint8Array(32)), randomFillSync(new Uint8Array(ENTRY_BYTES))];
    return { id, book, sequence: index + 1, kind: profileKind.number, main: true, bytes };
  });
  for (const part of inParts(rows, ROWS_PER_COMMIT))
    await store.commit(part.map((row) => ({ type: 'putEntry' as const, row })));
}

/** @returns milliseconds from nothing until the peer has said what it holds. */
async function startOnce(options: Options): Promise<number> {
  const atMs = performance.now();
  await using peer = await BenchPeer.open({ ...options, roots: [] });
  const answered = peer.driver.peer.books.size > 0;
  if (!answered) throw new Error('the peer started with nothing');
  return performance.now() - atMs;
}
