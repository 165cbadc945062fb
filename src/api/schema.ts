import { z } from 'zod';
import { type Amount, formatAmount, numberToAmount, parseAmount } from '../core/base/amount.ts';
import { type Id, parseId } from '../core/base/id.ts';
import { CHANNELS, parseRegion, type Region } from '../core/base/region.ts';
import { IDENTITY_KINDS } from '../core/wire/messages/identity.ts';

/** Longest text of an invite, key text, founding or acceptance, in characters: 16 founders with their logs fit. */
const TEXT_CHARACTERS_MAX = 65_536;
/** Longest list that one answer holds; more is asked for page by page. */
export const PAGE_MAX = 1000;
/** Length of a list where the question names none. */
export const PAGE_DEFAULT = 100;

const ID_PATTERN = /^b[a-z2-7]{51}[aq]$/;

/** An id in an answer: multibase base32, 53 characters. */
export const idText = z.string().regex(ID_PATTERN, 'is not an id: “b” and 52 letters a–z and digits 2–7');

/** An id in a question. */
export const idInput = idText.transform((text, context): Id => {
  const id = parseId(text);
  if (id !== undefined) return id;
  context.addIssue('is not an id');
  return z.NEVER;
});

/** A region path in a question: 1–5 lower-case labels, widest first. */
export const regionInput = z.string().transform((text, context): Region => {
  const region = parseRegion(text);
  if (region !== undefined) return region;
  context.addIssue('is not a region path of 1 to 5 lower-case labels, such as cascadia/willamette/sellwood');
  return z.NEVER;
});

/** A channel of a region. */
export const channelName = z.enum(CHANNELS);
/** What an identity is. */
export const identityKind = z.enum(IDENTITY_KINDS);

/** An amount in an answer: labor-seconds, and the same as people read it (1 labor note = 1 hour = 3,600 seconds). */
export const amountJson = z.object({ seconds: z.int().min(0), notes: z.string() });
/** An amount in an answer that may be below zero: what left an account. */
export const signedAmountJson = z.object({ seconds: z.int(), notes: z.string() });

/** @returns an amount as answers print it. */
export function amountToJson(amount: Amount): z.infer<typeof amountJson> {
  return { seconds: amount, notes: formatAmount(amount) };
}

/** @returns a number of labor-seconds, above or below zero, as answers print it. */
export function signedAmountToJson(seconds: number): z.infer<typeof signedAmountJson> {
  const size = numberToAmount(Math.abs(seconds));
  return { seconds, notes: `${seconds < 0 ? '−' : ''}${size === undefined ? seconds : formatAmount(size)}` };
}

/** An amount in a question: labor-seconds as an integer, or as people write it (`1.5`, `1:30`, `90m`, `PT1H30M`). */
export const amountInput = z.union([z.int().min(0), z.string().max(40)]).transform((value, context): Amount => {
  const amount = typeof value === 'number' ? numberToAmount(value) : parseAmount(value);
  if (amount !== undefined) return amount;
  context.addIssue('is not an amount: write labor-seconds as an integer, or 1.5, 1:30, 90m or PT1H30M');
  return z.NEVER;
});

/** A yes or no in a query. */
export const flagQuery = z
  .union([z.boolean(), z.enum(['true', 'false'])])
  .transform((value) => value === true || value === 'true');
/** A whole number in a query, in decimal digits alone: `Number` would take an empty text and `0x10` too. */
function wholeQuery(number: z.ZodInt) {
  return z.preprocess((value: number | string) => (/^\d{1,16}$/.test(String(value)) ? Number(value) : value), number);
}

/** A whole number from 0 in a query. */
export const numberQuery = wholeQuery(z.int('is not a whole number from 0 in decimal digits').min(0));
/** The length of a page. */
export const limitQuery = wholeQuery(z.int('is not a whole number in decimal digits').min(1).max(PAGE_MAX)).default(
  PAGE_DEFAULT,
);
/** A text that people copy from one node to another. */
export const copiedText = z.string().min(1).max(TEXT_CHARACTERS_MAX);

/** A place in a book. */
export const headJson = z.object({ book: idText, sequence: z.int().min(0), id: idText });

/** An own entry that is signed and durable. */
export const writtenJson = z.object({ id: idText, book: idText, sequence: z.int().min(0) });

/**
 * What became of an entry that was sent to a body: `accepted` stands in the body's book (`carrier`: the receipt), `refused` was
 * answered with a code, `pending` is sent or waits for a path to the body and is sent again by itself.
 */
export const answerJson = z.object({
  word: z.enum(['accepted', 'refused', 'pending']),
  code: z.string().optional(),
  sentence: z.string(),
  carrier: headJson.optional(),
});

/** An entry of one's own that was sent to a body, and its answer. */
export const sentJson = z.object({ entry: writtenJson, answer: answerJson });

/** Somebody, with the name that it gives itself where it is known. */
export const partyJson = z.object({ identity: idText, name: z.string().optional() });

/** At which ratio work of a task class is issued, and when it is done. */
export const rateJson = z.object({ taskClass: z.int(), ratio: z.string(), start: z.string(), minutes: z.int() });
