import { sha256 } from '@noble/hashes/sha2.js';
import { concatBytes } from '../base/bytes.ts';
import { bytesToId } from '../base/id.ts';
import { assert } from '../base/outcome.ts';
import { ITEM_BYTES_MAX } from '../wire/messages/book.ts';
import { FILE_VERSION, FileEnd, FileHeader } from '../wire/messages/file.ts';
import { FILE_MAGIC, lengthToBytes } from './layout.ts';

/** What an export says about itself. */
export type FileHeaderDraft = Omit<FileHeader, 'version'>;

/** Writes a file piece by piece: `start`, then `item` for each item, then `end`. The pieces in this order are the file. */
export class FileEncoder {
  readonly #digest = sha256.create();
  #count = 0;

  /** @returns the first bytes of the file. @throws FieldFault when the header holds what readers refuse. */
  start(header: FileHeaderDraft): Uint8Array {
    const bytes = FileHeader.encode({ ...header, version: FILE_VERSION });
    return this.#hashed(concatBytes([FILE_MAGIC, lengthToBytes(bytes.length), bytes]));
  }

  /** @returns the bytes of one item, given in its canonical form. @throws AssertionFailedError for an empty or over-long one. */
  item(item: Uint8Array): Uint8Array {
    assert(item.length > 0 && item.length <= ITEM_BYTES_MAX, `an item has 1 to ${ITEM_BYTES_MAX} bytes`);
    this.#count += 1;
    return this.#hashed(concatBytes([lengthToBytes(item.length), item]));
  }

  /** @returns the last bytes of the file. */
  end(): Uint8Array {
    const stop = this.#hashed(lengthToBytes(0));
    const bytes = FileEnd.encode({ count: this.#count, digest: bytesToId(this.#digest.digest()) });
    return concatBytes([stop, lengthToBytes(bytes.length), bytes]);
  }

  #hashed(bytes: Uint8Array): Uint8Array {
    this.#digest.update(bytes);
    return bytes;
  }
}

/**
 * A transform of a pipeline: canonical Items in, chunks of the file out.
 * @throws FieldFault when the header holds what readers refuse.
 */
export function encodeFile(header: FileHeaderDraft) {
  return async function* (items: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    const encoder = new FileEncoder();
    yield encoder.start(header);
    for await (const item of items) yield encoder.item(item);
    yield encoder.end();
  };
}
