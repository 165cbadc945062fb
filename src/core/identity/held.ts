import { compareIds, type Id } from '../base/id.ts';
import { IDENTITY_EVENTS_MAX } from '../base/limits.ts';
import type { IdentityEvent } from '../wire/messages/identity.ts';
import { eventDigest } from './event.ts';
import { type IdentityState, type Verify, validAfter } from './log.ts';

/**
 * The events of an identity that are worth keeping: those that count, and where the log is contested also the valid ones after
 * that, since a Rotation may follow any of them. At most `IDENTITY_EVENTS_MAX` of the latter; those that lead to Rotations come
 * first.
 * @returns them by digest, those that count by number.
 */
export function heldEvents(
  state: IdentityState,
  candidates: readonly IdentityEvent[],
  verify: Verify,
): ReadonlyMap<Id, IdentityEvent> {
  const held = new Map(state.events.map((event) => [eventDigest(event), event]));
  if (state.contestedAt === undefined) return held;
  const { events, toRotations } = validAfter(state, candidates, verify);
  const rank = (digest: Id): number => (toRotations.has(digest) ? 0 : 1);
  const ordered = [...events].sort(
    ([left, a], [right, b]) => rank(left) - rank(right) || a.number - b.number || compareIds(left, right),
  );
  for (const [digest, event] of ordered.slice(0, IDENTITY_EVENTS_MAX)) held.set(digest, event);
  return held;
}
