import type { Id } from '../base/id.ts';
import { no, type Outcome, ok } from '../base/outcome.ts';
import type { RefusalCode } from '../base/refusals.ts';
import { readCarried } from '../books/carried.ts';
import { applied, type Effect, type RuleContext, refused } from '../books/rules.ts';
import type { StateDraft, StateView } from '../books/state.ts';
import type { Entry } from '../wire/entry.ts';
import { appealKind, applyKind } from '../wire/kinds/people.ts';
import type { Appeal, Refused } from '../wire/messages/people.ts';
import type { RefusalRow } from '../wire/messages/state.ts';
import { applyRefusal } from './admission.ts';
import { refusalsTable } from './tables.ts';
import { charterAt, membershipChange } from './view.ts';

/**
 * Rule of `Refused`: the body answers an Apply by a criterion that it has published (protocol §2).
 * Refusals, in order: those of a carried entry, `not_founded`, `wrong_body`, `stale_charter`, `already_member`, `stale_consent`,
 * `unknown_criterion`, `already_refused`.
 */
export function stepRefused(refusal: Refused, entry: Entry, state: StateDraft, context: RuleContext): Effect {
  const apply = readCarried(refusal.apply, applyKind, state, context);
  if (!apply.ok) return refused(apply.reason);
  const code = applyRefusal(apply.value, state, context, 'refuse');
  if (code !== undefined) return refused(code);
  const { criterion, reasonDigest } = refusal;
  const criteria = charterAt(state, entry.header.sequence)?.criteria ?? 0;
  if (criterion > criteria) return refused('unknown_criterion');
  const { entry: asked, author: identity, content } = apply.value;
  if (state.get(refusalsTable, asked.id) !== undefined) return refused('already_refused');
  state.set(refusalsTable, [asked.id], {
    refused: entry.id,
    identity,
    criterion,
    sequence: entry.header.sequence,
    change: content.afterChange,
    reasonDigest,
    appeal: undefined,
  });
  return applied([{ type: 'applicationRefused', body: context.body, identity, apply: asked.id, criterion }]);
}

/**
 * Rule of `Appealed`, the body's record of an Appeal that it may not refuse (protocol §2).
 * Refusals, in order: those of a carried entry, `wrong_body`, `unknown_refusal`, `stale_consent` (its author became a member since),
 * `already_appealed`.
 */
export function stepAppealed(bytes: Uint8Array, state: StateDraft, context: RuleContext): Effect {
  const appeal = readCarried(bytes, appealKind, state, context);
  if (!appeal.ok) return refused(appeal.reason);
  const { author, content, entry } = appeal.value;
  if (content.body !== context.body) return refused('wrong_body');
  const found = findAppealed(content, author, state);
  if (!found.ok) return refused(found.reason);
  const row = found.value;
  state.set(refusalsTable, [content.apply], { ...row, appeal: entry.id });
  return applied([{ type: 'refusalAppealed', body: context.body, identity: author, refused: row.refused }]);
}

/** @returns the refusal that an Appeal is against, or why it counts for nothing. */
export function findAppealed(
  appeal: Appeal,
  author: Id,
  state: StateView,
): Outcome<RefusalRow, Extract<RefusalCode, 'unknown_refusal' | 'stale_consent' | 'already_appealed'>> {
  const row = state.get(refusalsTable, appeal.apply);
  if (row?.refused !== appeal.refused || row.identity !== author) return no('unknown_refusal');
  if (!isStanding(row, state)) return no('stale_consent');
  return row.appeal === undefined ? ok(row) : no('already_appealed');
}

/** @returns the refusal of an Apply, undefined where there is none. */
export function refusalOf(state: StateView, apply: Id): RefusalRow | undefined {
  return state.get(refusalsTable, apply);
}

/** @returns whether nothing came after a refusal: who was admitted since has its answer. */
export function isStanding(row: RefusalRow, state: StateView): boolean {
  return membershipChange(state, row.identity) === row.change;
}
