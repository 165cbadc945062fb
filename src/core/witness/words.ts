import type { Id } from '../base/id.ts';
import { heldNoticeKind, type Statement } from '../wire/statement.ts';
import type { VerifiedCertificate } from './certificate.ts';
import { type WitnessedBook, witnessContent } from './charter.ts';
import type { Witnessing } from './quorum.ts';

/**
 * How sure an order is (protocol §5): sent; carried by an entry of the body's book; under a checkpoint that k witnesses cosigned; and
 * k witnesses say that they hold that certificate, so that no successor of the book starts without it.
 */
export const CERTAINTIES = ['pending', 'accepted', 'witnessed', 'final'] as const;
/** One of them. */
export type Certainty = (typeof CERTAINTIES)[number];

/** A witness that says it holds a certificate, its signature checked. Only `readHeldNotice` makes one. */
export interface VerifiedHeldNotice {
  readonly witness: Id;
  /** Digest of the checkpoint. */
  readonly checkpoint: Id;
}

/** @returns what a HeldNotice about this book says, or undefined where it is none, or not signed by a device of its witness. */
export function readHeldNotice(statement: Statement, book: WitnessedBook): VerifiedHeldNotice | undefined {
  const notice = witnessContent(statement, heldNoticeKind, book);
  return notice && { witness: notice.witness, checkpoint: notice.checkpoint };
}

/** What is known of one book. */
export interface BookEvidence {
  readonly certificates: readonly VerifiedCertificate[];
  readonly notices: readonly VerifiedHeldNotice[];
}

/** What is said of one entry. */
export interface EntryWords {
  readonly certainty: Certainty;
  /** How much the witnesses behind it carry: those of the certificate that gives the word, or of the newest where none does. */
  readonly witnessing: Witnessing;
}

/**
 * A notice for a larger certificate counts for a smaller one too: who holds that the book reached 9 entries holds what is under 7. Where a
 * charter has no witnesses an entry stays accepted.
 * @param sequence of the entry that carries the order, undefined while none does.
 * @returns the best word that certificates and notices of its book give.
 */
export function wordsOf(sequence: number | undefined, { certificates, notices }: BookEvidence): EntryWords {
  const newest = certificates.toSorted((left, right) => right.checkpoint.size - left.checkpoint.size)[0];
  const silent = newest?.quorum.words ?? 'unwitnessed';
  if (sequence === undefined) return { certainty: 'pending', witnessing: silent };
  const over = certificates.filter(({ checkpoint, quorum }) => checkpoint.size > sequence && quorum.needed > 0);
  const final = over.find((certificate) => isHeld(certificate, certificates, notices));
  if (final !== undefined) return { certainty: 'final', witnessing: final.quorum.words };
  const [first] = over;
  if (first !== undefined) return { certainty: 'witnessed', witnessing: first.quorum.words };
  return { certainty: 'accepted', witnessing: silent };
}

/** Whether k of the certificate's witnesses say that they hold it, or a larger one of the book. */
function isHeld(
  { checkpoint, charterWitnesses, quorum }: VerifiedCertificate,
  certificates: readonly VerifiedCertificate[],
  notices: readonly VerifiedHeldNotice[],
): boolean {
  const enough = certificates.filter((other) => other.checkpoint.size >= checkpoint.size);
  const digests = new Set(enough.map(({ digest }) => digest));
  const holders = new Set(notices.filter((notice) => digests.has(notice.checkpoint)).map(({ witness }) => witness));
  return charterWitnesses.filter((witness) => holders.has(witness)).length >= quorum.needed;
}
