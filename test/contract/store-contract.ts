import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { type Store, StoreFailedError, type StoreWrite } from '../../src/ports/store.ts';
import { NaiveStore } from './naive-store.ts';
import { bytesOf, everythingIn, everythingInNaive, idOf, putEntry, putSetting, WRITES } from './store-samples.ts';

/** Runs of the comparison with the oracle; each opens a store. */
const ORACLE_RUNS = 25;
const MANY = 1000;
const BYTES_MANY = 1_000_000;

/** What every Store must do. @param open gives a new empty store each time; the suite closes it. */
export function describeStore(name: string, open: () => Promise<Store>): void {
  const withStore = (what: string, use: (store: Store) => Promise<void>): void => {
    test(what, async () => {
      const store = await open();
      try {
        await use(store);
      } finally {
        await store.close();
      }
    });
  };
  describe(name, () => {
    describe('entries', () => testEntries(withStore));
    describe('entries of a kind', () => testKinds(withStore));
    describe('other rows', () => testOtherRows(withStore));
    describe('commits', () => testCommits(withStore));
    describe('bytes', () => testBytes(withStore));
    describe('closing', () => testClosing(open));
    test('answers like an oracle of plain lists, whatever is written', () => testOracle(open));
  });
}

type WithStore = (what: string, use: (store: Store) => Promise<void>) => void;

function testEntries(withStore: WithStore): void {
  withStore('come by book in order of sequence, from where it is asked, no more than asked', async (store) => {
    const sequences = [3, 0, 2, 1];
    await store.commit(sequences.map((sequence) => putEntry({ id: idOf(sequence), sequence })));
    await store.commit([putEntry({ id: idOf(9), book: idOf(2), sequence: 1 })]);
    const read = async (from: number, limit: number) =>
      (await store.entriesOf(idOf(1), from, limit, BYTES_MANY)).map(({ sequence }) => sequence);
    assert.deepEqual(await read(0, MANY), [0, 1, 2, 3]);
    assert.deepEqual(await read(1, 2), [1, 2]);
    assert.deepEqual(await read(4, MANY), []);
    assert.deepEqual(await read(0, 0), []);
    assert.deepEqual(await store.entriesOf(idOf(7), 0, MANY, BYTES_MANY), []);
  });

  withStore('come up to so many bytes, but never none', async (store) => {
    await store.commit([0, 1, 2].map((sequence) => putEntry({ id: idOf(sequence), sequence, bytes: bytesOf(100) })));
    const count = async (maxBytes: number) => (await store.entriesOf(idOf(1), 0, MANY, maxBytes)).length;
    assert.equal(await count(1), 1);
    assert.equal(await count(199), 1);
    assert.equal(await count(200), 2);
    assert.equal(await count(300), 3);
  });

  withStore('beside the main chain come by id only', async (store) => {
    await store.commit([putEntry({ id: idOf(1) }), putEntry({ id: idOf(2), sequence: 1, main: false })]);
    assert.equal((await store.entriesOf(idOf(1), 0, MANY, BYTES_MANY)).length, 1);
    const [side] = await store.entriesByIds([idOf(2)]);
    assert.equal(side?.main, false);
    assert.equal(side?.sequence, 1);
  });

  withStore('come by id in the order asked, without those not held', async (store) => {
    await store.commit([1, 2, 3].map((mark) => putEntry({ id: idOf(mark), sequence: mark })));
    const rows = await store.entriesByIds([idOf(3), idOf(8), idOf(1)]);
    assert.deepEqual(
      rows.map(({ id }) => id),
      [idOf(3), idOf(1)],
    );
    assert.deepEqual(await store.entriesByIds([]), []);
  });

  withStore('are given back whole', async (store) => {
    const { row } = putEntry({ sequence: Number.MAX_SAFE_INTEGER, kind: 0xffff, bytes: bytesOf(70_000) });
    await store.commit([{ type: 'putEntry', row }]);
    const [read] = await store.entriesByIds([row.id]);
    assert.ok(read !== undefined && Number.isSafeInteger(read.arrival));
    assert.deepEqual(read, { ...row, arrival: read.arrival });
    assert.deepEqual(await store.entriesOf(row.book, 0, MANY, 1), [read]);
  });

  withStore('are taken for a book that has no row', async (store) => {
    await store.commit([putEntry({})]);
    assert.deepEqual(await store.books(), []);
    await store.commit([{ type: 'putBook', row: { book: idOf(1), meta: bytesOf(2) } }]);
    assert.deepEqual(await store.books(), [{ book: idOf(1), meta: bytesOf(2) }]);
    assert.equal((await store.entriesOf(idOf(1), 0, MANY, BYTES_MANY)).length, 1);
  });

  withStore('put again are replaced and keep their arrival', async (store) => {
    await store.commit([putEntry({ bytes: bytesOf(500) }), putEntry({ id: idOf(2), sequence: 1 })]);
    const [first] = await store.entriesByIds([idOf(1)]);
    await store.commit([putEntry({ bytes: bytesOf(5), main: false })]);
    const [again] = await store.entriesByIds([idOf(1)]);
    assert.ok(first !== undefined);
    assert.deepEqual(again, { ...first, bytes: bytesOf(5), main: false });
  });

  withStore('that are deleted are gone, and their arrival is not given again', async (store) => {
    await store.commit([putEntry({ id: idOf(1) }), putEntry({ id: idOf(2), sequence: 1 })]);
    const [newest] = await store.entriesByIds([idOf(2)]);
    await store.commit([{ type: 'deleteEntry', id: idOf(2) }]);
    assert.deepEqual(await store.entriesByIds([idOf(2)]), []);
    await store.commit([putEntry({ id: idOf(3), sequence: 1 })]);
    const [after] = await store.entriesByIds([idOf(3)]);
    assert.ok(after !== undefined && newest !== undefined && after.arrival > newest.arrival);
  });
}

function testKinds(withStore: WithStore): void {
  withStore('come newest first, by pages, and narrowed to a book', async (store) => {
    for (const mark of [1, 2, 3, 4, 5, 6]) {
      const kind = mark === 3 ? 102 : 101;
      await store.commit([putEntry({ id: idOf(mark), book: idOf(mark % 2), sequence: mark, kind, main: mark !== 5 })]);
    }
    const sequences = async (limit: number, book?: Uint8Array, beforeArrival?: number) =>
      (await store.entriesOfKind(101, limit, book, beforeArrival)).map(({ sequence }) => sequence);
    assert.deepEqual(await sequences(MANY), [6, 5, 4, 2, 1]);
    assert.deepEqual(await sequences(2), [6, 5]);
    const last = (await store.entriesOfKind(101, 2)).at(-1);
    assert.deepEqual(await sequences(2, undefined, last?.arrival), [4, 2]);
    assert.deepEqual(await sequences(MANY, idOf(1)), [5, 1]);
    assert.deepEqual(await sequences(MANY, idOf(1), last?.arrival), [1]);
    assert.deepEqual(await sequences(MANY, idOf(7)), []);
    assert.deepEqual(await store.entriesOfKind(999, MANY), []);
  });
}

function testOtherRows(withStore: WithStore): void {
  withStore('a new store is empty', async (store) => {
    const naive = new NaiveStore();
    assert.deepEqual(await everythingIn(store), everythingInNaive(naive));
  });

  withStore('books come in order of id, a put replaces', async (store) => {
    const put = (mark: number, meta: number): StoreWrite => ({
      type: 'putBook',
      row: { book: idOf(mark), meta: bytesOf(4, meta) },
    });
    await store.commit([put(3, 1), put(1, 1), put(2, 1), put(3, 2)]);
    assert.deepEqual(
      (await store.books()).map(({ book, meta }) => [book, meta[0]]),
      [
        [idOf(1), 1],
        [idOf(2), 1],
        [idOf(3), 2],
      ],
    );
  });

  withStore('carried rows say each place once, in order', async (store) => {
    const at = (book: number, sequence: number) => ({ id: idOf(5), book: idOf(book), sequence });
    const places = [at(2, 1), at(1, 9), at(1, 2), at(1, 9)];
    await store.commit(places.map((row) => ({ type: 'putCarried', row })));
    await store.commit([{ type: 'putCarried', row: { id: idOf(6), book: idOf(1), sequence: 1 } }]);
    assert.deepEqual(await store.carriersOf(idOf(5)), [at(1, 2), at(1, 9), at(2, 1)]);
    assert.deepEqual(await store.carriersOf(idOf(7)), []);
  });

  withStore('state is kept per book, in order of the bytes of its keys', async (store) => {
    const put = (book: number, key: string): StoreWrite => ({
      type: 'putState',
      book: idOf(book),
      row: { key, value: bytesOf(1, book) },
    });
    await store.commit([put(1, '\u{1F600}'), put(1, '\uFFFD'), put(1, 'b'), put(1, 'a'), put(2, 'a')]);
    assert.deepEqual(
      (await store.stateOf(idOf(1))).map(({ key }) => key),
      ['a', 'b', '\uFFFD', '\u{1F600}'],
    );
    await store.commit([{ type: 'deleteState', book: idOf(1), key: 'a' }]);
    assert.equal((await store.stateOf(idOf(1))).length, 3);
    assert.deepEqual(await store.stateOf(idOf(2)), [{ key: 'a', value: bytesOf(1, 2) }]);
  });

  withStore('deleting a book deletes all that is of it and nothing else', async (store) => {
    const writesOf = (mark: number): StoreWrite[] => [
      { type: 'putBook', row: { book: idOf(mark), meta: bytesOf(1) } },
      putEntry({ id: idOf(10 + mark), book: idOf(mark) }),
      putEntry({ id: idOf(20 + mark), book: idOf(mark), sequence: 1, main: false }),
      { type: 'putCarried', row: { id: idOf(5), book: idOf(mark), sequence: 0 } },
      { type: 'putState', book: idOf(mark), row: { key: 'k', value: bytesOf(1) } },
    ];
    await store.commit([...writesOf(1), ...writesOf(2), { type: 'deleteBook', book: idOf(1) }]);
    assert.deepEqual(
      (await store.books()).map(({ book }) => book),
      [idOf(2)],
    );
    const ids = [idOf(11), idOf(12), idOf(21), idOf(22)];
    assert.deepEqual(
      (await store.entriesByIds(ids)).map(({ id }) => id),
      [idOf(12), idOf(22)],
    );
    assert.deepEqual(
      (await store.carriersOf(idOf(5))).map(({ book }) => book),
      [idOf(2)],
    );
    assert.deepEqual(await store.stateOf(idOf(1)), []);
    assert.equal((await store.stateOf(idOf(2))).length, 1);
    await store.commit([putEntry({ id: idOf(11), book: idOf(1) })]);
    assert.equal((await store.entriesOf(idOf(1), 0, MANY, BYTES_MANY)).length, 1);
  });

  withStore('deleting what is not held changes nothing', async (store) => {
    await store.commit([putSetting('kept')]);
    await store.commit([
      { type: 'deleteBook', book: idOf(9) },
      { type: 'deleteEntry', id: idOf(9) },
      { type: 'deleteState', book: idOf(9), key: 'k' },
      { type: 'deleteStatement', digest: idOf(9) },
      { type: 'deleteSetting', key: 'k' },
    ]);
    assert.deepEqual(
      (await store.settings()).map(({ key }) => key),
      ['kept'],
    );
    assert.deepEqual(await store.books(), []);
  });

  withStore('its size grows with what it holds', async (store) => {
    const before = await store.sizeBytes();
    await store.commit([putEntry({ bytes: bytesOf(200_000) })]);
    assert.ok((await store.sizeBytes()) > before + 150_000);
  });
}

function testCommits(withStore: WithStore): void {
  withStore('apply their writes in order', async (store) => {
    await store.commit([putSetting('k', 1), { type: 'deleteSetting', key: 'k' }, putSetting('k', 3)]);
    assert.deepEqual(await store.settings(), [{ key: 'k', value: bytesOf(1, 3) }]);
  });

  withStore('of nothing are fine', async (store) => {
    await store.commit([]);
    assert.deepEqual(await store.settings(), []);
  });

  withStore('made without waiting take effect in the order of their calls', async (store) => {
    const commits = Array.from({ length: 200 }, (_, index) => store.commit([putSetting('last', index % 251)]));
    await Promise.all(commits);
    assert.deepEqual(await store.settings(), [{ key: 'last', value: bytesOf(1, 199) }]);
  });

  withStore('resolve in the order of their calls', async (store) => {
    const done: number[] = [];
    const commits = Array.from({ length: 50 }, async (_, index) => {
      await store.commit([putSetting(`${index}`)]);
      done.push(index);
    });
    await Promise.all(commits);
    assert.deepEqual(
      done,
      done.toSorted((left, right) => left - right),
    );
    assert.equal(done.length, 50);
  });
}

function testBytes(withStore: WithStore): void {
  withStore('may be empty', async (store) => {
    const none = new Uint8Array(0);
    await store.commit([
      putEntry({ bytes: none }),
      { type: 'putBook', row: { book: idOf(1), meta: none } },
      { type: 'putState', book: idOf(1), row: { key: '', value: none } },
      { type: 'putSetting', row: { key: '', value: none } },
      { type: 'putStatement', row: { digest: idOf(1), topic: '', kind: 0, bytes: none } },
    ]);
    assert.deepEqual((await store.entriesByIds([idOf(1)]))[0]?.bytes, none);
    assert.deepEqual(await store.books(), [{ book: idOf(1), meta: none }]);
    assert.deepEqual(await store.stateOf(idOf(1)), [{ key: '', value: none }]);
    assert.deepEqual(await store.settings(), [{ key: '', value: none }]);
    assert.deepEqual(await store.statements(), [{ digest: idOf(1), topic: '', kind: 0, bytes: none }]);
  });

  withStore('given to a commit can be changed as soon as it was called', async (store) => {
    const { row } = putEntry({ bytes: Buffer.from('before') });
    const committed = store.commit([{ type: 'putEntry', row }]);
    row.bytes.fill(0);
    row.id.fill(0xff);
    await committed;
    const [read] = await store.entriesByIds([idOf(1)]);
    assert.equal(Buffer.from(read?.bytes ?? []).toString(), 'before');
  });

  withStore('that were read can be changed', async (store) => {
    await store.commit([putEntry({ bytes: bytesOf(9, 1) })]);
    const [read] = await store.entriesByIds([idOf(1)]);
    read?.bytes.fill(2);
    assert.deepEqual((await store.entriesByIds([idOf(1)]))[0]?.bytes, bytesOf(9, 1));
  });

  withStore('may be views into larger ones', async (store) => {
    const large = bytesOf(100_000, 4);
    await store.commit([putEntry({ id: idOf(1), bytes: large.subarray(10, 13) })]);
    assert.deepEqual((await store.entriesByIds([idOf(1)]))[0]?.bytes, bytesOf(3, 4));
    assert.equal(large.length, 100_000);
  });
}

function testClosing(open: () => Promise<Store>): void {
  test('finishes the commits under way', async () => {
    const store = await open();
    const commits = Array.from({ length: 20 }, (_, index) => store.commit([putSetting(`${index}`)]));
    await store.close();
    await Promise.all(commits);
  });

  test('can be asked twice, and fails whatever is asked later', async () => {
    const store = await open();
    await store.close();
    await store.close();
    await assert.rejects(store.commit([putSetting('k')]), StoreFailedError);
    await assert.rejects(store.books(), StoreFailedError);
    await assert.rejects(store.entriesByIds([idOf(1)]), StoreFailedError);
    await assert.rejects(store.sizeBytes(), StoreFailedError);
  });
}

async function testOracle(open: () => Promise<Store>): Promise<void> {
  const batches = fc.array(fc.array(WRITES, { maxLength: 20 }), { minLength: 1, maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(batches, fc.boolean(), async (commits, isAwaited) => {
      const store = await open();
      const naive = new NaiveStore();
      const pending: Promise<void>[] = [];
      for (const writes of commits) {
        for (const write of writes) naive.apply(write);
        pending.push(store.commit(writes));
        if (isAwaited) await pending.at(-1);
      }
      await Promise.all(pending);
      assert.deepEqual(await everythingIn(store), everythingInNaive(naive));
      await store.close();
    }),
    { numRuns: ORACLE_RUNS },
  );
}
