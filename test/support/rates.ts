import { DEFAULT_RULES } from '../../src/client/identity-setup.ts';
import { type Id, idToBytes } from '../../src/core/base/id.ts';
import { MerkleTree, merkleLeaf } from '../../src/core/base/merkle.ts';
import { present } from '../../src/core/base/outcome.ts';
import { rowsOf, rowsRoot } from '../../src/core/decisions/close.ts';
import { proposalsTable } from '../../src/core/decisions/tables.ts';
import { countProposal } from '../../src/core/decisions/tally.ts';
import { ruleOf } from '../../src/core/members/decision-rules.ts';
import {
  ballotKind,
  closeKind,
  closePageKind,
  proposalKind,
  proposeKind,
} from '../../src/core/wire/kinds/decisions.ts';
import { foundingKind } from '../../src/core/wire/kinds/people.ts';
import type { DecisionCertificate, RateAct, StandaloneCertificate } from '../../src/core/wire/messages/decisions.ts';
import type { RatePolicy } from '../../src/core/wire/messages/ledger.ts';
import type { Checkpoint } from '../../src/core/wire/messages/witness.ts';
import { checkpointKind, cosignatureKind } from '../../src/core/wire/statement.ts';
import {
  checkpointDigest,
  EMPTY_ENTRY_TREE,
  growEntryTree,
  makeCheckpoint,
} from '../../src/core/witness/checkpoint.ts';
import { amountOf, NETWORK } from './books.ts';
import { YES_OR_NO } from './decisions.ts';
import { signStatement } from './witnesses.ts';
import { MONDAY } from './work.ts';
import { type Actor, acceptancesOf, type Body, charterWith, idNamed, type TestWorld } from './world.ts';

const DAY = 24 * 60;
/** Three for two, for work of class 3 in the week of MONDAY. */
export const RATE: RateAct = { taskClass: 3, numerator: 3, denominator: 2, startMinute: MONDAY, minutes: 7 * DAY };

/** A policy that holds `RATE` and no higher ratio. */
export function policyFor(body: Actor, change: Partial<RatePolicy> = {}): RatePolicy {
  const terms = { maxNumerator: 3, maxDenominator: 2, startMinute: MONDAY, minutes: 7 * DAY };
  return { body: body.identity, ...terms, ...change };
}

/** An assembly of one person, whose books these people witness. */
export function witnessedAssembly(world: TestWorld, member: Actor, witnesses: readonly Actor[]): Body {
  const body = world.unfounded(`Council of ${witnesses.length}`, 'assembly');
  const charter = charterWith(
    2,
    DEFAULT_RULES,
    witnesses.map(({ identity }) => identity),
  );
  body.memberBook.apply(foundingKind, { charter, acceptances: acceptancesOf(body.identity, charter, [member]) });
  return body;
}

/** The only member of a body proposes a rate, or something without one, and votes on it. @returns the id of the Close. */
export function decide(body: Body, member: Actor, rate: RateAct | undefined = RATE, choice = 1): Id {
  const matter = rate === undefined ? 'general' : 'rate';
  const rule = present(ruleOf(DEFAULT_RULES, matter), 'the charter has a rule');
  const book = member.book('proposals');
  const act = rate === undefined ? undefined : { rate };
  const { bytes } = book.write(proposeKind, {
    body: body.identity,
    matter,
    textDigest: idNamed('text'),
    question: { ...YES_OR_NO, act },
    deadline: 0,
    amends: undefined,
  });
  const { decisions, memberHead } = body;
  decisions.note(book);
  const { id } = decisions.apply(proposalKind, { propose: bytes, memberHead, rule });
  const ballot = { body: body.identity, version: id, number: 1, choice: [choice] };
  const cast = book.write(ballotKind, { ...ballot, delegate: undefined, reasonDigest: undefined });
  const row = { voter: member.identity, number: 1, ballot: cast.id, choice: [choice], delegate: undefined };
  decisions.apply(closePageKind, { proposal: id, rows: [row] });
  const proposal = present(decisions.state.get(proposalsTable, id), 'it is open');
  const members = decisions.context.membersAt(memberHead);
  if (typeof members === 'string') throw new Error(`The members are ${members}.`);
  const rows = rowsOf(id, proposal, decisions.state);
  const { outcome } = countProposal(id, proposal, members, rows);
  const result = { version: id, rows: 1, rowsRoot: rowsRoot(rows), outcome };
  return decisions.apply(closeKind, { proposal: id, ...result, act: outcome.adopted ? act : undefined }).id;
}

/** What a certificate is to be made of, where it is not the body's own newest checkpoint. */
interface CertificateTerms {
  readonly checkpoint?: Partial<Checkpoint>;
  /** The name of the device that signs the checkpoint. */
  readonly signer?: string;
  readonly cosigners?: readonly Actor[];
}

/** The certificate of a Close, under the checkpoint of all that its decision book holds. */
export function certificateOf(body: Body, close: Id, terms: CertificateTerms = {}): DecisionCertificate {
  const { entries } = body.decisions.book;
  const ids = entries.map(({ id }) => id);
  const figures = {
    book: body.decisions.book.id,
    epoch: 0,
    charterHead: body.memberHead,
    stateRoot: idNamed('state'),
    totals: { issued: amountOf(0), retired: amountOf(0) },
  };
  const checkpoint = { ...makeCheckpoint(growEntryTree(EMPTY_ENTRY_TREE, ids), figures), ...terms.checkpoint };
  const said = { book: checkpoint.book, checkpoint: checkpointDigest(checkpoint), previousSize: 0, auditing: false };
  const cosignatures = (terms.cosigners ?? []).map(
    ({ identity: witness, name }) => signStatement(cosignatureKind, { ...said, witness }, `${name} device`).bytes,
  );
  const tree = new MerkleTree(ids.map((id) => merkleLeaf(idToBytes(id))));
  const entry = present(
    entries.find(({ id }) => id === close),
    'the Close is in the book',
  );
  const signed = signStatement(checkpointKind, checkpoint, terms.signer ?? `${body.name} device`);
  return {
    close: entry.bytes,
    checkpoint: { checkpoint: signed.bytes, cosignatures },
    path: [...tree.path(ids.indexOf(close))],
  };
}

/** The same with what it takes to check it alone. */
export function standaloneOf(body: Body, close: Id, terms: CertificateTerms = {}): StandaloneCertificate {
  const [memberOpening, founding] = body.memberBook.book.entries;
  return {
    network: NETWORK,
    decision: certificateOf(body, close, terms),
    events: [body, ...(terms.cosigners ?? [])].flatMap(({ log }) => log),
    decisionOpening: body.decisions.book.opening.bytes,
    memberOpening: present(memberOpening, 'it has an Opening').bytes,
    founding: present(founding, 'it was founded').bytes,
  };
}
