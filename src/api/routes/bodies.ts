import { z } from 'zod';
import { MATTERS, METHODS, SILENCES } from '../../core/wire/messages/rules.ts';
import { defineRoute } from '../route.ts';
import { headJson, identityKind, idInput, partyJson } from '../schema.ts';

/** What a charter says; its words where they are here. */
export const charterJson = z.object({
  attestationCount: z.int(),
  /** Absent where the words of the charter are not here. */
  purpose: z.string().optional(),
  criteria: z.array(z.object({ number: z.int(), sentence: z.string().optional() })),
  rules: z.array(
    z.object({
      matter: z.enum(MATTERS),
      method: z.enum(METHODS),
      quorum: z.string(),
      threshold: z.string().optional(),
      blocksMax: z.int().optional(),
      silence: z.enum(SILENCES),
    }),
  ),
  witnesses: z.array(partyJson),
});

const bodyJson = partyJson.extend({ kind: identityKind, region: z.string(), members: z.int() });

/** Bodies. */
export const bodyListRoute = defineRoute({
  command: 'body list',
  method: 'GET',
  path: '/v1/bodies',
  scope: 'read',
  summary: 'Lists the founded bodies whose member books are held here.',
  response: z.object({ bodies: z.array(bodyJson) }),
});

/** One body's charter. */
export const bodyShowRoute = defineRoute({
  command: 'body show',
  method: 'GET',
  path: '/v1/bodies/:body',
  scope: 'read',
  summary:
    'Shows the charter of a body: its purpose, what it asks of members, how it decides, who witnesses its books.',
  params: z.object({ body: idInput }),
  response: bodyJson.extend({
    charterHead: headJson,
    ...charterJson.shape,
  }),
});
