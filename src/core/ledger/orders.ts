import { type Amount, addAmounts, subtractAmounts, sumAmounts, ZERO } from '../base/amount.ts';
import type { Id } from '../base/id.ts';
import { PAYEES_PER_ORDER_MAX } from '../base/limits.ts';
import { no, type Outcome, ok, present } from '../base/outcome.ts';
import { type RefusalCode, refusalNumber } from '../base/refusals.ts';
import { type Carried, type CarriedRefusal, takeCarried } from '../books/carried.ts';
import type { RuleContext } from '../books/rules.ts';
import type { StateDraft, StateView } from '../books/state.ts';
import type { Entry } from '../wire/entry.ts';
import { retireOrderKind, transferOrderKind } from '../wire/kinds/ledger.ts';
import type { RetireOrder, TransferOrder } from '../wire/messages/ledger.ts';
import type { LedgerAccount } from '../wire/messages/state.ts';
import { accountsTable, answersTable, totalsOf, totalsTable } from './tables.ts';

/** Why an order cannot be answered in the ledger at all: it is not its holder's to give here, or its number is used up. */
export type UnanswerableCode =
  | CarriedRefusal
  | Extract<RefusalCode, 'wrong_bank' | 'unknown_account' | 'not_holder' | 'order_superseded'>;

/** Why an order does not apply, though the bank can answer it with an OrderRefused. */
export type OrderRefusal = Extract<
  RefusalCode,
  'zero_amount' | 'amount_too_large' | 'payees_malformed' | 'unknown_payee' | 'payer_is_payee' | 'overdraft'
>;

/** An order of either kind, signed by a device of its author. */
export type CarriedOrder = Carried<TransferOrder> | Carried<RetireOrder>;

/** Why an order has no effect; `answerable` says whether an OrderRefused may carry it. */
export type OrderFault =
  | { readonly answerable: false; readonly code: UnanswerableCode }
  | { readonly answerable: true; readonly code: OrderRefusal; readonly order: CarriedOrder };

/** An order that applies to the state it was judged on. */
export type JudgedOrder =
  | { readonly type: 'transfer'; readonly order: Carried<TransferOrder>; readonly total: Amount }
  | { readonly type: 'retire'; readonly order: Carried<RetireOrder>; readonly total: Amount };

/** Judges an order of either kind. @returns it with the sum that it takes, or the first fault. */
export function judgeOrder(entry: Entry, state: StateView, context: RuleContext): Outcome<JudgedOrder, OrderFault> {
  return entry.header.kind === retireOrderKind.number
    ? judgeRetire(entry, state, context)
    : judgeTransfer(entry, state, context);
}

/**
 * Judges a transfer order. Faults, in order: those of a carried entry, `wrong_bank`, `unknown_account`, `not_holder`,
 * `order_superseded`, `zero_amount`, `amount_too_large`, `payees_malformed`, `unknown_payee`, `payer_is_payee`, `overdraft`.
 */
export function judgeTransfer(
  entry: Entry,
  state: StateView,
  context: RuleContext,
): Outcome<Extract<JudgedOrder, { type: 'transfer' }>, OrderFault> {
  const order = takeCarried(entry, transferOrderKind, state, context);
  if (!order.ok) return unanswerable(order.reason);
  const payer = payerOf(order.value, state, context);
  if (!payer.ok) return payer;
  const { account, to, amounts } = order.value.content;
  if (amounts.includes(ZERO)) return answerable(order.value, 'zero_amount');
  const total = sumAmounts(amounts);
  if (total === undefined) return answerable(order.value, 'amount_too_large');
  if (to.length < 1 || to.length > PAYEES_PER_ORDER_MAX || to.length !== amounts.length)
    return answerable(order.value, 'payees_malformed');
  if (to.some((payee) => state.get(accountsTable, payee) === undefined))
    return answerable(order.value, 'unknown_payee');
  if (to.includes(account)) return answerable(order.value, 'payer_is_payee');
  if (total > payer.value.balance) return answerable(order.value, 'overdraft');
  return ok({ type: 'transfer', order: order.value, total });
}

/**
 * Judges a retire order. Faults, in order: those of a carried entry, `wrong_bank`, `unknown_account`, `not_holder`,
 * `order_superseded`, `zero_amount`, `overdraft`.
 */
export function judgeRetire(
  entry: Entry,
  state: StateView,
  context: RuleContext,
): Outcome<Extract<JudgedOrder, { type: 'retire' }>, OrderFault> {
  const order = takeCarried(entry, retireOrderKind, state, context);
  if (!order.ok) return unanswerable(order.reason);
  const payer = payerOf(order.value, state, context);
  if (!payer.ok) return payer;
  const { amount } = order.value.content;
  if (amount === 0) return answerable(order.value, 'zero_amount');
  if (amount > payer.value.balance) return answerable(order.value, 'overdraft');
  return ok({ type: 'retire', order: order.value, total: amount });
}

function payerOf(order: CarriedOrder, state: StateView, context: RuleContext): Outcome<LedgerAccount, OrderFault> {
  const { bank, account } = order.content;
  if (bank !== context.body) return unanswerable('wrong_bank');
  const row = state.get(accountsTable, account);
  if (row === undefined) return unanswerable('unknown_account');
  if (row.holder !== order.author) return unanswerable('not_holder');
  const answer = state.get(answersTable, account, order.entry.book);
  if (answer !== undefined && order.entry.header.sequence <= answer.sequence) return unanswerable('order_superseded');
  return ok(row);
}

function unanswerable(code: UnanswerableCode): Outcome<never, OrderFault> {
  return no({ answerable: false, code });
}

function answerable(order: CarriedOrder, code: OrderRefusal): Outcome<never, OrderFault> {
  return no({ answerable: true, code, order });
}

/** Balances after an order, in labor-seconds. */
export interface BalancesAfter {
  readonly payer: Amount;
  /** One for each payee, in the order's order; none for a retire order. */
  readonly payees: readonly Amount[];
}

/** Moves what a judged order says, and notes the order as answered by the ledger entry `answeredBy`. */
export function applyOrder(judged: JudgedOrder, answeredBy: Id, state: StateDraft): BalancesAfter {
  const { order, total } = judged;
  noteAnswer(order, answeredBy, 0, state);
  const payer = changeBalance(order.content.account, (balance) => subtractAmounts(balance, total), state);
  if (judged.type === 'retire') {
    const totals = totalsOf(state);
    const retired = present(addAmounts(totals.retired, total), 'no more is retired than was issued');
    state.set(totalsTable, ['current'], { ...totals, retired });
    return { payer, payees: [] };
  }
  const { to, amounts } = judged.order.content;
  const payees = to.map((payee, index) => {
    const amount = present(amounts[index], 'a judged order has one amount for each payee');
    return changeBalance(payee, (balance) => addAmounts(balance, amount), state);
  });
  return { payer, payees };
}

/** Notes an order as refused by the ledger entry `answeredBy`: its number is used up. */
export function refuseOrder(order: CarriedOrder, code: OrderRefusal, answeredBy: Id, state: StateDraft): void {
  noteAnswer(order, answeredBy, refusalNumber(code), state);
}

function noteAnswer({ entry, content }: CarriedOrder, answeredBy: Id, code: number, state: StateDraft): void {
  const answer = { sequence: entry.header.sequence, order: entry.id, code, entry: answeredBy };
  state.set(answersTable, [content.account, entry.book], answer);
}

/**
 * Changes the balance of an account that is there.
 * @returns the balance after. What was judged never goes below zero, nor above what was issued.
 */
export function changeBalance(account: Id, change: (balance: Amount) => Amount | undefined, state: StateDraft): Amount {
  const row = present(state.get(accountsTable, account), 'a judged account is there');
  const balance = present(change(row.balance), 'a judged balance stays between zero and what was issued');
  state.set(accountsTable, [account], { ...row, balance });
  return balance;
}
