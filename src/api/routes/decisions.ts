import { z } from 'zod';
import { ATTESTORS_MAX, WITNESSES_MAX } from '../../core/base/limits.ts';
import { PROPOSAL_STATES } from '../../core/wire/messages/decisions.ts';
import { CRITERIA_MAX } from '../../core/wire/messages/people.ts';
import { MATTERS, METHODS, SILENCES, VOICES } from '../../core/wire/messages/rules.ts';
import { defineRoute } from '../route.ts';
import {
  amountInput,
  amountJson,
  idInput,
  idText,
  limitQuery,
  partyJson,
  rateJson,
  sentJson,
  writtenJson,
} from '../schema.ts';
import { charterJson } from './bodies.ts';

const UINT32_MAX = 2 ** 32 - 1;
const countInput = z.int().min(0).max(UINT32_MAX);

/** An option in a question; a budget's has a cost. */
const optionInput = z.object({ name: z.string().min(1).max(200), cost: amountInput.optional() });

/** At which ratio work of a task class is issued, and when it is done. */
const rateInput = z.object({
  taskClass: countInput,
  numerator: z.int().min(1).max(1_000_000),
  denominator: z.int().min(1).max(1_000_000),
  /** A whole minute, ISO 8601 with a zone. */
  start: z.iso.datetime({ offset: true }),
  minutes: z
    .int()
    .min(1)
    .max(366 * 24 * 60),
});

const shareInput = z.string().regex(/^\d{1,4}\/[1-9]\d{0,3}$/, 'is no fraction such as 1/2');

/** How one matter is decided. */
const ruleInput = z.object({
  matter: z.enum(MATTERS),
  method: z.enum(METHODS),
  quorum: shareInput,
  /** Of a supermajority. */
  threshold: shareInput.optional(),
  /** Of a consensus: how many blocks it bears. */
  blocksMax: z.int().min(0).max(UINT32_MAX).optional(),
  silence: z.enum(SILENCES).default('abstain'),
});

/** A charter that takes the place of the one in force. */
const charterInput = z.object({
  purpose: z.string().min(1).max(2000).optional(),
  criteria: z.array(z.string().min(1).max(400)).max(CRITERIA_MAX).optional(),
  /** How many co-workers attest a labor record. */
  attestationCount: z.int().min(1).max(ATTESTORS_MAX).optional(),
  /** All rules, the first for general matters. */
  rules: z.array(ruleInput).min(1).max(MATTERS.length).optional(),
  witnesses: z.array(idInput).max(WITNESSES_MAX).optional(),
});

/** What is asked, in words and numbers; which of them are needed the method of the matter says. */
const versionInput = {
  text: z.string().max(20_000).optional(),
  options: z.array(optionInput).max(64).optional(),
  /** Ranked choice and score: how many options are chosen. */
  seats: z.int().min(0).max(64).optional(),
  /** Score: the largest score of an option. */
  scoreMax: z.int().min(0).max(1000).optional(),
  /** Equal shares: what there is to share out. */
  budget: amountInput.optional(),
  /** Ballots commit to their choices, which are shown when all are in; not in a consent or consensus. */
  sealed: z.boolean().optional(),
  /** When the body ends the ballots, ISO 8601 with a zone; without it when every elector has voted, or the body ends them. */
  deadline: z.iso.datetime({ offset: true }).optional(),
  rate: rateInput.optional(),
  /** Of an expulsion: the member who is to go. */
  expel: idInput.optional(),
  /** Of a charter: what is to change; what is not given stays. */
  charter: charterInput.optional(),
};

/** A proposal of one's own that was sent; its id and version are known when the answer is `accepted`. */
const proposedJson = sentJson.extend({ proposal: idText.optional(), version: idText.optional() });

/** A proposal as lists print it. */
export const proposalJson = z.object({
  proposal: idText,
  /** The newest version, which a ballot names. */
  version: idText,
  body: idText,
  bodyName: z.string().optional(),
  matter: z.enum(MATTERS),
  title: z.string().optional(),
  method: z.enum(METHODS),
  state: z.enum(PROPOSAL_STATES),
  deadline: z.string().optional(),
  /** Members who may vote; where the member book is here. */
  electors: z.int().optional(),
  /** Electors whose ballot counted; after the Close. */
  voters: z.int().optional(),
});

/** Proposes. */
export const proposalOpenRoute = defineRoute({
  command: 'proposal open',
  method: 'POST',
  path: '/v1/proposals/open',
  scope: 'write',
  summary: 'Proposes something to a body, which opens it for the ballots of its members.',
  body: z.object({
    body: idInput,
    title: z.string().min(1).max(200),
    matter: z.enum(MATTERS).default('general'),
    ...versionInput,
  }),
  response: proposedJson,
});

/** Takes another text. */
export const proposalAmendRoute = defineRoute({
  command: 'proposal amend',
  method: 'POST',
  path: '/v1/proposals/amend',
  scope: 'write',
  summary: 'Puts a newer version in the place of a proposal of one’s own; what is not given stays. Ballots begin anew.',
  body: z.object({ proposal: idInput, title: z.string().min(1).max(200).optional(), ...versionInput }),
  response: proposedJson,
});

/** Takes a proposal back. */
export const proposalWithdrawRoute = defineRoute({
  command: 'proposal withdraw',
  method: 'POST',
  path: '/v1/proposals/withdraw',
  scope: 'write',
  summary: 'Takes a proposal of one’s own back; the body cannot refuse.',
  body: z.object({ proposal: idInput }),
  response: sentJson.extend({ proposal: idText }),
});

/** Ends the ballots. */
export const proposalCloseRoute = defineRoute({
  command: 'proposal close',
  method: 'POST',
  path: '/v1/proposals/close',
  scope: 'write',
  summary:
    'Ends the ballots for a proposal of this body that has no deadline, or whose result no ballot can change, and counts them.',
  body: z.object({ proposal: idInput }),
  response: z.object({ entry: writtenJson, ...proposalJson.shape }),
});

/** Proposals that are known here. */
export const proposalListRoute = defineRoute({
  command: 'proposal list',
  method: 'GET',
  path: '/v1/proposals',
  scope: 'read',
  summary: 'Lists the proposals of a body, or of every body whose decision book is here, newest first.',
  query: z.object({ body: idInput.optional(), state: z.enum(PROPOSAL_STATES).optional(), limit: limitQuery }),
  response: z.object({ proposals: z.array(proposalJson.omit({ version: true })) }),
});

/** One proposal. */
export const proposalShowRoute = defineRoute({
  command: 'proposal show',
  method: 'GET',
  path: '/v1/proposals/:proposal',
  scope: 'read',
  summary: 'Shows a proposal: its text, how it is decided, and what came of it, recounted here from the body’s book.',
  params: z.object({ proposal: idInput }),
  response: proposalJson.extend({
    text: z.string().optional(),
    proposer: idText,
    proposerName: z.string().optional(),
    rule: z.object({
      quorum: z.string(),
      threshold: z.string().optional(),
      blocksMax: z.int().optional(),
      silence: z.enum(['abstain', 'assent']),
    }),
    seats: z.int().optional(),
    scoreMax: z.int().optional(),
    /** Whether ballots hide their choices until all are in. */
    sealed: z.boolean(),
    budget: amountJson.optional(),
    rate: rateJson.optional(),
    /** Of an expulsion: who goes when it is adopted. */
    expel: partyJson.optional(),
    /** The charter that is in force when it is adopted. */
    charter: charterJson.optional(),
    /** What this identity has cast for the newest version. */
    ownBallot: z.string().optional(),
    /** Of an adopted charter or expulsion: whether the body’s member book has it, has yet to take it, or cannot any more. */
    carriedOut: z.enum(['done', 'waiting', 'impossible']).optional(),
    /** Electors whose delegates’ ballots were taken for the newest version, until the Close. */
    mandated: z.array(z.object({ elector: idText, electorName: z.string().optional(), choice: z.string() })),
    /** To the body itself: electors from whom it holds a ballot. */
    ballotsHeld: z.int().optional(),
    /** Of a yes or no, after the Close. */
    voices: z.object({ for: z.int(), against: z.int(), standAside: z.int(), block: z.int() }).optional(),
    options: z.array(
      z.object({
        number: z.int(),
        name: z.string().optional(),
        cost: amountJson.optional(),
        /** Votes of a ranked choice (a decimal), sums of scores, approvals; after the Close. */
        count: z.string().optional(),
        /** Its place among the chosen, from 1. */
        chosen: z.int().optional(),
      }),
    ),
  }),
});

/** Votes. */
export const ballotCastRoute = defineRoute({
  command: 'ballot cast',
  method: 'POST',
  path: '/v1/ballots',
  scope: 'write',
  summary:
    'Casts a ballot, or a newer one in its place: a voice, numbers of options, or whose ballot counts for this one too.',
  body: z.object({
    proposal: idInput,
    /** Of a yes or no. In a consent `against` is an objection; only a consensus can be blocked, for a reason. */
    voice: z.enum(VOICES).optional(),
    /** Ranked choice: options, the first preference first. Score: a score for each option. Equal shares: options approved. */
    choice: z.array(countInput).max(64).optional(),
    delegate: idInput.optional(),
    /** A member of the deciding body that mandated this identity: the ballot counts as that member’s. */
    elector: idInput.optional(),
    reason: z.string().min(1).max(2000).optional(),
  }),
  response: sentJson.extend({
    proposal: idText,
    ballot: idText,
    number: z.int(),
    /** Of a sealed ballot: when its choice is shown, and what sealing does not protect from. */
    sealed: z.string().optional(),
  }),
});

/** Opens an own sealed ballot. */
export const ballotRevealRoute = defineRoute({
  command: 'ballot reveal',
  method: 'POST',
  path: '/v1/ballots/reveal',
  scope: 'write',
  summary:
    'Shows what the own sealed ballot commits to, once the body has fixed the ballots; nodes do so by themselves.',
  body: z.object({ proposal: idInput }),
  response: sentJson.extend({ proposal: idText }),
});
