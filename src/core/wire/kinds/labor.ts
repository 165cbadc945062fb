import { CARRIED_ENTRY_BYTES_MAX } from '../../base/limits.ts';
import { Attestation, LaborClaim, LaborRecord } from '../messages/labor.ts';
import { defineKind } from './kind.ts';

const fromPerson = { entryBytesMax: CARRIED_ENTRY_BYTES_MAX, writers: ['person'], channels: ['transfers'] } as const;

/** Work claimed. */
export const laborClaimKind = defineKind({
  number: 100,
  name: 'laborClaim',
  shape: LaborClaim,
  keeping: 'kept',
  ...fromPerson,
});
/** Work attested. */
export const attestationKind = defineKind({
  number: 101,
  name: 'attestation',
  shape: Attestation,
  keeping: 'kept',
  ...fromPerson,
  mentions: (content) => [content.claim],
});
/** Work recorded. */
export const laborRecordKind = defineKind({
  number: 102,
  name: 'laborRecord',
  shape: LaborRecord,
  keeping: 'kept',
  entryBytesMax: CARRIED_ENTRY_BYTES_MAX,
  writers: ['cooperative'],
  channels: ['transfers'],
  carries: (content) => [content.claim, ...content.attestations],
  heads: (content) =>
    content.receiverHead === undefined ? [content.memberHead] : [content.memberHead, content.receiverHead],
});
