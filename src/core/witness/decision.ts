import { type Id, idToBytes } from '../base/id.ts';
import { merkleLeaf, verifyInclusion } from '../base/merkle.ts';
import type { RefusalCode } from '../base/refusals.ts';
import { restsOnAnother } from '../books/body-books.ts';
import { type Carried, readCarried } from '../books/carried.ts';
import { notedEventsOf } from '../books/noted-logs.ts';
import type { RuleContext } from '../books/rules.ts';
import type { StateView } from '../books/state.ts';
import { resolveLog } from '../identity/log.ts';
import { closeKind } from '../wire/kinds/decisions.ts';
import type { Head } from '../wire/messages/book.ts';
import type { Close, DecisionCertificate } from '../wire/messages/decisions.ts';
import type { Checkpoint } from '../wire/messages/witness.ts';
import {
  checkpointKind,
  readStatement,
  type Statement,
  statementCheck,
  statementContentOf,
} from '../wire/statement.ts';
import { verifyCertificate } from './certificate.ts';
import { quorumOf } from './quorum.ts';

/** What a certificate says, or why another book's rule does not take it. */
export type DecisionReading =
  | { readonly type: 'decided'; readonly close: Carried<Close>; readonly charterHead: Head }
  | { readonly type: 'waiting'; readonly heads: readonly Head[] }
  | { readonly type: 'refused'; readonly code: RefusalCode };

/** From this many witnesses on a checkpoint counts only with their cosignatures (protocol §8). */
const COSIGNED_FROM = 4;

/**
 * Reads a certificate in a book that has noted the body's decision book, and of four or more witnesses their logs (protocol §8). The
 * Close in it is believed: what it does to the taking book is that book's rule.
 * Refusals, in order: those of a carried entry (`wrong_writer` also where this book rests on another decision book of the body), `certificate_malformed`, `wrong_head` (the charter head is in no member book of that body, or
 * in another than this book rests on), `too_few_cosignatures`, `not_adopted`.
 */
export function readDecision(
  certificate: DecisionCertificate,
  state: StateView,
  context: RuleContext,
): DecisionReading {
  const close = readCarried(certificate.close, closeKind, state, context);
  if (!close.ok) return { type: 'refused', code: close.reason };
  if (restsOnAnother(state, close.value.author, 'proposals', close.value.entry.book))
    return { type: 'refused', code: 'wrong_writer' };
  const signed = readCheckpoint(certificate, close.value, context);
  if (signed === undefined) return { type: 'refused', code: 'certificate_malformed' };
  const { charterHead } = signed.checkpoint;
  const members = context.membersAt(charterHead);
  if (members === 'waiting') return { type: 'waiting', heads: [charterHead] };
  const isOther = restsOnAnother(state, close.value.author, 'people', charterHead.book);
  if (members === 'wrong_head' || members.body !== close.value.author || isOther)
    return { type: 'refused', code: 'wrong_head' };
  if (!isConfirmed(certificate, signed, members.witnesses, close.value.device, state, context))
    return { type: 'refused', code: 'too_few_cosignatures' };
  if (!close.value.content.outcome.adopted) return { type: 'refused', code: 'not_adopted' };
  return { type: 'decided', close: close.value, charterHead };
}

interface SignedCheckpoint {
  readonly statement: Statement;
  readonly checkpoint: Checkpoint;
}

/** @returns the checkpoint, where the book's device signed it and the Close stands in its tree. */
function readCheckpoint(
  { checkpoint: { checkpoint: bytes }, path }: DecisionCertificate,
  { entry, device }: Carried<Close>,
  { network, verify }: RuleContext,
): SignedCheckpoint | undefined {
  const statement = readStatement(bytes);
  const checkpoint = statement.ok ? statementContentOf(statement.value, checkpointKind) : undefined;
  if (!statement.ok || checkpoint === undefined || checkpoint.book !== entry.book) return undefined;
  const check = statementCheck(statement.value, network);
  if (statement.value.author !== device || check === undefined || !verify(check)) return undefined;
  const tree = { index: entry.header.sequence, size: checkpoint.size, root: idToBytes(checkpoint.root) };
  const isIn = verifyInclusion(tree, merkleLeaf(idToBytes(entry.id)), path);
  return isIn ? { statement: statement.value, checkpoint } : undefined;
}

function isConfirmed(
  { checkpoint: { cosignatures } }: DecisionCertificate,
  { statement, checkpoint }: SignedCheckpoint,
  witnesses: readonly Id[],
  writer: Id,
  state: StateView,
  { network, verify }: RuleContext,
): boolean {
  if (quorumOf(new Set(witnesses).size).witnesses < COSIGNED_FROM) return true;
  const read = cosignatures.map((bytes) => readStatement(bytes));
  const said = read.flatMap((each) => (each.ok ? [each.value] : []));
  const book = {
    network,
    verify,
    writer,
    book: checkpoint.book,
    epoch: checkpoint.epoch,
    charterBooks: [checkpoint.charterHead.book],
    witnessesAt: () => witnesses,
    holdsDevice: (identity: Id, device: Id) => {
      const known = resolveLog(identity, notedEventsOf(identity, state), verify)?.devices.get(device);
      return known !== undefined && known.revoked === undefined;
    },
  };
  return verifyCertificate({ checkpoint: statement, cosignatures: said }, book).ok;
}
