import { ATTESTORS_MAX, INTERVALS_PER_CLAIM_MAX, TIME_MS_MAX } from '../../base/limits.ts';
import { amountField, idField, integerField, listField, optionalField } from '../fields.ts';
import { mutua } from '../generated/mutua.js';
import { type Infer, shapeOf } from '../shape.ts';
import { carriedEntryField, carriedOpeningField, Head } from './book.ts';

const { v1 } = mutua;
const UINT32_MAX = 2 ** 32 - 1;
/** Minutes of a day, by which an interval may end after it begins. */
const DAY_MINUTES = 24 * 60;
/** The last minute from which a day's work still ends at a time that can be printed. */
const MINUTE_MAX = Math.floor(TIME_MS_MAX / 60_000) - DAY_MINUTES;

/** Whole minutes since the Unix epoch, UTC. The rules refuse what is empty or longer than a day. */
export const Interval = shapeOf(v1.Interval, {
  startMinute: integerField(0, MINUTE_MAX),
  minutes: integerField(0, UINT32_MAX),
});
/** See the shape of the same name. */
export type Interval = Infer<typeof Interval>;

/** Work claimed by the worker. */
export const LaborClaim = shapeOf(v1.LaborClaim, {
  worker: idField,
  cooperative: idField,
  taskClass: integerField(0, UINT32_MAX),
  intervals: listField(Interval, 0, INTERVALS_PER_CLAIM_MAX * 2),
  seconds: amountField,
  bank: idField,
  account: idField,
});
/** See the shape of the same name. */
export type LaborClaim = Infer<typeof LaborClaim>;

/** A co-worker saw the work of this claim. */
export const Attestation = shapeOf(v1.Attestation, { claim: idField });
/** See the shape of the same name. */
export type Attestation = Infer<typeof Attestation>;

/** The cooperative's record of attested labor, whole enough for any ledger. */
export const LaborRecord = shapeOf(v1.LaborRecord, {
  claim: carriedEntryField,
  attestations: listField(carriedEntryField, 0, ATTESTORS_MAX),
  memberHead: Head,
  receiverHead: optionalField(Head),
});
/** See the shape of the same name. */
export type LaborRecord = Infer<typeof LaborRecord>;

/** A claim that waits for attestors, shown to them by the cooperative. */
export const ClaimPending = shapeOf(v1.ClaimPending, {
  opening: carriedOpeningField,
  claim: carriedEntryField,
  cooperativeBook: idField,
});
/** See the shape of the same name. */
export type ClaimPending = Infer<typeof ClaimPending>;

/** The minute of the Unix epoch, UTC, of the bank's clock. */
export const minuteField = integerField(0, MINUTE_MAX);
