import { RATIO_TERM_MAX } from '../../base/amount.ts';
import {
  MEMO_TEXT_BYTES_MAX,
  ORDERS_PER_ENTRY_MAX,
  PAYEES_PER_ORDER_MAX,
  RECORDS_PER_ENTRY_MAX,
} from '../../base/limits.ts';
import { amountField, bytesField, idField, integerField, listField, optionalIdField, textField } from '../fields.ts';
import { mutua } from '../generated/mutua.js';
import { type Infer, shapeOf } from '../shape.ts';
import { carriedEntryField } from './book.ts';
import { DecisionCertificate } from './decisions.ts';
import { minuteField } from './labor.ts';

const { v1 } = mutua;
const UINT32_MAX = 2 ** 32 - 1;
/** A sealed memo, in bytes: some sentences and the age header. */
const MEMO_BYTES_MAX = 2000;
/** What a message holds at most; the rules refuse more than PAYEES_PER_ORDER_MAX with a code. */
const PAYEES_READ_MAX = PAYEES_PER_ORDER_MAX + 20;

/** A holder asks a bank for an account; its id becomes the account's. */
export const AccountRequest = shapeOf(v1.AccountRequest, { bank: idField });
/** See the shape of the same name. */
export type AccountRequest = Infer<typeof AccountRequest>;

/** A holder pays others at the same bank. */
export const TransferOrder = shapeOf(v1.TransferOrder, {
  bank: idField,
  account: idField,
  to: listField(idField, 0, PAYEES_READ_MAX),
  amounts: listField(amountField, 0, PAYEES_READ_MAX),
  memoDigest: optionalIdField,
});
/** See the shape of the same name. */
export type TransferOrder = Infer<typeof TransferOrder>;

/** A holder gives notes back. */
export const RetireOrder = shapeOf(v1.RetireOrder, { bank: idField, account: idField, amount: amountField });
/** See the shape of the same name. */
export type RetireOrder = Infer<typeof RetireOrder>;

/** What a memo says before it is sealed, and after it is opened: somebody else wrote it. */
export const memoTextField = textField(MEMO_TEXT_BYTES_MAX, 1);

/** A note to the payee, sealed with age; erasable. */
export const Memo = shapeOf(v1.Memo, { sealed: bytesField(1, MEMO_BYTES_MAX), to: idField });

/** The bank rests on this cooperative's labor up to a ceiling; the rules refuse one out of range. */
export const AcceptCooperative = shapeOf(v1.AcceptCooperative, {
  cooperative: idField,
  secondsPerMemberPerWeek: integerField(0, UINT32_MAX),
});
/** See the shape of the same name. */
export type AcceptCooperative = Infer<typeof AcceptCooperative>;

/** The bank no longer issues on this cooperative's labor. */
export const EndCooperative = shapeOf(v1.EndCooperative, { cooperative: idField });
/** Members of this body may attest as receivers of work. */
export const AcceptAttestors = shapeOf(v1.AcceptAttestors, { body: idField });
/** See the shape of the same name. */
export type AcceptAttestors = Infer<typeof AcceptAttestors>;
/** The bank's clock. */
export const Tick = shapeOf(v1.Tick, { minute: minuteField });
/** See the shape of the same name. */
export type Tick = Infer<typeof Tick>;
/** Accounts opened. */
export const AccountOpened = shapeOf(v1.AccountOpened, {
  requests: listField(carriedEntryField, 0, ORDERS_PER_ENTRY_MAX),
});
/** See the shape of the same name. */
export type AccountOpened = Infer<typeof AccountOpened>;

/** Notes issued on one labor record. */
export const IssueLine = shapeOf(v1.IssueLine, {
  record: carriedEntryField,
  ratioNumerator: integerField(0, UINT32_MAX),
  ratioDenominator: integerField(0, UINT32_MAX),
  amount: amountField,
  balanceAfter: amountField,
  rate: optionalIdField,
});
/** See the shape of the same name. */
export type IssueLine = Infer<typeof IssueLine>;
/** Notes issued. */
export const Issue = shapeOf(v1.Issue, { lines: listField(IssueLine, 0, RECORDS_PER_ENTRY_MAX) });
/** See the shape of the same name. */
export type Issue = Infer<typeof Issue>;

/** One order applied, with every balance after it. */
export const TransferLine = shapeOf(v1.TransferLine, {
  order: carriedEntryField,
  payerBalanceAfter: amountField,
  payeeBalancesAfter: listField(amountField, 0, PAYEES_READ_MAX),
});
/** See the shape of the same name. */
export type TransferLine = Infer<typeof TransferLine>;
/** Orders applied. */
export const Transfer = shapeOf(v1.Transfer, { lines: listField(TransferLine, 0, ORDERS_PER_ENTRY_MAX) });
/** See the shape of the same name. */
export type Transfer = Infer<typeof Transfer>;

/** Notes given back and gone. */
export const Retire = shapeOf(v1.Retire, { order: carriedEntryField, balanceAfter: amountField });
/** See the shape of the same name. */
export type Retire = Infer<typeof Retire>;

/** One order that does not apply, and why. */
export const RefusedOrder = shapeOf(v1.RefusedOrder, { order: carriedEntryField, code: integerField(1, UINT32_MAX) });
/** See the shape of the same name. */
export type RefusedOrder = Infer<typeof RefusedOrder>;
/** The bank's signed answer to orders that do not apply. */
export const OrderRefused = shapeOf(v1.OrderRefused, { orders: listField(RefusedOrder, 0, ORDERS_PER_ENTRY_MAX) });
/** See the shape of the same name. */
export type OrderRefused = Infer<typeof OrderRefused>;

/** Whose rate decisions the bank takes, up to which ratio and for which time. */
export const RatePolicy = shapeOf(v1.RatePolicy, {
  body: idField,
  maxNumerator: integerField(1, RATIO_TERM_MAX),
  maxDenominator: integerField(1, RATIO_TERM_MAX),
  startMinute: minuteField,
  minutes: integerField(1, UINT32_MAX),
});
/** See the shape of the same name. */
export type RatePolicy = Infer<typeof RatePolicy>;
/** A decided rate, from here on one at which the bank issues. */
export const RateTaken = shapeOf(v1.RateTaken, { certificate: DecisionCertificate });
/** See the shape of the same name. */
export type RateTaken = Infer<typeof RateTaken>;
