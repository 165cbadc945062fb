import { type Id, idToBytes } from '../base/id.ts';
import { merkleLeaf, verifyInclusion } from '../base/merkle.ts';
import type { RefusalCode } from '../base/refusals.ts';
import { restsOnAnother } from '../books/body-books.ts';
import { type Carried, type CarryingContext, readCarried } from '../books/carried.ts';
import { newestNamed } from '../books/noted.ts';
import { notedEventsOf } from '../books/noted-logs.ts';
import type { MembersAt, RuleContext } from '../books/rules.ts';
import type { StateView } from '../books/state.ts';
import { resolveLog } from '../identity/log.ts';
import { closeKind } from '../wire/kinds/decisions.ts';
import type { Head } from '../wire/messages/book.ts';
import type { Close, DecisionCertificate } from '../wire/messages/decisions.ts';
import type { Checkpoint } from '../wire/messages/witness.ts';
import { checkpointKind, readStatement, statementCheck, statementContentOf } from '../wire/statement.ts';
import { cosignersOf } from './certificate.ts';
import { quorumOf } from './quorum.ts';

/** What a certificate shows, whatever its body decided. */
export interface ReadCertificate {
  readonly type: 'decided';
  readonly close: Carried<Close>;
  readonly charterHead: Head;
  readonly checkpoint: Checkpoint;
  /** Who witnesses the body's books by the charter at the charter head, each once. */
  readonly witnesses: readonly Id[];
  /** Those of them that cosigned the checkpoint, in the order of the charter. */
  readonly cosigners: readonly Id[];
}

/** What a certificate says, or why another book's rule does not take it. */
export type DecisionReading =
  | ReadCertificate
  | { readonly type: 'waiting'; readonly heads: readonly Head[] }
  | { readonly type: 'refused'; readonly code: RefusalCode };

/** The charter in force in the member book that reads a certificate of its own body. */
export interface OwnCharter {
  readonly body: Id;
  /** The entry that holds it; undefined before the Founding. */
  readonly charterHead: Head | undefined;
}

/** What reading a certificate looks at beside what its reader has noted. */
type ReadingContext = CarryingContext & Pick<RuleContext, 'membersAt'>;

/** From this many witnesses on a checkpoint counts only with their cosignatures (protocol §8). */
export const COSIGNED_FROM = 4;

/**
 * Reads a certificate in a book that has noted the body's decision book, and of four or more witnesses their logs (protocol §8). The
 * Close in it is believed: what it does to the taking book is that book's rule.
 * @param own the charter in force, where a member book reads it.
 * Refusals, in order: those of `readCertificate`, `not_adopted`.
 */
export function readDecision(
  certificate: DecisionCertificate,
  state: StateView,
  context: RuleContext,
  own?: OwnCharter,
): DecisionReading {
  const reading = readCertificate(certificate, state, context, own);
  const isRejected = reading.type === 'decided' && !reading.close.content.outcome.adopted;
  return isRejected ? { type: 'refused', code: 'not_adopted' } : reading;
}

/**
 * Reads a certificate of a decision that was adopted or rejected, as `readDecision` does.
 * Refusals, in order: those of a carried entry (`wrong_writer` also where this book rests on another decision book of the body), `certificate_malformed`, `wrong_head` (the charter head is in no member book of that body, or
 * in another than this book rests on), `stale_charter` (the charter there is older than the one that this book knows of: its witnesses
 * confirm nothing any more), `too_few_cosignatures`.
 */
export function readCertificate(
  certificate: DecisionCertificate,
  state: StateView,
  context: ReadingContext,
  own?: OwnCharter,
): DecisionReading {
  const close = readCarried(certificate.close, closeKind, state, context);
  if (!close.ok) return { type: 'refused', code: close.reason };
  if (restsOnAnother(state, close.value.author, 'proposals', close.value.entry.book))
    return { type: 'refused', code: 'wrong_writer' };
  const checkpoint = readCheckpoint(certificate, close.value, context);
  if (checkpoint === undefined) return { type: 'refused', code: 'certificate_malformed' };
  const { charterHead } = checkpoint;
  const members = readCharter(charterHead, close.value.author, state, context, own);
  if ('type' in members) return members;
  const witnesses = [...new Set(members.witnesses)];
  const cosigners = signersOf(certificate, checkpoint, witnesses, state, context);
  if (witnesses.length >= COSIGNED_FROM && cosigners.length < quorumOf(witnesses.length).needed)
    return { type: 'refused', code: 'too_few_cosignatures' };
  return { type: 'decided', close: close.value, charterHead, checkpoint, witnesses, cosigners };
}

/** Who witnesses by the charter at a head, where no newer charter is known: the charter never goes back (protocol §5). */
function readCharter(
  charterHead: Head,
  body: Id,
  state: StateView,
  context: ReadingContext,
  own: OwnCharter | undefined,
): MembersAt | Exclude<DecisionReading, ReadCertificate> {
  if (own?.body === body && own.charterHead?.id !== charterHead.id) {
    const isHere = own.charterHead?.book === charterHead.book;
    return { type: 'refused', code: isHere ? 'stale_charter' : 'wrong_head' };
  }
  const members = context.membersAt(charterHead);
  if (members === 'waiting') return { type: 'waiting', heads: [charterHead] };
  if (members === 'wrong_head' || members.body !== body) return { type: 'refused', code: 'wrong_head' };
  if (restsOnAnother(state, body, 'people', charterHead.book)) return { type: 'refused', code: 'wrong_head' };
  const newest = newestNamed(charterHead, state);
  const now = newest === charterHead ? members : context.membersAt(newest);
  if (now === 'waiting') return { type: 'waiting', heads: [newest] };
  const isInForce = now !== 'wrong_head' && now.charterSequence === members.charterSequence;
  return isInForce ? members : { type: 'refused', code: 'stale_charter' };
}

/** @returns the checkpoint, where the book's device signed it and the Close stands in its tree. */
function readCheckpoint(
  { checkpoint: { checkpoint: bytes }, path }: DecisionCertificate,
  { entry, device }: Carried<Close>,
  { network, verify }: ReadingContext,
): Checkpoint | undefined {
  const statement = readStatement(bytes);
  const checkpoint = statement.ok ? statementContentOf(statement.value, checkpointKind) : undefined;
  if (!statement.ok || checkpoint === undefined || checkpoint.book !== entry.book) return undefined;
  const check = statementCheck(statement.value, network);
  if (statement.value.author !== device || check === undefined || !verify(check)) return undefined;
  const tree = { index: entry.header.sequence, size: checkpoint.size, root: idToBytes(checkpoint.root) };
  const isIn = verifyInclusion(tree, merkleLeaf(idToBytes(entry.id)), path);
  return isIn ? checkpoint : undefined;
}

function signersOf(
  { checkpoint: { cosignatures } }: DecisionCertificate,
  checkpoint: Checkpoint,
  witnesses: readonly Id[],
  state: StateView,
  { network, verify }: ReadingContext,
): readonly Id[] {
  const said = cosignatures.flatMap((bytes) => {
    const read = readStatement(bytes);
    return read.ok ? [read.value] : [];
  });
  const holdsDevice = (identity: Id, device: Id): boolean => {
    const known = resolveLog(identity, notedEventsOf(identity, state), verify)?.devices.get(device);
    return known !== undefined && known.revoked === undefined;
  };
  return cosignersOf(checkpoint, said, witnesses, { network, verify, book: checkpoint.book, holdsDevice });
}
