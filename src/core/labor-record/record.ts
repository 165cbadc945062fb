import type { Id } from '../base/id.ts';
import { compareIds } from '../base/id.ts';
import { no, type Outcome, ok } from '../base/outcome.ts';
import type { RefusalCode } from '../base/refusals.ts';
import { restOn, restsOnAnother } from '../books/body-books.ts';
import { type Carried, type CarriedRefusal, readCarried } from '../books/carried.ts';
import type { MembersAt, RuleContext } from '../books/rules.ts';
import type { StateDraft, StateView } from '../books/state.ts';
import { attestationKind, laborClaimKind } from '../wire/kinds/labor.ts';
import type { Head } from '../wire/messages/book.ts';
import type { Attestation, LaborClaim, LaborRecord } from '../wire/messages/labor.ts';
import { hoursRefusal } from './intervals.ts';

/** A labor record's entries, each signed by a device of its author. */
export interface RecordParts {
  readonly claim: Carried<LaborClaim>;
  readonly attestations: readonly Carried<Attestation>[];
}

/**
 * Reads the claim and the attestations that a record carries.
 * @returns them, or the first refusal of one of them; `carried_malformed` also where the attestations are not sorted by id.
 */
export function readRecord(
  record: LaborRecord,
  state: StateView,
  context: RuleContext,
): Outcome<RecordParts, CarriedRefusal> {
  const claim = readCarried(record.claim, laborClaimKind, state, context);
  if (!claim.ok) return claim;
  const attestations: Carried<Attestation>[] = [];
  for (const bytes of record.attestations) {
    const attestation = readCarried(bytes, attestationKind, state, context);
    if (!attestation.ok) return attestation;
    const before = attestations.at(-1);
    if (before !== undefined && compareIds(before.entry.id, attestation.value.entry.id) >= 0)
      return no('carried_malformed');
    attestations.push(attestation.value);
  }
  return ok({ claim: claim.value, attestations });
}

/** The member lists that a record names. */
export interface RecordMembers {
  readonly cooperative: MembersAt;
  /** Of the body whose member received the work; only for a cooperative of one. */
  readonly receivers: MembersAt | undefined;
}

/** The member lists that a record names, or why they cannot be read. */
export type RecordMembersReading =
  | { readonly type: 'read'; readonly members: RecordMembers }
  | { readonly type: 'waiting'; readonly heads: readonly Head[] }
  | { readonly type: 'refused'; readonly code: 'wrong_head' };

const WRONG_HEAD: RecordMembersReading = { type: 'refused', code: 'wrong_head' };

/**
 * Reads the member lists at the heads that a record names. `wrong_head` where memberHead is not in the cooperative's member
 * book, or receiverHead is named by a cooperative of several, or is in the cooperative's own or another body's member book
 * than `mayReceive` allows.
 */
export function readMembers(
  record: LaborRecord,
  cooperative: Id,
  mayReceive: (body: Id) => boolean,
  state: StateView,
  context: RuleContext,
): RecordMembersReading {
  const members = context.membersAt(record.memberHead);
  const receivers = record.receiverHead === undefined ? undefined : context.membersAt(record.receiverHead);
  if (members === 'wrong_head' || receivers === 'wrong_head') return WRONG_HEAD;
  if (members === 'waiting' || receivers === 'waiting') {
    const heads = members === 'waiting' ? [record.memberHead] : [];
    if (receivers === 'waiting' && record.receiverHead !== undefined) heads.push(record.receiverHead);
    return { type: 'waiting', heads };
  }
  if (members.body !== cooperative) return WRONG_HEAD;
  if (restsOnAnother(state, cooperative, 'people', record.memberHead.book)) return WRONG_HEAD;
  if (receivers === undefined) return { type: 'read', members: { cooperative: members, receivers } };
  if (members.count > 1 || receivers.body === cooperative || !mayReceive(receivers.body)) return WRONG_HEAD;
  const receiverBook = record.receiverHead?.book;
  if (receiverBook !== undefined && restsOnAnother(state, receivers.body, 'people', receiverBook)) return WRONG_HEAD;
  return { type: 'read', members: { cooperative: members, receivers } };
}

/** Remembers the member books that a record rests on: from here on no other one of these bodies counts in this book. */
export function restOnMembers(
  { memberHead, receiverHead }: LaborRecord,
  { cooperative, receivers }: RecordMembers,
  state: StateDraft,
): void {
  restOn(state, cooperative.body, 'people', memberHead.book);
  if (receivers !== undefined && receiverHead !== undefined) restOn(state, receivers.body, 'people', receiverHead.book);
}

/**
 * Judges what a record says, apart from overlap with other records (protocol §6).
 * @returns the first refusal, in order: `wrong_cooperative`, `worker_mismatch`, those of `hoursRefusal`, `worker_not_member`,
 *   `attestation_mismatch`, `self_attestation`, `duplicate_attestor`, `attestor_not_member`, `too_few_attestors`.
 */
export function checkRecord(parts: RecordParts, members: RecordMembers): RefusalCode | undefined {
  const { claim } = parts;
  if (claim.content.cooperative !== members.cooperative.body) return 'wrong_cooperative';
  if (claim.content.worker !== claim.author) return 'worker_mismatch';
  return hoursRefusal(claim.content.intervals, claim.content.seconds) ?? attestorsRefusal(parts, members);
}

function attestorsRefusal({ claim, attestations }: RecordParts, members: RecordMembers): RefusalCode | undefined {
  if (!members.cooperative.isMember(claim.author)) return 'worker_not_member';
  if (attestations.some(({ content }) => content.claim !== claim.entry.id)) return 'attestation_mismatch';
  const attestors = attestations.map(({ author }) => author);
  if (attestors.includes(claim.author)) return 'self_attestation';
  if (new Set(attestors).size < attestors.length) return 'duplicate_attestor';
  const witnesses = members.receivers ?? members.cooperative;
  if (!attestors.every((attestor) => witnesses.isMember(attestor))) return 'attestor_not_member';
  return attestors.length < attestorsNeeded(members) ? 'too_few_attestors' : undefined;
}

/**
 * @returns how many must attest: the charter's number or all other members, whichever is less; in a cooperative of one, and
 * always, at least one.
 */
export function attestorsNeeded({ cooperative, receivers }: RecordMembers): number {
  if (receivers !== undefined) return 1;
  return Math.max(1, Math.min(cooperative.attestationCount, cooperative.count - 1));
}
