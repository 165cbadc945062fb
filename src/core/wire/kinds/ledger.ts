import { CARRIED_ENTRY_BYTES_MAX, ENTRY_BYTES_MAX } from '../../base/limits.ts';
import { IDENTITY_KINDS } from '../messages/identity.ts';
import {
  AcceptAttestors,
  AcceptCooperative,
  AccountOpened,
  AccountRequest,
  EndCooperative,
  Issue,
  Memo,
  OrderRefused,
  RatePolicy,
  RateTaken,
  Retire,
  RetireOrder,
  Tick,
  Transfer,
  TransferOrder,
} from '../messages/ledger.ts';
import { defineKind } from './kind.ts';

const fromHolder = {
  keeping: 'kept',
  entryBytesMax: CARRIED_ENTRY_BYTES_MAX,
  writers: IDENTITY_KINDS,
  channels: ['transfers'],
} as const;
const inLedger = {
  keeping: 'kept',
  entryBytesMax: ENTRY_BYTES_MAX,
  writers: ['bank'],
  channels: ['transfers'],
} as const;

/** A request for an account. */
export const accountRequestKind = defineKind({
  number: 110,
  name: 'accountRequest',
  shape: AccountRequest,
  ...fromHolder,
});
/** An order to pay. */
export const transferOrderKind = defineKind({
  number: 111,
  name: 'transferOrder',
  shape: TransferOrder,
  ...fromHolder,
});
/** An order to take notes out of circulation. */
export const retireOrderKind = defineKind({ number: 112, name: 'retireOrder', shape: RetireOrder, ...fromHolder });
/** A sealed note to a payee. */
export const memoKind = defineKind({ number: 113, name: 'memo', shape: Memo, ...fromHolder, keeping: 'erasable' });

/** The bank rests on a cooperative. */
export const acceptCooperativeKind = defineKind({
  number: 120,
  name: 'acceptCooperative',
  shape: AcceptCooperative,
  ...inLedger,
});
/** The bank ends that. */
export const endCooperativeKind = defineKind({
  number: 121,
  name: 'endCooperative',
  shape: EndCooperative,
  ...inLedger,
});
/** The bank lets members of a body attest as receivers. */
export const acceptAttestorsKind = defineKind({
  number: 122,
  name: 'acceptAttestors',
  shape: AcceptAttestors,
  ...inLedger,
});
/** The bank's clock. */
export const tickKind = defineKind({ number: 123, name: 'tick', shape: Tick, ...inLedger });
/** Accounts opened. */
export const accountOpenedKind = defineKind({
  number: 124,
  name: 'accountOpened',
  shape: AccountOpened,
  ...inLedger,
  carries: (content) => content.requests,
});
/** Notes issued. */
export const issueKind = defineKind({
  number: 125,
  name: 'issue',
  shape: Issue,
  ...inLedger,
  carries: (content) => content.lines.map((line) => line.record),
});
/** Orders applied. */
export const transferKind = defineKind({
  number: 126,
  name: 'transfer',
  shape: Transfer,
  ...inLedger,
  carries: (content) => content.lines.map((line) => line.order),
});
/** Notes given back. */
export const retireKind = defineKind({
  number: 127,
  name: 'retire',
  shape: Retire,
  ...inLedger,
  carries: (content) => [content.order],
});
/** Orders refused. */
export const orderRefusedKind = defineKind({
  number: 128,
  name: 'orderRefused',
  shape: OrderRefused,
  ...inLedger,
  carries: (content) => content.orders.map((refused) => refused.order),
});
/** Whose rate decisions the bank takes. */
export const ratePolicyKind = defineKind({ number: 129, name: 'ratePolicy', shape: RatePolicy, ...inLedger });
/** A rate taken. */
export const rateTakenKind = defineKind({
  number: 130,
  name: 'rateTaken',
  shape: RateTaken,
  ...inLedger,
  carries: (content) => [content.certificate.close],
});
