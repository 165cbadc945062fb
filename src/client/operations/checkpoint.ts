import { bytesToHex } from '@noble/hashes/utils.js';
import type { ParsedRouteInput, RouteOutput } from '../../api/routes.ts';
import { amountToJson } from '../../api/schema.ts';
import type { Checkpoint } from '../../core/wire/messages/witness.ts';
import { checkpointNote, noteOrigin } from '../../core/witness/c2sp.ts';
import { cosignatureMessage, noteCosignature, noteMessage, noteSignature } from '../../core/witness/c2sp-signatures.ts';
import { quorumOf } from '../../core/witness/quorum.ts';
import { type NoteSignature, printNote } from '../../core/witness/signed-note.ts';
import type { Book } from '../../engine/book.ts';
import { SeenBook, type SeenCheckpoint } from '../../engine/witness/seen-book.ts';
import { type OperationContext, peerOf } from '../context.ts';
import { OperationFault } from '../fault.ts';

/** Shows the newest certificate of a book, or its writer's own checkpoint while too few witnesses confirm any. */
export async function showCheckpoint(
  context: OperationContext,
  input: ParsedRouteInput<'checkpoint.show'>,
): Promise<RouteOutput<'checkpoint.show'>> {
  const peer = peerOf(context);
  const book = peer.books.get(input.book);
  if (book === undefined) throw new OperationFault('not_found', `No book ${input.book} is here.`, { field: 'book' });
  const known = peer.witnessing.of(book);
  const seen = known?.newest ?? known?.largest;
  if (known === undefined || seen === undefined)
    throw new OperationFault('not_found', reasonOf(known?.witnesses.length), { field: 'book' });
  const { checkpoint, certificate, agrees } = seen;
  const witnesses = certificate?.charterWitnesses ?? known.witnesses;
  const said = witnesses.map((witness) => ({
    identity: witness,
    name: context.names.of(witness),
    cosigned: certificate?.cosigners.includes(witness) ?? isCosigned(seen, witness, false),
    audited: certificate?.auditors.includes(witness) ?? isCosigned(seen, witness, true),
    holds: seen.notices.has(witness),
  }));
  const { totals, ...rest } = checkpoint;
  const { needed, words } = quorumOf(witnesses.length);
  return {
    ...rest,
    identity: book.opening.identity,
    name: context.names.of(book.opening.identity),
    issued: amountToJson(totals.issued),
    retired: amountToJson(totals.retired),
    certainty: certificate === undefined || needed === 0 ? 'accepted' : seen === known.final ? 'final' : 'witnessed',
    witnessing: words,
    needed,
    cosigned: said.filter(({ cosigned }) => cosigned).length,
    agrees,
    witnesses: said,
    note: await noteOf(context, book, seen),
  };
}

function reasonOf(witnesses: number | undefined): string {
  if (witnesses === undefined) return 'Only the books of founded bodies have checkpoints; this one has none.';
  return witnesses === 0
    ? 'This book is unwitnessed: its body’s charter names nobody who confirms it.'
    : 'No checkpoint of this book is here yet; its writer says how large it is when it runs.';
}

function isCosigned({ cosignatures }: SeenCheckpoint, witness: Checkpoint['book'], isAuditor: boolean): boolean {
  const isThere = (auditing: boolean): boolean => cosignatures.has(`${witness} ${auditing}`);
  return isThere(true) || (!isAuditor && isThere(false));
}

/** The text of a checkpoint; only its writer and its witnesses sign it anew, with what they have signed already. */
async function noteOf(
  { self, signer, clock }: OperationContext,
  book: Book,
  { checkpoint, cosignatures, statement }: SeenCheckpoint,
  network = book.openingEntry.header.network,
): Promise<string> {
  const text = checkpointNote(checkpoint, network);
  const signatures: NoteSignature[] = [];
  const { publicKey } = signer;
  if (statement.author === self.device && book.opening.identity === self.identity) {
    const key = { name: noteOrigin(book.id, network), publicKey };
    signatures.push(noteSignature(key, await signer.sign(noteMessage(text))));
  }
  const content = { book: book.id, witness: self.identity, checkpoint: book.id, previousSize: 0, auditing: false };
  if (cosignatures.get(SeenBook.placeOf(content))?.author === self.device) {
    const key = { name: `mutua/1/${bytesToHex(network)}/${self.identity}`, publicKey };
    const timeSeconds = Math.max(0, Math.floor(clock.nowMs() / 1000));
    signatures.push(noteCosignature(key, timeSeconds, await signer.sign(cosignatureMessage(text, timeSeconds))));
  }
  return signatures.length === 0 ? text : printNote({ text, signatures });
}
