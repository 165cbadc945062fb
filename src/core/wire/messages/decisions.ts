import { CERTIFICATE_BYTES_MAX, NETWORK_BYTES, OPENING_BYTES_MAX, TIME_MS_MAX } from '../../base/limits.ts';
import {
  amountField,
  boolField,
  bytesField,
  enumField,
  idField,
  integerField,
  listField,
  optionalField,
  optionalIdField,
  textField,
} from '../fields.ts';
import { mutua } from '../generated/mutua.js';
import { type Infer, shapeOf } from '../shape.ts';
import { carriedEntryField, carriedOpeningField, Head } from './book.ts';
import { IdentityEvent } from './identity.ts';
import { minuteField } from './labor.ts';
import { Charter } from './people.ts';
import { DecisionRule, MATTERS } from './rules.ts';
import { Certificate } from './witness.ts';

const { v1 } = mutua;
const UINT32_MAX = 2 ** 32 - 1;
/** Options of one question, so that a ranking fits a row. */
export const OPTIONS_MAX = 64;
/** Rows of one ClosePage: 48 KiB of short choices. */
export const ROWS_PER_PAGE_MAX = 500;
/** Rows of one RevealPage. */
export const REVEALS_PER_PAGE_MAX = 300;
/** Bytes of the secret in a sealed choice. */
const SECRET_BYTES = 32;
/** Minutes of a year with a leap day. */
const YEAR_MINUTES = 366 * 24 * 60;
/** Rows of one decision, so that sums of transferred votes stay safe integers. */
export const ROWS_MAX = 500_000;

const countField = integerField(0, UINT32_MAX);
const choiceField = listField(countField, 0, OPTIONS_MAX);

/** A ratio at which work of a task class is issued. */
export const RateAct = shapeOf(v1.RateAct, {
  taskClass: countField,
  numerator: integerField(1, 1_000_000),
  denominator: integerField(1, 1_000_000),
  startMinute: minuteField,
  minutes: integerField(1, YEAR_MINUTES),
});
/** See the shape of the same name. */
export type RateAct = Infer<typeof RateAct>;

/** Somebody is a member no more. */
export const ExpulsionAct = shapeOf(v1.ExpulsionAct, { member: idField, afterChange: integerField(1, UINT32_MAX) });
/** See the shape of the same name. */
export type ExpulsionAct = Infer<typeof ExpulsionAct>;

/** A body's next charter, and the one whose place it takes. */
export const CharterAct = shapeOf(v1.CharterAct, { charterHead: Head, charter: Charter });
/** See the shape of the same name. */
export type CharterAct = Infer<typeof CharterAct>;

/** What follows when a proposal is adopted. Exactly one member, that of the proposal's matter; the rules refuse all else. */
export const Act = shapeOf(v1.Act, {
  rate: optionalField(RateAct),
  charter: optionalField(CharterAct),
  expulsion: optionalField(ExpulsionAct),
});
/** See the shape of the same name. */
export type Act = Infer<typeof Act>;

/** An Act without a member, to be given one. */
export const NO_ACT: Act = { rate: undefined, charter: undefined, expulsion: undefined };

/** What is asked; the rules refuse what does not fit the method. */
export const Question = shapeOf(v1.Question, {
  options: integerField(0, OPTIONS_MAX),
  seats: integerField(0, OPTIONS_MAX),
  scoreMax: integerField(0, 1000),
  costs: listField(amountField, 0, OPTIONS_MAX),
  budget: amountField,
  act: optionalField(Act),
  sealed: boolField,
});
/** See the shape of the same name. */
export type Question = Infer<typeof Question>;

/** A member proposes. */
export const Propose = shapeOf(v1.Propose, {
  body: idField,
  matter: enumField(MATTERS),
  textDigest: idField,
  question: Question,
  deadline: integerField(0, TIME_MS_MAX),
  amends: optionalIdField,
});
/** See the shape of the same name. */
export type Propose = Infer<typeof Propose>;

/** A proposal in words; erasable. */
export const ProposalText = shapeOf(v1.ProposalText, {
  title: textField(200, 1),
  text: textField(20_000),
  options: listField(textField(200, 1), 0, OPTIONS_MAX),
});
/** See the shape of the same name. */
export type ProposalText = Infer<typeof ProposalText>;

/** A proposer takes a proposal back. */
export const Withdraw = shapeOf(v1.Withdraw, { body: idField, proposal: idField });

/** An elector's choice. */
export const Ballot = shapeOf(v1.Ballot, {
  body: idField,
  version: idField,
  number: integerField(1, UINT32_MAX),
  choice: choiceField,
  delegate: optionalIdField,
  reasonDigest: optionalIdField,
  commitment: optionalIdField,
  sealedDigest: optionalIdField,
});
/** See the shape of the same name. */
export type Ballot = Infer<typeof Ballot>;

/** What a sealed ballot commits to. */
export const SealedChoice = shapeOf(v1.SealedChoice, {
  choice: choiceField,
  delegate: optionalIdField,
  secret: bytesField(SECRET_BYTES, SECRET_BYTES),
});
/** See the shape of the same name. */
export type SealedChoice = Infer<typeof SealedChoice>;

/** An elector shows what its sealed ballot commits to. */
export const Reveal = shapeOf(v1.Reveal, { body: idField, version: idField, sealed: SealedChoice });
/** See the shape of the same name. */
export type Reveal = Infer<typeof Reveal>;

/** What an elector opens its own sealed ballot with; erasable. */
export const SealedBallot = shapeOf(v1.SealedBallot, { sealed: bytesField(1, 4000) });

/** Why an elector chose so, in words; erasable. */
export const BallotReason = shapeOf(v1.BallotReason, { text: textField(2000, 1) });

/** The choice of an elector’s delegate. */
export const MandatedBallot = shapeOf(v1.MandatedBallot, {
  body: idField,
  version: idField,
  number: integerField(1, UINT32_MAX),
  choice: choiceField,
  elector: idField,
  mandate: idField,
  reasonDigest: optionalIdField,
});
/** See the shape of the same name. */
export type MandatedBallot = Infer<typeof MandatedBallot>;

/** A body opens a proposal. */
export const Proposal = shapeOf(v1.Proposal, { propose: carriedEntryField, memberHead: Head, rule: DecisionRule });
/** See the shape of the same name. */
export type Proposal = Infer<typeof Proposal>;

/** A proposer's newer version, as the body takes it. */
export const Amended = shapeOf(v1.Amended, { proposal: idField, propose: carriedEntryField });
/** See the shape of the same name. */
export type Amended = Infer<typeof Amended>;

/** The body's record of a Withdraw. */
export const Withdrawn = shapeOf(v1.Withdrawn, { withdraw: carriedEntryField });
/** The time for ballots is over. */
export const ProposalEnded = shapeOf(v1.ProposalEnded, { proposal: idField });

/** One ballot as a teller has it. */
export const BallotRow = shapeOf(v1.BallotRow, {
  voter: idField,
  number: integerField(1, UINT32_MAX),
  ballot: idField,
  choice: choiceField,
  delegate: optionalIdField,
  commitment: optionalIdField,
});
/** See the shape of the same name. */
export type BallotRow = Infer<typeof BallotRow>;

/** Ballots that are counted. */
export const ClosePage = shapeOf(v1.ClosePage, {
  proposal: idField,
  rows: listField(BallotRow, 1, ROWS_PER_PAGE_MAX),
});
/** See the shape of the same name. */
export type ClosePage = Infer<typeof ClosePage>;

/** The ballots of a sealed proposal are fixed. */
export const BallotsSealed = shapeOf(v1.BallotsSealed, {
  proposal: idField,
  version: idField,
  rows: integerField(0, ROWS_MAX),
  rowsRoot: bytesField(32, 32),
  revealBy: integerField(0, TIME_MS_MAX),
});
/** See the shape of the same name. */
export type BallotsSealed = Infer<typeof BallotsSealed>;

/** What one elector has revealed. */
export const RevealRow = shapeOf(v1.RevealRow, { voter: idField, sealed: SealedChoice });
/** See the shape of the same name. */
export type RevealRow = Infer<typeof RevealRow>;

/** What electors have revealed. */
export const RevealPage = shapeOf(v1.RevealPage, {
  proposal: idField,
  rows: listField(RevealRow, 1, REVEALS_PER_PAGE_MAX),
});
/** See the shape of the same name. */
export type RevealPage = Infer<typeof RevealPage>;

/** What a proposal came to. */
export const Outcome = shapeOf(v1.Outcome, {
  adopted: boolField,
  electors: countField,
  voters: countField,
  chosen: listField(integerField(1, OPTIONS_MAX), 0, OPTIONS_MAX),
  counts: listField(integerField(0, Number.MAX_SAFE_INTEGER), 0, OPTIONS_MAX),
});
/** See the shape of the same name. */
export type Outcome = Infer<typeof Outcome>;

/** The result. */
export const Close = shapeOf(v1.Close, {
  proposal: idField,
  version: idField,
  rows: integerField(0, ROWS_MAX),
  rowsRoot: bytesField(32, 32),
  outcome: Outcome,
  act: optionalField(Act),
});
/** See the shape of the same name. */
export type Close = Infer<typeof Close>;

/** A delegate's ballot, as the body takes it for the elector. */
export const BallotTaken = shapeOf(v1.BallotTaken, {
  proposal: idField,
  ballot: carriedEntryField,
  electorHead: Head,
});
/** See the shape of the same name. */
export type BallotTaken = Infer<typeof BallotTaken>;

/** Identity events in a certificate: an event has 100 bytes at least. */
export const CERTIFICATE_EVENTS_MAX = 160;
/** Hashes from one entry up to the root of a book of 2^40 entries. */
const PATH_MAX = 40;

/** That a body adopted something. */
export const DecisionCertificate = shapeOf(v1.DecisionCertificate, {
  close: carriedEntryField,
  checkpoint: Certificate,
  path: listField(bytesField(32, 32), 0, PATH_MAX),
});
/** See the shape of the same name. */
export type DecisionCertificate = Infer<typeof DecisionCertificate>;

/** A DecisionCertificate with what it takes to check it alone. */
export const StandaloneCertificate = shapeOf(v1.StandaloneCertificate, {
  network: bytesField(NETWORK_BYTES, NETWORK_BYTES),
  decision: DecisionCertificate,
  events: listField(IdentityEvent, 1, CERTIFICATE_EVENTS_MAX),
  decisionOpening: carriedOpeningField,
  memberOpening: bytesField(0, OPENING_BYTES_MAX),
  founding: bytesField(0, CERTIFICATE_BYTES_MAX),
});
/** See the shape of the same name. */
export type StandaloneCertificate = Infer<typeof StandaloneCertificate>;

/** What became of a proposal; the order gives the proto numbers. */
export const PROPOSAL_STATES = [
  'open',
  'closing',
  'adopted',
  'rejected',
  'withdrawn',
  'revealing',
  'counting',
] as const;
/** One of PROPOSAL_STATES. */
export type ProposalState = (typeof PROPOSAL_STATES)[number];

/** Row of `proposals/<proposal>`. */
export const ProposalRow = shapeOf(v1.ProposalRow, {
  version: idField,
  propose: idField,
  author: idField,
  matter: enumField(MATTERS),
  rule: DecisionRule,
  question: Question,
  memberHead: Head,
  sequence: integerField(0, Number.MAX_SAFE_INTEGER),
  state: enumField(PROPOSAL_STATES),
  pages: countField,
  rows: integerField(0, ROWS_MAX),
  outcome: optionalField(Outcome),
  deadline: integerField(0, TIME_MS_MAX),
  taken: integerField(0, ROWS_MAX),
  close: optionalIdField,
  closed: integerField(0, Number.MAX_SAFE_INTEGER),
});
/** See the shape of the same name. */
export type ProposalRow = Infer<typeof ProposalRow>;

/** Row of `proposed/<propose>`. */
export const ProposedRow = shapeOf(v1.ProposedRow, { proposal: idField });
/** Row of `pages/<proposal>/<number>`. */
export const PageRow = shapeOf(v1.PageRow, { rows: listField(BallotRow, 1, ROWS_PER_PAGE_MAX) });
/** See the shape of the same name. */
export type PageRow = Infer<typeof PageRow>;

/** Row of `takenOf/<proposal>/<elector>`. */
export const TakenRow = shapeOf(v1.TakenRow, { place: countField });
