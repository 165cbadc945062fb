import { ENTRY_BYTES_MAX } from '../../base/limits.ts';
import { CharterAmended, Expelled } from '../messages/acts.ts';
import { BODY_KINDS } from './book.ts';
import { defineKind } from './kind.ts';

const inMemberBook = {
  keeping: 'kept',
  entryBytesMax: ENTRY_BYTES_MAX,
  writers: BODY_KINDS,
  channels: ['people'],
} as const;

/** A body's next charter is in force. */
export const charterAmendedKind = defineKind({
  number: 24,
  name: 'charterAmended',
  shape: CharterAmended,
  ...inMemberBook,
  carries: ({ certificate }) => [certificate.close],
});
/** Somebody is a member no more, by a decision. */
export const expelledKind = defineKind({
  number: 25,
  name: 'expelled',
  shape: Expelled,
  ...inMemberBook,
  carries: ({ certificate }) => [certificate.close],
});
