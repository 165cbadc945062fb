import type { Id } from '../base/id.ts';
import { present } from '../base/outcome.ts';
import { eventDigest } from '../identity/event.ts';
import { heldEvents } from '../identity/held.ts';
import { type IdentityState, resolveLog, type Verify, validAfter } from '../identity/log.ts';
import { stateOfInception } from '../identity/step.ts';
import { IdentityEvent } from '../wire/messages/identity.ts';
import { NotedLog, NotedRevoke } from '../wire/messages/state.ts';
import type { Fact } from './rules.ts';
import type { StateDraft, StateView, Table } from './state.ts';

/** What a book has noted of each identity's log, by identity. */
export const notedLogs: Table<ReturnType<typeof NotedLog.read>> = { name: 'logs', shape: NotedLog };
/** The events of a noted log, by identity and place in it, from 0. */
export const notedEvents: Table<IdentityEvent> = { name: 'logEvents', shape: IdentityEvent };
/** Devices that the log noted here revokes, or grants no more, by identity and device. */
export const notedRevokes: Table<ReturnType<typeof NotedRevoke.read>> = { name: 'devices', shape: NotedRevoke };

/** A noted log with more events, not yet taken. */
export interface ExtendedLog {
  readonly before: IdentityState | undefined;
  readonly after: IdentityState;
  /** Every event that the book keeps of it. */
  readonly events: readonly IdentityEvent[];
}

/** The events that a book has noted of an identity, contested ones included. */
export function notedEventsOf(identity: Id, state: StateView): readonly IdentityEvent[] {
  const count = state.get(notedLogs, identity)?.events ?? 0;
  return Array.from({ length: count }, (_, place) =>
    present(state.get(notedEvents, identity, String(place)), 'a noted log has all its rows'),
  );
}

/**
 * Reads a noted log together with more events of that identity, changing nothing.
 * @returns undefined where one of them follows from no event here, is not signed by enough keys, or is given twice. Events that
 *   a Rotation has superseded are valid, and count for nothing.
 */
export function extendLog(
  identity: Id,
  events: readonly IdentityEvent[],
  state: StateView,
  verify: Verify,
): ExtendedLog | undefined {
  const held = notedEventsOf(identity, state);
  const candidates = [...held, ...events];
  const after = resolveLog(identity, candidates, verify);
  if (after === undefined || new Set(events.map(eventDigest)).size < events.length) return undefined;
  const before = held.length === 0 ? undefined : resolveLog(identity, held, verify);
  const [inception] = after.events;
  const start = inception === undefined ? undefined : stateOfInception(inception, verify);
  if (start === undefined) return undefined;
  const valid = validAfter(start, candidates, verify).events;
  const isFounded = (digest: Id): boolean => digest === start.digest || valid.has(digest);
  if (!events.every((event) => isFounded(eventDigest(event)))) return undefined;
  return { before, after, events: [...heldEvents(after, candidates, verify).values()] };
}

/** Takes an extended log: from here on devices that it does not grant are revoked in this book, and others are not. */
export function takeLog({ before, after, events }: ExtendedLog, state: StateDraft, facts: Fact[]): void {
  const { identity, digest, contestedAt } = after;
  const count = state.get(notedLogs, identity)?.events ?? 0;
  state.set(notedLogs, [identity], { digest, contestedAt: contestedAt ?? 0, events: events.length });
  for (const [place, event] of events.entries()) state.set(notedEvents, [identity, String(place)], event);
  for (let place = events.length; place < count; place += 1) state.remove(notedEvents, identity, String(place));
  for (const device of new Set([...(before?.devices.keys() ?? []), ...after.devices.keys()])) {
    const known = after.devices.get(device);
    const revoked = state.get(notedRevokes, identity, device) !== undefined;
    if (known !== undefined && known.revoked === undefined) {
      if (revoked) state.remove(notedRevokes, identity, device);
    } else if (!revoked) {
      state.set(notedRevokes, [identity, device], { number: known?.revoked?.number ?? after.number });
      facts.push({ type: 'deviceRevokeNoted', identity, device });
    }
  }
}

/** Whether a log grants this device, and has not revoked it. */
export function isGranted(log: IdentityState, device: Id): boolean {
  const known = log.devices.get(device);
  return known !== undefined && known.revoked === undefined;
}
