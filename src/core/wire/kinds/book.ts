import { ENTRY_BYTES_MAX, OPENING_BYTES_MAX } from '../../base/limits.ts';
import { CHANNELS } from '../../base/region.ts';
import { Erase, Noted, Opening, Profile } from '../messages/book.ts';
import { IDENTITY_KINDS, type IdentityKind } from '../messages/identity.ts';
import { defineKind } from './kind.ts';

/** Identities that are not persons. */
export const BODY_KINDS: readonly IdentityKind[] = IDENTITY_KINDS.filter((kind) => kind !== 'person');

/** The first entry of every book. */
export const openingKind = defineKind({
  number: 1,
  name: 'opening',
  shape: Opening,
  keeping: 'kept',
  entryBytesMax: OPENING_BYTES_MAX,
  writers: IDENTITY_KINDS,
  channels: CHANNELS,
});

/** Asks holders to delete payloads. */
export const eraseKind = defineKind({
  number: 2,
  name: 'erase',
  shape: Erase,
  keeping: 'kept',
  entryBytesMax: ENTRY_BYTES_MAX,
  writers: IDENTITY_KINDS,
  channels: CHANNELS,
  mentions: (content) => content.entries,
});

/** Binds outer facts to a body's book. */
export const notedKind = defineKind({
  number: 3,
  name: 'noted',
  shape: Noted,
  keeping: 'kept',
  entryBytesMax: ENTRY_BYTES_MAX,
  writers: BODY_KINDS,
  channels: CHANNELS,
  carries: (content) => content.openings,
});

/** Words about an identity. */
export const profileKind = defineKind({
  number: 4,
  name: 'profile',
  shape: Profile,
  keeping: 'erasable',
  entryBytesMax: ENTRY_BYTES_MAX,
  writers: IDENTITY_KINDS,
  channels: ['people'],
});
