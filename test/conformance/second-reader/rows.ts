/** Rows of state, section 10 of proto/README.md: bytes by key. */

/** Rows of a book's state. */
export type Rows = Map<string, Buffer>;

/** What a field is written from: a number, 32 bytes in hexadecimal, the bytes of a message, or a list of numbers. */
type Written = number | string | Buffer | readonly number[] | undefined;

/** @returns canonical fields; numbers 0, empty lists and what is undefined are left out. */
export function message(fields: readonly (readonly [number: number, value: Written])[]): Buffer {
  return Buffer.concat(fields.map(([number, value]) => field(number, value)));
}

function field(number: number, value: Written): Buffer {
  if (value === undefined || value === 0) return Buffer.alloc(0);
  if (typeof value === 'number') return Buffer.from([...varint(number * 8), ...varint(value)]);
  if (typeof value === 'string') return field(number, Buffer.from(value, 'hex'));
  if (Buffer.isBuffer(value))
    return Buffer.concat([Buffer.from([...varint(number * 8 + 2), ...varint(value.length)]), value]);
  return value.length === 0 ? Buffer.alloc(0) : field(number, Buffer.from(value.flatMap(varint)));
}

function varint(value: number): readonly number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))];
}

/** An id as section 2 prints it. */
export function printed(hex: string): string {
  const bits = [...Buffer.from(hex, 'hex')].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  const digits = [...bits.matchAll(/.{1,5}/g)].map(([five]) => Number.parseInt(five.padEnd(5, '0'), 2));
  return `b${digits.map((digit) => 'abcdefghijklmnopqrstuvwxyz234567'[digit]).join('')}`;
}
