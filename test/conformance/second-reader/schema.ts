/** Section 1 of proto/README.md: a strict reader of canonical protobuf that learns the messages from the .proto files. */
import { readdirSync, readFileSync } from 'node:fs';
import { BOUNDS } from './bounds.ts';

const FOLDER = new URL('../../../proto/mutua/v1/', import.meta.url);

/** A decoded message: numbers, texts, bytes, messages and lists of them. A field that is absent has its default. */
export interface Message {
  readonly [field: string]: Value;
}
/** What a field holds. */
export type Value = number | string | boolean | Buffer | Message | undefined | readonly Value[];

interface Field {
  readonly number: number;
  readonly name: string;
  readonly type: string;
  readonly repeated: boolean;
}

/** Code points that part a text (section 1). */
const UNASSIGNED = new RegExp(
  `[${[...readFileSync(new URL('../unassigned.txt', FOLDER), 'utf8').matchAll(/^(\w+)(?:\.\.(\w+))?$/gm)]
    .map(([, first = '', last = first]) => `\\u{${first}}-\\u{${last}}`)
    .join('')}]`,
  'u',
);

const messages = new Map<string, readonly Field[]>();
const enums = new Map<string, ReadonlySet<number>>();

for (const name of readdirSync(FOLDER)) learn(readFileSync(new URL(name, FOLDER), 'utf8').replace(/\/\/.*/g, ''));

function learn(proto: string): void {
  for (const [, what, name = '', body = ''] of proto.matchAll(/(message|enum) (\w+) \{([^}]*)\}/g)) {
    if (what === 'enum') enums.set(name, new Set([...body.matchAll(/= (\d+);/g)].map(([, number]) => Number(number))));
    else messages.set(name, [...body.matchAll(/(repeated )?(\w+) (\w+) = (\d+);/g)].map(toField));
  }
}

function toField([, repeated, type = '', name = '', number]: RegExpMatchArray): Field {
  return { number: Number(number), name, type, repeated: repeated !== undefined };
}

/** Bytes that are not exactly canonical. */
export class NotCanonical extends Error {
  override readonly name = 'NotCanonical';
}

/** @throws NotCanonical with this sentence when the condition does not hold. */
export function demand(condition: boolean, sentence: string): asserts condition {
  if (!condition) throw new NotCanonical(sentence);
}

/** @returns the message. @throws NotCanonical. */
export function decode(type: string, bytes: Buffer): Message {
  const fields = messages.get(type) ?? [];
  const message: Record<string, Value> = {};
  for (const { name, type: of, repeated } of fields) message[name] = repeated ? [] : defaultOf(of);
  let last = 0;
  for (let at = 0; at < bytes.length; ) {
    const tag = varint(bytes, at);
    const [number, wireType] = [Number(tag.value >> 3n), Number(tag.value & 7n)];
    const field = fields.find((candidate) => candidate.number === number);
    demand(field !== undefined, `${type} has no field ${number}`);
    const again = number === last && field.repeated && !isInteger(field.type);
    demand(number > last || again, `${type}.${field.name} is out of order or repeated`);
    last = number;
    at = readField(bytes, tag.next, wireType, field, message);
  }
  for (const [name, holds] of BOUNDS.get(type) ?? []) demand(holds(message[name]), `${type}.${name} is out of bounds`);
  return message;
}

function readField(bytes: Buffer, at: number, wireType: number, field: Field, message: Record<string, Value>): number {
  if (isInteger(field.type) && !field.repeated) {
    demand(wireType === 0, 'an integer has wire type 0');
    const { value, next } = varint(bytes, at);
    demand(value !== 0n, 'a default is left out');
    message[field.name] = scalar(field.type, value);
    return next;
  }
  demand(wireType === 2, 'anything else has wire type 2');
  const length = varint(bytes, at);
  const end = length.next + Number(length.value);
  demand(end <= bytes.length, 'cut off');
  const content = bytes.subarray(length.next, end);
  if (isInteger(field.type)) message[field.name] = packed(field.type, content);
  else {
    const value = block(field.type, content);
    demand(field.repeated || messages.has(field.type) || content.length > 0, 'a default is left out');
    const before = message[field.name];
    message[field.name] = field.repeated && Array.isArray(before) ? [...before, value] : value;
  }
  return end;
}

function packed(type: string, content: Buffer): readonly Value[] {
  demand(content.length > 0, 'an empty list is left out');
  const values: Value[] = [];
  for (let at = 0; at < content.length; ) {
    const { value, next } = varint(content, at);
    values.push(scalar(type, value));
    at = next;
  }
  return values;
}

function block(type: string, content: Buffer): Value {
  if (messages.has(type)) return decode(type, content);
  if (type === 'bytes') return content;
  const text = content.toString('utf8');
  const parts = text.split(UNASSIGNED);
  demand(Buffer.from(text).equals(content) && parts.every((one) => one.normalize('NFC') === one), 'UTF-8 in NFC');
  demand(!/[^\P{Cc}\n]/u.test(text), 'text has no control characters');
  return text;
}

function scalar(type: string, value: bigint): Value {
  const max = type === 'uint64' ? 2n ** 53n - 1n : type === 'bool' ? 1n : 2n ** 32n - 1n;
  demand(value <= max, 'a number is too large');
  if (type === 'bool') return value === 1n;
  const known = enums.get(type);
  demand(known === undefined || known.has(Number(value)), 'an enum has one of its values');
  return Number(value);
}

function varint(bytes: Buffer, at: number): { readonly value: bigint; readonly next: number } {
  let value = 0n;
  for (let count = 0; count < 10; count += 1) {
    const byte = bytes[at + count];
    demand(byte !== undefined, 'cut off');
    value |= BigInt(byte & 127) << BigInt(7 * count);
    if (byte >= 128) continue;
    demand(byte !== 0 || count === 0, 'a varint has no needless bytes');
    demand(value < 2n ** 64n, 'a varint has 64 bits');
    return { value, next: at + count + 1 };
  }
  throw new NotCanonical('a varint has at most 10 bytes');
}

function isInteger(type: string): boolean {
  return type === 'uint32' || type === 'uint64' || type === 'bool' || enums.has(type);
}

function defaultOf(type: string): Value {
  if (type === 'bytes') return Buffer.alloc(0);
  if (type === 'string') return '';
  if (type === 'bool') return false;
  return isInteger(type) ? 0 : undefined;
}

/** @returns bytes of a field. */
export function bytesOf(message: Message, name: string): Buffer {
  const value = message[name];
  demand(Buffer.isBuffer(value), `${name} is no bytes`);
  return value;
}

/** @returns 32 bytes of a field in hexadecimal. */
export function idOf(message: Message, name: string): string {
  return bytesOf(message, name).toString('hex');
}

/** @returns 32 bytes in hexadecimal, or undefined where they are left out. */
export function optionalIdOf(message: Message, name: string): string | undefined {
  return bytesOf(message, name).length === 0 ? undefined : idOf(message, name);
}

/** @returns a number of a field. */
export function numberOf(message: Message, name: string): number {
  const value = message[name];
  demand(typeof value === 'number', `${name} is no number`);
  return value;
}

/** @returns a list of a field. */
function listOf(message: Message, name: string): readonly Value[] {
  const value = message[name];
  demand(Array.isArray(value), `${name} is no list`);
  return value;
}

/** @returns a list of numbers. */
export function numbersOf(message: Message, name: string): readonly number[] {
  return listOf(message, name).filter((value) => typeof value === 'number');
}

/** @returns a list of 32 bytes each, in hexadecimal. */
export function idsOf(message: Message, name: string): readonly string[] {
  return listOf(message, name).map((value) => (Buffer.isBuffer(value) ? value.toString('hex') : ''));
}

/** @returns a nested message, or undefined. */
export function messageOf(message: Message, name: string): Message | undefined {
  const value = message[name];
  return isMessage(value) ? value : undefined;
}

/** @returns a list of nested messages. */
export function messagesOf(message: Message, name: string): readonly Message[] {
  return listOf(message, name).filter(isMessage);
}

function isMessage(value: Value): value is Message {
  return typeof value === 'object' && !Array.isArray(value) && !Buffer.isBuffer(value);
}
