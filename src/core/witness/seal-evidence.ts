import { equalBytes } from '../base/bytes.ts';
import { compareIds } from '../base/id.ts';
import type { Certified, Checkpoint, Evidence } from '../wire/messages/witness.ts';
import {
  checkpointKind,
  epochSealKind,
  heldNoticeKind,
  type Statement,
  statementContentOf,
} from '../wire/statement.ts';
import { type Accusation, areSigned, type EvidenceContext } from './accusation.ts';
import { checkpointDigest } from './checkpoint.ts';

/** A witness seals an epoch once, and sends that same seal again. @returns whom two different ones accuse, or undefined. */
export function verifySealedTwice(
  { type, opening }: Evidence,
  statements: readonly Statement[],
  context: EvidenceContext,
): Accusation | undefined {
  const [one, other, ...rest] = statements;
  const device = one?.author;
  if (one === undefined || other === undefined || device === undefined) return undefined;
  const [first, second] = [statementContentOf(one, epochSealKind), statementContentOf(other, epochSealKind)];
  if (first === undefined || second === undefined || rest.length + opening.length > 0) return undefined;
  const isOneEpoch = first.book === second.book && first.epoch === second.epoch;
  const isInOrder = compareIds(one.digest, other.digest) < 0 && !equalBytes(one.payload, other.payload);
  if (!isOneEpoch || !isInOrder || !areSigned(statements, device, context)) return undefined;
  return { type, book: first.book, device, role: 'witness' };
}

/**
 * A witness hands over the largest certificate that it said it holds, and says so of none after. Whether that certificate exists is not
 * asked: it said so.
 * @returns whom a seal and a notice accuse, or undefined.
 */
export function verifySealedBelow(
  { type, opening }: Evidence,
  statements: readonly Statement[],
  context: EvidenceContext,
): Accusation | undefined {
  const [sealed, noticed, shown, ...rest] = statements;
  const device = sealed?.author;
  if (sealed === undefined || noticed === undefined || shown === undefined || device === undefined) return undefined;
  const [seal, notice] = [statementContentOf(sealed, epochSealKind), statementContentOf(noticed, heldNoticeKind)];
  const checkpoint = statementContentOf(shown, checkpointKind);
  if (seal === undefined || notice === undefined || checkpoint === undefined) return undefined;
  const isOne = seal.book === notice.book && notice.book === checkpoint.book && rest.length + opening.length === 0;
  const isNamed = notice.checkpoint === checkpointDigest(checkpoint) && checkpoint.epoch <= seal.epoch;
  if (!isOne || !isNamed || !isBelow(seal.certificate, checkpoint)) return undefined;
  return areSigned([sealed, noticed], device, context) ? { type, book: seal.book, device, role: 'witness' } : undefined;
}

function isBelow(handedOver: Certified | undefined, { epoch, size }: Checkpoint): boolean {
  if (handedOver === undefined) return true;
  return handedOver.epoch === epoch ? handedOver.size < size : handedOver.epoch < epoch;
}
