import { DEFAULT_RULES } from '../../src/client/identity-setup.ts';
import { type Id, idToBytes } from '../../src/core/base/id.ts';
import { MerkleTree, merkleLeaf } from '../../src/core/base/merkle.ts';
import { present } from '../../src/core/base/outcome.ts';
import { compareRows, rowsOf, rowsRoot } from '../../src/core/decisions/pages.ts';
import { proposalsTable } from '../../src/core/decisions/tables.ts';
import { countProposal } from '../../src/core/decisions/tally.ts';
import { ruleOf } from '../../src/core/members/decision-rules.ts';
import { bodyFigures, membershipChange } from '../../src/core/members/view.ts';
import {
  ballotKind,
  closeKind,
  closePageKind,
  proposalKind,
  proposeKind,
} from '../../src/core/wire/kinds/decisions.ts';
import { foundingKind } from '../../src/core/wire/kinds/people.ts';
import type { Head } from '../../src/core/wire/messages/book.ts';
import {
  type Act,
  type DecisionCertificate,
  NO_ACT,
  type Outcome,
  type RateAct,
  ROWS_PER_PAGE_MAX,
} from '../../src/core/wire/messages/decisions.ts';
import type { RatePolicy } from '../../src/core/wire/messages/ledger.ts';
import type { Charter } from '../../src/core/wire/messages/people.ts';
import type { Matter } from '../../src/core/wire/messages/rules.ts';
import type { Checkpoint } from '../../src/core/wire/messages/witness.ts';
import { checkpointKind, cosignatureKind } from '../../src/core/wire/statement.ts';
import {
  checkpointDigest,
  EMPTY_ENTRY_TREE,
  growEntryTree,
  makeCheckpoint,
} from '../../src/core/witness/checkpoint.ts';
import { amountOf } from './books.ts';
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
  return decideBy(body, [member], { rate, choice });
}

/** The only member of a body proposes that something be done, and votes on it. @returns the id of the Close. */
export function decideOn(body: Body, member: Actor, matter: Matter, act: Act, choice = 1): Id {
  return decideBy(body, [member], { matter, act, choice });
}

/** The entry that holds a body's charter in force. */
export function charterHeadOf({ memberBook }: Body): Head {
  return present(bodyFigures(memberBook.state).charterHead, 'the body was founded');
}

/** That this be the body's charter, in the place of the one in force. */
export function charterAct(body: Body, charter: Charter): Act {
  return { ...NO_ACT, charter: { charterHead: charterHeadOf(body), charter } };
}

/** That somebody go who is a member now; a stranger is named with a change that is not its own. */
export function expulsionAct({ memberBook }: Body, { identity: member }: Pick<Actor, 'identity'>): Act {
  const afterChange = Math.max(1, membershipChange(memberBook.state, member));
  return { ...NO_ACT, expulsion: { member, afterChange } };
}

/** What is decided, and how the last of the voters finds it. */
interface Decided {
  readonly rate?: RateAct | undefined;
  readonly matter?: Matter;
  readonly act?: Act | undefined;
  readonly choice?: number;
  /** What the Close says otherwise than the ballots give. */
  readonly lie?: Partial<Outcome>;
}

/** The first of these members of a body proposes something, all vote for it, and the body closes it. @returns the id of the Close. */
export function decideBy(body: Body, voters: readonly Actor[], decided: Decided = {}): Id {
  const { rate, choice = 1, lie = {} } = decided;
  const { matter = rate === undefined ? 'general' : 'rate' } = decided;
  const { act = rate === undefined ? undefined : { ...NO_ACT, rate } } = decided;
  const rule = present(ruleOf(DEFAULT_RULES, matter), 'the charter has a rule');
  const book = present(voters[0], 'somebody proposes').book('proposals');
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
  const ballots = voters.map((voter, index) => {
    const openly = { commitment: undefined, sealedDigest: undefined };
    const voice = index === voters.length - 1 ? choice : 1;
    const ballot = { body: body.identity, version: id, number: 1, choice: [voice] };
    const cast = voter
      .book('proposals')
      .write(ballotKind, { ...ballot, ...openly, delegate: undefined, reasonDigest: undefined });
    return {
      voter: voter.identity,
      number: 1,
      ballot: cast.id,
      choice: [voice],
      delegate: undefined,
      commitment: undefined,
    };
  });
  ballots.sort(compareRows);
  for (let from = 0; from < ballots.length; from += ROWS_PER_PAGE_MAX)
    decisions.apply(closePageKind, { proposal: id, rows: ballots.slice(from, from + ROWS_PER_PAGE_MAX) });
  const proposal = present(decisions.state.get(proposalsTable, id), 'it is open');
  const members = decisions.context.membersAt(memberHead);
  if (typeof members === 'string') throw new Error(`The members are ${members}.`);
  const rows = rowsOf(id, proposal, decisions.state);
  const outcome = { ...countProposal(id, proposal, members, rows).outcome, ...lie };
  const result = { version: id, rows: rows.length, rowsRoot: rowsRoot(rows), outcome };
  decisions.write(closeKind, { proposal: id, ...result, act: outcome.adopted ? act : undefined });
  return decisions.book.head.id;
}

/** What a certificate is to be made of, where it is not the body's own newest checkpoint. */
export interface CertificateTerms {
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
    charterHead: charterHeadOf(body),
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
