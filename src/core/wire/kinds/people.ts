import { CARRIED_ENTRY_BYTES_MAX, ENTRY_BYTES_MAX } from '../../base/limits.ts';
import { IDENTITY_KINDS } from '../messages/identity.ts';
import {
  Admit,
  Appeal,
  Appealed,
  Apply,
  CharterText,
  Founding,
  Leave,
  Left,
  Mandate,
  MandateEnded,
  Recall,
  Refused,
  RefusedReason,
  Vouch,
} from '../messages/people.ts';
import { BODY_KINDS } from './book.ts';
import { defineKind } from './kind.ts';

const inMemberBook = { entryBytesMax: ENTRY_BYTES_MAX, writers: BODY_KINDS, channels: ['people'] } as const;
const fromMember = { entryBytesMax: CARRIED_ENTRY_BYTES_MAX, writers: IDENTITY_KINDS, channels: ['people'] } as const;

/** The founders' signatures under the charter. */
export const foundingKind = defineKind({
  number: 10,
  name: 'founding',
  shape: Founding,
  keeping: 'kept',
  ...inMemberBook,
});
/** The words of a charter. */
export const charterTextKind = defineKind({
  number: 11,
  name: 'charterText',
  shape: CharterText,
  keeping: 'erasable',
  entryBytesMax: ENTRY_BYTES_MAX,
  writers: IDENTITY_KINDS,
  channels: ['people', 'proposals'],
});
/** A request to be admitted. */
export const applyKind = defineKind({
  number: 12,
  name: 'apply',
  shape: Apply,
  keeping: 'kept',
  ...fromMember,
  mentions: (content) => [content.charterHead.id],
});
/** An admission. */
export const admitKind = defineKind({
  number: 13,
  name: 'admit',
  shape: Admit,
  keeping: 'kept',
  ...inMemberBook,
  carries: (content) => [content.apply],
});
/** A member's leave. */
export const leaveKind = defineKind({ number: 14, name: 'leave', shape: Leave, keeping: 'kept', ...fromMember });
/** The body's record of a leave. */
export const leftKind = defineKind({
  number: 15,
  name: 'left',
  shape: Left,
  keeping: 'kept',
  ...inMemberBook,
  carries: (content) => [content.leave],
});
/** A body makes another identity's books known. */
export const vouchKind = defineKind({
  number: 16,
  name: 'vouch',
  shape: Vouch,
  keeping: 'kept',
  ...inMemberBook,
  mentions: (content) => [content.identity],
});
/** A body answers an application by a criterion of its charter. */
export const refusedKind = defineKind({
  number: 17,
  name: 'refused',
  shape: Refused,
  keeping: 'kept',
  ...inMemberBook,
  carries: (content) => [content.apply],
});
/** Why an application does not meet a criterion. */
export const refusedReasonKind = defineKind({
  number: 18,
  name: 'refusedReason',
  shape: RefusedReason,
  keeping: 'erasable',
  ...inMemberBook,
});
/** Whose application was refused asks the body to look again. */
export const appealKind = defineKind({
  number: 19,
  name: 'appeal',
  shape: Appeal,
  keeping: 'kept',
  ...fromMember,
  mentions: (content) => [content.refused],
});
/** The body's record of an appeal. */
export const appealedKind = defineKind({
  number: 20,
  name: 'appealed',
  shape: Appealed,
  keeping: 'kept',
  ...inMemberBook,
  carries: (content) => [content.appeal],
});
/** A body lets a delegate act for it. */
export const mandateKind = defineKind({
  number: 21,
  name: 'mandate',
  shape: Mandate,
  keeping: 'kept',
  ...inMemberBook,
  mentions: (content) => [content.delegate, content.at],
});
/** A body takes a mandate back. */
export const recallKind = defineKind({
  number: 22,
  name: 'recall',
  shape: Recall,
  keeping: 'kept',
  ...inMemberBook,
});
/** The term of a mandate is over. */
export const mandateEndedKind = defineKind({
  number: 23,
  name: 'mandateEnded',
  shape: MandateEnded,
  keeping: 'kept',
  ...inMemberBook,
});
