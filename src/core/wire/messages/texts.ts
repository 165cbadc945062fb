import { FOUNDERS_MAX, NETWORK_BYTES, SIGNATURE_BYTES } from '../../base/limits.ts';
import { bytesField, idField, listField, regionField, sortedIdsField, textField } from '../fields.ts';
import { mutua } from '../generated/mutua.js';
import { type Infer, shapeOf } from '../shape.ts';
import { IdentityEvent, Inception, RootSignature } from './identity.ts';
import { Acceptance, Charter, CharterText } from './people.ts';

const { v1 } = mutua;

/** Multiaddrs of one invite. */
export const INVITE_ADDRESSES_MAX = 16;
/** Identities that one invite makes known. */
export const INVITE_ROOTS_MAX = 64;
/** A multiaddr, in bytes; one through a WebRTC relay has about 250. */
const ADDRESS_BYTES_MAX = 400;

const networkField = bytesField(NETWORK_BYTES, NETWORK_BYTES);

/** Region, addresses, roots and first contact for somebody new; signed by the contact's device. */
export const Invite = shapeOf(v1.Invite, {
  network: networkField,
  region: regionField,
  addresses: listField(textField(ADDRESS_BYTES_MAX, 1), 0, INVITE_ADDRESSES_MAX),
  roots: sortedIdsField(0, INVITE_ROOTS_MAX),
  contact: idField,
  device: idField,
  log: listField(IdentityEvent, 1, 64),
  signature: bytesField(0, SIGNATURE_BYTES),
});
/** See the shape of the same name. */
export type Invite = Infer<typeof Invite>;

/** A root key made for one new body. */
export const KeyText = shapeOf(v1.KeyText, { founder: idField, rootKey: idField, nextDigest: idField });
/** See the shape of the same name. */
export type KeyText = Infer<typeof KeyText>;

/** What founders are asked to sign. */
export const FoundingText = shapeOf(v1.FoundingText, {
  network: networkField,
  name: textField(120, 1),
  inception: Inception,
  charter: Charter,
  charterText: CharterText,
  founders: sortedIdsField(1, FOUNDERS_MAX),
});
/** See the shape of the same name. */
export type FoundingText = Infer<typeof FoundingText>;

/** One founder's signatures under the inception and the charter. */
export const AcceptanceText = shapeOf(v1.AcceptanceText, {
  body: idField,
  rootSignature: RootSignature,
  acceptance: Acceptance,
});
/** See the shape of the same name. */
export type AcceptanceText = Infer<typeof AcceptanceText>;
