import { type RefusalCode, refusalNumber } from '../base/refusals.ts';
import { readCarriedEntry } from '../books/carried.ts';
import { applied, type Effect, type Fact, type RuleContext, refused } from '../books/rules.ts';
import type { StateDraft } from '../books/state.ts';
import type { Entry } from '../wire/entry.ts';
import type { OrderRefused, Retire, Transfer, TransferLine } from '../wire/messages/ledger.ts';
import {
  applyOrder,
  type BalancesAfter,
  type JudgedOrder,
  judgeOrder,
  judgeRetire,
  judgeTransfer,
  refuseOrder,
} from './orders.ts';

/**
 * Rule of `Transfer`: orders applied one after another, all or none (protocol §6).
 * Refusals, in order: `empty_batch`; for each line those of `judgeTransfer`, then `wrong_amount`.
 */
export function stepTransfer(transfer: Transfer, entry: Entry, state: StateDraft, context: RuleContext): Effect {
  if (transfer.lines.length === 0) return refused('empty_batch');
  const facts: Fact[] = [];
  for (const line of transfer.lines) {
    const order = readCarriedEntry(line.order, context);
    if (!order.ok) return refused('carried_malformed');
    const judged = judgeTransfer(order.value, state, context);
    if (!judged.ok) return refused(judged.reason.code);
    const balances = applyOrder(judged.value, entry.id, state);
    if (!statesBalances(line, balances)) return refused('wrong_amount');
    facts.push(transferredFact(judged.value, balances));
  }
  return applied(facts);
}

function statesBalances(line: TransferLine, balances: BalancesAfter): boolean {
  const stated = line.payeeBalancesAfter;
  if (line.payerBalanceAfter !== balances.payer || stated.length !== balances.payees.length) return false;
  return balances.payees.every((balance, index) => stated[index] === balance);
}

function transferredFact({ order, total }: Extract<JudgedOrder, { type: 'transfer' }>, balances: BalancesAfter): Fact {
  const { account, to, amounts, memoDigest } = order.content;
  return {
    type: 'transferred',
    order: order.entry.id,
    account,
    holder: order.author,
    to,
    amounts,
    amount: total,
    balance: balances.payer,
    payeeBalances: balances.payees,
    memoDigest,
  };
}

/** Rule of `Retire`: notes given back are gone. Refusals, in order: those of `judgeRetire`, then `wrong_amount`. */
export function stepRetire(retire: Retire, entry: Entry, state: StateDraft, context: RuleContext): Effect {
  const order = readCarriedEntry(retire.order, context);
  if (!order.ok) return refused('carried_malformed');
  const judged = judgeRetire(order.value, state, context);
  if (!judged.ok) return refused(judged.reason.code);
  const { payer: balance } = applyOrder(judged.value, entry.id, state);
  if (retire.balanceAfter !== balance) return refused('wrong_amount');
  const { author: holder, content } = judged.value.order;
  return applied([
    { type: 'retired', order: order.value.id, account: content.account, holder, amount: content.amount, balance },
  ]);
}

/**
 * Rule of `OrderRefused`, the bank's signed answer to orders that do not apply; it uses up their numbers.
 * Refusals, in order: `empty_batch`; for each order those that no bank can answer (a carried entry's, `wrong_bank`,
 * `unknown_account`, `not_holder`, `order_superseded`), then `refusal_unfounded`.
 */
export function stepOrderRefused(answer: OrderRefused, entry: Entry, state: StateDraft, context: RuleContext): Effect {
  if (answer.orders.length === 0) return refused('empty_batch');
  const facts: Fact[] = [];
  for (const { order: bytes, code } of answer.orders) {
    const order = readCarriedEntry(bytes, context);
    if (!order.ok) return refused('carried_malformed');
    const fact = refuseOne(order.value, code, entry, state, context);
    if (typeof fact === 'string') return refused(fact);
    facts.push(fact);
  }
  return applied(facts);
}

function refuseOne(
  entry: Entry,
  code: number,
  ledgerEntry: Entry,
  state: StateDraft,
  context: RuleContext,
): Fact | RefusalCode {
  const judged = judgeOrder(entry, state, context);
  if (judged.ok) return 'refusal_unfounded';
  if (!judged.reason.answerable) return judged.reason.code;
  if (refusalNumber(judged.reason.code) !== code) return 'refusal_unfounded';
  const { order } = judged.reason;
  refuseOrder(order, judged.reason.code, ledgerEntry.id, state);
  return {
    type: 'orderRefused',
    order: entry.id,
    account: order.content.account,
    holder: order.author,
    code: judged.reason.code,
  };
}
