import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { bytesToId, type Id, idToBytes } from '../../../../src/core/base/id.ts';
import { FRAME_BYTES_MAX } from '../../../../src/core/base/limits.ts';
import { HashTrie } from '../../../../src/core/base/trie.ts';
import { ROWS_TOLD_MAX } from '../../../../src/core/sync/constants.ts';
import { bookLeaf, statementLeaf } from '../../../../src/core/sync/leaf.ts';
import { describeNode, Walk } from '../../../../src/core/sync/walk.ts';
import { SYNC_PATHS_MAX, SyncFrame, type SyncNode, type SyncRow } from '../../../../src/core/wire/messages/sync.ts';

const NO_FRAME: SyncFrame = { hello: undefined, ask: undefined, tell: undefined, want: undefined, items: undefined };
const TOPIC = `/mutua/1/${'0'.repeat(32)}/cascadia/willamette/sellwood/people`;

/** Ids that share their first half-bytes as often as not. */
function idOf(number: number): Id {
  const digest = createHash('sha256').update(String(number)).digest();
  if (number % 3 === 0) digest.fill(0xab, 0, number % 7);
  return bytesToId(new Uint8Array(digest));
}

/** The number of an id that shares no more with others than chance gives. */
const plain = (number: number): number => number * 3 + 1;

/** One side: its books with a trie over them. */
class Side {
  readonly rows = new Map<Id, SyncRow>();
  readonly trie = new HashTrie();

  put(number: number, sequence: number, forkSequence = 0): void {
    const row = { book: idOf(number), sequence, head: idOf(1_000_000 + number * 64 + sequence), forkSequence };
    this.rows.set(row.book, row);
    this.trie.set(idToBytes(row.book), bookLeaf(row.book, row.sequence, row.head, row.forkSequence));
  }

  tell(paths: readonly Uint8Array[]): readonly SyncNode[] {
    return paths.map((path) => describeNode(this.trie, path, 'books', (book) => this.rows.get(book)));
  }
}

interface Walked {
  readonly rows: readonly SyncRow[];
  readonly bytes: number;
  readonly bytesMax: number;
  readonly turns: number;
}

/** Walks down `other` from `own`, over frames as they travel. */
function walk(own: Side, other: Side): Walked {
  const walker = new Walk(own.trie);
  const rows: SyncRow[] = [];
  const sizes: number[] = [];
  for (let paths = walker.next(); paths.length > 0; paths = walker.next()) {
    const ask = SyncFrame.encode({
      ...NO_FRAME,
      ask: { number: 1, topic: TOPIC, part: 'books', paths, books: [], root: new Uint8Array(0) },
    });
    const tell = SyncFrame.encode({
      ...NO_FRAME,
      tell: { number: 1, nodes: other.tell(paths), rows: [], same: false },
    });
    sizes.push(ask.length, tell.length);
    const read = SyncFrame.decode(tell, FRAME_BYTES_MAX);
    assert.ok(read.ok, `a frame of ${tell.length} bytes was refused`);
    const told = walker.take(read.value.tell?.nodes ?? []);
    assert.ok(told !== undefined);
    rows.push(...told.rows);
  }
  return {
    rows,
    bytes: sizes.reduce((sum, size) => sum + size, 0),
    bytesMax: Math.max(...sizes),
    turns: sizes.length / 2,
  };
}

const place = fc.record({ number: fc.nat(300), sequence: fc.nat(5), forkSequence: fc.nat(1) });
const sides = fc
  .record({ both: fc.array(place, { maxLength: 300 }), own: fc.array(place), other: fc.array(place) })
  .map((sets) => {
    const [own, other] = [new Side(), new Side()];
    for (const { number, sequence, forkSequence } of [...sets.both, ...sets.own])
      own.put(number, sequence, forkSequence);
    for (const { number, sequence, forkSequence } of [...sets.both, ...sets.other])
      other.put(number, sequence, forkSequence);
    return { own, other };
  });

const sameRow = (left: SyncRow | undefined, right: SyncRow): boolean =>
  left?.sequence === right.sequence && left.head === right.head && left.forkSequence === right.forkSequence;

describe('Walk', () => {
  it('finds every row of the other side that differs, each once, and none that the other side does not have', () => {
    fc.assert(
      fc.property(sides, ({ own, other }) => {
        const found = walk(own, other).rows;
        assert.equal(new Set(found.map(({ book }) => book)).size, found.length);
        for (const row of found) assert.ok(sameRow(other.rows.get(row.book), row));
        const told = new Set(found.map(({ book }) => book));
        for (const row of other.rows.values()) assert.ok(told.has(row.book) || sameRow(own.rows.get(row.book), row));
      }),
    );
  });

  it('finds statements by their digests', () => {
    const [own, other] = [new HashTrie(), new HashTrie()];
    const digests = Array.from({ length: 200 }, (_, index) => idOf(index));
    for (const digest of digests) other.set(idToBytes(digest), statementLeaf(digest));
    for (const digest of digests.slice(5)) own.set(idToBytes(digest), statementLeaf(digest));
    const walker = new Walk(own);
    const found = new Set<Id>();
    for (let paths = walker.next(); paths.length > 0; paths = walker.next()) {
      const nodes = paths.map((path) => describeNode(other, path, 'statements', () => undefined));
      for (const digest of walker.take(nodes)?.digests ?? []) found.add(digest);
    }
    for (const digest of digests.slice(0, 5)) assert.ok(found.has(digest));
  });

  it('costs what the difference costs, not what the sets do', () => {
    for (const count of [4_000, 6_000, 8_000, 10_000]) {
      const [own, other] = [new Side(), new Side()];
      for (let number = 0; number < count; number += 1) {
        own.put(plain(number), 3);
        other.put(plain(number), number % (count / 100) === 0 ? 4 : 3);
      }
      const there = walk(own, other);
      const back = walk(other, own);
      const entriesBytes = 100 * 300;
      assert.equal(there.rows.filter(({ sequence }) => sequence === 4).length, 100);
      const exchanged = there.bytes + back.bytes + entriesBytes;
      assert.ok(exchanged < 256 * 1024, `100 of ${count} books: ${exchanged} bytes`);
      assert.ok(there.turns <= 6, `100 of ${count} books: ${there.turns} turns`);
    }
  });

  it('never asks for an answer that does not fit a frame', () => {
    for (const count of [500, 2_000, 5_000, 8_000, 30_000]) {
      const other = new Side();
      for (let number = 0; number < count; number += 1) other.put(plain(number), number % 60);
      const { rows, bytesMax } = walk(new Side(), other);
      assert.equal(rows.length, count);
      assert.ok(bytesMax < FRAME_BYTES_MAX, `${count} books: a frame of ${bytesMax} bytes`);
    }
  });

  it('has room in a frame for the largest answer', () => {
    const row = {
      book: idOf(1),
      sequence: Number.MAX_SAFE_INTEGER,
      head: idOf(2),
      forkSequence: Number.MAX_SAFE_INTEGER,
    };
    const rows = { children: [], rows: new Array<SyncRow>(ROWS_TOLD_MAX).fill(row), digests: [] };
    const children = { children: new Array<Uint8Array>(16).fill(new Uint8Array(32).fill(1)), rows: [], digests: [] };
    for (const node of [rows, children]) {
      const tell = {
        number: 2 ** 32 - 1,
        nodes: new Array<SyncNode>(SYNC_PATHS_MAX).fill(node),
        rows: [],
        same: false,
      };
      assert.ok(SyncFrame.encode({ ...NO_FRAME, tell }).length < FRAME_BYTES_MAX);
    }
  });

  it('keeps few paths open, whatever a liar answers', () => {
    const walker = new Walk(new HashTrie());
    const liar = (): SyncNode => ({
      children: Array.from({ length: 16 }, () => new Uint8Array(32).fill(7)),
      rows: [],
      digests: [],
    });
    let turns = 0;
    for (let paths = walker.next(); paths.length > 0; paths = walker.next()) {
      turns += 1;
      if (walker.take(paths.map(liar)) === undefined) break;
      assert.ok(turns < 200, 'the walk goes on with a side that answers more and more');
    }
    assert.ok(turns > 3);
  });

  it('refuses answers that do not fit what it asked', () => {
    const empty: SyncNode = { children: [], rows: [], digests: [] };
    const child = new Uint8Array(32).fill(1);
    const refused = (nodes: readonly SyncNode[]): void => {
      const walker = new Walk(new HashTrie());
      assert.equal(walker.next().length, 1);
      assert.equal(walker.take(nodes), undefined);
    };
    refused([]);
    refused([empty, empty]);
    refused([{ ...empty, children: [child] }]);
    refused([{ ...empty, children: new Array<Uint8Array>(15).fill(child) }]);
  });
});

describe('a sync frame', () => {
  it('that was changed in transit is read or refused, and never throws', () => {
    const other = new Side();
    for (let number = 0; number < 100; number += 1) other.put(number, number % 60);
    const paths = [new Uint8Array(0), new Uint8Array([1]), new Uint8Array([10, 11])];
    const frames = [
      {
        ...NO_FRAME,
        ask: {
          number: 7,
          topic: TOPIC,
          part: 'statements' as const,
          paths,
          books: [idOf(3)],
          root: new Uint8Array(32),
        },
      },
      { ...NO_FRAME, tell: { number: 7, nodes: other.tell(paths), rows: [...other.rows.values()], same: false } },
      {
        ...NO_FRAME,
        want: { number: 8, runs: [{ book: idOf(1), from: 2, limit: 3 }], digests: [idOf(2)], ids: [idOf(3)] },
      },
      { ...NO_FRAME, items: { number: 8, items: [new Uint8Array(304)] } },
    ].map((frame) => SyncFrame.encode(frame));
    frames.push(
      Uint8Array.from([10, 20 + TOPIC.length, 10, 16, ...new Uint8Array(16), 18, TOPIC.length, ...Buffer.from(TOPIC)]),
    );
    for (const frame of frames) assert.ok(SyncFrame.decode(frame, FRAME_BYTES_MAX).ok);
    const mutation = fc.record({
      at: fc.nat(9_000),
      byte: fc.nat(255),
      cut: fc.option(fc.nat(9_000), { freq: 3, nil: undefined }),
    });
    let readable = 0;
    fc.assert(
      fc.property(
        fc.constantFrom(...frames),
        fc.array(mutation, { minLength: 1, maxLength: 4 }),
        (frame, mutations) => {
          let bytes = Uint8Array.from(frame);
          for (const { at, byte, cut } of mutations) {
            bytes[at % bytes.length] = byte;
            if (cut !== undefined) bytes = bytes.slice(0, 1 + (cut % bytes.length));
          }
          const read = SyncFrame.decode(bytes, FRAME_BYTES_MAX);
          if (!read.ok) return;
          readable += 1;
          assert.deepEqual(SyncFrame.encode(read.value), bytes);
          for (const path of read.value.ask?.paths ?? [])
            describeNode(other.trie, path, 'books', (book) => other.rows.get(book));
        },
      ),
      { numRuns: 10_000 },
    );
    assert.ok(readable > 0);
  });
});
