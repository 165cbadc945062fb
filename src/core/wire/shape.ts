import { no, type Outcome, ok } from '../base/outcome.ts';

/** Why bytes are not a message; `at` names the field (`lines[3].amount`), empty for the whole. */
export interface WireFault {
  readonly code: 'too_large' | 'undecodable' | 'not_canonical' | 'bad_field';
  readonly at: string;
  /** What is wrong with it, for people. */
  readonly sentence: string;
}

/** @returns the fault in a sentence; `what` names the message without an article. */
export function wireSentence(what: string, { at, sentence }: WireFault): string {
  return at === '' ? `The ${what} ${sentence}.` : `The ${what}’s ${at} ${sentence}.`;
}

/** How one field's decoded value becomes a branded one and back. */
export interface Field<Value> {
  /** Which values it takes, in the words of the table in `proto/README.md`. */
  readonly bound: string;
  /** @throws FieldFault when the raw value is not one. */
  read(raw: unknown, at: string): Value;
  /** @returns the raw value, undefined for the proto3 default, which canonical form leaves out. @throws FieldFault when `read` would refuse it. */
  write(value: Value): unknown;
}

/** What `npm run proto` generates for one message. */
export interface GeneratedType {
  /** The name of the message. */
  readonly name: string;
  /** The writer is shared: what it wrote is read before anything else is encoded. */
  encode(message: object): { finish(): Uint8Array; wrote(bytes: Uint8Array): boolean };
  decode(bytes: Uint8Array): object;
}

/** A value that a field refuses: caught by `Shape.decode`, thrown by `Shape.encode`. */
export class FieldFault extends Error {
  override readonly name = 'FieldFault';
  readonly at: string;
  readonly sentence: string;

  constructor(at: string, sentence: string) {
    super(at === '' ? sentence : `${at} ${sentence}`);
    this.at = at;
    this.sentence = sentence;
  }

  /** @returns the same fault, seen from the message or list around it. */
  within(name: string): FieldFault {
    const separator = this.at === '' || this.at.startsWith('[') ? '' : '.';
    return new FieldFault(`${name}${separator}${this.at}`, this.sentence);
  }
}

/** Fields by their names in code. */
export type Fields = Readonly<Record<string, Field<unknown>>>;
type ValueOf<Candidate> = Candidate extends Field<infer Value> ? Value : never;
type MessageOf<Members extends Fields> = { readonly [Name in keyof Members]: ValueOf<Members[Name]> };

/** The type of message that a shape reads and writes. */
export type Infer<Candidate extends Field<unknown>> = ValueOf<Candidate>;

/**
 * A strict reader and writer of one protobuf message. Decoding accepts exactly the canonical form: fields in order of
 * number, defaults left out, repeated scalars packed, shortest varints, nothing unknown; that is, bytes which encoding
 * the decoded value gives again (protocol §3).
 */
export interface Shape<Message> extends Field<Message> {
  /** The fields by their names in code, in the order of the message. */
  readonly fields: Fields;
  /** @returns the message, or the first fault. Never throws. `bytesMax` is checked before anything is decoded. */
  decode(bytes: Uint8Array, bytesMax: number): Outcome<Message, WireFault>;
  /** @returns canonical bytes. @throws FieldFault when a value could not be read back: a mistake of the caller. */
  encode(message: Message): Uint8Array;
}

/** Makes the shape of a generated message type from one field reader for each of its fields. */
export function shapeOf<Members extends Fields>(generated: GeneratedType, members: Members): Shape<MessageOf<Members>> {
  const names = Object.keys(members);

  const read = (raw: unknown, at: string): MessageOf<Members> => {
    if (typeof raw !== 'object' || raw === null) throw new FieldFault(at, 'is missing');
    const source = raw as Readonly<Record<string, unknown>>;
    const message: Record<string, unknown> = {};
    for (const name of names) message[name] = members[name]?.read(source[name], at === '' ? name : `${at}.${name}`);
    return message as MessageOf<Members>;
  };
  const write = (message: MessageOf<Members>): object => {
    const raw: Record<string, unknown> = {};
    for (const name of names) {
      const value = writeField(members[name], message[name], name);
      if (value !== undefined) raw[name] = value;
    }
    return raw;
  };

  return {
    bound: generated.name,
    fields: members,
    read,
    write,
    decode(bytes, bytesMax) {
      if (bytes.length > bytesMax)
        return no(fault('too_large', '', `has ${bytes.length} bytes, more than ${bytesMax}`));
      return decodeStrictly(plainView(bytes), generated, read);
    },
    encode: (message) => generated.encode(write(message)).finish(),
  };
}

/** @returns what `field` writes. @throws FieldFault that names where in the message the value stands. */
export function writeField<Value>(field: Field<Value> | undefined, value: Value, name: string): unknown {
  try {
    return field?.write(value);
  } catch (error) {
    throw error instanceof FieldFault ? error.within(name) : error;
  }
}

/** A field reads no raw value but the one that it writes, so that what `generated` decoded is what encoding the message would start from. */
function decodeStrictly<Message>(
  bytes: Uint8Array,
  generated: GeneratedType,
  read: (raw: unknown, at: string) => Message,
): Outcome<Message, WireFault> {
  let raw: object;
  try {
    raw = generated.decode(bytes);
  } catch {
    return no(fault('undecodable', '', 'is not a protobuf message of this type'));
  }
  try {
    const message = read(raw, '');
    if (!generated.encode(raw).wrote(bytes)) return no(fault('not_canonical', '', 'is not in canonical form'));
    return ok(message);
  } catch (error) {
    if (error instanceof FieldFault) return no(fault('bad_field', error.at, error.sentence));
    throw error;
  }
}

function fault(code: WireFault['code'], at: string, sentence: string): WireFault {
  return { code, at, sentence };
}

/** @returns the same memory as a plain Uint8Array, also of a Buffer, whose parts would be Buffers. */
function plainView(bytes: Uint8Array): Uint8Array {
  return bytes.constructor === Uint8Array ? bytes : new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
