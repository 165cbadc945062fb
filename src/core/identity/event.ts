import type { SignatureCheck } from '../../ports/signatures.ts';
import { tagged, taggedHash } from '../base/hash.ts';
import { bytesToId, type Id, idToBytes } from '../base/id.ts';
import {
  type DeviceRevoke,
  IdentityEvent,
  Inception,
  type NodeBinding,
  type RootSignature,
  type Rotation,
} from '../wire/messages/identity.ts';
import { TAGS } from '../wire/tags.ts';

/** The one thing that an identity event says. */
export type IdentityChange =
  | { readonly type: 'inception'; readonly value: Inception }
  | { readonly type: 'rotation'; readonly value: Rotation }
  | { readonly type: 'deviceGrant'; readonly value: { readonly device: Id } }
  | { readonly type: 'deviceRevoke'; readonly value: DeviceRevoke }
  | { readonly type: 'nodeBinding'; readonly value: NodeBinding };

/** @returns what an event says, or undefined when its body holds nothing or several things. */
export function changeOf(event: IdentityEvent): IdentityChange | undefined {
  const { inception, rotation, deviceGrant, deviceRevoke, nodeBinding } = event.body;
  const changes: IdentityChange[] = [];
  if (inception !== undefined) changes.push({ type: 'inception', value: inception });
  if (rotation !== undefined) changes.push({ type: 'rotation', value: rotation });
  if (deviceGrant !== undefined) changes.push({ type: 'deviceGrant', value: deviceGrant });
  if (deviceRevoke !== undefined) changes.push({ type: 'deviceRevoke', value: deviceRevoke });
  if (nodeBinding !== undefined) changes.push({ type: 'nodeBinding', value: nodeBinding });
  return changes.length === 1 ? changes[0] : undefined;
}

/** @returns an event without signatures. `previousDigest` is undefined at number 0. */
export function draftEvent(
  identity: Id,
  number: number,
  previousDigest: Id | undefined,
  change: IdentityChange,
): IdentityEvent {
  const body = {
    inception: undefined,
    rotation: undefined,
    deviceGrant: undefined,
    deviceRevoke: undefined,
    nodeBinding: undefined,
    [change.type]: change.value,
  };
  return { identity, number, previousDigest, body, rootSignatures: [] };
}

/** @returns the id of the identity that begins with this Inception. */
export function identityOf(inception: Inception): Id {
  return bytesToId(taggedHash(TAGS.identity, [Inception.encode(inception)]));
}

/** @returns event 0 without signatures. */
export function draftInception(inception: Inception): IdentityEvent {
  return draftEvent(identityOf(inception), 0, undefined, { type: 'inception', value: inception });
}

/** @returns the bytes that root keys sign. */
export function eventMessage(event: IdentityEvent): Uint8Array {
  return tagged(TAGS.identityEvent, [unsignedBytes(event)]);
}

/** @returns what the next event names as `previousDigest`; independent of which keys signed. */
export function eventDigest(event: IdentityEvent): Id {
  return bytesToId(taggedHash(TAGS.identityEventDigest, [unsignedBytes(event)]));
}

/** @returns the event with these signatures, sorted by key index. */
export function signedEvent(event: IdentityEvent, signatures: readonly RootSignature[]): IdentityEvent {
  return { ...event, rootSignatures: [...signatures].sort((left, right) => left.keyIndex - right.keyIndex) };
}

/** @returns the digest under which a root key is announced before it is used. */
export function nextKeyDigest(rootKey: Id): Id {
  return bytesToId(taggedHash(TAGS.nextKey, [idToBytes(rootKey)]));
}

/** @returns the check that a node's libp2p key agreed to serve the identity. */
export function nodeBindingCheck(identity: Id, binding: NodeBinding): SignatureCheck {
  return { publicKey: idToBytes(binding.nodeKey), message: nodeBindingMessage(identity), signature: binding.proof };
}

/** @returns what a node's libp2p key signs to serve the identity. */
export function nodeBindingMessage(identity: Id): Uint8Array {
  return tagged(TAGS.nodeBinding, [idToBytes(identity)]);
}

function unsignedBytes(event: IdentityEvent): Uint8Array {
  return IdentityEvent.encode({ ...event, rootSignatures: [] });
}
