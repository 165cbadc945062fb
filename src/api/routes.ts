import type { InputOf, OutputOf, ParsedInputOf, Route } from './route.ts';
import {
  accountListRoute,
  accountOpenRoute,
  accountStatementFileRoute,
  accountStatementRoute,
  outboxRoute,
  payRoute,
  retireRoute,
} from './routes/accounts.ts';
import {
  bankAcceptAttestorsRoute,
  bankAcceptCooperativeRoute,
  bankAcceptRatesRoute,
  bankEndCooperativeRoute,
  bankFiguresRoute,
  rateListRoute,
} from './routes/bank.ts';
import { bodyListRoute, bodyShowRoute } from './routes/bodies.ts';
import { bookListRoute, bookShowRoute, entryShowRoute, exportRoute, importRoute, itemsRoute } from './routes/books.ts';
import { certificateFileRoute, certificateShowRoute } from './routes/certificates.ts';
import {
  ballotCastRoute,
  ballotRevealRoute,
  proposalAmendRoute,
  proposalCloseRoute,
  proposalListRoute,
  proposalOpenRoute,
  proposalShowRoute,
  proposalWithdrawRoute,
} from './routes/decisions.ts';
import { laborAttestRoute, laborClaimRoute, laborListRoute, laborRecordRoute } from './routes/labor.ts';
import { lotDrawRoute, lotListRoute, lotShowRoute } from './routes/lots.ts';
import { mandateGrantRoute, mandateListRoute, mandateRecallRoute } from './routes/mandates.ts';
import {
  memberAcceptFoundingRoute,
  memberAdmitRoute,
  memberAppealRoute,
  memberApplyRoute,
  memberKeyTextRoute,
  memberLeaveRoute,
  memberListRoute,
  memberRefuseRoute,
} from './routes/members.ts';
import {
  eventsRoute,
  inviteAcceptRoute,
  inviteCreateRoute,
  peerAddRoute,
  peerListRoute,
  regionJoinRoute,
  regionListRoute,
  regionPartRoute,
  statusRoute,
} from './routes/node.ts';
import {
  checkpointShowRoute,
  evidenceListRoute,
  evidenceShowRoute,
  witnessListRoute,
  witnessOfferRoute,
} from './routes/witness.ts';

/** Every route of the API by its name; the one table that server, client, OpenAPI and CLI are made of. */
export const ROUTES = {
  status: statusRoute,
  'region.list': regionListRoute,
  'region.join': regionJoinRoute,
  'region.part': regionPartRoute,
  'peer.list': peerListRoute,
  'peer.add': peerAddRoute,
  'invite.create': inviteCreateRoute,
  'invite.accept': inviteAcceptRoute,
  events: eventsRoute,
  'book.list': bookListRoute,
  'book.show': bookShowRoute,
  'entry.show': entryShowRoute,
  'checkpoint.show': checkpointShowRoute,
  'witness.list': witnessListRoute,
  'witness.offer': witnessOfferRoute,
  'evidence.list': evidenceListRoute,
  'evidence.show': evidenceShowRoute,
  items: itemsRoute,
  export: exportRoute,
  import: importRoute,
  'body.list': bodyListRoute,
  'body.show': bodyShowRoute,
  'member.keyText': memberKeyTextRoute,
  'member.acceptFounding': memberAcceptFoundingRoute,
  'member.apply': memberApplyRoute,
  'member.admit': memberAdmitRoute,
  'member.refuse': memberRefuseRoute,
  'member.appeal': memberAppealRoute,
  'member.leave': memberLeaveRoute,
  'member.list': memberListRoute,
  'labor.claim': laborClaimRoute,
  'labor.attest': laborAttestRoute,
  'labor.record': laborRecordRoute,
  'labor.list': laborListRoute,
  'proposal.open': proposalOpenRoute,
  'proposal.amend': proposalAmendRoute,
  'proposal.withdraw': proposalWithdrawRoute,
  'proposal.close': proposalCloseRoute,
  'proposal.list': proposalListRoute,
  'proposal.show': proposalShowRoute,
  'ballot.cast': ballotCastRoute,
  'ballot.reveal': ballotRevealRoute,
  'mandate.grant': mandateGrantRoute,
  'mandate.recall': mandateRecallRoute,
  'mandate.list': mandateListRoute,
  'lot.draw': lotDrawRoute,
  'lot.list': lotListRoute,
  'lot.show': lotShowRoute,
  'certificate.show': certificateShowRoute,
  'certificate.file': certificateFileRoute,
  'account.open': accountOpenRoute,
  'account.list': accountListRoute,
  'account.statement': accountStatementRoute,
  'account.statementFile': accountStatementFileRoute,
  pay: payRoute,
  retire: retireRoute,
  outbox: outboxRoute,
  'bank.acceptCooperative': bankAcceptCooperativeRoute,
  'bank.endCooperative': bankEndCooperativeRoute,
  'bank.acceptAttestors': bankAcceptAttestorsRoute,
  'bank.acceptRates': bankAcceptRatesRoute,
  'rate.list': rateListRoute,
  'bank.figures': bankFiguresRoute,
} as const;

/** The table. */
export type Routes = typeof ROUTES;
/** The name of a route. */
export type RouteName = keyof Routes;
/** Routes that answer a file. */
export const FILE_ROUTES = ['export', 'account.statementFile', 'certificate.file'] as const;
/** The name of one of them. */
export type FileRouteName = (typeof FILE_ROUTES)[number];
/** Names of routes that take JSON or nothing and answer JSON. */
export type JsonRouteName = Exclude<RouteName, 'events' | 'import' | FileRouteName>;

/** @returns whether a route answers a file. */
export function isFileRoute(name: RouteName): name is FileRouteName {
  return FILE_ROUTES.some((route) => route === name);
}

/** What a caller gives to a route. */
export type RouteInput<Name extends RouteName> = InputOf<Routes[Name]>;
/** The same after parsing. */
export type ParsedRouteInput<Name extends RouteName> = ParsedInputOf<Routes[Name]>;
/** What a route answers. */
export type RouteOutput<Name extends RouteName> = OutputOf<Routes[Name]>;

/** Every route with its name, for who makes something of each. */
export const ROUTE_LIST: readonly (Route & { readonly name: RouteName })[] = Object.entries(ROUTES).map(
  ([name, route]) => ({ ...(route as Route), name: name as RouteName }),
);
