import type { Id } from '../base/id.ts';
import { MANDATE_TERM_MS_MAX } from '../base/limits.ts';
import type { RefusalCode } from '../base/refusals.ts';
import { extendLog, isGranted } from '../books/noted-logs.ts';
import { applied, type Effect, type RuleContext, refused } from '../books/rules.ts';
import type { StateDraft, StateView } from '../books/state.ts';
import type { Entry } from '../wire/entry.ts';
import type { Mandate } from '../wire/messages/people.ts';
import { MATTERS } from '../wire/messages/rules.ts';
import { isRunning } from './mandate-view.ts';
import { mandatedTable, mandatesTable } from './tables.ts';
import { bodyFigures, isMember, isVouched, membershipChange, staysSince } from './view.ts';

/**
 * Rule of `Mandate`: the body lets a delegate act for it in certain matters, up to an amount (protocol §8).
 * Refusals, in order: `not_founded`, `own_mandate`, `unknown_delegate`, `term_malformed`, `bounds_malformed`, `already_mandated`.
 */
export function stepMandate(mandate: Mandate, entry: Entry, state: StateDraft, context: RuleContext): Effect {
  const code = mandateRefusal(mandate, state, context);
  if (code !== undefined) return refused(code);
  const { delegate, at, matters, to } = mandate;
  const change = membershipChange(state, delegate);
  const { sequence } = entry.header;
  state.set(mandatesTable, [entry.id], { mandate, sequence, over: 0, recalled: false, change });
  state.set(mandatedTable, [delegate, at], { mandate: entry.id });
  return applied([{ type: 'mandateGranted', body: context.body, mandate: entry.id, delegate, at, matters, to }]);
}

/** @returns why a body cannot give this mandate now. */
export function mandateRefusal(
  mandate: Mandate,
  state: StateView,
  context: Pick<RuleContext, 'body' | 'device' | 'verify'>,
): RefusalCode | undefined {
  const { delegate, from, to } = mandate;
  if (bodyFigures(state).charterHead === undefined) return 'not_founded';
  const log = extendLog(delegate, [], state, context.verify)?.after;
  const isAlone = bodyFigures(state).members <= 1;
  const isOwn = !isAlone && log !== undefined && isGranted(log, context.device);
  if (delegate === context.body || isOwn) return 'own_mandate';
  if (log === undefined || (!isMember(state, delegate) && !isVouched(state, delegate))) return 'unknown_delegate';
  if (from >= to || to - from > MANDATE_TERM_MS_MAX) return 'term_malformed';
  if (!areBoundsSound(mandate)) return 'bounds_malformed';
  const before = state.get(mandatedTable, delegate, mandate.at);
  const row = before === undefined ? undefined : state.get(mandatesTable, before.mandate);
  const isSecond = row !== undefined && isRunning(row, placeNow(state));
  return isSecond ? 'already_mandated' : undefined;
}

/** Matters rise, and an amount is named where it can be spent. */
function areBoundsSound({ matters, amount }: Mandate): boolean {
  const numbers = matters.map((matter) => MATTERS.indexOf(matter));
  const isRising = numbers.every((number, index) => index === 0 || (numbers[index - 1] ?? number) < number);
  return numbers.length > 0 && isRising && matters.includes('budget') === amount > 0;
}

/**
 * Rule of `Recall` and of `MandateEnded`: nobody who has read up to here takes an act under the mandate.
 * Refusals, in order: `unknown_mandate`, `mandate_over`.
 */
export function stepMandateOver(
  id: Id,
  recalled: boolean,
  entry: Entry,
  state: StateDraft,
  context: RuleContext,
): Effect {
  const row = state.get(mandatesTable, id);
  if (row === undefined) return refused('unknown_mandate');
  if (row.over > 0) return refused('mandate_over');
  state.set(mandatesTable, [id], { ...row, over: entry.header.sequence, recalled });
  const type = recalled ? 'mandateRecalled' : 'mandateEnded';
  return applied([{ type, body: context.body, mandate: id, delegate: row.mandate.delegate }]);
}

/** @returns the newest place of a member book. */
export function placeNow(state: StateView): Parameters<typeof isRunning>[1] {
  const stays = (identity: Id, change: number) => staysSince(state, identity, change, Number.MAX_SAFE_INTEGER);
  return { sequence: Number.MAX_SAFE_INTEGER, stays };
}
