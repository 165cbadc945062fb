/** Sections 5 and 6 of proto/README.md. */
import { isSigned, tagged, taggedHash } from './crypto.ts';
import { KINDS, STATEMENT_KINDS } from './kinds.ts';
import { type Event, type Log, readEvent, resolveUpTo, splitFields } from './log.ts';
import { bytesOf, decode, demand, idOf, type Message, numberOf, optionalIdOf } from './schema.ts';

/** An entry whose form is right. */
export interface Entry {
  readonly id: string;
  readonly book: string;
  readonly sequence: number;
  readonly previous: string | undefined;
  readonly header: Buffer;
  readonly payload: Buffer | undefined;
  readonly signature: Buffer;
  readonly kind: number;
}

/** A header whose form is right. */
interface Header {
  readonly message: Message;
  readonly id: string;
  readonly book: string | undefined;
  readonly sequence: number;
  readonly previous: string | undefined;
  readonly kind: number;
}

/** @returns an entry. @throws NotCanonical where its form is not right. */
export function readEntry(bytes: Buffer, network: Buffer): Entry {
  demand(bytes.length <= 51_200, 'an entry has at most 51,200 bytes');
  const message = decode('Entry', bytes);
  const headerBytes = bytesOf(message, 'header');
  const [payload, salt] = [bytesOf(message, 'payload'), bytesOf(message, 'salt')];
  const header = readHeader(headerBytes, network);
  const kind = KINDS.get(header.kind);
  demand(bytes.length <= (kind?.entryBytesMax ?? 51_200), 'the entry is too large for its kind');
  const erased = payload.length === 0 && salt.length === 0;
  if (erased) demand(kind === undefined || kind.erasable, 'this kind is kept');
  else {
    const digest = taggedHash('mutua/1/payload', salt, payload);
    const whole = salt.length === 16 && numberOf(header.message, 'payload_length') === payload.length;
    demand(whole && digest === idOf(header.message, 'payload_digest'), 'the payload is another');
    if (kind !== undefined) decode(kind.message, payload);
  }
  return {
    id: header.id,
    book: header.book ?? header.id,
    sequence: header.sequence,
    previous: header.previous,
    header: headerBytes,
    payload: erased ? undefined : payload,
    signature: bytesOf(message, 'signature'),
    kind: header.kind,
  };
}

function readHeader(bytes: Buffer, network: Buffer): Header {
  const message = decode('Header', bytes);
  const [book, previous] = [optionalIdOf(message, 'book'), optionalIdOf(message, 'previous')];
  const [sequence, kind] = [numberOf(message, 'sequence'), numberOf(message, 'kind')];
  demand(message['version'] === 1 && bytesOf(message, 'network').equals(network), 'version 1 and this network');
  const first = sequence === 0 && book === undefined && previous === undefined;
  const later = sequence > 0 && book !== undefined && previous !== undefined;
  demand(kind === 1 ? first : later, 'a book begins with one Opening');
  return { message, id: taggedHash('mutua/1/entry', bytes), book, sequence, previous, kind };
}

/** @returns whether the device signed the entry. */
export function isEntrySigned(header: Buffer, signature: Buffer, device: string): boolean {
  return isSigned(device, tagged('mutua/1/signature', header), signature);
}

/** What an Opening opens. */
export interface Opened {
  readonly identity: string;
  readonly identityKind: number;
  readonly device: string;
  readonly channel: number;
  readonly carried: readonly Event[];
}

/** @returns what the entry opens, under the events known before it. @throws NotCanonical where it does not follow from its log. */
export function open(entry: Entry, known: readonly Event[]): Opened {
  const { message, carried } = readOpening(entry);
  const [identity, device, digest] = [idOf(message, 'identity'), idOf(message, 'device'), idOf(message, 'log_digest')];
  demand(isEntrySigned(entry.header, entry.signature, device), 'the Opening is signed by its device');
  const events = (carried.length > 0 ? carried : known).filter((event) => event.identity === identity);
  const log: Log | undefined = resolveUpTo(digest, events);
  demand(log !== undefined && log.number === numberOf(message, 'log_number'), 'the log has this head');
  const exact = carried.every((event, place) => event === log.events[place]) && carried.length === log.events.length;
  demand(carried.length === 0 || exact, 'the log is carried whole and in order');
  demand(log.devices.get(device) === true, 'the log grants the device');
  demand(log.region === '' || log.region === message['region'], 'a body opens books at home');
  return { identity, identityKind: log.kind, device, channel: numberOf(message, 'channel'), carried };
}

function readOpening(entry: Entry): { readonly message: Message; readonly carried: readonly Event[] } {
  const payload = entry.payload ?? Buffer.alloc(0);
  const message = decode('Opening', payload);
  const carried = splitFields(payload).filter(({ number }) => number === 7);
  return { message, carried: carried.map(({ content }) => readEvent(content)) };
}

/** A statement whose form and signature are right. */
export interface Statement {
  readonly digest: string;
  readonly event: Event | undefined;
  readonly fork: { readonly book: string; readonly sequence: number } | undefined;
}

/** @returns a statement. @throws NotCanonical where it does not hold. */
export function readStatement(bytes: Buffer, network: Buffer): Statement {
  demand(bytes.length <= 20_480, 'a statement has at most 20,480 bytes');
  const message = decode('Statement', bytes);
  const [kind, author] = [numberOf(message, 'kind'), optionalIdOf(message, 'author')];
  const [payload, signature] = [bytesOf(message, 'payload'), bytesOf(message, 'signature')];
  demand((author === undefined) === (signature.length === 0), 'author and signature come together');
  const known = STATEMENT_KINDS.get(kind);
  demand(known === undefined || known.signed === (author !== undefined), 'its kind');
  if (author !== undefined) {
    const unsigned = bytes.subarray(0, bytes.length - 66);
    demand(isSigned(author, tagged('mutua/1/statement', network, unsigned), signature), 'signed by its author');
  }
  demand(known === undefined || payload.length <= known.payloadBytesMax, 'a payload is as long as its kind allows');
  if (known !== undefined) decode(known.message, payload);
  const event = kind === 50 ? readEvent(payload) : undefined;
  const fork = kind === 51 ? readFork(payload, network) : undefined;
  return { digest: taggedHash('mutua/1/statement-digest', bytes), event, fork };
}

/** @returns what a ForkProof proves. @throws NotCanonical where it proves nothing. */
export function readFork(payload: Buffer, network: Buffer): { readonly book: string; readonly sequence: number } {
  const proof = decode('ForkProof', payload);
  const opening = readEntry(bytesOf(proof, 'opening'), network);
  demand(opening.kind === 1, 'an Opening');
  const { message } = readOpening(opening);
  const device = idOf(message, 'device');
  const [first, second] = ['first', 'second'].map((name) => {
    const bytes = bytesOf(proof, name);
    demand(isEntrySigned(bytes, bytesOf(proof, `${name}_signature`), device), 'a header is signed');
    return readHeader(bytes, network);
  });
  demand(first !== undefined && second !== undefined && first.id < second.id, 'the smaller id first');
  demand(first.book === opening.id && second.book === opening.id && first.sequence === second.sequence, 'one place');
  demand(isEntrySigned(opening.header, opening.signature, device), 'the Opening is signed');
  return { book: opening.id, sequence: first.sequence };
}
