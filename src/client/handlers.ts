import type { ByteStream } from '../api/client.ts';
import type { FileRouteName, JsonRouteName, ParsedRouteInput, RouteOutput } from '../api/routes.ts';
import type { OperationContext } from './context.ts';
import { listAccounts, openAccount, showStatement, streamStatementFile } from './operations/accounts.ts';
import { castBallot, revealBallot } from './operations/ballots.ts';
import { acceptAttestors, acceptCooperative, endCooperative, showFigures } from './operations/bank.ts';
import { listBodies, showBody } from './operations/bodies.ts';
import { listBooks, showBook } from './operations/books.ts';
import { showCertificate, streamCertificate } from './operations/certificates.ts';
import { showCheckpoint } from './operations/checkpoint.ts';
import { showEntry } from './operations/entries.ts';
import { listEvidence, showEvidence } from './operations/evidence.ts';
import { exportItems } from './operations/export.ts';
import { acceptFounding, makeKeyText } from './operations/founding.ts';
import { acceptInvite, createInvite } from './operations/invites.ts';
import { takeItems } from './operations/items.ts';
import { attestLabor, claimLabor, recordLabor } from './operations/labor.ts';
import { listLabor } from './operations/labor-list.ts';
import { drawLot, listLots, showLot } from './operations/lots.ts';
import { grantMandate, listMandates, recallMandate } from './operations/mandates.ts';
import { admitMember, applyToBody, leaveBody, listMembers } from './operations/members.ts';
import { listOutbox } from './operations/outbox.ts';
import { pay, retire } from './operations/pay.ts';
import { addPeer, listPeers } from './operations/peers.ts';
import { listProposals, showProposal } from './operations/proposal-show.ts';
import { amendProposal, closeProposal, openProposal, withdrawProposal } from './operations/proposals.ts';
import { acceptRates, listRates } from './operations/rates.ts';
import { appealRefusal, refuseMember } from './operations/refusals.ts';
import { joinRegion, listRegions, partRegion } from './operations/regions.ts';
import { status } from './operations/status.ts';
import { listWitnessed, offerWitness } from './operations/witness.ts';

/** One operation: parsed input in, the route's answer out. Rejects with OperationFault where it is refused. */
export type Handler<Name extends JsonRouteName> = (
  context: OperationContext,
  input: ParsedRouteInput<Name>,
) => Promise<RouteOutput<Name>>;

/** The operation behind every route that answers JSON. */
export const HANDLERS: { readonly [Name in JsonRouteName]: Handler<Name> } = {
  status,
  'region.list': listRegions,
  'region.join': joinRegion,
  'region.part': partRegion,
  'peer.list': listPeers,
  'peer.add': addPeer,
  'invite.create': createInvite,
  'invite.accept': acceptInvite,
  'book.list': listBooks,
  'book.show': showBook,
  'entry.show': showEntry,
  'checkpoint.show': showCheckpoint,
  'witness.list': listWitnessed,
  'witness.offer': offerWitness,
  'evidence.list': listEvidence,
  'evidence.show': showEvidence,
  items: takeItems,
  'body.list': listBodies,
  'body.show': showBody,
  'member.keyText': makeKeyText,
  'member.acceptFounding': acceptFounding,
  'member.apply': applyToBody,
  'member.admit': admitMember,
  'member.refuse': refuseMember,
  'member.appeal': appealRefusal,
  'member.leave': leaveBody,
  'member.list': listMembers,
  'labor.claim': claimLabor,
  'labor.attest': attestLabor,
  'labor.record': recordLabor,
  'labor.list': listLabor,
  'proposal.open': openProposal,
  'proposal.amend': amendProposal,
  'proposal.withdraw': withdrawProposal,
  'proposal.close': closeProposal,
  'proposal.list': listProposals,
  'proposal.show': showProposal,
  'ballot.cast': castBallot,
  'ballot.reveal': revealBallot,
  'mandate.grant': grantMandate,
  'mandate.recall': recallMandate,
  'mandate.list': listMandates,
  'lot.draw': drawLot,
  'lot.list': listLots,
  'lot.show': showLot,
  'certificate.show': showCertificate,
  'account.open': openAccount,
  'account.list': listAccounts,
  'account.statement': showStatement,
  pay,
  retire,
  outbox: listOutbox,
  'bank.acceptCooperative': acceptCooperative,
  'bank.endCooperative': endCooperative,
  'bank.acceptAttestors': acceptAttestors,
  'bank.acceptRates': acceptRates,
  'rate.list': listRates,
  'bank.figures': showFigures,
};

/** The operations that answer a file. */
export const STREAMS: {
  readonly [Name in FileRouteName]: (context: OperationContext, input: ParsedRouteInput<Name>) => Promise<ByteStream>;
} = { export: exportItems, 'account.statementFile': streamStatementFile, 'certificate.file': streamCertificate };
