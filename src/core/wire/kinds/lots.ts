import { Lot, LotCommitment, LotDrawn, LotSealed, LotSecret } from '../messages/lots.ts';
import { fromElector, inDecisionBook } from './decisions.ts';
import { defineKind } from './kind.ts';

/** A party binds itself to a secret. */
export const lotCommitmentKind = defineKind({
  number: 306,
  name: 'lotCommitment',
  shape: LotCommitment,
  ...fromElector,
  mentions: (content) => [content.lot],
});
/** A party shows its secret. */
export const lotSecretKind = defineKind({
  number: 307,
  name: 'lotSecret',
  shape: LotSecret,
  ...fromElector,
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
