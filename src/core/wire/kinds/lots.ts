import { CARRIED_ENTRY_BYTES_MAX, ENTRY_BYTES_MAX } from '../../base/limits.ts';
import { IDENTITY_KINDS } from '../messages/identity.ts';
import { Lot, LotCommitment, LotDrawn, LotSealed, LotSecret } from '../messages/lots.ts';
import { BODY_KINDS } from './book.ts';
import { defineKind } from './kind.ts';

const fromParty = {
  keeping: 'kept',
  entryBytesMax: CARRIED_ENTRY_BYTES_MAX,
  writers: IDENTITY_KINDS,
  channels: ['proposals'],
} as const;
const inDecisionBook = {
  keeping: 'kept',
  entryBytesMax: ENTRY_BYTES_MAX,
  writers: BODY_KINDS,
  channels: ['proposals'],
} as const;

/** A party binds itself to a secret. */
export const lotCommitmentKind = defineKind({
  number: 306,
  name: 'lotCommitment',
  shape: LotCommitment,
  ...fromParty,
  mentions: (content) => [content.lot],
});
/** A party shows its secret. */
export const lotSecretKind = defineKind({
  number: 307,
  name: 'lotSecret',
  shape: LotSecret,
  ...fromParty,
  mentions: (content) => [content.lot],
});

/** A body calls a lot. */
export const lotKind = defineKind({
  number: 317,
  name: 'lot',
  shape: Lot,
  ...inDecisionBook,
  heads: (content) => [content.memberHead],
});
/** The commitments are sealed. */
export const lotSealedKind = defineKind({
  number: 318,
  name: 'lotSealed',
  shape: LotSealed,
  ...inDecisionBook,
  carries: (content) => content.commitments,
  heads: (content) => [content.pool],
});
/** The lot is drawn. */
export const lotDrawnKind = defineKind({
  number: 319,
  name: 'lotDrawn',
  shape: LotDrawn,
  ...inDecisionBook,
  carries: (content) => content.secrets,
});
