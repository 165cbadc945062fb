import { sha256 } from '@noble/hashes/sha2.js';
import { equalBytes } from '../base/bytes.ts';
import { bytesToId } from '../base/id.ts';
import { ITEM_BYTES_MAX, Item } from '../wire/messages/book.ts';
import { FILE_VERSION, FileEnd, FileHeader } from '../wire/messages/file.ts';
import { wireSentence } from '../wire/shape.ts';
import { bytesToLength, FILE_END_BYTES_MAX, FILE_HEADER_BYTES_MAX, FILE_MAGIC, LENGTH_BYTES } from './layout.ts';

/** Why a file cannot be read on; what came before it can be used, since every item proves itself. */
export interface FileFault {
  readonly code:
    | 'not_a_file'
    | 'unknown_version'
    | 'bad_length'
    | 'bad_header'
    | 'bad_item'
    | 'bad_end'
    | 'wrong_count'
    | 'wrong_digest'
    | 'truncated'
    | 'trailing_bytes';
  /** Byte of the file at which the faulty part begins. */
  readonly offset: number;
  /** What is wrong, for people. */
  readonly sentence: string;
}

/** One thing found in a file, in order: a header, items, an end; or a fault, after which nothing comes. */
export type FilePart =
  | { readonly type: 'header'; readonly header: FileHeader }
  | { readonly type: 'item'; readonly item: FileItem }
  | { readonly type: 'end'; readonly count: number }
  | { readonly type: 'fault'; readonly fault: FileFault };

/** An entry or a statement of a file. */
export interface FileItem {
  readonly type: 'entry' | 'statement';
  /** Its wire form, unchecked, in memory of its own. */
  readonly bytes: Uint8Array;
  /** The canonical Item around it, as it travels. */
  readonly item: Uint8Array;
  /** Byte of the file at which its length stands. */
  readonly offset: number;
}

/** What the decoder reads next. */
type Expected = 'magic' | 'headerLength' | 'header' | 'itemLength' | 'item' | 'endLength' | 'end' | 'nothing';

/**
 * Reads a file from chunks of any size. Holds one record at most (about 220 KiB), allocated only after its length was
 * found to be within limits. Items come before the digest at the end was compared: each proves itself, and the end
 * tells whether all are there.
 */
export class FileDecoder {
  readonly #digest = sha256.create();
  #expected: Expected = 'magic';
  #record = new Uint8Array(FILE_MAGIC.length);
  #filled = 0;
  /** Byte of the file at which the record begins, the length before it included. */
  #start = 0;
  #offset = 0;
  #count = 0;
  #failed = false;

  /** Takes the next chunk. Yields what it completes; the caller takes all of it before the next chunk. */
  *push(chunk: Uint8Array): Generator<FilePart> {
    let position = 0;
    while (position < chunk.length && !this.#failed) {
      if (this.#expected === 'nothing') {
        yield this.#fail('trailing_bytes', 'Bytes follow the end of the file.', this.#offset);
        return;
      }
      const part = chunk.subarray(position, position + this.#record.length - this.#filled);
      this.#record.set(part, this.#filled);
      this.#filled += part.length;
      this.#offset += part.length;
      position += part.length;
      if (this.#filled < this.#record.length) return;
      const found = this.#take(this.#record);
      if (found !== undefined) yield found;
    }
  }

  /** Says that no more chunks come. @returns the fault when the file was not whole. */
  finish(): FilePart | undefined {
    if (this.#failed || this.#expected === 'nothing') return undefined;
    return this.#fail('truncated', `The file ends after ${this.#offset} bytes, before it is complete.`, this.#offset);
  }

  #take(record: Uint8Array): FilePart | undefined {
    if (this.#expected !== 'end' && this.#expected !== 'endLength') this.#digest.update(record);
    switch (this.#expected) {
      case 'magic':
        return this.#takeMagic(record);
      case 'headerLength':
        return this.#takeLength(record, 'header', FILE_HEADER_BYTES_MAX);
      case 'header':
        return this.#takeHeader(record);
      case 'itemLength':
        return bytesToLength(record) === 0
          ? this.#expect('endLength', LENGTH_BYTES)
          : this.#takeLength(record, 'item', ITEM_BYTES_MAX);
      case 'item':
        return this.#takeItem(record);
      case 'endLength':
        return this.#takeLength(record, 'end', FILE_END_BYTES_MAX);
      default:
        return this.#takeEnd(record);
    }
  }

  #takeMagic(record: Uint8Array): FilePart | undefined {
    if (equalBytes(record, FILE_MAGIC)) return this.#expect('headerLength', LENGTH_BYTES);
    return this.#fail(
      'not_a_file',
      'This is no file of Mutua, or it was damaged as it was copied: it does not begin with MUTUA.',
    );
  }

  #takeLength(record: Uint8Array, next: 'header' | 'item' | 'end', bytesMax: number): FilePart | undefined {
    const length = bytesToLength(record);
    if (length >= 1 && length <= bytesMax) return this.#expect(next, length, this.#start);
    return this.#fail('bad_length', `The ${next} would have ${length} bytes, not 1 to ${bytesMax}.`);
  }

  #takeHeader(record: Uint8Array): FilePart {
    const header = FileHeader.decode(record, FILE_HEADER_BYTES_MAX);
    if (!header.ok) return this.#fail('bad_header', wireSentence('header', header.reason));
    const { version } = header.value;
    if (version !== FILE_VERSION) {
      return this.#fail('unknown_version', `The file has version ${version}; this program reads ${FILE_VERSION}.`);
    }
    this.#expect('itemLength', LENGTH_BYTES);
    return { type: 'header', header: header.value };
  }

  #takeItem(record: Uint8Array): FilePart {
    const item = Item.decode(record, ITEM_BYTES_MAX);
    if (!item.ok) return this.#fail('bad_item', wireSentence('item', item.reason));
    const { entry, statement } = item.value;
    if (entry.length > 0 === statement.length > 0) {
      return this.#fail('bad_item', 'The item is neither one entry nor one statement.');
    }
    const offset = this.#start;
    const [type, bytes] = entry.length > 0 ? (['entry', entry] as const) : (['statement', statement] as const);
    this.#count += 1;
    this.#expect('itemLength', LENGTH_BYTES);
    return { type: 'item', item: { type, bytes, item: record, offset } };
  }

  #takeEnd(record: Uint8Array): FilePart {
    const end = FileEnd.decode(record, FILE_END_BYTES_MAX);
    if (!end.ok) return this.#fail('bad_end', wireSentence('end', end.reason));
    const { count, digest } = end.value;
    if (count !== this.#count) {
      return this.#fail('wrong_count', `The file says that it holds ${count} items, but it holds ${this.#count}.`);
    }
    if (digest !== bytesToId(this.#digest.digest())) {
      return this.#fail('wrong_digest', 'The file was changed or damaged after it was written: its digest is another.');
    }
    this.#expect('nothing', 0);
    return { type: 'end', count };
  }

  /** `start` is given where the record belongs to the length just read. */
  #expect(expected: Expected, length: number, start = this.#offset): undefined {
    this.#expected = expected;
    this.#record = new Uint8Array(length);
    this.#filled = 0;
    this.#start = start;
  }

  #fail(code: FileFault['code'], sentence: string, offset = this.#start): FilePart {
    this.#failed = true;
    this.#record = new Uint8Array(0);
    return { type: 'fault', fault: { code, offset, sentence } };
  }
}

/** A transform of a pipeline: chunks of a file in, what they hold out. Its last part is an end or a fault. */
export async function* decodeFile(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): AsyncGenerator<FilePart> {
  const decoder = new FileDecoder();
  for await (const chunk of chunks) yield* decoder.push(chunk);
  const fault = decoder.finish();
  if (fault !== undefined) yield fault;
}
