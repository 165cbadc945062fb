import { no, type Outcome, ok } from '../base/outcome.ts';
import { type Entry, entryCheck, openingOf } from '../wire/entry.ts';
import type { Opening } from '../wire/messages/book.ts';
import type { IdentityEvent } from '../wire/messages/identity.ts';
import { type IdentityState, resolveLogUpTo, type Verify } from './log.ts';

/** An Opening whose device was granted by its identity's log, and signed it. */
export interface VerifiedOpening {
  readonly entry: Entry;
  readonly opening: Opening;
  /** The identity's log as far as the head that the Opening names. */
  readonly identity: IdentityState;
}

/**
 * Why an Opening is none; `log_missing` (events up to the named head are not among the known ones, or only forms that do
 * not verify) may be mended by fetching the identity's events.
 */
export type OpeningFault = 'not_an_opening' | 'bad_signature' | 'log_missing' | 'device_not_granted' | 'wrong_region';

/**
 * Verifies an Opening under the identity log that it carries or, where it carries none, under `known` events. Only the
 * events on the chain to the named head count, so the verdict never changes with what is learned later.
 */
export function verifyOpening(
  entry: Entry,
  known: readonly IdentityEvent[],
  verify: Verify,
): Outcome<VerifiedOpening, OpeningFault> {
  const opening = openingOf(entry);
  if (opening === undefined) return no('not_an_opening');
  if (!verify(entryCheck(entry, opening.device))) return no('bad_signature');
  const carried = opening.log.length > 0;
  const identity = logUpTo(opening, carried ? opening.log : known, verify);
  if (identity === undefined) return no(carried ? 'device_not_granted' : 'log_missing');
  if (carried && !equalsChain(opening.log, identity)) return no('device_not_granted');
  const device = identity.devices.get(opening.device);
  if (device === undefined || device.revoked !== undefined) return no('device_not_granted');
  if (identity.region !== undefined && identity.region !== opening.region) return no('wrong_region');
  return ok({ entry, opening, identity });
}

function logUpTo(opening: Opening, events: readonly IdentityEvent[], verify: Verify): IdentityState | undefined {
  const identity = resolveLogUpTo(opening.identity, opening.logDigest, events, verify);
  return identity?.number === opening.logNumber ? identity : undefined;
}

/** A carried log is the events from number 0 to the head in their order, and nothing else. */
function equalsChain(log: readonly IdentityEvent[], identity: IdentityState): boolean {
  return log.length === identity.events.length && log.every((event, index) => event === identity.events[index]);
}
