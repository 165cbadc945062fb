import type { Id } from '../base/id.ts';
import type { RefusalCode } from '../base/refusals.ts';
import { type Carried, readCarried } from '../books/carried.ts';
import { applied, type Effect, type RuleContext, refused } from '../books/rules.ts';
import type { StateDraft, StateView } from '../books/state.ts';
import type { Entry } from '../wire/entry.ts';
import { applyKind, leaveKind } from '../wire/kinds/people.ts';
import type { Head } from '../wire/messages/book.ts';
import type { Apply } from '../wire/messages/people.ts';
import { recordChange } from './changes.ts';
import { takesMember } from './founding.ts';
import { bodyTable, vouchedTable } from './tables.ts';
import { isMember, membershipChange } from './view.ts';

/**
 * Rule of `Admit`: the applicant's signature and the body's in one place (protocol §2).
 * Refusals, in order: those of a carried entry, `not_founded`, `wrong_body`, `stale_charter`, `already_member`,
 * `wrong_member_kind`, `stale_consent`.
 */
export function stepAdmit(bytes: Uint8Array, entry: Entry, state: StateDraft, context: RuleContext): Effect {
  const apply = readCarried(bytes, applyKind, state, context);
  if (!apply.ok) return refused(apply.reason);
  const code = applyRefusal(apply.value, state, context, 'admit');
  if (code !== undefined) return refused(code);
  recordChange(state, entry, apply.value.author, 'joined');
  return applied([
    { type: 'memberAdmitted', body: context.body, identity: apply.value.author, apply: apply.value.entry.id },
  ]);
}

/** @returns why an Apply cannot be answered so, undefined where it can. Only who could be a member is admitted; anybody can be refused. */
export function applyRefusal(
  apply: Carried<Apply>,
  state: StateView,
  context: RuleContext,
  answer: 'admit' | 'refuse',
): RefusalCode | undefined {
  const charterHead = state.get(bodyTable, 'current')?.charterHead;
  if (charterHead === undefined) return 'not_founded';
  if (apply.content.body !== context.body) return 'wrong_body';
  if (!isSameHead(apply.content.charterHead, charterHead)) return 'stale_charter';
  if (isMember(state, apply.author)) return 'already_member';
  const canBeMember = apply.author !== context.body && takesMember(context.kind, apply.authorKind);
  if (answer === 'admit' && !canBeMember) return 'wrong_member_kind';
  return isStale(apply, state) ? 'stale_consent' : undefined;
}

/**
 * Rule of `Left`, the body's record of a Leave that it may not refuse (protocol §2).
 * Refusals, in order: those of a carried entry, `not_founded`, `wrong_body`, `not_member`, `stale_consent`.
 */
export function stepLeft(bytes: Uint8Array, entry: Entry, state: StateDraft, context: RuleContext): Effect {
  const leave = readCarried(bytes, leaveKind, state, context);
  if (!leave.ok) return refused(leave.reason);
  const { author, content } = leave.value;
  if (!isFounded(state)) return refused('not_founded');
  if (content.body !== context.body) return refused('wrong_body');
  if (!isMember(state, author)) return refused('not_member');
  if (isStale(leave.value, state)) return refused('stale_consent');
  recordChange(state, entry, author, 'gone');
  return applied([{ type: 'memberLeft', body: context.body, identity: author, leave: leave.value.entry.id }]);
}

/** Rule of `Vouch`: makes an identity's books known; a second one for the same identity changes nothing. Refusal: `not_founded`. */
export function stepVouch(identity: Id, entry: Entry, state: StateDraft, context: RuleContext): Effect {
  if (!isFounded(state)) return refused('not_founded');
  if (state.get(vouchedTable, identity) !== undefined) return applied();
  state.set(vouchedTable, [identity], { sequence: entry.header.sequence });
  recordChange(state, entry, identity, 'vouched');
  return applied([{ type: 'identityVouched', body: context.body, identity }]);
}

/** @returns whether the member book holds its Founding. */
export function isFounded(state: StateView): boolean {
  return state.get(bodyTable, 'current')?.charterHead !== undefined;
}

function isSameHead(left: Head, right: Head): boolean {
  return left.book === right.book && left.sequence === right.sequence && left.id === right.id;
}

/**
 * An Apply and a Leave name the change of the membership that they follow. So none counts twice, whatever device wrote it, and none
 * that was written in a membership before counts in the next.
 */
function isStale({ author, content }: Carried<{ readonly afterChange: number }>, state: StateView): boolean {
  return content.afterChange !== membershipChange(state, author);
}
