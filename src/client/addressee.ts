import type { Id } from '../core/base/id.ts';
import { contentOf, type Entry } from '../core/wire/entry.ts';
import { ballotKind, mandatedBallotKind, proposeKind, withdrawKind } from '../core/wire/kinds/decisions.ts';
import { attestationKind, laborClaimKind } from '../core/wire/kinds/labor.ts';
import { accountRequestKind, memoKind, retireOrderKind, transferOrderKind } from '../core/wire/kinds/ledger.ts';
import { lotCommitmentKind, lotSecretKind } from '../core/wire/kinds/lots.ts';
import { appealKind, applyKind, leaveKind } from '../core/wire/kinds/people.ts';
import type { Peer } from '../engine/peer.ts';

/**
 * @returns the body (for a memo the payee) that an entry is to be sent to, undefined for one that is for nobody (or for a claim
 *   no longer shown).
 */
export function addressOf(peer: Peer, entry: Entry): Id | undefined {
  const attestation = contentOf(entry, attestationKind);
  if (attestation !== undefined) return peer.pending.get(attestation.claim)?.content.cooperative;
  return (
    contentOf(entry, laborClaimKind)?.cooperative ??
    contentOf(entry, accountRequestKind)?.bank ??
    contentOf(entry, transferOrderKind)?.bank ??
    contentOf(entry, retireOrderKind)?.bank ??
    contentOf(entry, memoKind)?.to ??
    contentOf(entry, applyKind)?.body ??
    contentOf(entry, appealKind)?.body ??
    contentOf(entry, leaveKind)?.body ??
    contentOf(entry, proposeKind)?.body ??
    contentOf(entry, withdrawKind)?.body ??
    contentOf(entry, ballotKind)?.body ??
    contentOf(entry, mandatedBallotKind)?.body ??
    contentOf(entry, lotCommitmentKind)?.body ??
    contentOf(entry, lotSecretKind)?.body
  );
}
