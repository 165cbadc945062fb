/** Witnessed books, section 6 of proto/README.md: what evidence proves, digests and texts of checkpoints. */
import { createHash } from 'node:crypto';
import { isSigned, tagged, taggedHash } from './crypto.ts';
import { isEntrySigned, readEntry } from './items.ts';
import { STATEMENT_KINDS } from './kinds.ts';
import { splitFields } from './log.ts';
import { printed } from './rows.ts';
import {
  bytesOf,
  decode,
  idOf,
  idsOf,
  type Message,
  messageOf,
  messagesOf,
  NotCanonical,
  numberOf,
  optionalIdOf,
} from './schema.ts';

/** Whom evidence accuses of what; ids in hexadecimal. */
export interface Accusation {
  readonly type: number;
  readonly book: string;
  readonly device: string;
}

interface Said {
  readonly kind: string;
  readonly author: string;
  readonly payload: Buffer;
  readonly content: Message;
  readonly digest: string;
  readonly isSigned: boolean;
}

const [SAME_SIZE, OTHER_LEAF, ROLLBACK, SEALED_TWICE, SEALED_BELOW] = [1, 2, 3, 4, 5];

/** @returns whom it accuses, or undefined where it proves nothing. */
export function accuse(bytes: Buffer, network: Buffer): Accusation | undefined {
  try {
    const evidence = decode('Evidence', bytes);
    const said = splitFields(bytes).flatMap(({ number, content }) =>
      number === 3 ? [readSaid(content, network)] : [],
    );
    const type = numberOf(evidence, 'type');
    const leaves = messagesOf(evidence, 'leaves');
    if (type === OTHER_LEAF ? leaves.length !== 2 : leaves.length > 0 || numberOf(evidence, 'index') > 0)
      return undefined;
    if (type === SEALED_TWICE || type === SEALED_BELOW)
      return bytesOf(evidence, 'opening').length > 0 ? undefined : ofSeals(type, said);
    return ofCheckpoints(evidence, said, network);
  } catch (error) {
    if (error instanceof NotCanonical) return undefined;
    throw error;
  }
}

function readSaid(bytes: Buffer, network: Buffer): Said {
  const statement = decode('Statement', bytes);
  const kind = STATEMENT_KINDS.get(numberOf(statement, 'kind'))?.message ?? '';
  const [author, payload] = [optionalIdOf(statement, 'author') ?? '', bytesOf(statement, 'payload')];
  if (author === '' || kind === '') throw new NotCanonical('a signed statement');
  const unsigned = bytes.subarray(0, bytes.length - 66);
  return {
    kind,
    author,
    payload,
    content: decode(kind, payload),
    digest: taggedHash('mutua/1/statement-digest', bytes),
    isSigned: isSigned(author, tagged('mutua/1/statement', network, unsigned), bytesOf(statement, 'signature')),
  };
}

function areOf(device: string, said: readonly Said[]): boolean {
  return said.every(({ author, isSigned: holds }) => author === device && holds);
}

/** @returns the digest of a Checkpoint by its canonical bytes. */
export function checkpointDigest(checkpoint: Buffer): string {
  return taggedHash('mutua/1/checkpoint', checkpoint);
}

function ofCheckpoints(evidence: Message, said: readonly Said[], network: Buffer): Accusation | undefined {
  const [first, second, ...rest] = said;
  if (first?.kind !== 'Checkpoint' || second?.kind !== 'Checkpoint') return undefined;
  const [one, other] = [first.content, second.content];
  const [book, size, otherSize] = [idOf(one, 'book'), numberOf(one, 'size'), numberOf(other, 'size')];
  const isInOrder =
    size === otherSize ? checkpointDigest(first.payload) < checkpointDigest(second.payload) : size < otherSize;
  if (book !== idOf(other, 'book') || !isInOrder) return undefined;
  const type = numberOf(evidence, 'type');
  const excludes =
    (type === SAME_SIZE && size === otherSize && figures(first.payload) !== figures(second.payload)) ||
    (type === OTHER_LEAF && size < otherSize && areOtherLeaves(evidence, one, other));
  if (bytesOf(evidence, 'opening').length > 0) {
    const device = writerOf(bytesOf(evidence, 'opening'), book, network);
    const [early, late] = [messageOf(other, 'charter_head') ?? {}, messageOf(one, 'charter_head') ?? {}];
    const isTurned =
      idOf(early, 'book') === idOf(late, 'book') && numberOf(early, 'sequence') < numberOf(late, 'sequence');
    const holds = excludes || (type === ROLLBACK && size < otherSize && isTurned);
    return holds && rest.length === 0 && areOf(device, said) ? { type, book, device } : undefined;
  }
  const [under, later, ...more] = rest;
  if (under?.kind !== 'Cosignature' || later?.kind !== 'Cosignature' || more.length > 0) return undefined;
  const isUnder = (cosignature: Said, checkpoint: Said): boolean =>
    idOf(cosignature.content, 'book') === book &&
    idOf(cosignature.content, 'checkpoint') === checkpointDigest(checkpoint.payload);
  const isRolled = type === ROLLBACK && size < otherSize && numberOf(later.content, 'previous_size') < size;
  const holds = (excludes || isRolled) && isUnder(under, first) && isUnder(later, second);
  return holds && areOf(under.author, [under, later]) ? { type, book, device: under.author } : undefined;
}

/** All but the charter head, which is field 3. */
function figures(checkpoint: Buffer): string {
  return splitFields(checkpoint)
    .filter(({ number }) => number !== 3)
    .map(({ whole }) => whole.toString('hex'))
    .join();
}

function writerOf(bytes: Buffer, book: string, network: Buffer): string {
  const entry = readEntry(bytes, network);
  const device = entry.kind === 1 ? idOf(decode('Opening', entry.payload ?? Buffer.alloc(0)), 'device') : '';
  if (entry.id !== book || !isEntrySigned(entry.header, entry.signature, device)) throw new NotCanonical('the Opening');
  return device;
}

function areOtherLeaves(evidence: Message, one: Message, other: Message): boolean {
  const [left, right] = messagesOf(evidence, 'leaves');
  const index = numberOf(evidence, 'index');
  if (left === undefined || right === undefined || idOf(left, 'id') === idOf(right, 'id')) return false;
  return isLeaf(left, index, one) && isLeaf(right, index, other);
}

/** RFC 6962 §2.1.1, from the leaf upwards. */
function isLeaf(leaf: Message, index: number, checkpoint: Message): boolean {
  const sha256 = (...parts: readonly Buffer[]) => createHash('sha256').update(Buffer.concat(parts)).digest();
  const size = numberOf(checkpoint, 'size');
  if (index >= size) return false;
  let [hash, place, last] = [sha256(Buffer.from([0]), bytesOf(leaf, 'id')), index, size - 1];
  const path = idsOf(leaf, 'path').map((id) => Buffer.from(id, 'hex'));
  for (; last > 0; [place, last] = [Math.floor(place / 2), Math.floor(last / 2)]) {
    if (place === last && place % 2 === 0) continue;
    const beside = path.shift();
    if (beside === undefined) return false;
    hash = place % 2 === 1 ? sha256(Buffer.from([1]), beside, hash) : sha256(Buffer.from([1]), hash, beside);
  }
  return path.length === 0 && hash.equals(bytesOf(checkpoint, 'root'));
}

function ofSeals(type: number, said: readonly Said[]): Accusation | undefined {
  const [one, other, shown, ...rest] = said;
  if (one?.kind !== 'EpochSeal' || other === undefined || rest.length > 0) return undefined;
  const [book, device] = [idOf(one.content, 'book'), one.author];
  if (idOf(other.content, 'book') !== book || !areOf(device, [one, other])) return undefined;
  const epoch = numberOf(one.content, 'epoch');
  if (type === SEALED_TWICE) {
    const isOther =
      other.kind === 'EpochSeal' && numberOf(other.content, 'epoch') === epoch && !one.payload.equals(other.payload);
    return isOther && shown === undefined && one.digest < other.digest ? { type, book, device } : undefined;
  }
  if (other.kind !== 'HeldNotice' || shown?.kind !== 'Checkpoint') return undefined;
  const isNamed =
    idOf(other.content, 'checkpoint') === checkpointDigest(shown.payload) && idOf(shown.content, 'book') === book;
  const [shownEpoch, size] = [numberOf(shown.content, 'epoch'), numberOf(shown.content, 'size')];
  const given = messageOf(one.content, 'certificate');
  const [givenEpoch, givenSize] = given === undefined ? [-1, 0] : [numberOf(given, 'epoch'), numberOf(given, 'size')];
  const isBelow = givenEpoch < shownEpoch || (givenEpoch === shownEpoch && givenSize < size);
  return isNamed && shownEpoch <= epoch && isBelow ? { type, book, device } : undefined;
}

/** @returns a Checkpoint as text. */
export function checkpointText(bytes: Buffer, network: Buffer): string {
  const checkpoint = decode('Checkpoint', bytes);
  const head = messageOf(checkpoint, 'charter_head') ?? {};
  const totals = messageOf(checkpoint, 'totals') ?? {};
  const base64 = (name: string) => bytesOf(checkpoint, name).toString('base64');
  return [
    `mutua/1/${network.toString('hex')}/${printed(idOf(checkpoint, 'book'))}`,
    `${numberOf(checkpoint, 'size')}`,
    base64('root'),
    `epoch ${numberOf(checkpoint, 'epoch')}`,
    `charter ${printed(idOf(head, 'book'))} ${numberOf(head, 'sequence')} ${printed(idOf(head, 'id'))}`,
    `head ${base64('head')}`,
    `state ${base64('state_root')}`,
    `totals ${numberOf(totals, 'issued')} ${numberOf(totals, 'retired')}`,
  ]
    .map((line) => `${line}\n`)
    .join('');
}
