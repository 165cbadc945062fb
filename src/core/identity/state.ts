import type { SignatureCheck } from '../../ports/signatures.ts';
import type { Id } from '../base/id.ts';
import type { Region } from '../base/region.ts';
import type { IdentityEvent, IdentityKind, LastGood } from '../wire/messages/identity.ts';

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
   * Set where the log stops because valid events exclude each other: two Rotations out of one announcement (then for
   * good), or two others with one number (until a Rotation supersedes one or both).
   */
  readonly contestedAt: number | undefined;
  /** The valid events, by number. */
  readonly events: readonly IdentityEvent[];
}
