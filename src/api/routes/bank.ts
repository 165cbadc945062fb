import { z } from 'zod';
import { defineRoute } from '../route.ts';
import { amountInput, amountJson, idInput, idText, writtenJson } from '../schema.ts';

/** A working week, as people write it. */
const CEILING_DEFAULT = '40h';

/** Rests on a cooperative. */
export const bankAcceptCooperativeRoute = defineRoute({
  command: 'bank accept-cooperative',
  method: 'POST',
  path: '/v1/bank/accept-cooperative',
  scope: 'write',
  summary: 'Lets this bank issue notes on a cooperative’s labor records, up to a ceiling for each member and week.',
  body: z.object({
    cooperative: idInput,
    /** For each member and week, up to 60 hours; 40 hours where absent. */
    ceiling: amountInput.prefault(CEILING_DEFAULT),
  }),
  response: z.object({ entry: writtenJson, cooperative: idText, ceiling: amountJson }),
});

/** Ends a cooperative. */
export const bankEndCooperativeRoute = defineRoute({
  command: 'bank end-cooperative',
  method: 'POST',
  path: '/v1/bank/end-cooperative',
  scope: 'write',
  summary: 'Ends issuing on a cooperative’s labor records; notes issued on them stand.',
  body: z.object({ cooperative: idInput }),
  response: z.object({ entry: writtenJson, cooperative: idText }),
});

/** Lets members of a body attest as receivers of work. */
export const bankAcceptAttestorsRoute = defineRoute({
  command: 'bank accept-attestors',
  method: 'POST',
  path: '/v1/bank/accept-attestors',
  scope: 'write',
  summary: 'Lets members of a body attest the work that they received from a cooperative of one.',
  body: z.object({ body: idInput }),
  response: z.object({ entry: writtenJson, body: idText }),
});

/** What a bank shows to everybody. */
export const bankFiguresRoute = defineRoute({
  command: 'bank figures',
  method: 'GET',
  path: '/v1/bank/figures',
  scope: 'read',
  summary: 'Shows the figures of a bank, recomputed here from its ledger.',
  query: z.object({ bank: idInput.optional() }),
  response: z.object({
    bank: idText,
    name: z.string().optional(),
    ledger: idText,
    sequence: z.int(),
    stateRoot: idText,
    issued: amountJson,
    retired: amountJson,
    outstanding: amountJson,
    backed: amountJson,
    attestedByReceiver: amountJson,
    records: z.int(),
    accounts: z.int(),
    /** The bank's clock, Unix milliseconds; undefined before its first tick. */
    tickAt: z.int().optional(),
    cooperatives: z.array(
      z.object({
        cooperative: idText,
        name: z.string().optional(),
        ceiling: amountJson,
        ended: z.boolean(),
        records: z.int(),
        issued: amountJson,
      }),
    ),
  }),
});
