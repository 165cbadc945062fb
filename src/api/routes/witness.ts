import { z } from 'zod';
import { EVIDENCE_TYPES } from '../../core/wire/messages/witness.ts';
import { WITNESS_OFFERS } from '../../core/witness/offer.ts';
import { defineRoute } from '../route.ts';
import { amountJson, channelName, headJson, idInput, idText, partyJson } from '../schema.ts';

/** How sure an entry is, and how much the witnesses behind that word carry (protocol §5). */
export const wordsJson = {
  /** `accepted`: it stands in its book; `witnessed`: enough witnesses confirm it; `final`: and enough say that they hold that. */
  certainty: z.enum(['accepted', 'witnessed', 'final']).optional(),
  witnessing: z.enum(['unwitnessed', 'few witnesses', 'witnessed']).optional(),
};

/** The same of a whole book: the words of its newest entry, and how many entries bear the stronger ones. Only of a body's book. */
export const bookWordsJson = {
  ...wordsJson,
  /** Entries, from the Opening on, that enough witnesses confirm. */
  witnessedEntries: z.int().optional(),
  /** Entries that are final. */
  finalEntries: z.int().optional(),
};

const witnessJson = partyJson.extend({
  cosigned: z.boolean(),
  /** It says that it replayed the book. */
  audited: z.boolean(),
  /** It says that it holds the certificate. */
  holds: z.boolean(),
});

/** The newest checkpoint of a book. */
export const checkpointShowRoute = defineRoute({
  command: 'checkpoint show',
  method: 'GET',
  path: '/v1/checkpoints/:book',
  scope: 'read',
  summary: 'Shows the newest confirmed checkpoint of a book, or its writer’s own while none is, also as a C2SP text.',
  params: z.object({ book: idInput }),
  response: z.object({
    book: idText,
    identity: idText,
    name: z.string().optional(),
    epoch: z.int(),
    charterHead: headJson,
    /** Entries from the Opening on. */
    size: z.int(),
    root: idText,
    head: idText,
    stateRoot: idText,
    issued: amountJson,
    retired: amountJson,
    /** `accepted` while too few witnesses confirm it. */
    certainty: z.enum(['accepted', 'witnessed', 'final']),
    witnessing: z.enum(['unwitnessed', 'few witnesses', 'witnessed']),
    /** Cosignatures that make a certificate. */
    needed: z.int(),
    cosigned: z.int(),
    /** Whether the entries that this node holds are those under it; absent until it holds them. */
    agrees: z.boolean().optional(),
    /** In the order of the charter. */
    witnesses: z.array(witnessJson),
    /** C2SP tlog-checkpoint, with the line of this node where it wrote or confirmed it. */
    note: z.string(),
  }),
});

const offersJson = z.object({
  /** `auto`: bodies other than federations confirm books within their region; `on`: all that it holds; `off`: none. */
  offer: z.enum(WITNESS_OFFERS),
  /** Whether a node of this kind confirms books under this offer. */
  confirms: z.boolean(),
  books: z.array(
    z.object({
      book: idText,
      identity: idText,
      name: z.string().optional(),
      channel: channelName,
      /** Whether the offer covers it: with `auto` only within this node's region. */
      offered: z.boolean(),
      /** Entries, from the Opening on, that this node has confirmed. */
      confirmed: z.int(),
      /** Entries under its writer's largest checkpoint that is known here. */
      largest: z.int(),
      /** Whether evidence against its writer is kept: then nothing more is confirmed. */
      accused: z.boolean(),
    }),
  ),
});

/** What this node does as a witness. */
export const witnessListRoute = defineRoute({
  command: 'witness list',
  method: 'GET',
  path: '/v1/witness',
  scope: 'read',
  summary: 'Lists the books whose charter names this node as a witness, and how far it has confirmed each.',
  response: offersJson,
});

/** Says whose books this node confirms. */
export const witnessOfferRoute = defineRoute({
  command: 'witness offer',
  method: 'POST',
  path: '/v1/witness/offer',
  scope: 'admin',
  summary:
    'Says whose books this node confirms where their charter names it: auto (bodies within their region), on (all that it holds) or off.',
  body: z.object({ offer: z.enum(WITNESS_OFFERS) }),
  response: offersJson,
});

const evidenceJson = z.object({
  evidence: idText,
  proves: z.enum(EVIDENCE_TYPES),
  role: z.enum(['writer', 'witness']),
  book: idText,
  /** Whose book it is. */
  identity: idText.optional(),
  name: z.string().optional(),
  /** The device that signed what excludes itself. */
  device: idText,
  /** Whose device it is, where that is known here. */
  accused: idText.optional(),
});

/** Evidence that is kept. */
export const evidenceListRoute = defineRoute({
  command: 'evidence list',
  method: 'GET',
  path: '/v1/evidence',
  scope: 'read',
  summary: 'Lists what proves that a writer or a witness signed two views of one book.',
  query: z.object({ book: idInput.optional() }),
  response: z.object({ evidence: z.array(evidenceJson) }),
});

/** One piece of evidence. */
export const evidenceShowRoute = defineRoute({
  command: 'evidence show',
  method: 'GET',
  path: '/v1/evidence/:evidence',
  scope: 'read',
  summary:
    'Shows a piece of evidence, checked once more: what was signed, by which device, and the whole as it travels.',
  params: z.object({ evidence: idInput }),
  response: evidenceJson.extend({
    sentence: z.string(),
    statements: z.array(
      z.object({ statement: idText, kind: z.string(), author: idText.optional(), content: z.unknown() }),
    ),
    /** The network on which it was signed: 32 hexadecimal digits. */
    network: z.string().regex(/^[0-9a-f]{32}$/),
    /** The statement as it travels, base64url. */
    wire: z.string(),
  }),
});
