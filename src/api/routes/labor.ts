import { z } from 'zod';
import { defineRoute } from '../route.ts';
import { amountInput, amountJson, idInput, idText, limitQuery, sentJson, writtenJson } from '../schema.ts';

const UINT32_MAX = 2 ** 32 - 1;

/** Start as ISO 8601 with a zone, whole minutes; length in minutes. The rules bound both with a code of their own. */
const intervalInput = z.object({ start: z.iso.datetime({ offset: true }), minutes: z.int().min(0).max(UINT32_MAX) });
const intervalJson = z.object({ start: z.string(), minutes: z.int() });

const claimJson = z.object({
  claim: idText,
  worker: idText,
  workerName: z.string().optional(),
  cooperative: idText,
  taskClass: z.int(),
  intervals: z.array(intervalJson),
  amount: amountJson,
  bank: idText,
  account: idText,
});

/** Claims labor. */
export const laborClaimRoute = defineRoute({
  command: 'labor claim',
  method: 'POST',
  path: '/v1/labor/claim',
  scope: 'write',
  summary: 'Claims hours worked in a cooperative, to be issued as notes to an account; sent to the cooperative.',
  body: z.object({
    cooperative: idInput,
    bank: idInput,
    /** The account to be credited; where absent the one account held at the bank. */
    account: idInput.optional(),
    intervals: z.array(intervalInput).max(62),
    /** Where absent the sum of the intervals. */
    amount: amountInput.optional(),
    taskClass: z.int().min(0).max(UINT32_MAX).default(0),
  }),
  response: sentJson.extend({ claim: idText, amount: amountJson }),
});

/** Attests labor. */
export const laborAttestRoute = defineRoute({
  command: 'labor attest',
  method: 'POST',
  path: '/v1/labor/attest',
  scope: 'write',
  summary: 'Attests a claim that its cooperative shows; sent to the cooperative.',
  body: z.object({ claim: idInput }),
  response: sentJson,
});

/** Records labor. */
export const laborRecordRoute = defineRoute({
  command: 'labor record',
  method: 'POST',
  path: '/v1/labor/record',
  scope: 'write',
  summary: 'Records a claim with its attestations in this cooperative’s labor book.',
  body: z.object({
    claim: idInput,
    /** For a cooperative of one: the body in which the receiver of the work is a member. */
    receiverBody: idInput.optional(),
  }),
  response: z.object({ entry: writtenJson, claim: idText, amount: amountJson, attestors: z.array(idText) }),
});

/** Claims that wait, and records. */
export const laborListRoute = defineRoute({
  command: 'labor list',
  method: 'GET',
  path: '/v1/labor',
  scope: 'read',
  summary: 'Lists claims that wait for attestors or for their record, and the newest labor records of a cooperative.',
  query: z.object({ cooperative: idInput.optional(), limit: limitQuery }),
  response: z.object({
    pending: z.array(claimJson.extend({ attestors: z.array(idText) })),
    records: z.array(claimJson.extend({ record: idText, attestors: z.array(idText) })),
  }),
});
