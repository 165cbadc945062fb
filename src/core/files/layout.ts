import { FILE_BOOKS_MAX, FILE_TOPICS_MAX } from '../wire/messages/file.ts';

/**
 * The bytes of a file of items (`proto/README.md`, "The file"; lengths are unsigned, 4 bytes, big-endian):
 *
 *   0      8  magic 4d 55 54 55 41 01 0d 0a: "MUTUA", the version of this layout, CR LF (a transfer as text breaks it)
 *   8      4  n, length of the header
 *   12     n  canonical FileHeader
 *          4  length of an Item, at least 1  ┐ any number of times
 *             canonical Item                 ┘
 *          4  00 00 00 00: no more items
 *          4  length of the end
 *             canonical FileEnd; its digest is SHA-256 of every byte from offset 0 to the four zero bytes, included
 *
 * Nothing follows.
 */
export const FILE_MAGIC: Uint8Array = new Uint8Array([0x4d, 0x55, 0x54, 0x55, 0x41, 0x01, 0x0d, 0x0a]);

/** A length before a record, in bytes. */
export const LENGTH_BYTES = 4;
/** A FileHeader: 34 bytes for each book, 303 for each topic, and 64 for the rest. */
export const FILE_HEADER_BYTES_MAX = FILE_BOOKS_MAX * 34 + FILE_TOPICS_MAX * 303 + 64;
/** A FileEnd: a count of 9 bytes and a digest of 34. */
export const FILE_END_BYTES_MAX = 64;

/** @returns a length as it stands before a record. */
export function lengthToBytes(length: number): Uint8Array {
  const bytes = new Uint8Array(LENGTH_BYTES);
  new DataView(bytes.buffer).setUint32(0, length);
  return bytes;
}

/** @returns the length that 4 bytes say. */
export function bytesToLength(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset, LENGTH_BYTES).getUint32(0);
}
