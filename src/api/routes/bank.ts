import { z } from 'zod';
import { RATIO_TERM_MAX } from '../../core/base/amount.ts';
import { defineRoute } from '../route.ts';
import { amountInput, amountJson, idInput, idText, rateJson, writtenJson } from '../schema.ts';

const UINT32_MAX = 2 ** 32 - 1;
const YEAR_MINUTES = 365 * 24 * 60;
const RATIO = /^([1-9]\d{0,6})\/([1-9]\d{0,6})$/;
const ratioInput = z
  .string()
  .regex(RATIO, 'is no ratio such as 3/2')
  .refine(
    (text) => text.split('/').every((term) => Number(term) <= RATIO_TERM_MAX),
    `has a term above ${RATIO_TERM_MAX}`,
  );

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

/** Lets a body decide rates. */
export const bankAcceptRatesRoute = defineRoute({
  command: 'bank accept-rates',
  method: 'POST',
  path: '/v1/bank/accept-rates',
  scope: 'write',
  summary:
    'Takes the rates that a body decides, up to a ratio and for a time; a newer word takes the place of this one, and what was taken stays.',
  body: z.object({
    body: idInput,
    /** The highest ratio, such as 3/2. */
    ratio: ratioInput,
    /** From when the work is done: a whole minute, ISO 8601 with a zone; where absent from now on. */
    start: z.iso.datetime({ offset: true }).optional(),
    minutes: z.int().min(1).max(UINT32_MAX).default(YEAR_MINUTES),
  }),
  response: z.object({ entry: writtenJson, body: idText, ratio: z.string(), start: z.string(), minutes: z.int() }),
});

const decidedRateJson = z.object({
  body: idText,
  bodyName: z.string().optional(),
  /** Id of the Close that decided it. */
  close: idText,
  ...rateJson.shape,
});

/** Rates of a bank. */
export const rateListRoute = defineRoute({
  command: 'rate list',
  method: 'GET',
  path: '/v1/rates',
  scope: 'read',
  summary: 'Lists the rates at which a bank issues beside an hour for an hour, and whose rates it takes.',
  query: z.object({ bank: idInput.optional() }),
  response: z.object({
    bank: idText,
    name: z.string().optional(),
    rates: z.array(decidedRateJson),
    accepted: z.array(decidedRateJson.omit({ close: true, taskClass: true })),
  }),
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
