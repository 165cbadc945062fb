import { bytesToId, type Id, idToBytes } from '../../core/base/id.ts';
import { CERTIFICATE_BYTES_MAX } from '../../core/base/limits.ts';
import { MerkleTree, merkleLeaf } from '../../core/base/merkle.ts';
import { present } from '../../core/base/outcome.ts';
import { encodeCertificate } from '../../core/files/certificate-file.ts';
import { contentOf, type Entry, readEntry } from '../../core/wire/entry.ts';
import { foundingKind } from '../../core/wire/kinds/people.ts';
import {
  CERTIFICATE_EVENTS_MAX,
  type DecisionCertificate,
  type ProposalRow,
  type StandaloneCertificate,
} from '../../core/wire/messages/decisions.ts';
import type { Checkpoint } from '../../core/wire/messages/witness.ts';
import { cosignatureKind, type Statement, statementContentOf } from '../../core/wire/statement.ts';
import { COSIGNED_FROM } from '../../core/witness/decision.ts';
import { type Quorum, quorumOf } from '../../core/witness/quorum.ts';
import type { Book } from '../../engine/book.ts';
import type { SeenCheckpoint } from '../../engine/witness/seen-book.ts';
import type { BookWitnessing } from '../../engine/witness/witnessing.ts';
import { type OperationContext, peerOf } from '../context.ts';
import { OperationFault } from '../fault.ts';
import type { FoundProposal } from '../proposals.ts';
import { rowsFrom } from '../rows.ts';

/** The certificate of one decision, as far as this node can make it. */
export interface ComposedCertificate {
  readonly standalone: StandaloneCertificate;
  readonly close: Entry;
  readonly checkpoint: Checkpoint;
  readonly quorum: Quorum;
  readonly witnesses: readonly Id[];
  readonly cosigners: readonly Id[];
}

/**
 * Makes the certificate of a closed proposal out of what this node holds: the Close under the newest checkpoint that counts.
 * @throws OperationFault `not_closed`; `not_confirmed` where no checkpoint that counts covers the Close yet.
 */
export async function composeCertificate(
  context: OperationContext,
  found: FoundProposal,
): Promise<ComposedCertificate> {
  const { book, row } = found;
  if (row.close === undefined) throw new OperationFault('not_closed', unclosedSentence(row), { field: 'proposal' });
  const { ids, close } = await readBook(context, found.book, row.close);
  const { sequence } = close.header;
  const known = peerOf(context).witnessing.of(book);
  const seen = known === undefined ? undefined : checkpointOver(known, sequence);
  if (known === undefined || seen === undefined) throw notWitnessed(known, sequence);
  const { checkpoint } = seen;
  const tree = new MerkleTree(ids.slice(0, checkpoint.size).map(merkleLeaf));
  if (ids.length < checkpoint.size || bytesToId(tree.root()) !== checkpoint.root) throw notWitnessed(known, sequence);
  const witnesses = seen.certificate?.charterWitnesses ?? known.witnesses;
  const cosignatures = cosignaturesOf(seen, witnesses);
  const decision: DecisionCertificate = {
    close: close.bytes,
    checkpoint: {
      checkpoint: seen.statement.bytes,
      cosignatures: cosignatures.map(({ statement }) => statement.bytes),
    },
    path: [...tree.path(sequence)],
  };
  const cosigners = cosignatures.map(({ witness }) => witness);
  const standalone = await alone(context, book, decision, checkpoint, cosigners);
  return { standalone, close, checkpoint, quorum: quorumOf(witnesses.length), witnesses, cosigners };
}

/**
 * @returns the certificate as it stands in a file; undefined where it would not prove alone who witnesses, since the charter was amended,
 *   or would have more than CERTIFICATE_BYTES_MAX bytes.
 */
export function compactFile({ standalone }: Pick<ComposedCertificate, 'standalone'>): Uint8Array | undefined {
  return standalone.founding.length === 0 ? undefined : encode(standalone);
}

function encode(standalone: StandaloneCertificate): Uint8Array | undefined {
  const { founding, events } = standalone;
  if (founding.length > CERTIFICATE_BYTES_MAX || events.length > CERTIFICATE_EVENTS_MAX) return undefined;
  const encoded = encodeCertificate(standalone);
  return encoded.ok ? encoded.value : undefined;
}

/** @returns how a full certificate begins: the same, without the Founding where that does not fit, since the member book follows. */
export function headOfFull({ standalone }: ComposedCertificate): Uint8Array | undefined {
  const without = { ...standalone, memberOpening: NO_BYTES, founding: NO_BYTES };
  return encode(standalone) ?? encode(without);
}

const NO_BYTES = new Uint8Array(0);

function unclosedSentence({ state }: ProposalRow): string {
  if (state === 'withdrawn') return 'The proposal was withdrawn: nothing was decided that could be certified.';
  return 'The proposal is not closed yet: there is a certificate once its ballots are counted.';
}

function notWitnessed(known: BookWitnessing | undefined, sequence: number): OperationFault {
  const field = { field: 'proposal' };
  const { witnesses = 0, needed = 0 } = known?.quorum ?? {};
  const under = known?.largest?.checkpoint.size ?? 0;
  if (witnesses < COSIGNED_FROM || under <= sequence)
    return new OperationFault(
      'not_confirmed',
      'The body has not said yet how large its decision book is since it counted the ballots; it does when it runs, or this node has yet to hear of it.',
      field,
    );
  const said = known?.largest === undefined ? 0 : cosignaturesOf(known.largest, known.witnesses).length;
  const sentence = `${needed} of the ${witnesses} witnesses have to confirm the decision book since the ballots were counted; as far as this node knows ${said} did.`;
  return new OperationFault('not_confirmed', sentence, field);
}

/** Reads a decision book: the ids of its entries, and the Close that gave a result. */
async function readBook(
  context: OperationContext,
  book: Book,
  closeId: Id,
): Promise<{ readonly ids: readonly Uint8Array[]; readonly close: Entry }> {
  const ids: Uint8Array[] = [];
  let close: Entry | undefined;
  for await (const { id, sequence, bytes } of rowsFrom(context.store, book.id, 0)) {
    if (sequence > book.head.sequence) break;
    ids.push(id);
    if (bytesToId(id) !== closeId) continue;
    const read = readEntry(bytes, peerOf(context).world.network);
    close = read.ok ? read.value : undefined;
  }
  return { ids, close: present(close, 'a proposal with an outcome has its Close') };
}

/** @returns the newest checkpoint over an entry that counts: one that enough confirm, or of fewer than four witnesses the writer's alone. */
function checkpointOver({ newest, largest, quorum }: BookWitnessing, sequence: number): SeenCheckpoint | undefined {
  if (newest !== undefined && newest.checkpoint.size > sequence) return newest;
  const counts = quorum.witnesses < COSIGNED_FROM && largest !== undefined && largest.checkpoint.size > sequence;
  return counts ? largest : undefined;
}

/** @returns one cosignature of each witness, in the order of the charter. */
function cosignaturesOf(
  { certificate, cosignatures }: SeenCheckpoint,
  witnesses: readonly Id[],
): readonly { readonly witness: Id; readonly statement: Statement }[] {
  const statements = certificate?.statements ?? [...cosignatures.values()];
  return witnesses.flatMap((witness) => {
    const statement = statements.find((each) => statementContentOf(each, cosignatureKind)?.witness === witness);
    return statement === undefined ? [] : [{ witness, statement }];
  });
}

/** Puts with a certificate what a stranger lacks: logs, Openings and the charter. */
async function alone(
  context: OperationContext,
  book: Book,
  decision: DecisionCertificate,
  { charterHead }: Checkpoint,
  cosigners: readonly Id[],
): Promise<StandaloneCertificate> {
  const { world, books, identities } = peerOf(context);
  const members = present(books.get(charterHead.book), 'a checkpoint is kept where its charter is here');
  const [row] = await context.store.entriesByIds([idToBytes(charterHead.id)]);
  const entry = row === undefined ? undefined : readEntry(row.bytes, world.network);
  const founding =
    entry?.ok === true && contentOf(entry.value, foundingKind) !== undefined ? entry.value.bytes : NO_BYTES;
  return {
    network: world.network,
    decision,
    events: [book.opening.identity, ...cosigners].flatMap((identity) => [...identities.eventsOf(identity)]),
    decisionOpening: book.openingEntry.bytes,
    memberOpening: founding.length > 0 ? members.openingEntry.bytes : NO_BYTES,
    founding,
  };
}
