import { type Id, idToBytes } from '../base/id.ts';
import { verifyConsistency } from '../base/merkle-growth.ts';
import { no, type Outcome, ok } from '../base/outcome.ts';
import type { Checkpoint, Cosignature } from '../wire/messages/witness.ts';
import { checkpointKind, type Statement } from '../wire/statement.ts';
import { compareCharterHeads, signedContent, type WitnessedBook } from './charter.ts';
import { checkpointDifference, checkpointDigest } from './checkpoint.ts';

/** Why a witness does not cosign, in order of precedence, each with its sentence. */
const SENTENCES = {
  unknown_writer: 'The checkpoint is not signed by the device that writes this book.',
  wrong_epoch: 'The checkpoint names another epoch than the book has.',
  unknown_charter: 'The charter head that the checkpoint names is not held here, or is none of this body.',
  not_a_witness: 'The charter at that head names other witnesses.',
  epoch_sealed: 'This witness has sealed the epoch for a successor, or confirmed a later one.',
  rival_book: 'This witness confirmed another book of this body in the same epoch.',
  charter_went_back: 'The charter head is earlier than one that this book named before.',
  smaller_size: 'The checkpoint is smaller than one that this witness cosigned: the book went back.',
  other_root: 'The checkpoint has the size of one that this witness cosigned, and another root: the book was forked.',
  other_figures: 'The checkpoint has size and root of one that this witness cosigned, and other figures.',
  bad_consistency: 'The proof does not show that the book only grew since this witness cosigned it.',
  audit_differs: 'The entries give other figures than the checkpoint says.',
} as const;

/** Why a witness does not cosign. */
export type CosignRefusal = keyof typeof SENTENCES;

/** All of them, in order of precedence. */
export const COSIGN_REFUSALS = Object.keys(SENTENCES) as readonly CosignRefusal[];

/** @returns the refusal in a sentence for people. */
export function cosignSentence(refusal: CosignRefusal): string {
  return SENTENCES[refusal];
}

/**
 * What a witness remembers of a body's book, through all the books that continue each other: one memory for all its devices, so that its
 * two keys never confirm two views, and for all epochs, so that it confirms one book in each (`test/models/takeover.pml`).
 */
export interface WitnessMemory {
  /** The last checkpoint that it cosigned. */
  readonly last: Checkpoint | undefined;
  /** The latest epoch that it sealed. */
  readonly sealedEpoch: number | undefined;
}

/** A checkpoint put before a witness. */
export interface CosignRequest {
  readonly statement: Statement;
  /** From the size that the witness cosigned last to this one (RFC 6962 §2.1.2); empty where there is none, or the size is the same. */
  readonly consistency: readonly Uint8Array[];
}

/** The witness that is asked. */
export interface WitnessSelf {
  readonly witness: Id;
  /** What it finds itself by replaying the book up to that size; then it cosigns as an auditor, with the key for that. */
  readonly replayed: Checkpoint | undefined;
}

/** What a witness writes down, and then signs. */
export interface CosignDecision {
  /** Write this down first, durably: a witness that signs and then forgets may confirm a second view after a crash. */
  readonly memory: WitnessMemory;
  /** Sign this after. */
  readonly cosignature: Cosignature;
}

/**
 * The rule of a witness: it confirms that a book only grew (protocol §5). Pure: the caller has read `memory` and holds it locked, makes
 * the memory in the answer durable, and only then signs the cosignature and sends it. Of a book that it meets for the first time a
 * witness confirms any size; that the book rightly continues the one before is the caller's to know, who says which `writer` and `epoch` it has.
 * `other_root`, `other_figures` and `smaller_size` are what evidence is made of (`evidence.ts`).
 * @returns what to write down and sign, or the first refusal.
 */
export function judgeCheckpoint(
  request: CosignRequest,
  { witness, replayed }: WitnessSelf,
  memory: WitnessMemory,
  book: WitnessedBook,
): Outcome<CosignDecision, CosignRefusal> {
  const { statement, consistency } = request;
  const checkpoint = statement.author === book.writer ? signedContent(statement, checkpointKind, book) : undefined;
  if (checkpoint === undefined) return no('unknown_writer');
  const refusal =
    refusalOfPlace(checkpoint, witness, memory, book) ?? refusalOfGrowth(checkpoint, memory.last, consistency, book);
  if (refusal !== undefined) return no(refusal);
  const auditing = replayed !== undefined;
  if (auditing && !isReplayed(checkpoint, replayed)) return no('audit_differs');
  const previousSize = memory.last?.book === checkpoint.book ? memory.last.size : 0;
  const digest = checkpointDigest(checkpoint);
  return ok({
    memory: { ...memory, last: checkpoint },
    cosignature: { book: checkpoint.book, witness, checkpoint: digest, previousSize, auditing },
  });
}

function refusalOfPlace(
  { book: id, epoch, charterHead }: Checkpoint,
  witness: Id,
  { last, sealedEpoch }: WitnessMemory,
  book: WitnessedBook,
): CosignRefusal | undefined {
  if (epoch !== book.epoch) return 'wrong_epoch';
  const witnesses = book.witnessesAt(charterHead);
  if (witnesses === undefined || !book.charterBooks.includes(charterHead.book)) return 'unknown_charter';
  if (!witnesses.includes(witness)) return 'not_a_witness';
  if (epoch <= Math.max(sealedEpoch ?? -1, (last?.epoch ?? 0) - 1)) return 'epoch_sealed';
  return last?.epoch === epoch && last.book !== id ? 'rival_book' : undefined;
}

function refusalOfGrowth(
  checkpoint: Checkpoint,
  last: Checkpoint | undefined,
  consistency: readonly Uint8Array[],
  { charterBooks }: WitnessedBook,
): CosignRefusal | undefined {
  if (last === undefined) return undefined;
  const order = compareCharterHeads(charterBooks, last.charterHead, checkpoint.charterHead);
  if (order === undefined || order > 0) return 'charter_went_back';
  if (checkpoint.book !== last.book) return undefined;
  if (checkpoint.size < last.size) return 'smaller_size';
  if (checkpoint.size === last.size) {
    if (checkpoint.root !== last.root) return 'other_root';
    return checkpointDifference(checkpoint, last) === undefined ? undefined : 'other_figures';
  }
  return verifyConsistency(treeHead(last), treeHead(checkpoint), consistency) ? undefined : 'bad_consistency';
}

function treeHead({ size, root }: Checkpoint): { readonly size: number; readonly root: Uint8Array } {
  return { size, root: idToBytes(root) };
}

function isReplayed(checkpoint: Checkpoint, replayed: Checkpoint): boolean {
  return checkpoint.size === replayed.size && checkpointDifference(checkpoint, replayed) === undefined;
}
