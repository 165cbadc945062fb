import type { SignatureCheck } from '../../ports/signatures.ts';
import { compareIds, type Id } from '../base/id.ts';
import { present } from '../base/outcome.ts';
import { type Entry, headerCheck, openingOf, readEntry, readHeader } from '../wire/entry.ts';
import type { ForkProof, Header } from '../wire/messages/book.ts';

/** Where a book forks. */
export interface ForkPlace {
  /** The lowest sequence at which the book has two entries, as far as is shown. */
  readonly sequence: number;
  /** Ids of the two entries, the smaller first. */
  readonly ids: readonly [Id, Id];
}

/** What a fork proof proves. */
export interface Fork extends ForkPlace {
  readonly book: Id;
  /** As the Opening says. */
  readonly identity: Id;
  readonly device: Id;
}

/** @returns the proof that `first` and `second`, signed entries of one book with one sequence ≥ 1, fork it. */
export function proveFork(opening: Entry, first: Entry, second: Entry): ForkProof {
  const [low, high] = compareIds(first.id, second.id) < 0 ? [first, second] : [second, first];
  return {
    opening: opening.bytes,
    first: low.headerBytes,
    firstSignature: low.signature,
    second: high.headerBytes,
    secondSignature: high.signature,
  };
}

/**
 * Verifies a fork proof alone: an Opening, and two different headers of its book with one sequence ≥ 1, signed by its device,
 * the one with the smaller id first (protocol §3). Whether that identity granted the device is the Opening's to show: what is
 * proven is that this book forked, and who follows the book has verified its Opening.
 * @returns what it proves, or undefined when it proves nothing.
 */
export function verifyFork(
  proof: ForkProof,
  network: Uint8Array,
  verify: (check: SignatureCheck) => boolean,
): Fork | undefined {
  const entry = readEntry(proof.opening, network);
  const opening = entry.ok ? openingOf(entry.value) : undefined;
  if (!entry.ok || opening === undefined) return undefined;
  const first = readLater(proof.first, network, entry.value.id);
  const second = readLater(proof.second, network, entry.value.id);
  if (first === undefined || second === undefined || first.header.sequence !== second.header.sequence) return undefined;
  if (compareIds(first.id, second.id) >= 0) return undefined;
  const checks = [
    headerCheck(entry.value.headerBytes, entry.value.signature, opening.device),
    headerCheck(proof.first, proof.firstSignature, opening.device),
    headerCheck(proof.second, proof.secondSignature, opening.device),
  ];
  if (!checks.every((check) => verify(check))) return undefined;
  return {
    book: entry.value.id,
    sequence: first.header.sequence,
    ids: [first.id, second.id],
    identity: opening.identity,
    device: opening.device,
  };
}

/** Orders proofs of one book: the one that is kept comes first (lowest sequence, then smallest pair of ids). */
export function compareForks(left: ForkPlace, right: ForkPlace): number {
  if (left.sequence !== right.sequence) return left.sequence - right.sequence;
  const [leftLow, leftHigh] = left.ids;
  const [rightLow, rightHigh] = right.ids;
  return compareIds(leftLow, rightLow) || compareIds(leftHigh, rightHigh);
}

/** A header that would make an entry of this book refused by its form forks nothing. */
function readLater(
  bytes: Uint8Array,
  network: Uint8Array,
  book: Id,
): { readonly header: Header; readonly id: Id } | undefined {
  const read = readHeader(bytes, network);
  return read.ok && read.value.header.book === book ? read.value : undefined;
}

/** @returns the Opening of a fork's book, read again from its proof; the proof must have been verified. */
export function openingOfProof(proof: ForkProof, network: Uint8Array): Entry {
  const entry = readEntry(proof.opening, network);
  return present(entry.ok ? entry.value : undefined, 'a verified proof holds an Opening');
}
