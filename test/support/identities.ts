import type { Id } from '../../src/core/base/id.ts';
import { parseRegion, type Region } from '../../src/core/base/region.ts';
import {
  draftEvent,
  draftInception,
  eventDigest,
  eventMessage,
  type IdentityChange,
  nextKeyDigest,
  signedEvent,
} from '../../src/core/identity/event.ts';
import type { IdentityEvent, IdentityKind } from '../../src/core/wire/messages/identity.ts';
import { keyOf } from './signing.ts';

/** The home region of the bodies of tests. */
export const REGION: Region = regionOf('cascadia/willamette');

/** @returns a region. @throws Error when it is none: the test is wrong. */
export function regionOf(text: string): Region {
  const region = parseRegion(text);
  if (region === undefined) throw new Error(`${text} is no region`);
  return region;
}

/** Names of the keys of an inception or rotation. */
export interface KeyNames {
  readonly keys: readonly string[];
  readonly threshold?: number;
  readonly next: readonly string[];
  readonly nextThreshold?: number;
}

/** @returns the fields of an Inception or Rotation with these keys. */
export function keySet({ keys, threshold = keys.length, next, nextThreshold = next.length }: KeyNames) {
  return {
    rootKeys: keys.map((name) => keyOf(name).id),
    threshold,
    nextDigests: next.map((name) => nextKeyDigest(keyOf(name).id)),
    nextThreshold,
  };
}

/** @returns the event with the signatures of these keys, `keys[i]` at index `indices[i]` (0, 1, 2 … where not said). */
export function signEvent(
  event: IdentityEvent,
  keys: readonly string[],
  indices: readonly number[] = [...keys.keys()],
) {
  const message = eventMessage(event);
  return signedEvent(
    event,
    keys.map((name, position) => ({ keyIndex: indices[position] ?? position, signature: keyOf(name).sign(message) })),
  );
}

/** @returns a signed event 0. */
export function inceptionOf(kind: IdentityKind, device: string, names: KeyNames, signers = names.keys): IdentityEvent {
  const region = kind === 'person' ? undefined : REGION;
  return signEvent(draftInception({ kind, ...keySet(names), device: keyOf(device).id, region }), signers);
}

/** @returns the next event after `before`, signed. */
export function eventAfter(
  before: IdentityEvent,
  change: IdentityChange,
  signers: readonly string[],
  indices?: readonly number[],
) {
  return signEvent(draftEvent(before.identity, before.number + 1, eventDigest(before), change), signers, indices);
}

/** @returns a grant of the device with this name. */
export function grantOf(device: string): IdentityChange {
  return { type: 'deviceGrant', value: { device: keyOf(device).id } };
}

/** @returns a revocation of the device with this name. */
export function revokeOf(device: string): IdentityChange {
  return { type: 'deviceRevoke', value: { device: keyOf(device).id, lastGood: [] } };
}

/** @returns a rotation to these keys. */
export function rotationTo(names: KeyNames): IdentityChange {
  return { type: 'rotation', value: keySet(names) };
}

/** @returns a person with one root key `<name>-root`, the next `<name>-root2` announced, and one device `<name>-device`. */
export function personOf(name: string): {
  readonly id: Id;
  readonly log: readonly [IdentityEvent];
  readonly device: string;
} {
  return identityNamed(name, 'person');
}

/** @returns an identity of this kind with keys as `personOf` has them. */
export function identityNamed(
  name: string,
  kind: IdentityKind,
): { readonly id: Id; readonly log: readonly [IdentityEvent]; readonly device: string } {
  const device = `${name}-device`;
  const inception = inceptionOf(kind, device, { keys: [`${name}-root`], next: [`${name}-root2`] });
  return { id: inception.identity, log: [inception], device };
}
