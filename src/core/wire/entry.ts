import type { SignatureCheck } from '../../ports/signatures.ts';
import { equalBytes, NO_BYTES } from '../base/bytes.ts';
import { tagged, taggedHash } from '../base/hash.ts';
import { bytesToId, type Id, idToBytes } from '../base/id.ts';
import { ENTRY_BYTES_MAX, HEADER_BYTES_MAX, PAYLOAD_BYTES_MAX, SALT_BYTES } from '../base/limits.ts';
import { no, type Outcome, ok } from '../base/outcome.ts';
import { openingKind } from './kinds/book.ts';
import type { EntryKind } from './kinds/kind.ts';
import { kindOfNumber } from './kinds/table.ts';
import { EntryMessage, Header, type Opening } from './messages/book.ts';
import { wireSentence } from './shape.ts';
import { TAGS } from './tags.ts';

/**
 * One entry, parsed and in canonical form, its signature not yet checked. On the wire (all fields length-delimited):
 *
 *   0a <header> 12 <payload> 1a 10 <salt, 16 bytes> 22 40 <signature, 64 bytes>
 */
export interface Entry {
  readonly id: Id;
  /** The book that it stands in; for an Opening its own id. */
  readonly book: Id;
  readonly header: Header;
  readonly headerBytes: Uint8Array;
  /** Undefined when erased. */
  readonly payload: Uint8Array | undefined;
  readonly salt: Uint8Array;
  readonly signature: Uint8Array;
  /** The wire form as received. */
  readonly bytes: Uint8Array;
  /** The decoded payload where the kind is known and the payload is there; read it with `contentOf`. */
  readonly content: unknown;
}

/** The version of headers that this program writes and reads. */
export const HEADER_VERSION = 1;

/** Why bytes are not an entry; `unknown_version` and `wrong_network` may be right for others. */
export interface EntryFault {
  readonly code:
    | 'too_large'
    | 'not_canonical'
    | 'unknown_version'
    | 'wrong_network'
    | 'bad_opening'
    | 'bad_digest'
    | 'payload_missing'
    | 'payload_not_canonical';
  /** What is wrong, and in which field, for people. */
  readonly sentence: string;
}

/**
 * Reads an entry's form as far as its bytes alone tell: size, canonical form, version, network, Opening shape, digest, and for
 * a known kind the payload's canonical form (protocol §3, "form"). Signature and place in its book come after.
 * @returns the entry or the first fault.
 */
export function readEntry(bytes: Uint8Array, network: Uint8Array): Outcome<Entry, EntryFault> {
  if (bytes.length > ENTRY_BYTES_MAX)
    return refuse('too_large', `The entry has ${bytes.length} bytes, more than ${ENTRY_BYTES_MAX}.`);
  const message = EntryMessage.decode(bytes, ENTRY_BYTES_MAX);
  if (!message.ok) return refuse('not_canonical', wireSentence('entry', message.reason));
  const { header: headerBytes, payload, salt, signature } = message.value;
  const read = readHeader(headerBytes, network);
  if (!read.ok) return read;
  const { header, id } = read.value;
  const badPayload = payloadFault(header, payload, salt, bytes.length);
  if (badPayload !== undefined) return no(badPayload);
  const erased = salt.length === 0;
  const content = erased ? ok(undefined) : readContent(header.kind, payload);
  if (!content.ok) return no(content.reason);
  return ok({
    id,
    book: header.book ?? id,
    header,
    headerBytes,
    payload: erased ? undefined : payload,
    salt,
    signature,
    bytes,
    content: content.value,
  });
}

/** Reads a header alone, as fork proofs carry it: canonical form, version, network, Opening shape. @returns it with the entry's id, or the first fault. */
export function readHeader(
  bytes: Uint8Array,
  network: Uint8Array,
): Outcome<{ readonly header: Header; readonly id: Id }, EntryFault> {
  const header = Header.decode(bytes, HEADER_BYTES_MAX);
  if (!header.ok) return refuse('not_canonical', wireSentence('header', header.reason));
  const badHeader = headerFault(header.value, network);
  if (badHeader !== undefined) return no(badHeader);
  return ok({ header: header.value, id: bytesToId(taggedHash(TAGS.entry, [bytes])) });
}

function fault(code: EntryFault['code'], sentence: string): EntryFault {
  return { code, sentence };
}

function refuse(code: EntryFault['code'], sentence: string): Outcome<never, EntryFault> {
  return no(fault(code, sentence));
}

function headerFault(header: Header, network: Uint8Array): EntryFault | undefined {
  if (header.version !== HEADER_VERSION)
    return fault('unknown_version', `The header has version ${header.version}; this program reads ${HEADER_VERSION}.`);
  if (!equalBytes(header.network, network)) return fault('wrong_network', 'The entry belongs to another network.');
  const opens = header.kind === openingKind.number;
  const first = header.sequence === 0 && header.book === undefined && header.previous === undefined;
  const later = header.sequence > 0 && header.book !== undefined && header.previous !== undefined;
  if (opens ? first : later) return undefined;
  return fault(
    'bad_opening',
    'A book begins with one Opening at sequence 0, without book and previous; every later entry has both.',
  );
}

function payloadFault(
  header: Header,
  payload: Uint8Array,
  salt: Uint8Array,
  entryBytes: number,
): EntryFault | undefined {
  const tooLarge = sizeFault(header.kind, entryBytes);
  if (tooLarge !== undefined) return tooLarge;
  const kind = kindOfNumber(header.kind);
  if (salt.length === 0) {
    if (payload.length > 0) return fault('bad_digest', 'The salt is missing.');
    return kind?.keeping === 'kept'
      ? fault('payload_missing', `An entry of kind ${kind.name} cannot be erased.`)
      : undefined;
  }
  const whole = salt.length === SALT_BYTES && payload.length === header.payloadLength;
  if (whole && payloadDigest(salt, payload) === header.payloadDigest) return undefined;
  return fault('bad_digest', 'The payload is not the one that the header names.');
}

function sizeFault(number: number, entryBytes: number): EntryFault | undefined {
  const kind = kindOfNumber(number);
  const bytesMax = kind?.entryBytesMax ?? ENTRY_BYTES_MAX;
  if (entryBytes <= bytesMax) return undefined;
  const what = kind === undefined ? 'An entry' : `An entry of kind ${kind.name}`;
  return fault('too_large', `${what} has at most ${bytesMax} bytes, not ${entryBytes}.`);
}

function readContent(number: number, payload: Uint8Array): Outcome<unknown, EntryFault> {
  const kind = kindOfNumber(number);
  if (kind === undefined) return ok(undefined);
  const content = kind.shape.decode(payload, PAYLOAD_BYTES_MAX);
  if (content.ok) return content;
  return refuse('payload_not_canonical', wireSentence(kind.name, content.reason));
}

/** @returns SHA-256("mutua/1/payload" ‖ 0 ‖ salt ‖ payload). */
export function payloadDigest(salt: Uint8Array, payload: Uint8Array): Id {
  return bytesToId(taggedHash(TAGS.payload, [salt, payload]));
}

/** @returns the decoded payload when the entry is of this kind and not erased, else undefined. */
export function contentOf<Content>(entry: Entry, kind: EntryKind<Content>): Content | undefined {
  return entry.header.kind === kind.number && entry.payload !== undefined ? (entry.content as Content) : undefined;
}

/** @returns the check that this entry was signed by `device`. */
export function entryCheck(entry: Entry, device: Id): SignatureCheck {
  return headerCheck(entry.headerBytes, entry.signature, device);
}

/** @returns the check that a header was signed by `device`; fork proofs carry no more than headers. */
export function headerCheck(headerBytes: Uint8Array, signature: Uint8Array, device: Id): SignatureCheck {
  return { publicKey: idToBytes(device), message: tagged(TAGS.signature, [headerBytes]), signature };
}

/** What a writer decides about a new entry. */
export interface EntryDraft<Content> {
  readonly network: Uint8Array;
  readonly kind: EntryKind<Content>;
  readonly content: Content;
  /** The entry that this one follows; undefined for an Opening. */
  readonly previous: { readonly book: Id; readonly sequence: number; readonly id: Id } | undefined;
  /** 16 random bytes. */
  readonly salt: Uint8Array;
  /** Unix milliseconds by the writer's clock; shown, never ruled by. */
  readonly claimedAt: number;
}

/** An entry that lacks only its signature over `message`. */
export interface UnsignedEntry {
  readonly id: Id;
  readonly message: Uint8Array;
  readonly header: Header;
  readonly headerBytes: Uint8Array;
  readonly payload: Uint8Array;
  readonly salt: Uint8Array;
}

/** Lays out an entry for signing. @throws FieldFault when the content is not one that readers accept. */
export function draftEntry<Content>(draft: EntryDraft<Content>): UnsignedEntry {
  const payload = draft.kind.shape.encode(draft.content);
  const header: Header = {
    version: HEADER_VERSION,
    network: draft.network,
    book: draft.previous?.book,
    sequence: draft.previous === undefined ? 0 : draft.previous.sequence + 1,
    previous: draft.previous?.id,
    kind: draft.kind.number,
    payloadDigest: payloadDigest(draft.salt, payload),
    payloadLength: payload.length,
    after: [],
    claimedAt: draft.claimedAt,
  };
  const headerBytes = Header.encode(header);
  const id = bytesToId(taggedHash(TAGS.entry, [headerBytes]));
  return { id, message: tagged(TAGS.signature, [headerBytes]), header, headerBytes, payload, salt: draft.salt };
}

/**
 * Finishes a drafted entry. Equal to reading `sealEntry` of the same, without hashing again what drafting hashed; the payload is
 * read back, so that what its writer holds is what readers will.
 * @returns the entry, or why readers would refuse it, such as its size.
 */
export function signedEntry(draft: UnsignedEntry, signature: Uint8Array): Outcome<Entry, EntryFault> {
  const { id, header, headerBytes, payload, salt } = draft;
  const bytes = sealEntry(draft, signature);
  const fault = headerFault(header, header.network) ?? sizeFault(header.kind, bytes.length);
  if (fault !== undefined) return no(fault);
  const content = readContent(header.kind, payload);
  if (!content.ok) return content;
  const book = header.book ?? id;
  return ok({ id, book, header, headerBytes, payload, salt, signature, bytes, content: content.value });
}

/** @returns the wire form of a drafted entry with its 64-byte signature. */
export function sealEntry(draft: UnsignedEntry, signature: Uint8Array): Uint8Array {
  return EntryMessage.encode({ header: draft.headerBytes, payload: draft.payload, salt: draft.salt, signature });
}

/** @returns the wire form without payload and salt; id and signature still verify. */
export function erasedForm(entry: Entry): Uint8Array {
  return EntryMessage.encode({
    header: entry.headerBytes,
    payload: NO_BYTES,
    salt: NO_BYTES,
    signature: entry.signature,
  });
}

/**
 * Reads no more than the header's place in a carried entry that a rule has accepted already.
 * @returns its id in 32 bytes, or undefined when the bytes don't begin with a header.
 */
export function carriedEntryId(bytes: Uint8Array): Uint8Array | undefined {
  const first = bytes[1] ?? 0;
  const long = first >= 0x80;
  const length = long ? (first & 0x7f) | ((bytes[2] ?? 0) << 7) : first;
  const start = long ? 3 : 2;
  if (bytes[0] !== 0x0a || (long && (bytes[2] ?? 0) >= 0x80) || start + length > bytes.length) return undefined;
  return taggedHash(TAGS.entry, [bytes.subarray(start, start + length)]);
}

/** @returns the content of an Opening entry. */
export function openingOf(entry: Entry): Opening | undefined {
  return contentOf(entry, openingKind);
}
