import { z } from 'zod';
import { MATTERS } from '../../core/wire/messages/rules.ts';
import { defineRoute } from '../route.ts';
import { amountInput, amountJson, idInput, idText, writtenJson } from '../schema.ts';

/** ISO 8601 with a zone. */
const timeInput = z.iso.datetime({ offset: true });

/**
 * How a mandate stands: `waiting` for its term to begin, `running`, `expired`, `recalled`, or `gone` since its delegate left the body
 * that gave it.
 */
const MANDATE_STATES = ['waiting', 'running', 'expired', 'recalled', 'gone'] as const;

/** Gives a mandate. */
export const mandateGrantRoute = defineRoute({
  command: 'mandate grant',
  method: 'POST',
  path: '/v1/mandates/grant',
  scope: 'write',
  summary: 'Lets a delegate act for this body at another, in certain matters, up to an amount and until a time.',
  body: z.object({
    delegate: idInput,
    /** In whose decisions the delegate may act. */
    at: idInput,
    /** The end of the term, at most four years after its beginning. */
    to: timeInput,
    /** Now, where it is not given. */
    from: timeInput.optional(),
    matters: z.array(z.enum(MATTERS)).min(1).max(MATTERS.length).default(['general']),
    /** Largest budget on which the delegate may vote; needed for the matter of budgets, and only there. */
    amount: amountInput.optional(),
  }),
  response: z.object({ entry: writtenJson, mandate: idText }),
});

/** Takes a mandate back. */
export const mandateRecallRoute = defineRoute({
  command: 'mandate recall',
  method: 'POST',
  path: '/v1/mandates/recall',
  scope: 'write',
  summary: 'Recalls a mandate of this body at once: nobody who has heard of it takes an act under the mandate.',
  body: z.object({ mandate: idInput }),
  response: z.object({ entry: writtenJson, mandate: idText }),
});

/** Mandates that are known here. */
export const mandateListRoute = defineRoute({
  command: 'mandate list',
  method: 'GET',
  path: '/v1/mandates',
  scope: 'read',
  summary: 'Lists the mandates that a body gave, or every body whose member book is here, newest first.',
  query: z.object({
    body: idInput.optional(),
    delegate: idInput.optional(),
    state: z.enum(MANDATE_STATES).optional(),
  }),
  response: z.object({
    mandates: z.array(
      z.object({
        mandate: idText,
        /** Who gave it. */
        body: idText,
        bodyName: z.string().optional(),
        delegate: idText,
        delegateName: z.string().optional(),
        at: idText,
        atName: z.string().optional(),
        matters: z.array(z.enum(MATTERS)),
        amount: amountJson.optional(),
        from: z.string(),
        to: z.string(),
        state: z.enum(MANDATE_STATES),
        /** Where the member book says that it is over: from there on no act under it is taken. */
        overAt: z.int().optional(),
      }),
    ),
  }),
});
