import { z } from 'zod';
import { MEMO_TEXT_BYTES_MAX, PAYEES_PER_ORDER_MAX } from '../../core/base/limits.ts';
import { takes } from '../../core/wire/fields.ts';
import { memoTextField } from '../../core/wire/messages/ledger.ts';
import { defineRoute } from '../route.ts';
import {
  amountInput,
  amountJson,
  answerJson,
  flagQuery,
  idInput,
  idText,
  limitQuery,
  numberQuery,
  sentJson,
  signedAmountJson,
} from '../schema.ts';

const accountJson = z.object({
  account: idText,
  bank: idText,
  bankName: z.string().optional(),
  holder: idText,
  holderName: z.string().optional(),
  balance: amountJson,
  own: z.boolean(),
});

/** Opens an account. */
export const accountOpenRoute = defineRoute({
  command: 'account open',
  method: 'POST',
  path: '/v1/accounts/open',
  scope: 'write',
  summary: 'Asks a bank for an account; the id of the request is the account’s.',
  body: z.object({ bank: idInput }),
  response: sentJson.extend({ account: idText }),
});

/** Accounts. */
export const accountListRoute = defineRoute({
  command: 'account list',
  method: 'GET',
  path: '/v1/accounts',
  scope: 'read',
  summary: 'Lists this identity’s accounts, those of another holder, or all of a bank.',
  query: z.object({ bank: idInput.optional(), holder: idInput.optional(), all: flagQuery.default(false) }),
  response: z.object({ accounts: z.array(accountJson) }),
});

/** The passbook. */
export const accountStatementRoute = defineRoute({
  command: 'account statement',
  method: 'GET',
  path: '/v1/accounts/:account/statement',
  scope: 'read',
  summary: 'Shows the passbook of an account: each line with the balance after it and the ledger entry that proves it.',
  params: z.object({ account: idInput }),
  query: z.object({ from: numberQuery.default(0), limit: limitQuery, proofs: flagQuery.default(false) }),
  response: z.object({
    account: accountJson,
    ledger: idText,
    /** Head and state root of the ledger for which `proof` holds. */
    head: idText,
    sequence: z.int(),
    stateRoot: idText,
    /** From the state root to this account's row: for each depth the 16 children's hashes. */
    proof: z.object({ key: z.string(), value: z.string(), levels: z.array(z.array(idText)) }),
    /** With `proofs`: root of the Merkle tree over the ids of the ledger's entries as far as the head (RFC 6962). */
    entriesRoot: idText.optional(),
    lines: z.array(
      z.object({
        entry: idText,
        sequence: z.int(),
        line: z.int(),
        claimedAt: z.int(),
        type: z.enum(['issued', 'paid', 'received', 'retired']),
        amount: signedAmountJson,
        balanceAfter: amountJson,
        counterpart: idText.optional(),
        counterpartName: z.string().optional(),
        order: idText,
        /** With `proofs`: the whole entry in base64url, and the audit path from its id to `entriesRoot`. */
        inclusion: z.object({ entry: z.string(), path: z.array(idText) }).optional(),
        /** What the payer wrote, where it was sealed for this device and has arrived. */
        memo: z.string().optional(),
      }),
    ),
    /** Sequence from which its lines begin. */
    from: z.int(),
    /** Sequence from which to ask for the next page. */
    next: z.int().optional(),
  }),
});

/** A statement that stands alone. */
export const accountStatementFileRoute = defineRoute({
  command: undefined,
  method: 'GET',
  path: '/v1/accounts/:account/statement-file',
  scope: 'read',
  summary:
    'Streams a file with the whole ledger and every identity log and member book it reads: `verify` replays it offline.',
  params: z.object({ account: idInput }),
  replies: 'bytes',
  response: z.unknown(),
});

/** A memo in a question, normalized to NFC. */
const memoInput = z
  .string()
  .min(1)
  .transform((text) => text.normalize('NFC'))
  .refine((text) => takes(memoTextField, text), {
    message: `is longer than ${MEMO_TEXT_BYTES_MAX} bytes, or holds a control character other than a line feed`,
  });

/** Pays. */
export const payRoute = defineRoute({
  command: 'pay',
  method: 'POST',
  path: '/v1/pay',
  scope: 'spend',
  summary: 'Pays one or many accounts of the same bank from an own account with one order.',
  body: z.object({
    /** Payees: an account, or an identity that holds exactly one account at the bank. */
    payments: z
      .array(z.object({ to: idInput, amount: amountInput }))
      .min(1)
      .max(PAYEES_PER_ORDER_MAX),
    /** Where absent the bank of the only own account. */
    bank: idInput.optional(),
    /** Where absent the only own account at the bank. */
    account: idInput.optional(),
    /** A note for the payee alone: sealed for its devices and this one, and sent to its node when that is connected. */
    memo: memoInput.optional(),
  }),
  response: sentJson.extend({ order: idText, account: idText, total: amountJson, balance: amountJson.optional() }),
});

/** Gives notes back. */
export const retireRoute = defineRoute({
  command: undefined,
  method: 'POST',
  path: '/v1/retire',
  scope: 'spend',
  summary: 'Gives notes back to the bank; they leave circulation.',
  body: z.object({ amount: amountInput, bank: idInput.optional(), account: idInput.optional() }),
  response: sentJson.extend({ order: idText, account: idText, total: amountJson, balance: amountJson.optional() }),
});

/** What was sent and how it was answered. */
export const outboxRoute = defineRoute({
  command: undefined,
  method: 'GET',
  path: '/v1/outbox',
  scope: 'read',
  summary: 'Lists entries that were sent to bodies and not answered yet; they are sent again by themselves.',
  response: z.object({
    entries: z.array(
      z.object({ entry: idText, kind: z.string(), to: idText, toName: z.string().optional(), answer: answerJson }),
    ),
  }),
});
