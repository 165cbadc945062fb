import type { SignatureCheck } from '../../ports/signatures.ts';
import { type Id, idToBytes } from '../base/id.ts';
import { DEVICES_MAX, IDENTITY_EVENT_BYTES_MAX } from '../base/limits.ts';
import type { Region } from '../base/region.ts';
import { IdentityEvent, type IdentityKind, type Inception, type LastGood, type Rotation } from '../wire/messages/identity.ts';
import { isAcceptablePublicKey } from './ed25519-strict.ts';
import { changeOf, eventDigest, eventMessage, identityOf, type IdentityChange, nextKeyDigest, nodeBindingCheck } from './event.ts';

/** Checks one signature; see the port of the same shape. */
export type Verify = (check: SignatureCheck) => boolean;

/** A device of an identity. */
export interface Device {
  readonly device: Id;
  /** Number of the event that granted it. */
  readonly grantedAt: number;
  /** Set once revoked: for each listed book the last entry that counts. */
  readonly revoked: { readonly number: number; readonly lastGood: readonly LastGood[] } | undefined;
}

/** What the valid events of one identity say together. */
export interface IdentityState {
  readonly identity: Id;
  readonly kind: IdentityKind;
  /** Home region of a body, undefined for a person. */
  readonly region: Region | undefined;
  /** The newest valid event. */
  readonly number: number;
  readonly digest: Id;
  readonly rootKeys: readonly Id[];
  readonly threshold: number;
  readonly nextDigests: readonly Id[];
  readonly nextThreshold: number;
  readonly devices: ReadonlyMap<Id, Device>;
  /** libp2p keys that serve the identity. */
  readonly nodeKeys: readonly Id[];
  /**
   * Set where the log stops because two valid events have one number: two Rotations (then for good), or two others
   * (until a Rotation of that number supersedes both).
   */
  readonly contestedAt: number | undefined;
  /** The valid events, by number. */
  readonly events: readonly IdentityEvent[];
}

/**
 * Reads an identity log out of any set of its events, whatever their order: the same set gives the same state (protocol §2;
 * KERI, pre-rotation). At each number the one valid Rotation wins over other events; two valid ones with one number stop
 * the log there.
 * @returns the state, or undefined when no valid Inception of that identity is among the events.
 */
export function resolveLog(identity: Id, events: readonly IdentityEvent[], verify: Verify): IdentityState | undefined {
  const candidates = groupByNumber(identity, events);
  let state = inceptionOf(candidates.get(0) ?? [], verify);
  while (state !== undefined) {
    const next = nextState(state, candidates.get(state.number + 1) ?? [], verify);
    if (next === undefined) return state;
    if (next === 'contested') return { ...state, contestedAt: state.number + 1 };
    state = next;
  }
  return undefined;
}

function groupByNumber(identity: Id, events: readonly IdentityEvent[]): ReadonlyMap<number, readonly IdentityEvent[]> {
  const groups = new Map<number, IdentityEvent[]>();
  for (const event of events) {
    if (event.identity !== identity || IdentityEvent.encode(event).length > IDENTITY_EVENT_BYTES_MAX) continue;
    const group = groups.get(event.number);
    if (group === undefined) groups.set(event.number, [event]);
    else group.push(event);
  }
  return groups;
}

function inceptionOf(candidates: readonly IdentityEvent[], verify: Verify): IdentityState | undefined {
  for (const event of candidates) {
    const change = changeOf(event);
    if (change?.type !== 'inception' || event.previousDigest !== undefined) continue;
    const inception = change.value;
    if (identityOf(inception) !== event.identity || !isSoundInception(inception)) continue;
    if (signersOf(event, inception.rootKeys, verify).length < inception.threshold) continue;
    return stateOfInception(event, inception);
  }
  return undefined;
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

function stateOfInception(event: IdentityEvent, inception: Inception): IdentityState {
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

/** Indices of the root keys whose signatures hold; none where an index repeats or does not rise. */
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

function nextState(state: IdentityState, candidates: readonly IdentityEvent[], verify: Verify): IdentityState | 'contested' | undefined {
  const rotations = new Map<Id, IdentityState>();
  const others = new Map<Id, IdentityState>();
  for (const event of candidates) {
    const change = event.previousDigest === state.digest ? changeOf(event) : undefined;
    const next = change === undefined ? undefined : stateAfter(state, event, change, verify);
    if (next === undefined) continue;
    (change?.type === 'rotation' ? rotations : others).set(next.digest, next);
  }
  const winners = rotations.size > 0 ? rotations : others;
  if (winners.size > 1) return 'contested';
  const [winner] = winners.values();
  return winner;
}

function stateAfter(state: IdentityState, event: IdentityEvent, change: IdentityChange, verify: Verify): IdentityState | undefined {
  const base = { ...state, number: event.number, digest: eventDigest(event), events: [...state.events, event] };
  switch (change.type) {
    case 'inception':
      return undefined;
    case 'rotation':
      return isAnnounced(state, event, change.value, verify) ? { ...base, ...change.value } : undefined;
    default:
      return signersOf(event, state.rootKeys, verify).length >= state.threshold ? applyChange(base, change, verify) : undefined;
  }
}

/** A Rotation meets its own threshold, and the one announced before with keys announced before (KERI's dual threshold). */
function isAnnounced(state: IdentityState, event: IdentityEvent, rotation: Rotation, verify: Verify): boolean {
  if (!isSoundKeySet(rotation)) return false;
  const signers = signersOf(event, rotation.rootKeys, verify);
  const announced = new Set(state.nextDigests);
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
    if (known !== undefined || devices.size >= DEVICES_MAX || !isAcceptablePublicKey(idToBytes(device))) return undefined;
    devices.set(device, { device, grantedAt: base.number, revoked: undefined });
  } else {
    if (known === undefined || known.revoked !== undefined) return undefined;
    devices.set(device, { ...known, revoked: { number: base.number, lastGood: change.value.lastGood } });
  }
  return { ...base, devices };
}
