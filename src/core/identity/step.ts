import { type Id, idToBytes } from '../base/id.ts';
import { DEVICES_MAX, IDENTITY_EVENTS_MAX, IDENTITY_EVENTS_RESERVED } from '../base/limits.ts';
import type { IdentityEvent, Inception, Rotation } from '../wire/messages/identity.ts';
import { isAcceptablePublicKey } from './ed25519-strict.ts';
import {
  changeOf,
  eventDigest,
  eventMessage,
  type IdentityChange,
  identityOf,
  nextKeyDigest,
  nodeBindingCheck,
} from './event.ts';
import type { Device, IdentityState, Verify } from './state.ts';

/** @returns what an event 0 says, or undefined when it is no valid Inception of the identity that it names. */
export function stateOfInception(event: IdentityEvent, verify: Verify): IdentityState | undefined {
  const change = changeOf(event);
  if (change?.type !== 'inception' || event.number !== 0 || event.previousDigest !== undefined) return undefined;
  const inception = change.value;
  if (identityOf(inception) !== event.identity || !isSoundInception(inception)) return undefined;
  if (signersOf(event, inception.rootKeys, verify).length < inception.threshold) return undefined;
  return {
    identity: event.identity,
    kind: inception.kind,
    region: inception.region,
    number: 0,
    digest: eventDigest(event),
    rootKeys: inception.rootKeys,
    threshold: inception.threshold,
    nextDigests: inception.nextDigests,
    nextThreshold: inception.nextThreshold,
    devices: new Map([[inception.device, { device: inception.device, grantedAt: 0, revoked: undefined }]]),
    nodeKeys: [],
    contestedAt: undefined,
    events: [event],
  };
}

/** @returns the state after the next event, or undefined when it does not follow, is not signed by enough keys, or changes nothing. */
export function stateAfter(state: IdentityState, event: IdentityEvent, verify: Verify): IdentityState | undefined {
  const change =
    event.previousDigest === state.digest && event.number === state.number + 1 ? changeOf(event) : undefined;
  if (change === undefined || change.type === 'inception' || !hasRoom(event.number, change)) return undefined;
  const base = { ...state, number: event.number, digest: eventDigest(event), events: [...state.events, event] };
  if (change.type === 'rotation') {
    return isAnnounced(state, event, change.value, verify) ? { ...base, ...change.value } : undefined;
  }
  return signersOf(event, state.rootKeys, verify).length >= state.threshold
    ? applyChange(base, change, verify)
    : undefined;
}

/** The last places of a log are for events that take rights away. */
function hasRoom(number: number, { type }: IdentityChange): boolean {
  return number < IDENTITY_EVENTS_MAX - IDENTITY_EVENTS_RESERVED || type === 'rotation' || type === 'deviceRevoke';
}

function isSoundInception(inception: Inception): boolean {
  const regionFits = (inception.kind === 'person') === (inception.region === undefined);
  return regionFits && isSoundKeySet(inception) && isAcceptablePublicKey(idToBytes(inception.device));
}

function isSoundKeySet(keys: Pick<Rotation, 'rootKeys' | 'threshold' | 'nextDigests' | 'nextThreshold'>): boolean {
  return (
    keys.threshold <= keys.rootKeys.length &&
    keys.nextThreshold <= keys.nextDigests.length &&
    new Set(keys.rootKeys).size === keys.rootKeys.length &&
    new Set(keys.nextDigests).size === keys.nextDigests.length &&
    keys.rootKeys.every((key) => isAcceptablePublicKey(idToBytes(key)))
  );
}

/** Indices of the root keys whose signatures hold; none where an index repeats, does not rise, or one does not hold. */
function signersOf(event: IdentityEvent, rootKeys: readonly Id[], verify: Verify): readonly number[] {
  const message = eventMessage(event);
  const signers: number[] = [];
  for (const { keyIndex, signature } of event.rootSignatures) {
    const key = rootKeys[keyIndex];
    if (key === undefined || keyIndex <= (signers.at(-1) ?? -1)) return [];
    if (!verify({ publicKey: idToBytes(key), message, signature })) return [];
    signers.push(keyIndex);
  }
  return signers;
}

/** A Rotation meets its own threshold, and the one announced before with keys announced before (KERI's dual threshold). */
function isAnnounced(state: IdentityState, event: IdentityEvent, rotation: Rotation, verify: Verify): boolean {
  if (!isSoundKeySet(rotation)) return false;
  const announced = new Set(state.nextDigests);
  const signers = signersOf(event, rotation.rootKeys, verify);
  const announcedSigners = signers.filter((index) => {
    const key = rotation.rootKeys[index];
    return key !== undefined && announced.has(nextKeyDigest(key));
  });
  return signers.length >= rotation.threshold && announcedSigners.length >= state.nextThreshold;
}

type OtherChange = Exclude<IdentityChange, { readonly type: 'inception' | 'rotation' }>;

function applyChange(base: IdentityState, change: OtherChange, verify: Verify): IdentityState | undefined {
  if (change.type === 'nodeBinding') {
    if (!verify(nodeBindingCheck(base.identity, change.value))) return undefined;
    return { ...base, nodeKeys: [...new Set([...base.nodeKeys, change.value.nodeKey])] };
  }
  const devices = new Map(base.devices);
  const { device } = change.value;
  const known = devices.get(device);
  if (change.type === 'deviceGrant') {
    const acceptable = known === undefined && isAcceptablePublicKey(idToBytes(device));
    if (!acceptable || countHeld(devices) >= DEVICES_MAX) return undefined;
    devices.set(device, { device, grantedAt: base.number, revoked: undefined });
  } else {
    if (known === undefined || known.revoked !== undefined) return undefined;
    devices.set(device, { ...known, revoked: { number: base.number, lastGood: change.value.lastGood } });
  }
  return { ...base, devices };
}

function countHeld(devices: ReadonlyMap<Id, Device>): number {
  let held = 0;
  for (const device of devices.values()) if (device.revoked === undefined) held += 1;
  return held;
}
