import { ZERO } from '../base/amount.ts';
import type { Id } from '../base/id.ts';
import { SECONDS_PER_MEMBER_PER_WEEK_MAX } from '../base/limits.ts';
import { no, type Outcome, ok } from '../base/outcome.ts';
import type { RefusalCode } from '../base/refusals.ts';
import { type Carried, readCarriedEntry, takeCarried } from '../books/carried.ts';
import { applied, type Effect, type Fact, type RuleContext, refused } from '../books/rules.ts';
import type { StateDraft, StateView } from '../books/state.ts';
import type { Entry } from '../wire/entry.ts';
import { accountRequestKind } from '../wire/kinds/ledger.ts';
import type { AcceptCooperative, AccountOpened, AccountRequest } from '../wire/messages/ledger.ts';
import {
  accountsTable,
  attestorsTable,
  cooperativeAtTable,
  cooperativesTable,
  tickTable,
  totalsOf,
  totalsTable,
} from './tables.ts';

/**
 * Rule of `AcceptCooperative`; once more with another ceiling changes the ceiling from here on.
 * Refusals, in order: `already_accepted`, `ceiling_out_of_range`.
 */
export function stepAcceptCooperative(
  { cooperative, secondsPerMemberPerWeek }: AcceptCooperative,
  state: StateDraft,
): Effect {
  const before = state.get(cooperativesTable, cooperative);
  const same = before !== undefined && !before.ended && before.secondsPerMemberPerWeek === secondsPerMemberPerWeek;
  if (same) return refused('already_accepted');
  const inRange = secondsPerMemberPerWeek >= 1 && secondsPerMemberPerWeek <= SECONDS_PER_MEMBER_PER_WEEK_MAX;
  if (!inRange) return refused('ceiling_out_of_range');
  const { records, seconds } = before ?? { records: 0, seconds: ZERO };
  state.set(cooperativesTable, [cooperative], { secondsPerMemberPerWeek, ended: false, records, seconds });
  if (before === undefined) {
    const totals = totalsOf(state);
    const number = totals.cooperatives + 1;
    state.set(cooperativeAtTable, [String(number)], { cooperative });
    state.set(totalsTable, ['current'], { ...totals, cooperatives: number });
  }
  return applied([{ type: 'cooperativeAccepted', cooperative, secondsPerMemberPerWeek }]);
}

/** Rule of `EndCooperative`. Refusal: `cooperative_not_accepted`. */
export function stepEndCooperative(cooperative: Id, state: StateDraft): Effect {
  const before = state.get(cooperativesTable, cooperative);
  if (before === undefined || before.ended) return refused('cooperative_not_accepted');
  state.set(cooperativesTable, [cooperative], { ...before, ended: true });
  return applied([{ type: 'cooperativeEnded', cooperative }]);
}

/** Rule of `AcceptAttestors`; the bank's own members may attest without it. Refusal: `already_accepted`. */
export function stepAcceptAttestors(body: Id, entry: Entry, state: StateDraft, context: RuleContext): Effect {
  if (body === context.body || state.get(attestorsTable, body) !== undefined) return refused('already_accepted');
  state.set(attestorsTable, [body], { sequence: entry.header.sequence });
  return applied([{ type: 'attestorsAccepted', body }]);
}

/** Rule of `Tick`, the bank's clock in minutes of the Unix epoch. Refusal: `tick_not_rising`. */
export function stepTick(minute: number, state: StateDraft): Effect {
  const before = state.get(tickTable, 'current');
  if (before !== undefined && minute <= before.minute) return refused('tick_not_rising');
  state.set(tickTable, ['current'], { minute });
  return applied([{ type: 'ticked', minute }]);
}

/**
 * Rule of `AccountOpened`: the id of the request becomes the account's (protocol §6).
 * Refusals, in order: `empty_batch`; for each request those of a carried entry, `wrong_bank`, `duplicate_account`.
 */
export function stepAccountOpened(opened: AccountOpened, state: StateDraft, context: RuleContext): Effect {
  if (opened.requests.length === 0) return refused('empty_batch');
  const facts: Fact[] = [];
  for (const bytes of opened.requests) {
    const entry = readCarriedEntry(bytes, context);
    if (!entry.ok) return refused('carried_malformed');
    const request = judgeRequest(entry.value, state, context);
    if (!request.ok) return refused(request.reason);
    openAccount(request.value, state);
    facts.push({ type: 'accountOpened', account: entry.value.id, holder: request.value.author });
  }
  return applied(facts);
}

/** Judges an account request as `stepAccountOpened` says. */
export function judgeRequest(
  entry: Entry,
  state: StateView,
  context: RuleContext,
): Outcome<Carried<AccountRequest>, RefusalCode> {
  const request = takeCarried(entry, accountRequestKind, state, context);
  if (!request.ok) return request;
  if (request.value.content.bank !== context.body) return no('wrong_bank');
  if (state.get(accountsTable, entry.id) !== undefined) return no('duplicate_account');
  return ok(request.value);
}

/** Opens the account of a judged request. */
export function openAccount(request: Carried<AccountRequest>, state: StateDraft): void {
  state.set(accountsTable, [request.entry.id], { holder: request.author, balance: ZERO });
  const totals = totalsOf(state);
  state.set(totalsTable, ['current'], { ...totals, accounts: totals.accounts + 1 });
}
