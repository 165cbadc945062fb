import { z } from 'zod';
import { defineRoute } from '../route.ts';
import {
  channelName,
  flagQuery,
  headJson,
  identityKind,
  idInput,
  idText,
  limitQuery,
  numberQuery,
  regionInput,
} from '../schema.ts';
import { bookWordsJson, wordsJson } from './witness.ts';

/** Items of one question: what one submit request holds. */
const ITEMS_MAX = 64;
/** One item in base64, in characters: 50 KiB and a frame. */
const ITEM_CHARACTERS_MAX = 70_000;

const bookJson = z.object({
  book: idText,
  identity: idText,
  name: z.string().optional(),
  kind: identityKind,
  device: idText,
  region: z.string(),
  channel: channelName,
  sequence: z.int(),
  head: idText,
  /** Number of entries whose effect was taken. */
  judged: z.int(),
  forkedAt: z.int().optional(),
  continues: idText.optional(),
  known: z.boolean(),
  own: z.boolean(),
  bytes: z.int(),
  /** Only of a body's book that rules govern. */
  stateRoot: idText.optional(),
  ...bookWordsJson,
});

const entryJson = z.object({
  id: idText,
  book: idText,
  sequence: z.int(),
  kind: z.string(),
  claimedAt: z.int(),
  bytes: z.int(),
  erased: z.boolean(),
  /** Payload in words, undefined where it is erased or of a kind that this version doesn't know. */
  content: z.unknown(),
});

/** Which books are held. */
export const bookListRoute = defineRoute({
  command: 'book list',
  method: 'GET',
  path: '/v1/books',
  scope: 'read',
  summary: 'Lists the books that this node holds.',
  query: z.object({
    identity: idInput.optional(),
    region: regionInput.optional(),
    channel: channelName.optional(),
    own: flagQuery.optional(),
  }),
  response: z.object({ books: z.array(bookJson) }),
});

/** One book and a page of its entries. */
export const bookShowRoute = defineRoute({
  command: 'book show',
  method: 'GET',
  path: '/v1/books/:book',
  scope: 'read',
  summary: 'Shows a book and some of its entries, from a sequence on.',
  params: z.object({ book: idInput }),
  query: z.object({ from: numberQuery.default(0), limit: limitQuery }),
  response: z.object({ book: bookJson, entries: z.array(entryJson), next: z.int().optional() }),
});

/** One entry. */
export const entryShowRoute = defineRoute({
  command: 'entry show',
  method: 'GET',
  path: '/v1/entries/:entry',
  scope: 'read',
  summary: 'Shows an entry, its effect, and the entries of other books that carry it whole.',
  params: z.object({ entry: idInput }),
  response: z.object({
    entry: entryJson,
    identity: idText.optional(),
    /** `applied`, `waiting`, `ungoverned` (no rule reads that book), `side` (beside a fork), or the code of its refusal. */
    effect: z.string(),
    sentence: z.string(),
    ...wordsJson,
    carriers: z.array(headJson.omit({ id: true })),
    /** The entry as it travels, base64url. */
    wire: z.string(),
  }),
});

const itemOutcomeJson = z.object({
  word: z.enum(['stored', 'known', 'kept', 'carried', 'refused', 'parked', 'passing', 'later', 'bad']),
  id: idText.optional(),
  code: z.string().optional(),
  sentence: z.string().optional(),
  carrier: headJson.optional(),
});

/** Takes in items signed elsewhere. */
export const itemsRoute = defineRoute({
  command: undefined,
  method: 'POST',
  path: '/v1/items',
  scope: 'write',
  summary: 'Takes in entries and statements that were signed elsewhere, an Opening before the first entry of its book.',
  body: z.object({ items: z.array(z.string().min(1).max(ITEM_CHARACTERS_MAX)).min(1).max(ITEMS_MAX) }),
  response: z.object({ outcomes: z.array(itemOutcomeJson) }),
});

/** Streams a file of items. */
export const exportRoute = defineRoute({
  command: 'export',
  method: 'GET',
  path: '/v1/export',
  scope: 'read',
  summary: 'Streams a file with the entries and statements of the followed topics, of one channel, or of one book.',
  query: z.object({ region: regionInput.optional(), channel: channelName.optional(), book: idInput.optional() }),
  replies: 'bytes',
  response: z.unknown(),
});

/** Takes in a file of items. */
export const importRoute = defineRoute({
  command: 'import',
  method: 'POST',
  path: '/v1/import',
  scope: 'write',
  summary: 'Takes in a file of items: people, identity events, proofs and openings first, then everything.',
  takes: 'bytes',
  query: z.object({ join: flagQuery.default(false) }),
  flagScopes: { join: 'admin' },
  response: z.object({
    items: z.int(),
    stored: z.int(),
    known: z.int(),
    passing: z.int(),
    later: z.int(),
    refused: z.int(),
    regionsJoined: z.array(z.string()),
    complete: z.boolean(),
    faults: z.array(z.string()),
  }),
});
