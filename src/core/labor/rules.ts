import { type Amount, addAmounts, ZERO } from '../base/amount.ts';
import { present } from '../base/outcome.ts';
import { nameHead } from '../books/noted.ts';
import { applied, type Effect, type Fact, type RuleContext, type RuleSet } from '../books/rules.ts';
import type { StateDraft, StateView, Table } from '../books/state.ts';
import { checkRecord, type RecordParts, readMembers, readRecord, restOnMembers } from '../labor-record/record.ts';
import { addWorked, overlapsWorked } from '../labor-record/worked-days.ts';
import { contentOf, type Entry } from '../wire/entry.ts';
import { laborRecordKind } from '../wire/kinds/labor.ts';
import type { LaborRecord } from '../wire/messages/labor.ts';
import { LaborTotals } from '../wire/messages/state.ts';

type LaborTotalsRow = ReturnType<typeof LaborTotals.read>;

/** What the book has recorded; one row, `current`. */
export const laborTotals: Table<LaborTotalsRow> = { name: 'recorded', shape: LaborTotals };

/** Rules of labor books: the books that cooperatives keep on `transfers` (protocol §6). */
export const laborRules: RuleSet = {
  name: 'labor',
  governs: (kind, channel) => kind === 'cooperative' && channel === 'transfers',
  step(entry: Entry, state: StateDraft, context: RuleContext): Effect {
    const record = contentOf(entry, laborRecordKind);
    return record === undefined ? applied() : stepRecord(record, entry, state, context);
  },
};

function stepRecord(record: LaborRecord, entry: Entry, state: StateDraft, context: RuleContext): Effect {
  const judged = judgeRecord(record, state, context);
  if (judged.type !== 'applies') return judged;
  const { intervals, seconds } = judged.parts.claim.content;
  addWorked(state, judged.parts.claim.author, intervals);
  const totals = laborFigures(state);
  const add = (left: Amount, right: Amount): Amount =>
    present(addAmounts(left, right), 'a book cannot hold that many records');
  state.set(laborTotals, ['current'], {
    records: totals.records + 1,
    seconds: add(totals.seconds, seconds),
    receiverSeconds: add(totals.receiverSeconds, record.receiverHead === undefined ? ZERO : seconds),
  });
  return applied([recordedFact(record, judged.parts, entry)]);
}

/** What a labor book would do with a record. */
export type RecordJudgement =
  | { readonly type: 'applies'; readonly parts: RecordParts }
  | Exclude<Effect, { readonly type: 'applied' }>;

/**
 * Judges a record, and notes in `state` the heads that it names.
 * Refusals, in order: those of carried entries, `head_went_back`, `wrong_head`, those of `checkRecord`, `overlap`.
 */
export function judgeRecord(record: LaborRecord, state: StateDraft, context: RuleContext): RecordJudgement {
  const parts = readRecord(record, state, context);
  if (!parts.ok) return { type: 'refused', code: parts.reason };
  const { memberHead, receiverHead } = record;
  const rising = nameHead(memberHead, state) && (receiverHead === undefined || nameHead(receiverHead, state));
  if (!rising) return { type: 'refused', code: 'head_went_back' };
  const reading = readMembers(record, context.body, () => true, state, context);
  if (reading.type !== 'read') return reading;
  const { author, content } = parts.value.claim;
  const code = checkRecord(parts.value, reading.members);
  if (code !== undefined) return { type: 'refused', code };
  if (overlapsWorked(state, author, content.intervals)) return { type: 'refused', code: 'overlap' };
  restOnMembers(record, reading.members, state);
  return { type: 'applies', parts: parts.value };
}

function recordedFact(record: LaborRecord, { claim, attestations }: RecordParts, entry: Entry): Fact {
  const { worker, cooperative, taskClass, seconds, bank, account } = claim.content;
  return {
    type: 'laborRecorded',
    record: entry.id,
    claim: claim.entry.id,
    worker,
    cooperative,
    taskClass,
    seconds,
    bank,
    account,
    attestors: attestations.map(({ author }) => author),
    attestedBy: record.receiverHead === undefined ? 'members' : 'receiver',
  };
}

/** @returns the totals of a labor book, in records and labor-seconds. */
export function laborFigures(state: StateView): LaborTotalsRow {
  return state.get(laborTotals, 'current') ?? { records: 0, seconds: ZERO, receiverSeconds: ZERO };
}
