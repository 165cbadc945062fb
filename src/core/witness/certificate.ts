import type { Id } from '../base/id.ts';
import { no, type Outcome, ok } from '../base/outcome.ts';
import type { Checkpoint, Cosignature } from '../wire/messages/witness.ts';
import { checkpointKind, cosignatureKind, type Statement } from '../wire/statement.ts';
import { compareCharterHeads, signedContent, type WitnessedBook, witnessContent } from './charter.ts';
import { checkpointDifference, checkpointDigest } from './checkpoint.ts';
import { type Quorum, quorumOf } from './quorum.ts';

/** A checkpoint that enough witnesses of its charter confirm. Only `verifyCertificate` makes one. */
export interface VerifiedCertificate {
  readonly checkpoint: Checkpoint;
  /** What its cosignatures name. */
  readonly digest: Id;
  readonly quorum: Quorum;
  /** Identities by the charter at its charter head. */
  readonly charterWitnesses: readonly Id[];
  /** Those of them that cosigned, each once however many keys it signed with; in the order of the charter. */
  readonly cosigners: readonly Id[];
  /** Those that say they replayed the book. */
  readonly auditors: readonly Id[];
  /** The checkpoint and the cosignatures that count, to be kept and sent. */
  readonly statements: readonly Statement[];
}

/**
 * Why statements make no certificate. `old_witnesses_missing`: the charter names other witnesses than that of the certificate held, and
 * too few of the old ones cosigned this one; it will do once the certificate that they cosigned is here.
 */
export type CertificateFault =
  | 'unknown_writer'
  | 'wrong_epoch'
  | 'unknown_charter'
  | 'too_few_cosignatures'
  | 'charter_went_back'
  | 'old_witnesses_missing'
  | 'disagrees';

/** A checkpoint and what is said to confirm it. Cosignatures of others, of other checkpoints, or that don't hold, count nothing. */
export interface CertificateParts {
  readonly checkpoint: Statement;
  readonly cosignatures: readonly Statement[];
}

/**
 * Verifies a certificate (protocol §5): the book's device signed the checkpoint, and at least k distinct witnesses at its charter head
 * cosigned it. A change of witnesses counts from the first checkpoint that the old k also cosigned: with `held`, the newest certificate of
 * the book that the reader holds, one under other witnesses must have the old k as well. So a reader keeps, beside the newest
 * certificate, each that changed the witnesses. Without witnesses (n = 0) the writer's signature is all there is.
 * `disagrees` is evidence against whoever cosigned both (`evidence.ts`).
 * @returns it, or the first fault.
 */
export function verifyCertificate(
  { checkpoint: statement, cosignatures }: CertificateParts,
  book: WitnessedBook,
  held?: VerifiedCertificate,
): Outcome<VerifiedCertificate, CertificateFault> {
  const checkpoint = statement.author === book.writer ? signedContent(statement, checkpointKind, book) : undefined;
  if (checkpoint === undefined) return no('unknown_writer');
  if (checkpoint.epoch !== book.epoch) return no('wrong_epoch');
  const charterWitnesses = book.witnessesAt(checkpoint.charterHead);
  if (charterWitnesses === undefined) return no('unknown_charter');
  const digest = checkpointDigest(checkpoint);
  const valid = cosignatures.flatMap((one) => validCosignature(one, checkpoint, digest, book));
  const quorum = quorumOf(new Set(charterWitnesses).size);
  const counted = valid.filter(({ cosignature }) => charterWitnesses.includes(cosignature.witness));
  const cosigners = signersAmong(charterWitnesses, counted);
  if (cosigners.length < quorum.needed) return no('too_few_cosignatures');
  const fault = held === undefined ? undefined : faultAfter(held, checkpoint, valid, book);
  if (fault !== undefined) return no(fault);
  const auditing = counted.filter(({ cosignature }) => cosignature.auditing);
  return ok({
    checkpoint,
    digest,
    quorum,
    charterWitnesses,
    cosigners,
    auditors: signersAmong(charterWitnesses, auditing),
    statements: [statement, ...firstOfEach(valid, [...charterWitnesses, ...(held?.charterWitnesses ?? [])])],
  });
}

/** @returns the newer of two verified certificates of one book: the larger, of one size the one under the later charter head. */
export function newestCertificate(
  held: VerifiedCertificate,
  other: VerifiedCertificate,
  { charterBooks }: WitnessedBook,
): VerifiedCertificate {
  const [{ checkpoint: left }, { checkpoint: right }] = [held, other];
  if (left.size !== right.size) return left.size > right.size ? held : other;
  return (compareCharterHeads(charterBooks, left.charterHead, right.charterHead) ?? 0) < 0 ? other : held;
}

/** What is asked of a book to see who cosigned something of it. */
type CosignedBook = Pick<WitnessedBook, 'network' | 'book' | 'holdsDevice' | 'verify'>;

/** @returns those of these witnesses whose cosignatures confirm a checkpoint, each once, in the order given. */
export function cosignersOf(
  checkpoint: Checkpoint,
  cosignatures: readonly Statement[],
  witnesses: readonly Id[],
  book: CosignedBook,
): readonly Id[] {
  const digest = checkpointDigest(checkpoint);
  return signersAmong(
    witnesses,
    cosignatures.flatMap((one) => validCosignature(one, checkpoint, digest, book)),
  );
}

interface Signed {
  readonly statement: Statement;
  readonly cosignature: Cosignature;
}

/** A witness never confirms a size below the one that it confirmed before, so that one which says so is void. */
function validCosignature(
  statement: Statement,
  { size }: Checkpoint,
  digest: Id,
  book: CosignedBook,
): readonly Signed[] {
  const cosignature = witnessContent(statement, cosignatureKind, book);
  if (cosignature === undefined || cosignature.checkpoint !== digest || cosignature.previousSize > size) return [];
  return [{ statement, cosignature }];
}

function signersAmong(witnesses: readonly Id[], signed: readonly Signed[]): readonly Id[] {
  const signers = new Set(signed.map(({ cosignature }) => cosignature.witness));
  return [...new Set(witnesses)].filter((witness) => signers.has(witness));
}

/** Of each witness one cosignature as an auditor and one as none; what others add is left out, so that a certificate stays small. */
function firstOfEach(valid: readonly Signed[], witnesses: readonly Id[]): readonly Statement[] {
  const firsts = new Map<string, Statement>();
  for (const { statement, cosignature } of valid) {
    const place = `${cosignature.witness} ${cosignature.auditing}`;
    if (witnesses.includes(cosignature.witness) && !firsts.has(place)) firsts.set(place, statement);
  }
  return [...firsts.values()];
}

function faultAfter(
  held: VerifiedCertificate,
  checkpoint: Checkpoint,
  valid: readonly Signed[],
  { charterBooks }: WitnessedBook,
): CertificateFault | undefined {
  const { checkpoint: before, charterWitnesses: old, quorum } = held;
  if (before.size === checkpoint.size && checkpointDifference(before, checkpoint) !== undefined) return 'disagrees';
  const order = compareCharterHeads(charterBooks, before.charterHead, checkpoint.charterHead);
  const growth = checkpoint.size - before.size;
  if (order === undefined || order * growth > 0) return 'charter_went_back';
  if (growth < 0 || order > 0) return undefined;
  return signersAmong(old, valid).length >= quorum.needed ? undefined : 'old_witnesses_missing';
}
