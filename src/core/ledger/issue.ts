import { type Amount, addAmounts } from '../base/amount.ts';
import type { Id } from '../base/id.ts';
import { present } from '../base/outcome.ts';
import type { RefusalCode } from '../base/refusals.ts';
import { restOn, restsOnAnother } from '../books/body-books.ts';
import { type Carried, readCarriedEntry, takeCarried } from '../books/carried.ts';
import { applied, type Effect, type Fact, type RuleContext, refused } from '../books/rules.ts';
import type { StateDraft, StateView } from '../books/state.ts';
import { endMinuteOf, secondsByWeek } from '../labor-record/intervals.ts';
import {
  checkRecord,
  type RecordMembers,
  type RecordParts,
  readMembers,
  readRecord,
  restOnMembers,
} from '../labor-record/record.ts';
import { addWorked, overlapsWorked } from '../labor-record/worked-days.ts';
import type { Entry } from '../wire/entry.ts';
import { laborRecordKind } from '../wire/kinds/labor.ts';
import type { Head } from '../wire/messages/book.ts';
import type { LaborClaim, LaborRecord } from '../wire/messages/labor.ts';
import type { Issue } from '../wire/messages/ledger.ts';
import type { AcceptedCooperative } from '../wire/messages/state.ts';
import { changeBalance } from './orders.ts';
import { AT_PAR, amountAt, isDecided, type LineRate } from './rates.ts';
import {
  accountsTable,
  attestorsTable,
  cooperativesTable,
  recordHeadsTable,
  recordsTable,
  tickTable,
  totalsOf,
  totalsTable,
  weeksTable,
} from './tables.ts';

/** A labor record on which notes may be issued, on the state that it was judged on. */
export interface JudgedRecord {
  readonly record: Carried<LaborRecord>;
  readonly parts: RecordParts;
  readonly members: RecordMembers;
  readonly amount: Amount;
}

/** What a ledger would do with a labor record. */
export type RecordVerdict =
  | { readonly type: 'issues'; readonly judged: JudgedRecord }
  | Exclude<Effect, { readonly type: 'applied' }>;

/**
 * Rule of `Issue`: notes on labor records, all or none (protocol §6).
 * Refusals, in order: `empty_batch`; for each line those of `judgeIssue`, then `wrong_amount`.
 */
export function stepIssue(issue: Issue, entry: Entry, state: StateDraft, context: RuleContext): Effect {
  if (issue.lines.length === 0) return refused('empty_batch');
  const facts: Fact[] = [];
  for (const line of issue.lines) {
    const record = readCarriedEntry(line.record, context);
    if (!record.ok) return refused('carried_malformed');
    const verdict = judgeIssue(record.value, state, context, line);
    if (verdict.type !== 'issues') return verdict;
    const balance = applyIssue(verdict.judged, entry.header.sequence, state);
    if (line.amount !== verdict.judged.amount || line.balanceAfter !== balance) return refused('wrong_amount');
    facts.push(issuedFact(verdict.judged, balance));
  }
  return applied(facts);
}

/**
 * Judges a labor record for issuing at a rate, by default an hour for an hour. Refusals, in order: those of carried entries (the record, its claim, its
 * attestations; `wrong_writer` also where the cooperative had another labor book on whose records notes were issued),
 * `cooperative_not_accepted`, `record_used`, `wrong_bank`, `unknown_account`, `not_holder`, `head_went_back`, `wrong_head`, those of `checkRecord`, `overlap`, `amount_too_large`, `ceiling_exceeded`, `interval_in_future`, `rate_not_decided`.
 */
export function judgeIssue(
  entry: Entry,
  state: StateView,
  context: RuleContext,
  rate: LineRate = AT_PAR,
): RecordVerdict {
  const record = takeCarried(entry, laborRecordKind, state, context);
  if (!record.ok) return no(record.reason);
  if (restsOnAnother(state, record.value.author, 'transfers', entry.book)) return no('wrong_writer');
  const parts = readRecord(record.value.content, state, context);
  if (!parts.ok) return no(parts.reason);
  const cooperative = state.get(cooperativesTable, record.value.author);
  if (cooperative === undefined || cooperative.ended) return no('cooperative_not_accepted');
  if (state.get(recordsTable, entry.id) !== undefined) return no('record_used');
  const claim = parts.value.claim.content;
  const code = payeeRefusal(claim, state, context) ?? headRefusal(record.value, state);
  if (code !== undefined) return no(code);
  const mayReceive = (body: Id): boolean => body === context.body || state.get(attestorsTable, body) !== undefined;
  const reading = readMembers(record.value.content, record.value.author, mayReceive, state, context);
  if (reading.type !== 'read') return reading;
  const amount = isDecided(rate, claim, state) ? amountAt(claim.seconds, rate) : claim.seconds;
  const refusal =
    checkRecord(parts.value, reading.members) ?? limitsRefusal(claim, amount, record.value.author, cooperative, state);
  if (refusal !== undefined) return no(refusal);
  if (amount === undefined) return no('amount_too_large');
  if (!isDecided(rate, claim, state)) return no('rate_not_decided');
  return {
    type: 'issues',
    judged: { record: record.value, parts: parts.value, members: reading.members, amount },
  };
}

function no(code: RefusalCode): RecordVerdict {
  return { type: 'refused', code };
}

function payeeRefusal(claim: LaborClaim, state: StateView, context: RuleContext): RefusalCode | undefined {
  if (claim.bank !== context.body) return 'wrong_bank';
  const account = state.get(accountsTable, claim.account);
  if (account === undefined) return 'unknown_account';
  return account.holder === claim.worker ? undefined : 'not_holder';
}

/**
 * Heads inside carried records are free, but those of one cooperative's labor book never go back in that book (protocol §0.4):
 * they rise in the order of the labor book, and notes may be issued on its records in any order.
 */
function headRefusal(record: Carried<LaborRecord>, state: StateView): RefusalCode | undefined {
  const wentBack = headsOf(record.content).some((head) => {
    const last = state.get(recordHeadsTable, record.entry.book, head.book);
    if (last === undefined) return false;
    if (last.sequence === head.sequence) return last.id !== head.id;
    return last.record > record.entry.header.sequence ? last.sequence < head.sequence : last.sequence > head.sequence;
  });
  return wentBack ? 'head_went_back' : undefined;
}

function headsOf({ memberHead, receiverHead }: LaborRecord): readonly Head[] {
  return receiverHead === undefined ? [memberHead] : [memberHead, receiverHead];
}

function limitsRefusal(
  claim: LaborClaim,
  amount: Amount | undefined,
  cooperative: Id,
  terms: AcceptedCooperative,
  state: StateView,
): RefusalCode | undefined {
  if (overlapsWorked(state, claim.worker, claim.intervals)) return 'overlap';
  const { issued, backedSeconds } = totalsOf(state);
  const fits = amount !== undefined && addAmounts(issued, amount) !== undefined;
  if (!fits || addAmounts(backedSeconds, claim.seconds) === undefined) return 'amount_too_large';
  for (const [week, seconds] of secondsByWeek(claim.intervals, claim.seconds)) {
    const before = state.get(weeksTable, claim.worker, cooperative, String(week))?.seconds ?? 0;
    if (before + seconds > terms.secondsPerMemberPerWeek) return 'ceiling_exceeded';
  }
  const tick = state.get(tickTable, 'current');
  const last = claim.intervals.at(-1);
  if (tick === undefined || last === undefined || endMinuteOf(last) > tick.minute) return 'interval_in_future';
  return undefined;
}

/** Issues the notes of a judged record in the ledger entry with this sequence. @returns the balance after, in labor-seconds. */
export function applyIssue(
  { record, parts, members, amount }: JudgedRecord,
  sequence: number,
  state: StateDraft,
): Amount {
  const { worker, account, intervals, seconds } = parts.claim.content;
  state.set(recordsTable, [record.entry.id], { sequence });
  restOn(state, record.author, 'transfers', record.entry.book);
  restOnMembers(record.content, members, state);
  const place = record.entry.header.sequence;
  for (const head of headsOf(record.content)) {
    const last = state.get(recordHeadsTable, record.entry.book, head.book);
    if (last !== undefined && last.record > place) continue;
    const row = { record: place, sequence: head.sequence, id: head.id };
    state.set(recordHeadsTable, [record.entry.book, head.book], row);
  }
  addWorked(state, worker, intervals);
  for (const [week, added] of secondsByWeek(intervals, seconds)) {
    const before = state.get(weeksTable, worker, record.author, String(week))?.seconds;
    state.set(weeksTable, [worker, record.author, String(week)], { seconds: sumOf(before, added as Amount) });
  }
  addToFigures(record, seconds, amount, state);
  return changeBalance(account, (balance) => addAmounts(balance, amount), state);
}

function addToFigures(record: Carried<LaborRecord>, seconds: Amount, amount: Amount, state: StateDraft): void {
  const terms = present(state.get(cooperativesTable, record.author), 'a judged record is of an accepted cooperative');
  state.set(cooperativesTable, [record.author], {
    ...terms,
    records: terms.records + 1,
    seconds: sumOf(terms.seconds, seconds),
  });
  const totals = totalsOf(state);
  const byReceiver = record.content.receiverHead !== undefined;
  state.set(totalsTable, ['current'], {
    ...totals,
    issued: sumOf(totals.issued, amount),
    backedSeconds: sumOf(totals.backedSeconds, seconds),
    receiverSeconds: byReceiver ? sumOf(totals.receiverSeconds, seconds) : totals.receiverSeconds,
    records: totals.records + 1,
  });
}

function sumOf(left: Amount | undefined, right: Amount): Amount {
  return left === undefined ? right : present(addAmounts(left, right), 'no more is added than was judged to fit');
}

function issuedFact({ record, parts, amount }: JudgedRecord, balance: Amount): Fact {
  const { claim, attestations } = parts;
  return {
    type: 'issued',
    record: record.entry.id,
    claim: claim.entry.id,
    cooperative: record.author,
    account: claim.content.account,
    holder: claim.author,
    amount,
    balance,
    attestors: attestations.map(({ author }) => author),
    attestedBy: record.content.receiverHead === undefined ? 'members' : 'receiver',
  };
}
