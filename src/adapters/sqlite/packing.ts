/**
 * Rows between the threads go as one transferred buffer: cloning thousands of small arrays costs more than SQLite
 * itself, and cloning a view copies the whole buffer that it looks into.
 * A number is a float64, bytes and UTF-8 text are a uint32 length and the bytes, all little-endian, without padding.
 */
import { textToBytes } from '../../core/base/bytes.ts';
import { assert } from '../../core/base/outcome.ts';

const CAPACITY_BYTES_FIRST = 1024;
const textDecoder = new TextDecoder();

/** Writes values one after another into one growing buffer. */
export class Packer {
  #bytes = new Uint8Array(CAPACITY_BYTES_FIRST);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;

  /** @param value a safe integer; anything else is a mistake of the caller. */
  number(value: number): void {
    assert(Number.isSafeInteger(value), 'The store takes safe integers only.');
    this.#reserve(8);
    this.#view.setFloat64(this.#length, value, true);
    this.#length += 8;
  }

  bytes(value: Uint8Array): void {
    this.#reserve(4 + value.length);
    this.#view.setUint32(this.#length, value.length, true);
    this.#bytes.set(value, this.#length + 4);
    this.#length += 4 + value.length;
  }

  text(value: string): void {
    this.bytes(textToBytes(value));
  }

  /** @returns what was written; the packer must not be used again. Its buffer belongs to no one else. */
  finish(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#length);
  }

  #reserve(bytes: number): void {
    const needed = this.#length + bytes;
    if (needed <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(needed, 2 * this.#bytes.length));
    larger.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = larger;
    this.#view = new DataView(larger.buffer);
  }
}

/** Reads what a Packer wrote, in the same order. Bytes are views into the packed ones. */
export class Unpacker {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #offset = 0;

  constructor(packed: Uint8Array) {
    this.#bytes = packed;
    this.#view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  }

  get isAtEnd(): boolean {
    return this.#offset === this.#bytes.length;
  }

  number(): number {
    const value = this.#view.getFloat64(this.#offset, true);
    this.#offset += 8;
    return value;
  }

  bytes(): Uint8Array {
    const start = this.#offset + 4;
    this.#offset = start + this.#view.getUint32(this.#offset, true);
    return this.#bytes.subarray(start, this.#offset);
  }

  text(): string {
    return textDecoder.decode(this.bytes());
  }
}

/** How rows of one kind are packed. */
export interface RowPacking<Row> {
  readonly pack: (packer: Packer, row: Row) => void;
  readonly unpack: (unpacker: Unpacker) => Row;
}

/** @returns all rows in one buffer. */
export function packRows<Row>({ pack }: RowPacking<Row>, rows: Iterable<Row>): Uint8Array<ArrayBuffer> {
  const packer = new Packer();
  for (const row of rows) pack(packer, row);
  return packer.finish();
}

/** @returns the rows that `packRows` packed. */
export function unpackRows<Row>({ unpack }: RowPacking<Row>, packed: Uint8Array): readonly Row[] {
  const unpacker = new Unpacker(packed);
  const rows: Row[] = [];
  while (!unpacker.isAtEnd) rows.push(unpack(unpacker));
  return rows;
}
