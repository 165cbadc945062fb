import { z } from 'zod';
import { LOT_DRAWN_MAX, LOT_EXCLUDED_MAX, LOT_PARTIES_MAX, LOT_STATES } from '../../core/wire/messages/lots.ts';
import { defineRoute } from '../route.ts';
import { idInput, idText, limitQuery, writtenJson } from '../schema.ts';

const timeInput = z.iso.datetime({ offset: true }).optional();
const personJson = z.object({ identity: idText, name: z.string().optional() });

const lotJson = z.object({
  lot: idText,
  body: idText,
  bodyName: z.string().optional(),
  title: z.string().optional(),
  /** `called`: parties commit. `sealed`: they show their secrets. `drawn`: it is done. */
  state: z.enum(LOT_STATES),
  count: z.int(),
  /** In the order in which they were drawn. */
  drawn: z.array(personJson),
  /** Whether fewer than three secrets made the draw, so that it proves little; once drawn. */
  weak: z.boolean().optional(),
});

/** Calls a lot. */
export const lotDrawRoute = defineRoute({
  command: 'lot draw',
  method: 'POST',
  path: '/v1/lots/draw',
  scope: 'write',
  summary: 'Calls a lot of this body: its parties commit to secrets and show them, and its node draws members by them.',
  body: z.object({
    title: z.string().min(1).max(200),
    count: z.int().min(1).max(LOT_DRAWN_MAX),
    text: z.string().max(20_000).optional(),
    /** Members whose secrets make the draw; where absent all. Their nodes take part by themselves. */
    parties: z.array(idInput).min(1).max(LOT_PARTIES_MAX).optional(),
    /** Who cannot be drawn: parties to a conflict, and who served before. */
    without: z.array(idInput).max(LOT_EXCLUDED_MAX).optional(),
    /** Until when parties may commit, ISO 8601 with a zone; where absent a day. */
    commitBy: timeInput,
    /** Until when they may show their secrets; where absent a day after that. */
    revealBy: timeInput,
  }),
  response: z.object({ entry: writtenJson, lot: idText }),
});

/** Lots that are known here. */
export const lotListRoute = defineRoute({
  command: 'lot list',
  method: 'GET',
  path: '/v1/lots',
  scope: 'read',
  summary: 'Lists the lots of a body, or of every body whose decision book is here, newest first.',
  query: z.object({ body: idInput.optional(), limit: limitQuery }),
  response: z.object({ lots: z.array(lotJson) }),
});

/** One lot. */
export const lotShowRoute = defineRoute({
  command: 'lot show',
  method: 'GET',
  path: '/v1/lots/:lot',
  scope: 'read',
  summary:
    'Shows a lot: whose secrets make it, who withheld one, and who was drawn, drawn again here from the body’s book.',
  params: z.object({ lot: idInput }),
  response: lotJson.extend({
    text: z.string().optional(),
    parties: z.array(
      personJson.extend({
        /** Once sealed. */
        committed: z.boolean().optional(),
        /** Once drawn: whether the secret is missing, or was not what the party committed to. */
        withheld: z.boolean().optional(),
      }),
    ),
    without: z.array(personJson),
    commitBy: z.string(),
    revealBy: z.string(),
    /** How many could be drawn; once sealed. */
    pool: z.int().optional(),
  }),
});
