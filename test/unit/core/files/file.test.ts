import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { pipe } from 'it-pipe';
import { bytesToId } from '../../../../src/core/base/id.ts';
import { AssertionFailedError } from '../../../../src/core/base/outcome.ts';
import { decodeFile, FileDecoder, type FileFault, type FilePart } from '../../../../src/core/files/decode.ts';
import { encodeFile, FileEncoder } from '../../../../src/core/files/encode.ts';
import { eraseKind } from '../../../../src/core/wire/kinds/book.ts';
import { FileEnd, FileHeader } from '../../../../src/core/wire/messages/file.ts';
import { FieldFault } from '../../../../src/core/wire/shape.ts';
import { openBook, writeEntry } from '../../../support/books.ts';
import { entryItem, eventItem, FILE_HEADER, fileOf } from '../../../support/files.ts';
import { personOf } from '../../../support/identities.ts';

const ada = personOf('ada');
const opening = openBook({ log: ada.log, device: ada.device });
const erase = writeEntry(ada.device, eraseKind, { entries: [opening.id] }, opening);
const items = [eventItem(ada.log[0]), entryItem(opening), entryItem(erase)];
const file = fileOf(items);

function partsOf(chunks: readonly Uint8Array[]): readonly FilePart[] {
  const decoder = new FileDecoder();
  const parts = chunks.flatMap((chunk) => [...decoder.push(chunk)]);
  const fault = decoder.finish();
  return fault === undefined ? parts : [...parts, fault];
}

function faultOf(bytes: Uint8Array): FileFault | undefined {
  const last = partsOf([bytes]).at(-1);
  return last?.type === 'fault' ? last.fault : undefined;
}

/** The bytes of a file put together by hand, with a right digest. */
function assemble(
  header: Uint8Array,
  records: readonly Uint8Array[],
  change: { count?: number; digest?: Uint8Array } = {},
): Uint8Array {
  const length = (bytes: Uint8Array) => Buffer.from([0, 0, bytes.length >> 8, bytes.length & 255]);
  const body = [header, ...records].flatMap((record) => [length(record), record]);
  const before = Buffer.concat([Buffer.from('MUTUA\x01\r\n', 'latin1'), ...body, Buffer.alloc(4)]);
  const digest = change.digest ?? createHash('sha256').update(before).digest();
  const end = FileEnd.encode({ count: change.count ?? records.length, digest: bytesToId(digest) });
  return Buffer.concat([before, length(end), end]);
}

const header = FileHeader.encode({ ...FILE_HEADER, version: 1 });

describe('a file', () => {
  it('is laid out byte by byte as proto/README.md says', () =>
    assert.deepEqual(Buffer.from(file), Buffer.from(assemble(header, items))));

  it('gives back header, items with their place, and end', () => {
    const parts = partsOf([file]);
    assert.deepEqual(parts[0], { type: 'header', header: { ...FILE_HEADER, version: 1 } });
    assert.deepEqual(parts.at(-1), { type: 'end', count: 3 });
    const found = parts.flatMap((part) => (part.type === 'item' ? [part.item] : []));
    assert.deepEqual(
      found.map(({ type }) => type),
      ['statement', 'entry', 'entry'],
    );
    assert.deepEqual(
      found.map(({ item }) => item),
      items,
    );
    assert.deepEqual(found[1]?.bytes, opening.bytes);
    for (const { offset, item } of found) assert.deepEqual(Buffer.from(file).readUInt32BE(offset), item.length);
  });

  it('may be empty', () =>
    assert.deepEqual(
      partsOf([fileOf([])]).map(({ type }) => type),
      ['header', 'end'],
    ));

  it('is read alike from chunks of any size', () => {
    const whole = partsOf([file]);
    assert.deepEqual(partsOf([...file].map((byte) => new Uint8Array([byte]))), whole);
    fc.assert(
      fc.property(fc.array(fc.nat(file.length), { maxLength: 8 }), (cuts) => {
        const places = [0, ...cuts.toSorted((left, right) => left - right), file.length];
        const chunks = places.slice(1).map((place, index) => file.slice(places[index], place));
        assert.deepEqual(partsOf(chunks), whole);
      }),
    );
  });

  it('keeps nothing of the chunks that it was read from', () => {
    const chunk = new Uint8Array(file);
    const parts = partsOf([chunk]);
    chunk.fill(0);
    assert.deepEqual(parts, partsOf([file]));
  });

  it('flows through a pipeline', async () => {
    const types: string[] = [];
    await pipe(items, encodeFile(FILE_HEADER), decodeFile, async (parts) => {
      for await (const part of parts) types.push(part.type);
    });
    assert.deepEqual(types, ['header', 'item', 'item', 'item', 'end']);
  });

  it('names topics and books in order', () => {
    const [low, high] = [bytesToId(new Uint8Array(32)), bytesToId(new Uint8Array(32).fill(1))];
    const named = { ...FILE_HEADER, topics: ['/a', '/b'], books: [low, high] };
    assert.deepEqual(partsOf([fileOf([], named)])[0], { type: 'header', header: { ...named, version: 1 } });
    for (const wrong of [
      { topics: ['/b', '/a'] },
      { topics: ['/a', '/a'] },
      { topics: [''] },
      { books: [high, low] },
    ]) {
      assert.throws(() => fileOf([], { ...FILE_HEADER, ...wrong }), FieldFault);
    }
  });
});

describe('a faulty file', () => {
  it('is seen wherever it was cut off', () => {
    for (let length = 0; length < file.length; length += 1) {
      const fault = faultOf(file.slice(0, length));
      assert.equal(fault?.code, 'truncated', `cut after ${length} bytes`);
      assert.equal(fault?.offset, length);
    }
  });

  it('is seen whichever bit is flipped', () => {
    for (let index = 0; index < file.length; index += 1) {
      const bytes = new Uint8Array(file);
      bytes[index] = (bytes[index] ?? 0) ^ (1 << (index % 8));
      assert.notEqual(faultOf(bytes), undefined, `bit ${index % 8} of byte ${index}`);
    }
  });

  const cases: readonly (readonly [string, Uint8Array, FileFault['code'], number])[] = [
    ['nothing of ours', Buffer.from('PK\x03\x04 is a zip file'), 'not_a_file', 0],
    [
      'carried as text',
      Buffer.from(Buffer.from(file).toString('latin1').replace('\r\n', '\n'), 'latin1'),
      'not_a_file',
      0,
    ],
    ['without header', Buffer.concat([file.slice(0, 8), Buffer.alloc(4)]), 'bad_length', 8],
    [
      'with a header over its limit',
      Buffer.concat([file.slice(0, 8), Buffer.from('00ffffff', 'hex')]),
      'bad_length',
      8,
    ],
    ['with a header that is none', assemble(new Uint8Array([1]), []), 'bad_header', 8],
    ['of a later version', assemble(FileHeader.encode({ ...FILE_HEADER, version: 2 }), []), 'unknown_version', 8],
    [
      'with an item over its limit',
      Buffer.concat([file.slice(0, 12 + header.length), Buffer.from('7fffffff', 'hex')]),
      'bad_length',
      12 + header.length,
    ],
    ['with an item that is none', assemble(header, [new Uint8Array([255])]), 'bad_item', 12 + header.length],
    [
      'with an item of two things',
      assemble(header, [new Uint8Array([10, 1, 1, 18, 1, 1])]),
      'bad_item',
      12 + header.length,
    ],
    ['with a wrong count', assemble(header, items, { count: 2 }), 'wrong_count', file.length - 40],
    ['with a wrong digest', assemble(header, items, { digest: new Uint8Array(32) }), 'wrong_digest', file.length - 40],
    [
      'with an end that is none',
      Buffer.concat([file.slice(0, -40), Buffer.from('0000000101', 'hex')]),
      'bad_end',
      file.length - 40,
    ],
    ['with an end of no bytes', Buffer.concat([file.slice(0, -40), Buffer.alloc(4)]), 'bad_length', file.length - 40],
    ['with bytes after its end', Buffer.concat([file, Buffer.alloc(1)]), 'trailing_bytes', file.length],
    ['with a second file after it', Buffer.concat([file, file]), 'trailing_bytes', file.length],
  ];
  for (const [what, bytes, code, offset] of cases) {
    it(`${what}: ${code} at ${offset}`, () => {
      const fault = faultOf(bytes);
      assert.equal(fault?.code, code);
      assert.equal(fault?.offset, offset);
      assert.match(fault?.sentence ?? '', /^[A-Z].*\.$/u);
    });
  }

  it('yields one fault, and nothing after it', () => {
    const decoder = new FileDecoder();
    assert.equal([...decoder.push(new Uint8Array(8))].length, 1);
    assert.deepEqual([...decoder.push(file)], []);
    assert.equal(decoder.finish(), undefined);
  });

  it('gives the items before the fault', () => {
    const parts = partsOf([file.slice(0, -50)]);
    assert.deepEqual(
      parts.map(({ type }) => type),
      ['header', 'item', 'item', 'fault'],
    );
  });
});

describe('FileEncoder', () => {
  it('stops at items that no reader takes', () => {
    const encoder = new FileEncoder();
    encoder.start(FILE_HEADER);
    for (const length of [0, 60_000]) assert.throws(() => encoder.item(new Uint8Array(length)), AssertionFailedError);
  });
});
