import { CARRIED_ENTRY_BYTES_MAX, ENTRY_BYTES_MAX } from '../../base/limits.ts';
import {
  Amended,
  Ballot,
  BallotReason,
  BallotsSealed,
  BallotTaken,
  Close,
  ClosePage,
  MandatedBallot,
  Proposal,
  ProposalEnded,
  ProposalText,
  Propose,
  Reveal,
  RevealPage,
  SealedBallot,
  Withdraw,
  Withdrawn,
} from '../messages/decisions.ts';
import { IDENTITY_KINDS } from '../messages/identity.ts';
import { BODY_KINDS } from './book.ts';
import { defineKind } from './kind.ts';

/** What electors and parties write in their proposals books, to be carried in a decision book. */
export const fromElector = {
  keeping: 'kept',
  entryBytesMax: CARRIED_ENTRY_BYTES_MAX,
  writers: IDENTITY_KINDS,
  channels: ['proposals'],
} as const;
const inWords = { ...fromElector, keeping: 'erasable', entryBytesMax: ENTRY_BYTES_MAX } as const;
/** What bodies write in their decision books. */
export const inDecisionBook = {
  keeping: 'kept',
  entryBytesMax: ENTRY_BYTES_MAX,
  writers: BODY_KINDS,
  channels: ['proposals'],
} as const;

/** A member proposes. */
export const proposeKind = defineKind({ number: 300, name: 'propose', shape: Propose, ...fromElector });
/** A proposal in words. */
export const proposalTextKind = defineKind({ number: 301, name: 'proposalText', shape: ProposalText, ...inWords });
/** A proposer takes a proposal back. */
export const withdrawKind = defineKind({
  number: 302,
  name: 'withdraw',
  shape: Withdraw,
  ...fromElector,
  mentions: (content) => [content.proposal],
});
/** An elector's choice. */
export const ballotKind = defineKind({
  number: 303,
  name: 'ballot',
  shape: Ballot,
  ...fromElector,
  mentions: (content) => [content.version],
});
/** Why an elector chose so. */
export const ballotReasonKind = defineKind({ number: 304, name: 'ballotReason', shape: BallotReason, ...inWords });
/** The choice of an elector’s delegate. */
export const mandatedBallotKind = defineKind({
  number: 305,
  name: 'mandatedBallot',
  shape: MandatedBallot,
  ...fromElector,
  mentions: (content) => [content.version, content.mandate],
});

/** An elector shows what its sealed ballot commits to. */
export const revealKind = defineKind({
  number: 308,
  name: 'reveal',
  shape: Reveal,
  ...fromElector,
  mentions: (content) => [content.version],
});
/** What an elector opens its own sealed ballot with. */
export const sealedBallotKind = defineKind({ number: 309, name: 'sealedBallot', shape: SealedBallot, ...inWords });

/** A proposal is open for ballots. */
export const proposalKind = defineKind({
  number: 310,
  name: 'proposal',
  shape: Proposal,
  ...inDecisionBook,
  carries: (content) => [content.propose],
  heads: (content) => [content.memberHead],
});
/** A newer version of it. */
export const amendedKind = defineKind({
  number: 311,
  name: 'amended',
  shape: Amended,
  ...inDecisionBook,
  carries: (content) => [content.propose],
});
/** It was taken back. */
export const withdrawnKind = defineKind({
  number: 312,
  name: 'withdrawn',
  shape: Withdrawn,
  ...inDecisionBook,
  carries: (content) => [content.withdraw],
});
/** The time for ballots is over. */
export const proposalEndedKind = defineKind({
  number: 313,
  name: 'proposalEnded',
  shape: ProposalEnded,
  ...inDecisionBook,
});
/** Ballots that are counted. */
export const closePageKind = defineKind({
  number: 314,
  name: 'closePage',
  shape: ClosePage,
  ...inDecisionBook,
  receipts: (content) => content.rows.map(({ ballot }) => ballot),
});
/** The result. */
export const closeKind = defineKind({
  number: 315,
  name: 'close',
  shape: Close,
  ...inDecisionBook,
  entryBytesMax: CARRIED_ENTRY_BYTES_MAX,
});
/** A delegate's ballot is taken for the elector. */
export const ballotTakenKind = defineKind({
  number: 316,
  name: 'ballotTaken',
  shape: BallotTaken,
  ...inDecisionBook,
  carries: (content) => [content.ballot],
  heads: (content) => [content.electorHead],
});
/** The ballots of a sealed proposal are fixed. */
export const ballotsSealedKind = defineKind({
  number: 320,
  name: 'ballotsSealed',
  shape: BallotsSealed,
  ...inDecisionBook,
});
/** What electors have revealed. */
export const revealPageKind = defineKind({ number: 321, name: 'revealPage', shape: RevealPage, ...inDecisionBook });
