import fc from 'fast-check';

/** One change of bytes; `at` and `to` are fractions of the length. */
interface Edit {
  readonly type: 'flip' | 'set' | 'cut' | 'remove' | 'repeat' | 'insert' | 'fill';
  readonly at: number;
  readonly to: number;
  readonly bytes: Uint8Array;
}

const fraction = fc.nat(9999).map((part) => part / 10_000);
const edit: fc.Arbitrary<Edit> = fc.record({
  type: fc.constantFrom('flip', 'set', 'cut', 'remove', 'repeat', 'insert', 'fill'),
  at: fraction,
  to: fraction,
  bytes: fc.uint8Array({ minLength: 1, maxLength: 11 }),
});

/** @returns bytes with one to four random edits, and sometimes bytes out of nothing. */
export function mutated(samples: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Buffer> {
  const edits = fc.array(edit, { minLength: 1, maxLength: 4 });
  const changed = fc.tuple(samples, edits).map(([bytes, list]) => list.reduce<Buffer>(applyEdit, Buffer.from(bytes)));
  return fc.oneof(
    { arbitrary: changed, weight: 9 },
    { arbitrary: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)), weight: 1 },
  );
}

function applyEdit(bytes: Buffer, { type, at, to, bytes: some }: Edit): Buffer {
  const [from, until] = [Math.floor(Math.min(at, to) * bytes.length), Math.ceil(Math.max(at, to) * bytes.length)];
  const [before, middle, after] = [bytes.subarray(0, from), bytes.subarray(from, until), bytes.subarray(until)];
  const value = some[0] ?? 0;
  switch (type) {
    case 'flip':
      return bytes.length === 0 ? bytes : Buffer.from(bytes.with(from, (bytes[from] ?? 0) ^ (1 << (value % 8))));
    case 'set':
      return bytes.length === 0 ? bytes : Buffer.from(bytes.with(from, value));
    case 'cut':
      return before;
    case 'remove':
      return Buffer.concat([before, after]);
    case 'repeat':
      return Buffer.concat([before, middle, middle, after]);
    case 'insert':
      return Buffer.concat([before, some, middle, after]);
    default:
      return Buffer.concat([before, Buffer.alloc(middle.length, value), after]);
  }
}
