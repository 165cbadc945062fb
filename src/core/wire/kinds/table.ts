import { charterAmendedKind, expelledKind } from './acts.ts';
import { eraseKind, notedKind, openingKind, profileKind } from './book.ts';
import {
  amendedKind,
  ballotKind,
  ballotReasonKind,
  closeKind,
  closePageKind,
  proposalEndedKind,
  proposalKind,
  proposalTextKind,
  proposeKind,
  withdrawKind,
  withdrawnKind,
} from './decisions.ts';
import type { AnyEntryKind } from './kind.ts';
import { attestationKind, laborClaimKind, laborRecordKind } from './labor.ts';
import {
  acceptAttestorsKind,
  acceptCooperativeKind,
  accountOpenedKind,
  accountRequestKind,
  endCooperativeKind,
  issueKind,
  memoKind,
  orderRefusedKind,
  ratePolicyKind,
  rateTakenKind,
  retireKind,
  retireOrderKind,
  tickKind,
  transferKind,
  transferOrderKind,
} from './ledger.ts';
import { lotCommitmentKind, lotDrawnKind, lotKind, lotSealedKind, lotSecretKind } from './lots.ts';
import {
  admitKind,
  appealedKind,
  appealKind,
  applyKind,
  charterTextKind,
  foundingKind,
  leaveKind,
  leftKind,
  refusedKind,
  refusedReasonKind,
  vouchKind,
} from './people.ts';

/** Every kind of entry that this version knows. */
export const ENTRY_KINDS: readonly AnyEntryKind[] = [
  openingKind,
  eraseKind,
  notedKind,
  profileKind,
  foundingKind,
  charterTextKind,
  applyKind,
  admitKind,
  leaveKind,
  leftKind,
  vouchKind,
  refusedKind,
  refusedReasonKind,
  appealKind,
  appealedKind,
  charterAmendedKind,
  expelledKind,
  laborClaimKind,
  attestationKind,
  laborRecordKind,
  accountRequestKind,
  transferOrderKind,
  retireOrderKind,
  memoKind,
  acceptCooperativeKind,
  endCooperativeKind,
  acceptAttestorsKind,
  tickKind,
  accountOpenedKind,
  issueKind,
  transferKind,
  retireKind,
  orderRefusedKind,
  ratePolicyKind,
  rateTakenKind,
  proposeKind,
  proposalTextKind,
  withdrawKind,
  ballotKind,
  ballotReasonKind,
  proposalKind,
  amendedKind,
  withdrawnKind,
  proposalEndedKind,
  closePageKind,
  closeKind,
  lotCommitmentKind,
  lotSecretKind,
  lotKind,
  lotSealedKind,
  lotDrawnKind,
];

const kindsByNumber = new Map(ENTRY_KINDS.map((kind) => [kind.number, kind]));

/** @returns the kind with that number, or undefined where this version does not know it. */
export function kindOfNumber(number: number): AnyEntryKind | undefined {
  return kindsByNumber.get(number);
}
