import { z } from 'zod';
import { defineRoute } from '../route.ts';
import { channelName, copiedText, identityKind, idInput, idText, partyJson, regionInput } from '../schema.ts';
import { bookWordsJson } from './witness.ts';

/** Longest multiaddr, in characters: a relayed WebRTC address has about 250. */
const ADDRESS_CHARACTERS_MAX = 1000;

const regionJson = z.object({ region: z.string(), channels: z.array(channelName) });
const regionsJson = z.object({ regions: z.array(regionJson) });

const topicJson = z.object({
  topic: z.string(),
  region: z.string(),
  channel: channelName,
  /** Hash over (book → head, stateRoot) of the known authors' books. */
  topicRoot: idText,
  books: z.int(),
});

const ownBookJson = z.object({
  book: idText,
  region: z.string(),
  channel: channelName,
  sequence: z.int(),
  head: idText,
  stateRoot: idText.optional(),
  ...bookWordsJson,
});

/** What the node is and holds. */
export const statusRoute = defineRoute({
  command: 'status',
  method: 'GET',
  path: '/v1/status',
  scope: 'read',
  summary: 'Tells who this node is, what it follows and holds, and the roots by which two nodes compare it.',
  response: z.object({
    identity: idText,
    kind: identityKind,
    name: z.string().optional(),
    device: idText,
    region: z.string(),
    network: z.string(),
    peer: z.string(),
    addresses: z.array(z.string()),
    /** Undefined where the node writes; else why it does not. */
    readOnly: z.string().optional(),
    peers: z.int(),
    roots: z.array(idText),
    rootsDigest: idText,
    regions: z.array(regionJson),
    topics: z.array(topicJson),
    books: z.array(ownBookJson),
    booksHeld: z.int(),
    strangerBooks: z.int(),
    waitingEffects: z.int(),
    /** Whether this node confirms books whose charter names it. */
    confirms: z.boolean(),
    /** Proofs that somebody signed two views of a book. */
    evidence: z.int(),
    inbox: z.int(),
    outbox: z.int(),
    storeBytes: z.int(),
  }),
});

/** Which regions are followed. */
export const regionListRoute = defineRoute({
  command: undefined,
  method: 'GET',
  path: '/v1/regions',
  scope: 'read',
  summary: 'Lists the regions that this node follows.',
  response: regionsJson,
});

/** Follows a region. */
export const regionJoinRoute = defineRoute({
  command: 'join',
  method: 'POST',
  path: '/v1/regions/join',
  scope: 'admin',
  summary: 'Follows a region, and people and emergency of the wider regions around it.',
  body: z.object({ region: regionInput, channels: z.array(channelName).min(1).max(6).optional() }),
  response: regionsJson,
});

/** Leaves a region. */
export const regionPartRoute = defineRoute({
  command: 'part',
  method: 'POST',
  path: '/v1/regions/part',
  scope: 'admin',
  summary: 'Stops following a region; what was kept of it stays.',
  body: z.object({ region: regionInput }),
  response: regionsJson,
});

/** Connected peers. */
export const peerListRoute = defineRoute({
  command: 'peer list',
  method: 'GET',
  path: '/v1/peers',
  scope: 'read',
  summary: 'Lists the connected peers, whose nodes they are, and the identities trusted as roots.',
  response: z.object({
    peers: z.array(
      z.object({
        peer: z.string(),
        identity: idText.optional(),
        name: z.string().optional(),
        addresses: z.array(z.string()),
        direction: z.enum(['inbound', 'outbound']),
        connectedAt: z.int(),
        score: z.number(),
      }),
    ),
    roots: z.array(partyJson),
  }),
});

/** Dials a peer, adds a root, or both. */
export const peerAddRoute = defineRoute({
  command: 'peer add',
  method: 'POST',
  path: '/v1/peers',
  scope: 'admin',
  summary: 'Dials a multiaddr, and counts an identity and those it admits among the known authors.',
  body: z
    .object({ address: z.string().min(1).max(ADDRESS_CHARACTERS_MAX).optional(), root: idInput.optional() })
    .refine(({ address, root }) => address !== undefined || root !== undefined, 'name an address, a root, or both'),
  response: z.object({ peer: z.string().optional(), identity: idText.optional(), roots: z.array(idText) }),
});

/** Makes an invite. */
export const inviteCreateRoute = defineRoute({
  command: 'invite create',
  method: 'POST',
  path: '/v1/invites',
  scope: 'admin',
  summary: 'Makes a text that brings somebody to a region: its addresses, its known identities and a first contact.',
  body: z.object({ region: regionInput.optional(), roots: z.array(idInput).max(64).optional() }),
  response: z.object({ text: z.string(), region: z.string(), addresses: z.array(z.string()), roots: z.array(idText) }),
});

/** Accepts an invite. */
export const inviteAcceptRoute = defineRoute({
  command: 'invite accept',
  method: 'POST',
  path: '/v1/invites/accept',
  scope: 'admin',
  summary: 'Follows the region of an invite, adds its roots and dials its addresses.',
  body: z.object({ text: copiedText }),
  response: z.object({
    region: z.string(),
    contact: idText,
    roots: z.array(idText),
    dialed: z.array(z.object({ address: z.string(), reached: z.boolean(), sentence: z.string().optional() })),
  }),
});

/** What happens, as it happens. */
export const eventsRoute = defineRoute({
  command: undefined,
  method: 'GET',
  path: '/v1/events',
  scope: 'read',
  summary:
    'Streams what happens as server-sent events; `Last-Event-ID` resumes, an event `reset` says that some were lost.',
  replies: 'events',
  response: z.unknown(),
});
