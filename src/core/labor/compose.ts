import { compareIds, type Id } from '../base/id.ts';
import { ATTESTORS_MAX } from '../base/limits.ts';
import type { RefusalCode } from '../base/refusals.ts';
import { type Carried, takeCarried } from '../books/carried.ts';
import type { RuleContext } from '../books/rules.ts';
import { type BookState, StateDraft } from '../books/state.ts';
import { attestorsNeeded, readMembers } from '../labor-record/record.ts';
import type { Entry } from '../wire/entry.ts';
import { attestationKind, laborClaimKind } from '../wire/kinds/labor.ts';
import type { Head } from '../wire/messages/book.ts';
import type { Attestation, LaborClaim, LaborRecord } from '../wire/messages/labor.ts';
import { judgeRecord } from './rules.ts';

/** What a cooperative has in hand for one record. */
export interface RecordRequest {
  readonly claim: Entry;
  /** In any order, also ones that are of no use. */
  readonly attestations: readonly Entry[];
  readonly memberHead: Head;
  /** For a cooperative of one: where the receiver of the work is a member. */
  readonly receiverHead: Head | undefined;
}

/** A record that the labor book would apply, or why there is none. */
export type RecordComposition =
  | { readonly type: 'composed'; readonly content: LaborRecord }
  | { readonly type: 'refused'; readonly code: RefusalCode }
  | { readonly type: 'waiting'; readonly heads: readonly Head[] };

/**
 * Composes a labor record of a claim and as many of the attestations as it needs: those of members other than the worker, one
 * of each, smallest ids first. `too_few_attestors` may be mended by more attestations, `unknown_book` by noting the books.
 */
export function composeRecord(state: BookState, request: RecordRequest, context: RuleContext): RecordComposition {
  const { memberHead, receiverHead } = request;
  const bare: LaborRecord = { claim: request.claim.bytes, attestations: [], memberHead, receiverHead };
  const claim = takeCarried(request.claim, laborClaimKind, state, context);
  if (!claim.ok) return { type: 'refused', code: claim.reason };
  const reading = readMembers(bare, context.body, () => true, state, context);
  if (reading.type !== 'read') return reading;
  const witnesses = reading.members.receivers ?? reading.members.cooperative;
  const useful = usefulAttestations(request.attestations, claim.value, state, context).filter(({ author }) =>
    witnesses.isMember(author),
  );
  const needed = Math.min(attestorsNeeded(reading.members), ATTESTORS_MAX);
  const content = { ...bare, attestations: useful.slice(0, needed).map(({ entry }) => entry.bytes) };
  const judged = judgeRecord(content, new StateDraft(state), context);
  return judged.type === 'applies' ? { type: 'composed', content } : judged;
}

/** The attestations of this claim by others than its worker, sorted by id, one of each author. */
function usefulAttestations(
  entries: readonly Entry[],
  claim: Carried<LaborClaim>,
  state: BookState,
  context: RuleContext,
): readonly Carried<Attestation>[] {
  const byAuthor = new Map<Id, Carried<Attestation>>();
  for (const entry of entries) {
    const attestation = takeCarried(entry, attestationKind, state, context);
    if (!attestation.ok || attestation.value.content.claim !== claim.entry.id) continue;
    const { author } = attestation.value;
    if (author !== claim.author && !byAuthor.has(author)) byAuthor.set(author, attestation.value);
  }
  return [...byAuthor.values()].sort((left, right) => compareIds(left.entry.id, right.entry.id));
}
