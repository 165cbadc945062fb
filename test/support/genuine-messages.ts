import { present } from '../../src/core/base/outcome.ts';
import { proveFork } from '../../src/core/books/fork.ts';
import { lotsTable, pagesTable, proposalsTable } from '../../src/core/decisions/tables.ts';
import { eventDigest } from '../../src/core/identity/event.ts';
import { chartersTable } from '../../src/core/members/tables.ts';
import type { Entry } from '../../src/core/wire/entry.ts';
import { kindOfNumber } from '../../src/core/wire/kinds/table.ts';
import { Bundle, EntryMessage, ForkProof, Header } from '../../src/core/wire/messages/book.ts';
import {
  Act,
  CharterAct,
  NO_ACT,
  Question,
  Reveal,
  RevealRow,
  SealedChoice,
  StandaloneCertificate,
} from '../../src/core/wire/messages/decisions.ts';
import { FileHeader } from '../../src/core/wire/messages/file.ts';
import {
  IdentityBody,
  IdentityEvent,
  Inception,
  NodeBinding,
  RootSignature,
  Rotation,
} from '../../src/core/wire/messages/identity.ts';
import { SubmitFrame, SubmitHello } from '../../src/core/wire/messages/peer.ts';
import { Acceptance, Charter } from '../../src/core/wire/messages/people.ts';
import { DecisionRule } from '../../src/core/wire/messages/rules.ts';
import { SyncFrame } from '../../src/core/wire/messages/sync.ts';
import { AcceptanceText, FoundingText, Invite } from '../../src/core/wire/messages/texts.ts';
import { Checkpoint, EpochSeal, Evidence } from '../../src/core/wire/messages/witness.ts';
import type { Shape } from '../../src/core/wire/shape.ts';
import { evidenceOf } from '../../src/core/witness/accuse.ts';
import { checkpointDigest } from '../../src/core/witness/checkpoint.ts';
import { BankScene } from './bank.ts';
import { CLAIMED_AT, NETWORK } from './books.ts';
import { standaloneOf } from './certificates.ts';
import { YES_OR_NO } from './decisions.ts';
import { entryItem, eventItem } from './files.ts';
import { REGION } from './identities.ts';
import { LotScene } from './lots.ts';
import { charterAct, decide, expulsionAct, RATE, witnessedAssembly } from './rates.ts';
import { SealedScene, sealedChoice } from './sealed.ts';
import { checkpointOf, entryIds, idOf, OPENING, signCheckpoint, witnessOf } from './witnesses.ts';
import { Actor, acceptancesOf, charterWith, TestWorld } from './world.ts';

const SIGNATURE = new Uint8Array(64).fill(5);
const NO_SYNC: SyncFrame = { hello: undefined, ask: undefined, tell: undefined, want: undefined, items: undefined };
const NO_CHANGE: Parameters<(typeof IdentityBody)['encode']>[0] = {
  inception: undefined,
  rotation: undefined,
  deviceGrant: undefined,
  deviceRevoke: undefined,
  nodeBinding: undefined,
};

/** Messages by their shapes, in canonical bytes. */
class Collected {
  readonly byShape = new Map<unknown, Uint8Array[]>();

  add(shape: unknown, bytes: Uint8Array): void {
    this.byShape.set(shape, [...(this.byShape.get(shape) ?? []), bytes]);
  }

  encode<Message>(shape: Shape<Message>, ...messages: readonly Message[]): void {
    for (const message of messages) this.add(shape, shape.encode(message));
  }

  entry({ bytes, header, payload }: Entry): void {
    this.add(EntryMessage, bytes);
    this.encode(Header, header);
    if (payload !== undefined) this.add(kindOfNumber(header.kind)?.shape, payload);
  }
}

/**
 * Canonical bytes of messages as peers write them, by shape: what random values seldom are, since the parts of a message have to fit
 * each other.
 */
export function genuineMessages(): ReadonlyMap<unknown, readonly Uint8Array[]> {
  const found = new Collected();
  addBooks(found);
  addIdentities(found);
  addTexts(found);
  addWitnesses(found);
  return found.byShape;
}

function addBooks(found: Collected): void {
  const decided = new LotScene();
  decided.adopted();
  decided.draw(decided.sealed());
  const { id } = decided.open();
  const bank = new BankScene();
  bank.issue(bank.record());
  bank.transfer([bank.order(1800), 5400, [1800]]);
  const sealed = new SealedScene();
  const voted = sealed.sealed([[1], [2]]);
  sealed.reveal(voted, [[sealed.ana, sealedChoice(sealed.ana, [1])]]);
  const { ana: voter } = sealed;
  found.encode(SealedChoice, sealedChoice(voter, [1]));
  found.encode(RevealRow, { voter: voter.identity, sealed: sealedChoice(voter, [1]) });
  found.encode(Reveal, { body: sealed.hall.identity, version: voted, sealed: sealedChoice(voter, [1]) });
  for (const entry of voter.book('proposals').entries) found.entry(entry);
  for (const entry of sealed.hall.decisions.book.entries) found.entry(entry);
  for (const { row } of sealed.hall.decisions.state.rows(pagesTable)) found.encode(pagesTable.shape, row);
  for (const { book, state } of [decided.hall.memberBook, decided.hall.decisions, bank.ledger]) {
    for (const entry of book.entries) found.entry(entry);
    for (const { row } of state.rows(proposalsTable)) found.encode(proposalsTable.shape, row);
    for (const { row } of state.rows(lotsTable)) found.encode(lotsTable.shape, row);
    for (const { row } of state.rows(chartersTable)) found.encode(chartersTable.shape, row);
  }
  const { ana } = decided;
  for (const entry of ana.book('proposals').entries) found.entry(entry);
  const [book, rival] = [ana.book('people'), ana.rivalBook('people')];
  found.encode(ForkProof, proveFork(book.opening, book.opening, rival.opening));
  found.encode(Bundle, { items: book.entries.map(entryItem), nonce: new Uint8Array(8) });
  found.encode(DecisionRule, ...decided.rules);
  found.encode(Question, { ...YES_OR_NO, options: 3, seats: 2 });
  const act = charterAct(decided.hall, charterWith(2));
  found.encode(CharterAct, present(act.charter, 'it is about a charter'));
  found.encode(Act, act, { ...NO_ACT, rate: RATE }, expulsionAct(decided.hall, ana));
  found.encode(FileHeader, { version: 1, network: NETWORK, claimedAt: CLAIMED_AT, topics: ['people'], books: [id] });
  const run = { book: book.id, from: 0, limit: 1 };
  const items = book.entries.map(entryItem);
  found.encode(
    SyncFrame,
    { ...NO_SYNC, hello: { network: NETWORK, topics: ['people'], answer: false } },
    { ...NO_SYNC, tell: { number: 1, nodes: [], rows: [], same: true } },
    { ...NO_SYNC, want: { number: 2, runs: [run], digests: [], ids: [id] } },
    { ...NO_SYNC, items: { number: 2, items } },
  );
}

function addIdentities(found: Collected): void {
  const actor = new Actor('Ana', 'person');
  actor.revoke(actor.grant('phone'));
  found.encode(IdentityEvent, ...actor.log);
  for (const { body, rootSignatures } of actor.log) {
    found.encode(IdentityBody, body);
    found.encode(RootSignature, ...rootSignatures);
    if (body.inception === undefined) continue;
    const { rootKeys, threshold, nextDigests, nextThreshold } = body.inception;
    const rotation = { rootKeys, threshold, nextDigests, nextThreshold };
    found.encode(Inception, body.inception);
    found.encode(Rotation, rotation);
    found.encode(IdentityBody, { ...NO_CHANGE, rotation });
  }
  const nodeBinding = { nodeKey: actor.keys.id, proof: SIGNATURE };
  found.encode(NodeBinding, nodeBinding);
  found.encode(IdentityBody, { ...NO_CHANGE, nodeBinding });
  const { identity, keys, log } = actor;
  const place = { logNumber: 2, logDigest: eventDigest(log[2] ?? log[0] ?? never()) };
  const hello = { identity, device: keys.id, log, ...place, signature: SIGNATURE, answer: false };
  found.encode(SubmitHello, hello);
  found.encode(
    SubmitFrame,
    { hello, request: undefined, answer: undefined },
    { hello: undefined, request: { number: 1, items: log.map(eventItem) }, answer: undefined },
  );
}

function addTexts(found: Collected): void {
  const [ana, hall] = [new Actor('Ana', 'person'), new Actor('Hall', 'assembly')];
  const charter = charterWith(2);
  const [acceptance] = acceptancesOf(hall.identity, charter, [ana]);
  const { body, rootSignatures } = hall.log[0] ?? never();
  const [rootSignature] = rootSignatures;
  found.encode(Charter, charter);
  if (acceptance === undefined || rootSignature === undefined || body.inception === undefined) return never();
  found.encode(Acceptance, acceptance);
  found.encode(AcceptanceText, { body: hall.identity, rootSignature, acceptance });
  const charterText = { purpose: 'Notes on labor.', criteria: ['lives here'] };
  const named = { network: NETWORK, name: 'Hall', founders: [ana.identity] };
  found.encode(FoundingText, { ...named, inception: body.inception, charter, charterText });
  const contact = { contact: ana.identity, device: ana.keys.id, log: ana.log, signature: SIGNATURE };
  const addresses = ['/ip4/127.0.0.1/tcp/4001'];
  found.encode(Invite, { network: NETWORK, region: REGION, addresses, roots: [hall.identity], ...contact });
}

function addWitnesses(found: Collected): void {
  const [one, other] = [checkpointOf(entryIds(5)), checkpointOf(entryIds(5, 'rival', 3))];
  found.encode(Checkpoint, one, other);
  const [left, right] = [{ checkpoint: signCheckpoint(one) }, { checkpoint: signCheckpoint(other) }];
  found.encode(Evidence, evidenceOf({ one: left, other: right, opening: OPENING }));
  const certificate = { epoch: 0, size: one.size, checkpoint: checkpointDigest(one) };
  const seal = { book: one.book, epoch: 0, witness: witnessOf(0), successor: idOf('successor'), certificate };
  found.encode(EpochSeal, seal);
  const world = new TestWorld();
  const member = world.person('Dora');
  const council = witnessedAssembly(world, member, [member]);
  found.encode(StandaloneCertificate, standaloneOf(council, decide(council, member), { cosigners: [member] }));
}

function never(): never {
  throw new Error('An actor has a log, and its first event signatures.');
}
