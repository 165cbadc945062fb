import { NO_BYTES } from '../base/bytes.ts';
import type { Id } from '../base/id.ts';
import { present } from '../base/outcome.ts';
import type { Entry } from '../wire/entry.ts';
import type { Evidence, Leaf } from '../wire/messages/witness.ts';
import { checkpointKind, cosignatureKind, type Statement, statementContentOf } from '../wire/statement.ts';
import type { Accusation, EvidenceContext } from './accusation.ts';
import type { VerifiedCertificate } from './certificate.ts';
import { compareCheckpoints, verifyEvidence } from './evidence.ts';

/** A checkpoint as somebody signed it. */
export interface SignedCheckpoint {
  readonly checkpoint: Statement;
  /** The cosignature of the accused, absent where the writer is. */
  readonly cosignature?: Statement;
  /** The entry at the index where the two trees part, with its path. */
  readonly leaf?: Leaf;
}

/** Two checkpoints that seem to exclude each other. */
export interface Contradiction {
  readonly one: SignedCheckpoint;
  readonly other: SignedCheckpoint;
  /** The book's Opening, where the writer is accused. */
  readonly opening?: Entry;
  /** Where the trees part, counted from 0; with leaves only. */
  readonly index?: number;
}

/**
 * Puts two checkpoints in the form of evidence: of one size, with the entries where they part, or out of order. Whether it proves anything
 * `verifyEvidence` says.
 * @throws AssertionFailedError for statements that are no checkpoints.
 */
export function evidenceOf({ one, other, opening, index = 0 }: Contradiction): Evidence {
  const sorted = [one, other].toSorted((left, right) => compareCheckpoints(contentOf(left), contentOf(right)));
  const [first, second] = sorted.map(contentOf);
  const cosignatures = sorted.flatMap(({ cosignature }) => (cosignature === undefined ? [] : [cosignature]));
  const isSameSize = first?.size === second?.size;
  const leaves = isSameSize ? [] : sorted.flatMap(({ leaf }) => (leaf === undefined ? [] : [leaf]));
  return {
    type: isSameSize ? 'sameSize' : leaves.length > 0 ? 'otherLeaf' : 'rollback',
    opening: opening?.bytes ?? NO_BYTES,
    statements: [...sorted.map(({ checkpoint }) => checkpoint), ...cosignatures].map(({ bytes }) => bytes),
    index: leaves.length > 0 ? index : 0,
    leaves,
  };
}

function contentOf({ checkpoint }: SignedCheckpoint) {
  return present(statementContentOf(checkpoint, checkpointKind), 'a contradiction is between checkpoints');
}

/** Evidence and what it proves. */
export interface Proven {
  readonly evidence: Evidence;
  readonly accusation: Accusation;
}

/** Where two trees part: the entry of each at this index. `one` is of the first certificate, `other` of the second. */
export interface Parting {
  readonly index: number;
  readonly one: Leaf;
  readonly other: Leaf;
}

/**
 * Two certificates of one book that disagree have more than f witnesses in common, and each of them lied (protocol §10, NOFORK).
 * @param parting needed where the sizes differ.
 * @returns the evidence against each device that cosigned both; none where the certificates agree.
 */
export function accuseCosigners(
  one: VerifiedCertificate,
  other: VerifiedCertificate,
  context: EvidenceContext,
  parting?: Parting,
): readonly Proven[] {
  const [left, right] = [cosignaturesByDevice(one), cosignaturesByDevice(other)];
  return [...left].flatMap(([device, cosignature]) => {
    const again = right.get(device);
    if (again === undefined || one.digest === other.digest) return [];
    const evidence = evidenceOf({
      one: { checkpoint: checkpointOf(one), cosignature, ...(parting && { leaf: parting.one }) },
      other: { checkpoint: checkpointOf(other), cosignature: again, ...(parting && { leaf: parting.other }) },
      ...(parting && { index: parting.index }),
    });
    const accusation = verifyEvidence(evidence, context);
    return accusation === undefined ? [] : [{ evidence, accusation }];
  });
}

function checkpointOf({ statements }: VerifiedCertificate): Statement {
  return present(statements[0], 'a certificate begins with its checkpoint');
}

function cosignaturesByDevice({ statements }: VerifiedCertificate): ReadonlyMap<Id, Statement> {
  const cosignatures = statements.filter((one) => statementContentOf(one, cosignatureKind) !== undefined);
  return new Map(cosignatures.flatMap((one) => (one.author === undefined ? [] : [[one.author, one] as const])));
}
