import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import protobuf from 'protobufjs';
import { block, join, uint, varint } from './proto-bytes.ts';

const PROTO = fileURLToPath(new URL('../../proto', import.meta.url));
/** Elements of a generated list. */
const ELEMENTS_MAX = 3;

const anyNumber = fc.oneof(
  { arbitrary: fc.nat(8), weight: 6 },
  { arbitrary: fc.nat(), weight: 1 },
  { arbitrary: fc.constantFrom(2 ** 32 - 1, 2 ** 32, Number.MAX_SAFE_INTEGER), weight: 1 },
);
const anyBlock = fc.oneof(
  { arbitrary: fc.nat(255).map((byte) => Buffer.alloc(32, byte)), weight: 8 },
  { arbitrary: fc.constantFrom(16, 64).map((length) => Buffer.alloc(length, 1)), weight: 2 },
  { arbitrary: fc.uint8Array({ maxLength: 8 }), weight: 1 },
);
const anyText = fc.oneof(
  fc.constantFrom('cascadia', 'cascadia/willamette', 'people', 'ä€𝄞'),
  fc.string({ unit: 'grapheme', maxLength: 8 }),
);

/** @returns for each message of `proto/` a generator of its canonical bytes; their values need not be sound. */
export function arbitraryMessages(): ReadonlyMap<string, fc.Arbitrary<Buffer>> {
  const root = new protobuf.Root();
  root.resolvePath = (_origin, target) => (target.startsWith('/') ? target : `${PROTO}/${target}`);
  const files = readdirSync(`${PROTO}/mutua/v1`).filter((name) => name.endsWith('.proto'));
  root.loadSync(files.map((name) => `mutua/v1/${name}`)).resolveAll();
  const messages = new Map<string, fc.Arbitrary<Buffer>>();
  for (const type of namespaceOf(root).nestedArray) {
    if (type instanceof protobuf.Type) messages.set(type.name, arbitraryMessage(type));
  }
  return messages;
}

function namespaceOf(root: protobuf.Root): protobuf.Namespace {
  const found = root.lookup('mutua.v1');
  if (found instanceof protobuf.Namespace) return found;
  throw new Error('proto/ declares no package mutua.v1');
}

function arbitraryMessage(type: protobuf.Type): fc.Arbitrary<Buffer> {
  const fields = type.fieldsArray.toSorted((left, right) => left.id - right.id).map(arbitraryField);
  return fc.tuple(...fields).map((parts) => join(...parts));
}

function arbitraryField(field: protobuf.Field): fc.Arbitrary<Buffer> {
  if (field.repeated) return arbitraryList(field);
  if (field.resolvedType instanceof protobuf.Type) {
    return fc
      .option(arbitraryMessage(field.resolvedType), { nil: undefined })
      .map((bytes) => (bytes === undefined ? join() : block(field.id, bytes)));
  }
  const value = arbitraryScalar(field);
  return value.map((scalar) => (isDefault(scalar) ? join() : written(field.id, scalar)));
}

type Scalar = number | string | Uint8Array;

function arbitraryScalar(field: protobuf.Field): fc.Arbitrary<Scalar> {
  if (field.type === 'bytes') return anyBlock;
  if (field.type === 'string') return anyText;
  if (field.type === 'bool') return fc.nat(1);
  return anyNumber.map((value) => (field.type === 'uint64' ? value : value % 2 ** 31));
}

function arbitraryList(field: protobuf.Field): fc.Arbitrary<Buffer> {
  const lengths = { maxLength: ELEMENTS_MAX };
  if (field.resolvedType instanceof protobuf.Type) {
    return fc
      .array(arbitraryMessage(field.resolvedType), lengths)
      .map((list) => join(...list.map((bytes) => block(field.id, bytes))));
  }
  return fc.array(arbitraryScalar(field), lengths).map((list) => {
    const numbers = list.filter((value) => typeof value === 'number');
    if (numbers.length < list.length)
      return join(...list.filter((value) => typeof value !== 'number').map((value) => block(field.id, value)));
    return numbers.length === 0 ? join() : block(field.id, ...numbers.map((value) => varint(value)));
  });
}

function isDefault(value: Scalar): boolean {
  return typeof value === 'number' ? value === 0 : value.length === 0;
}

function written(id: number, value: Scalar): Buffer {
  return typeof value === 'number' ? uint(id, value) : block(id, value);
}
