import { IDENTITY_EVENTS_MAX, ROOT_KEYS_MAX, SIGNATURE_BYTES } from '../../base/limits.ts';
import {
  bytesField,
  enumField,
  idField,
  integerField,
  listField,
  optionalField,
  optionalIdField,
  optionalRegionField,
} from '../fields.ts';
import { mutua } from '../generated/mutua.js';
import { type Infer, shapeOf } from '../shape.ts';

const { v1 } = mutua;

/** What an identity is. The order gives the proto numbers. */
export const IDENTITY_KINDS = ['person', 'cooperative', 'bank', 'assembly', 'federation'] as const;
/** One of IDENTITY_KINDS. */
export type IdentityKind = (typeof IDENTITY_KINDS)[number];

/** Books of one device that a revoke may list, so that the event stays below 6 KiB. */
const LAST_GOOD_MAX = 48;

const keysField = listField(idField, 1, ROOT_KEYS_MAX);
const thresholdField = integerField(1, ROOT_KEYS_MAX);

/** Event 0: the first keys, the digests of the next ones, the first device, and for a body its home region. */
export const Inception = shapeOf(v1.Inception, {
  kind: enumField(IDENTITY_KINDS),
  rootKeys: keysField,
  threshold: thresholdField,
  nextDigests: keysField,
  nextThreshold: thresholdField,
  device: idField,
  region: optionalRegionField,
});
/** See the shape of the same name. */
export type Inception = Infer<typeof Inception>;

/** New root keys, announced by digest in the event that the old ones came with. */
export const Rotation = shapeOf(v1.Rotation, {
  rootKeys: keysField,
  threshold: thresholdField,
  nextDigests: keysField,
  nextThreshold: thresholdField,
});
/** See the shape of the same name. */
export type Rotation = Infer<typeof Rotation>;

/** One more device. */
export const DeviceGrant = shapeOf(v1.DeviceGrant, { device: idField });
/** The last entry of one book of a revoked device that still counts. */
export const LastGood = shapeOf(v1.LastGood, {
  book: idField,
  sequence: integerField(0, Number.MAX_SAFE_INTEGER),
  id: idField,
});
/** See the shape of the same name. */
export type LastGood = Infer<typeof LastGood>;
/** A device that no longer speaks for the identity. */
export const DeviceRevoke = shapeOf(v1.DeviceRevoke, {
  device: idField,
  lastGood: listField(LastGood, 0, LAST_GOOD_MAX),
});
/** See the shape of the same name. */
export type DeviceRevoke = Infer<typeof DeviceRevoke>;
/** The libp2p key of a node that serves this identity. */
export const NodeBinding = shapeOf(v1.NodeBinding, {
  nodeKey: idField,
  proof: bytesField(SIGNATURE_BYTES, SIGNATURE_BYTES),
});
/** See the shape of the same name. */
export type NodeBinding = Infer<typeof NodeBinding>;

/** Exactly one of these; `src/core/identity` refuses none and several. */
export const IdentityBody = shapeOf(v1.IdentityBody, {
  inception: optionalField(Inception),
  rotation: optionalField(Rotation),
  deviceGrant: optionalField(DeviceGrant),
  deviceRevoke: optionalField(DeviceRevoke),
  nodeBinding: optionalField(NodeBinding),
});

/** One root key's signature. */
export const RootSignature = shapeOf(v1.RootSignature, {
  keyIndex: integerField(0, ROOT_KEYS_MAX - 1),
  signature: bytesField(SIGNATURE_BYTES, SIGNATURE_BYTES),
});
/** See the shape of the same name. */
export type RootSignature = Infer<typeof RootSignature>;

/** One event of an identity log (protocol §2). */
export const IdentityEvent = shapeOf(v1.IdentityEvent, {
  identity: idField,
  number: integerField(0, IDENTITY_EVENTS_MAX - 1),
  previousDigest: optionalIdField,
  body: IdentityBody,
  rootSignatures: listField(RootSignature, 0, ROOT_KEYS_MAX),
});
/** See the shape of the same name. */
export type IdentityEvent = Infer<typeof IdentityEvent>;
