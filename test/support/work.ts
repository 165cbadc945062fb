import type { Amount } from '../../src/core/base/amount.ts';
import { compareIds, type Id } from '../../src/core/base/id.ts';
import type { Entry } from '../../src/core/wire/entry.ts';
import { attestationKind, laborClaimKind } from '../../src/core/wire/kinds/labor.ts';
import type { Head } from '../../src/core/wire/messages/book.ts';
import type { Interval, LaborClaim, LaborRecord } from '../../src/core/wire/messages/labor.ts';
import type { Actor, Body } from './world.ts';

/** Monday, 5 January 2026, 00:00 UTC, in minutes of the Unix epoch. */
export const MONDAY = Date.UTC(2026, 0, 5) / 60_000;
/** Minutes of a day. */
export const DAY = 24 * 60;

/** @returns hours of work that begin so many hours after MONDAY. */
export function hours(fromHour: number, count: number): Interval {
  return { startMinute: MONDAY + fromHour * 60, minutes: count * 60 };
}

/** @returns the labor-seconds that intervals hold. */
export function secondsOf(intervals: readonly Interval[]): Amount {
  return intervals.reduce((sum, { minutes }) => sum + minutes * 60, 0) as Amount;
}

/** What a test says of a claim; the rest follows from the worker and the intervals. */
export type ClaimTerms = Pick<LaborClaim, 'cooperative' | 'bank' | 'account'> &
  Partial<Pick<LaborClaim, 'worker' | 'intervals' | 'seconds' | 'taskClass'>>;

/** Writes a claim in the worker's book; without intervals for Monday from 8 to 10. */
export function claimWork(worker: Actor, terms: ClaimTerms): Entry {
  const intervals = terms.intervals ?? [hours(8, 2)];
  const usual = { worker: worker.identity, taskClass: 0, seconds: secondsOf(intervals) };
  return worker.book('transfers').write(laborClaimKind, { ...usual, ...terms, intervals });
}

/** Writes an attestation of each person in that person's book. */
export function attestWork(claim: Entry | Id, ...attestors: readonly Actor[]): readonly Entry[] {
  const id = typeof claim === 'string' ? claim : claim.id;
  return attestors.map((attestor) => attestor.book('transfers').write(attestationKind, { claim: id }));
}

/** @returns a record of a claim with its attestations sorted by id. */
export function recordOf(
  claim: Entry,
  attestations: readonly Entry[],
  memberHead: Head,
  receiverHead?: Head,
): LaborRecord {
  const sorted = [...attestations].sort((left, right) => compareIds(left.id, right.id));
  return { claim: claim.bytes, attestations: sorted.map(({ bytes }) => bytes), memberHead, receiverHead };
}

/** Notes the transfers books of these people in a body's transfers book. */
export function noteBooks(body: Body, ...actors: readonly Actor[]): void {
  body.transfers.note(...actors.map((actor) => actor.book('transfers')));
}
