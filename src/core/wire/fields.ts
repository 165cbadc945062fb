import { AMOUNT_MAX, type Amount, numberToAmount } from '../base/amount.ts';
import { NO_BYTES, textToBytes } from '../base/bytes.ts';
import { bytesToId, compareIds, type Id, textToIdBytes } from '../base/id.ts';
import { ID_BYTES } from '../base/limits.ts';
import { parseRegion, type Region } from '../base/region.ts';
import { type Field, FieldFault, type Shape, writeField } from './shape.ts';
import { UNASSIGNED } from './unassigned.ts';

/** Bytes of a length between two bounds, both included. */
export function bytesField(lengthMin: number, lengthMax: number): Field<Uint8Array> {
  const read = (raw: unknown, at: string): Uint8Array => {
    const bytes = rawToBytes(raw, at);
    if (bytes.length >= lengthMin && bytes.length <= lengthMax) return bytes;
    const wanted = lengthMin === lengthMax ? `${lengthMin}` : `${lengthMin} to ${lengthMax}`;
    throw new FieldFault(at, `has ${bytes.length} bytes, not ${wanted}`);
  };
  const bound = `${rangeWords(lengthMin, lengthMax)} bytes`;
  return { bound, read, write: (value) => orDefault(read(value, ''), value.length === 0) };
}

/** 32 bytes, as an id. */
export const idField: Field<Id> = {
  bound: `${ID_BYTES} bytes`,
  read(raw, at) {
    const bytes = rawToBytes(raw, at);
    if (bytes.length !== ID_BYTES) throw new FieldFault(at, `has ${bytes.length} bytes, not ${ID_BYTES}`);
    return bytesToId(bytes);
  },
  write: writeId,
};

function writeId(id: Id): Uint8Array {
  const bytes = typeof id === 'string' ? textToIdBytes(id) : undefined;
  if (bytes === undefined) throw new FieldFault('', 'is not an id');
  return bytes;
}

/** 32 bytes as an id, or empty as undefined. */
export const optionalIdField: Field<Id | undefined> = {
  bound: `${ID_BYTES} bytes or left out`,
  read: (raw, at) => (rawToBytes(raw, at).length === 0 ? undefined : idField.read(raw, at)),
  write: (value) => (value === undefined ? undefined : writeId(value)),
};

/** An integer between two bounds, both included; `max` is at most 2^53−1. */
export function integerField(min: number, max: number): Field<number> {
  const read = (raw: unknown, at: string): number => {
    if (typeof raw === 'number' && Number.isSafeInteger(raw) && raw >= min && raw <= max) return raw;
    throw new FieldFault(at, `is not a whole number from ${min} to ${max}`);
  };
  return { bound: rangeWords(min, max), read, write: (value) => orDefault(read(value, ''), value === 0) };
}

/** An amount of labor-seconds. */
export const amountField: Field<Amount> = {
  bound: rangeWords(0, AMOUNT_MAX),
  read: readAmount,
  write: (value) => orDefault(readAmount(value, ''), value === 0),
};

function readAmount(raw: unknown, at: string): Amount {
  const amount = typeof raw === 'number' ? numberToAmount(raw) : undefined;
  if (amount === undefined) throw new FieldFault(at, 'is not an amount from 0 to 2^53−1');
  return amount;
}

/** UTF-8 text in the NFC of Unicode 14.0.0 without control characters other than line feed, with a limit in bytes. */
export function textField(bytesMax: number, bytesMin = 0): Field<string> {
  const read = (raw: unknown, at: string): string => {
    if (typeof raw !== 'string') throw new FieldFault(at, 'is not text');
    const ascii = isPlainAscii(raw);
    if (!ascii && (!raw.isWellFormed() || !isComposed(raw))) throw new FieldFault(at, 'is not well-formed text in NFC');
    if (!ascii && hasControlCharacter(raw)) throw new FieldFault(at, 'holds a control character');
    const length = ascii ? raw.length : textToBytes(raw).length;
    if (length < bytesMin || length > bytesMax)
      throw new FieldFault(at, `has ${length} bytes, not ${bytesMin} to ${bytesMax}`);
    return raw;
  };
  return {
    bound: `text of ${rangeWords(bytesMin, bytesMax)} bytes`,
    read,
    write: (value) => orDefault(read(value, ''), value === ''),
  };
}

/**
 * Whether a text is in the NFC of Unicode 14.0.0, on an engine of that version or a later one. What an engine composes of characters
 * that are assigned never changes (Unicode stability policy); what is not assigned there is composed with nothing, and parts the text.
 */
function isComposed(text: string): boolean {
  const isStable = (part: string): boolean => part.normalize('NFC') === part;
  // Every part of a composed text is composed.
  return isStable(text) || text.split(UNASSIGNED).every(isStable);
}

/** @returns whether a field reads a raw value. */
export function takes(field: Field<unknown>, raw: unknown): boolean {
  try {
    field.read(raw, '');
    return true;
  } catch (error) {
    if (error instanceof FieldFault) return false;
    throw error;
  }
}

/** A region path. */
export const regionField: Field<Region> = {
  bound: 'region',
  read: readRegion,
  write: (value) => readRegion(value, ''),
};

function readRegion(raw: unknown, at: string): Region {
  const region = typeof raw === 'string' ? parseRegion(raw) : undefined;
  if (region === undefined) throw new FieldFault(at, 'is not a region path of 1 to 5 lower-case labels');
  return region;
}

/** A region path, or empty as undefined. */
export const optionalRegionField: Field<Region | undefined> = {
  bound: 'region or left out',
  read: (raw, at) => (raw === '' ? undefined : readRegion(raw, at)),
  write: (value) => (value === undefined ? undefined : readRegion(value, '')),
};

/** An enumeration whose proto numbers are 1, 2, 3 … in the order of `names`; 0 is refused. */
export function enumField<const Name extends string>(names: readonly Name[]): Field<Name> {
  const orFault = <Value>(value: Value | undefined, at: string): Value => {
    if (value === undefined) throw new FieldFault(at, `is none of ${names.join(', ')}`);
    return value;
  };
  return {
    bound: rangeWords(1, names.length),
    read: (raw, at) => orFault(typeof raw === 'number' ? names[raw - 1] : undefined, at),
    write: (value) => orFault(names.indexOf(value) + 1 || undefined, ''),
  };
}

/** A list with a number of elements between two bounds, both included. */
export function listField<Value>(element: Field<Value>, countMin: number, countMax: number): Field<readonly Value[]> {
  const checkCount = (count: number, at: string): void => {
    if (count < countMin || count > countMax)
      throw new FieldFault(at, `has ${count} elements, not ${countMin} to ${countMax}`);
  };
  return {
    bound: `${rangeWords(countMin, countMax)} of ${element.bound}`,
    read(raw, at) {
      if (!Array.isArray(raw)) throw new FieldFault(at, 'is not a list');
      checkCount(raw.length, at);
      return raw.map((value: unknown, index) => element.read(value, `${at}[${index}]`));
    },
    write(values) {
      checkCount(values.length, '');
      return orDefault(
        values.map((value, index) => writeElement(element, value, index)),
        values.length === 0,
      );
    },
  };
}

/** A list of ids that is sorted by bytes and has none twice. */
export function sortedIdsField(countMin: number, countMax: number): Field<readonly Id[]> {
  return sortedField(listField(idField, countMin, countMax), compareIds);
}

/** A list that stands in the rising order of `compare`, and so has no element twice. */
export function sortedField<Value>(
  list: Field<readonly Value[]>,
  compare: (one: Value, other: Value) => number,
): Field<readonly Value[]> {
  const requireRising = (values: readonly Value[], at: string): readonly Value[] => {
    const rising = values.every((value, index) => index === 0 || compare(values[index - 1] ?? value, value) < 0);
    if (!rising) throw new FieldFault(at, 'is not sorted and distinct');
    return values;
  };
  return {
    bound: `${list.bound}, sorted, distinct`,
    read: (raw, at) => requireRising(list.read(raw, at), at),
    write: (values) => list.write(requireRising(values, '')),
  };
}

/** A nested message that may be absent. */
export function optionalField<Message>(shape: Shape<Message>): Field<Message | undefined> {
  return {
    bound: `${shape.bound} or absent`,
    read: (raw, at) => (raw === null || raw === undefined ? undefined : shape.read(raw, at)),
    write: (value) => (value === undefined ? undefined : shape.write(value)),
  };
}

/** An element of a repeated field is written even where it equals the default: only a whole field may be left out. */
function writeElement<Value>(element: Field<Value>, value: Value, index: number): unknown {
  const raw = writeField(element, value, `[${index}]`);
  if (raw !== undefined) return raw;
  return typeof value === 'number' ? 0 : typeof value === 'string' ? '' : NO_BYTES;
}

function orDefault<Raw>(raw: Raw, isDefault: boolean): Raw | undefined {
  return isDefault ? undefined : raw;
}

function rawToBytes(raw: unknown, at: string): Uint8Array {
  if (raw instanceof Uint8Array) return raw;
  if (Array.isArray(raw) && raw.length === 0) return NO_BYTES;
  throw new FieldFault(at, 'is not a byte string');
}

/** Most texts are plain ASCII without control characters: well formed, in NFC, a byte for each character. */
function isPlainAscii(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code < 32 || code >= 127) return false;
  }
  return true;
}

function hasControlCharacter(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if ((code < 32 && code !== 10) || (code >= 127 && code < 160)) return true;
  }
  return false;
}

/** A truth value. */
export const boolField: Field<boolean> = {
  bound: 'true or false',
  read: readBool,
  write: (value) => orDefault(readBool(value, ''), !value),
};

function readBool(raw: unknown, at: string): boolean {
  if (typeof raw === 'boolean') return raw;
  throw new FieldFault(at, 'is not a truth value');
}

/** @returns a range as the table in `proto/README.md` prints it, such as `1–16`, `64` or `0–2^53−1`. */
function rangeWords(min: number, max: number): string {
  const words = (value: number): string => {
    const bits = Math.round(Math.log2(value + 1));
    return bits >= 32 && 2 ** bits - 1 === value ? `2^${bits}−1` : String(value).replace(/(?<=\d)(?=(\d{3})+$)/g, ',');
  };
  return min === max ? words(min) : `${words(min)}–${words(max)}`;
}
