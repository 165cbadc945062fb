import { bytesToHex } from '@noble/hashes/utils.js';
import { base64url } from 'multiformats/bases/base64';
import type { ParsedRouteInput, RouteOutput } from '../../api/routes.ts';
import type { Id } from '../../core/base/id.ts';
import type { EvidenceType } from '../../core/wire/messages/witness.ts';
import {
  cosignatureKind,
  epochSealKind,
  readStatement,
  STATEMENT_KINDS,
  type Statement,
  statementContentOf,
} from '../../core/wire/statement.ts';
import type { KeptEvidence } from '../../engine/witness/evidence-keeper.ts';
import { type OperationContext, peerOf } from '../context.ts';
import { valueToJson } from '../entry-json.ts';
import { OperationFault } from '../fault.ts';

/** What each type of evidence shows, for people. */
export const EVIDENCE_SENTENCES: Readonly<Record<EvidenceType, string>> = {
  sameSize: 'This device signed two checkpoints of one size that the same entries cannot both give.',
  otherLeaf: 'This device signed two checkpoints with different entries in one place.',
  rollback: 'This device signed checkpoints out of order: what it signed later leaves out what it had signed before.',
  sealedTwice: 'This device sealed one epoch of the book twice, and differently.',
  sealedBelow: 'This device sealed the book below a certificate that it said it held.',
};

/** Lists the evidence that is kept. */
export async function listEvidence(
  context: OperationContext,
  { book }: ParsedRouteInput<'evidence.list'>,
): Promise<RouteOutput<'evidence.list'>> {
  const kept = peerOf(context).witnessing.evidence.all();
  const asked = kept.filter(({ accusation }) => book === undefined || accusation.book === book);
  return { evidence: asked.map((each) => evidenceToJson(context, each)) };
}

/** Shows one piece of evidence. */
export async function showEvidence(
  context: OperationContext,
  input: ParsedRouteInput<'evidence.show'>,
): Promise<RouteOutput<'evidence.show'>> {
  const kept = peerOf(context)
    .witnessing.evidence.all()
    .find(({ statement }) => statement.digest === input.evidence);
  if (kept === undefined)
    throw new OperationFault('not_found', `No evidence ${input.evidence} is here.`, { field: 'evidence' });
  return {
    ...evidenceToJson(context, kept),
    sentence: EVIDENCE_SENTENCES[kept.accusation.type],
    statements: statementsOf(kept).map(({ digest, kind, author, content }) => ({
      statement: digest,
      kind: STATEMENT_KINDS.find(({ number }) => number === kind)?.name ?? `kind ${kind}`,
      author,
      content: valueToJson(content),
    })),
    network: bytesToHex(peerOf(context).world.network),
    wire: base64url.baseEncode(kept.statement.bytes),
  };
}

function evidenceToJson(
  context: OperationContext,
  kept: KeptEvidence,
): RouteOutput<'evidence.list'>['evidence'][number] {
  const { type, role, book, device } = kept.accusation;
  const identity = peerOf(context).books.get(book)?.opening.identity;
  return {
    evidence: kept.statement.digest,
    proves: type,
    role,
    book,
    identity,
    name: identity === undefined ? undefined : context.names.of(identity),
    device,
    accused: role === 'writer' ? identity : witnessOf(context, kept),
  };
}

/** Who the accused witness says it is, where the log of that identity has granted its device. */
function witnessOf(context: OperationContext, kept: KeptEvidence): Id | undefined {
  const named = statementsOf(kept).flatMap((statement) => {
    const said = statementContentOf(statement, cosignatureKind) ?? statementContentOf(statement, epochSealKind);
    return said === undefined ? [] : [said.witness];
  });
  return named.find((witness) => peerOf(context).identities.stateOf(witness)?.devices.has(kept.accusation.device));
}

function statementsOf({ evidence }: KeptEvidence): readonly Statement[] {
  return evidence.statements.flatMap((bytes) => {
    const read = readStatement(bytes);
    return read.ok ? [read.value] : [];
  });
}
