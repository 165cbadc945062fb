import { z } from 'zod';
import { defineRoute } from '../route.ts';
import { flagQuery, headJson, idInput, idText, partyJson } from '../schema.ts';
import { proposalJson } from './decisions.ts';

/** What a body decided, and who says so. */
export const certificateShowRoute = defineRoute({
  command: 'certificate show',
  method: 'GET',
  path: '/v1/certificates/:proposal',
  scope: 'read',
  summary: 'Shows what a body decided, under which checkpoint of its decision book, and which witnesses confirm that.',
  params: z.object({ proposal: idInput }),
  response: z.object({
    /** Begins with the words: unwitnessed, few witnesses (m of n), or witnessed. */
    sentence: z.string(),
    ...proposalJson.shape,
    /** The entry that gives the result, and its sequence in the decision book. */
    close: idText,
    sequence: z.int(),
    checkpoint: z.object({ book: idText, size: z.int(), root: idText, head: idText, charterHead: headJson }),
    witnessing: z.enum(['unwitnessed', 'few witnesses', 'witnessed']),
    /** Cosignatures that the charter asks for. */
    needed: z.int(),
    cosigned: z.int(),
    /** Length of the compact file; absent where it would be too large, and only the full one can be written. */
    bytes: z.int().optional(),
    /** In the order of the charter. */
    witnesses: z.array(partyJson.extend({ cosigned: z.boolean() })),
  }),
});

/** The certificate as a file. */
export const certificateFileRoute = defineRoute({
  command: undefined,
  method: 'GET',
  path: '/v1/certificates/:proposal/file',
  scope: 'read',
  summary:
    'Streams the certificate of a decision, at most 16 KiB, or the full one with the electorate and the ballots: `certificate verify` checks it offline.',
  params: z.object({ proposal: idInput }),
  query: z.object({ full: flagQuery.default(false) }),
  replies: 'bytes',
  response: z.unknown(),
});
