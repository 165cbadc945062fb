import { compareIds, type Id, idToBytes } from '../base/id.ts';
import { merkleLeaf, verifyInclusion } from '../base/merkle.ts';
import { entryCheck, openingOf, readEntry } from '../wire/entry.ts';
import type { Checkpoint, Cosignature, Evidence, Leaf } from '../wire/messages/witness.ts';
import {
  checkpointKind,
  cosignatureKind,
  readStatement,
  type Statement,
  statementContentOf,
} from '../wire/statement.ts';
import { type Accusation, areSigned, type EvidenceContext } from './accusation.ts';
import { checkpointDifference, checkpointDigest } from './checkpoint.ts';
import { verifySealedBelow, verifySealedTwice } from './seal-evidence.ts';

/**
 * Verifies evidence alone, without any other knowledge: the same verdict everywhere (protocol §0.5, §5). Each type shows two things, signed
 * by one device, that nobody signs who keeps the rules of `cosign.ts` and writes down before signing:
 *
 *   sameSize      two checkpoints of one size that the entries cannot both give
 *   otherLeaf     two checkpoints, and an entry of the smaller one where the larger has another: no proof of consistency exists
 *   rollback      a witness: one size lies between another and what it says it had cosigned before that; the writer: the larger book has the
 *                 earlier charter head
 *   sealedTwice   two seals of one epoch
 *   sealedBelow   a seal that hands over less than its witness says it held
 *
 * Whether the writer signed the checkpoints that a witness cosigned is not asked: the witness should have.
 * @returns whom it accuses of what, or undefined when it proves nothing.
 */
export function verifyEvidence(evidence: Evidence, context: EvidenceContext): Accusation | undefined {
  const statements = evidence.statements.flatMap((bytes) => {
    const read = readStatement(bytes);
    return read.ok ? [read.value] : [];
  });
  if (statements.length !== evidence.statements.length) return undefined;
  const hasLeaves = evidence.type === 'otherLeaf';
  if (evidence.leaves.length !== (hasLeaves ? 2 : 0) || (!hasLeaves && evidence.index !== 0)) return undefined;
  if (evidence.type === 'sealedTwice') return verifySealedTwice(evidence, statements, context);
  if (evidence.type === 'sealedBelow') return verifySealedBelow(evidence, statements, context);
  return verifyCheckpoints(evidence, statements, context);
}

/** Two checkpoints of one book, in the order in which evidence names them. */
interface Pair {
  readonly first: Checkpoint;
  readonly second: Checkpoint;
}

function verifyCheckpoints(
  evidence: Evidence,
  statements: readonly Statement[],
  context: EvidenceContext,
): Accusation | undefined {
  const [one, other, ...rest] = statements;
  const pair = one && other && pairOf(one, other);
  if (pair === undefined) return undefined;
  const { book } = pair.first;
  if (evidence.opening.length > 0) {
    const device = writerOf(evidence.opening, book, context);
    if (device === undefined || rest.length > 0 || !areSigned(statements, device, context)) return undefined;
    const isProven = excludesItself(evidence, pair) || (evidence.type === 'rollback' && isCharterTurned(pair));
    return isProven ? { type: evidence.type, book, device, role: 'writer' } : undefined;
  }
  const signed = cosignaturesOf(pair, rest);
  const device = rest[0]?.author;
  if (signed === undefined || device === undefined || !areSigned(rest, device, context)) return undefined;
  const isProven = excludesItself(evidence, pair) || (evidence.type === 'rollback' && isBetween(pair, signed[1]));
  return isProven ? { type: evidence.type, book, device, role: 'witness' } : undefined;
}

/** @returns the checkpoints, where they are two of one book and in order: the smaller size first, of equal sizes the smaller digest. */
function pairOf(one: Statement, other: Statement): Pair | undefined {
  const [first, second] = [one, other].map((statement) => statementContentOf(statement, checkpointKind));
  if (first === undefined || second === undefined || first.book !== second.book) return undefined;
  return compareCheckpoints(first, second) < 0 ? { first, second } : undefined;
}

/** The order of two checkpoints in evidence: by size, then by the bytes of the digest. */
export function compareCheckpoints(left: Checkpoint, right: Checkpoint): number {
  return left.size - right.size || compareIds(checkpointDigest(left), checkpointDigest(right));
}

function writerOf(bytes: Uint8Array, book: Id, { network, verify }: EvidenceContext): Id | undefined {
  const entry = readEntry(bytes, network);
  const opening = entry.ok ? openingOf(entry.value) : undefined;
  if (!entry.ok || opening === undefined || entry.value.id !== book) return undefined;
  return verify(entryCheck(entry.value, opening.device)) ? opening.device : undefined;
}

function cosignaturesOf(
  { first, second }: Pair,
  statements: readonly Statement[],
): readonly [Cosignature, Cosignature] | undefined {
  const [one, other, ...rest] = statements.map((statement) => statementContentOf(statement, cosignatureKind));
  if (one === undefined || other === undefined || rest.length > 0) return undefined;
  const isOf = (cosignature: Cosignature, checkpoint: Checkpoint): boolean =>
    cosignature.book === checkpoint.book && cosignature.checkpoint === checkpointDigest(checkpoint);
  return isOf(one, first) && isOf(other, second) ? [one, other] : undefined;
}

function excludesItself({ type, index, leaves }: Evidence, { first, second }: Pair): boolean {
  if (type === 'sameSize') return first.size === second.size && checkpointDifference(first, second) !== undefined;
  const [one, other] = leaves;
  if (type !== 'otherLeaf' || one === undefined || other === undefined || first.size === second.size) return false;
  return one.id !== other.id && isLeafOf(one, index, first) && isLeafOf(other, index, second);
}

function isLeafOf({ id, path }: Leaf, index: number, { size, root }: Checkpoint): boolean {
  return verifyInclusion({ index, size, root: idToBytes(root) }, merkleLeaf(idToBytes(id)), path);
}

/** Charter heads and sizes of what one writer signs rise together. */
function isCharterTurned({ first, second }: Pair): boolean {
  const [early, late] = [second.charterHead, first.charterHead];
  return first.size < second.size && early.book === late.book && early.sequence < late.sequence;
}

/** Between what a witness cosigned and what it says it cosigned before that, it cosigned nothing. */
function isBetween({ first, second }: Pair, later: Cosignature): boolean {
  return later.previousSize < first.size && first.size < second.size;
}
