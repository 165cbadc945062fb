import type { Id } from '../base/id.ts';
import { no, ok, type Outcome } from '../base/outcome.ts';
import { type Entry, entryCheck, openingOf } from '../wire/entry.ts';
import type { Opening } from '../wire/messages/book.ts';
import type { IdentityEvent } from '../wire/messages/identity.ts';
import { eventDigest } from './event.ts';
import { type IdentityState, resolveLog, type Verify } from './log.ts';

/** An Opening whose device was granted by its identity's log, and signed it. */
export interface VerifiedOpening {
  readonly entry: Entry;
  readonly opening: Opening;
  /** The identity's log as far as the head that the Opening names. */
  readonly identity: IdentityState;
}

/** Why an Opening is none; `log_missing` may be mended by fetching the identity's events. */
export type OpeningFault = 'not_an_opening' | 'bad_signature' | 'log_missing' | 'device_not_granted' | 'wrong_region';

/**
 * Verifies an Opening under the identity log that it carries or, where it carries none, under `known` events. Only the
 * events on the chain to the named head count, so the verdict never changes with what is learned later.
 */
export function verifyOpening(entry: Entry, known: readonly IdentityEvent[], verify: Verify): Outcome<VerifiedOpening, OpeningFault> {
  const opening = openingOf(entry);
  if (opening === undefined) return no('not_an_opening');
  if (!verify(entryCheck(entry, opening.device))) return no('bad_signature');
  const carried = opening.log.length > 0;
  const chain = chainTo(opening.logDigest, carried ? opening.log : known);
  if (chain === undefined) return no(carried ? 'device_not_granted' : 'log_missing');
  const identity = resolveLog(opening.identity, chain, verify);
  if (identity === undefined || identity.number !== opening.logNumber || identity.digest !== opening.logDigest) return no('device_not_granted');
  const device = identity.devices.get(opening.device);
  if (device === undefined || device.revoked !== undefined) return no('device_not_granted');
  if (identity.region !== undefined && identity.region !== opening.region) return no('wrong_region');
  return ok({ entry, opening, identity });
}

/** @returns the events from number 0 to the one with this digest, or undefined where one is missing. */
export function chainTo(digest: Id, events: readonly IdentityEvent[]): readonly IdentityEvent[] | undefined {
  const byDigest = new Map(events.map((event) => [eventDigest(event), event]));
  const chain: IdentityEvent[] = [];
  let next: Id | undefined = digest;
  while (next !== undefined && chain.length <= events.length) {
    const event = byDigest.get(next);
    if (event === undefined) return undefined;
    chain.push(event);
    next = event.previousDigest;
  }
  return chain.reverse();
}
