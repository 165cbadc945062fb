import type { ParsedRouteInput, RouteOutput } from '../../api/routes.ts';
import { amountToJson } from '../../api/schema.ts';
import { type Amount, sumAmounts } from '../../core/base/amount.ts';
import type { Id } from '../../core/base/id.ts';
import { accountOf } from '../../core/ledger/figures.ts';
import { retireOrderKind, transferOrderKind } from '../../core/wire/kinds/ledger.ts';
import type { Written } from '../../engine/events.ts';
import { type OperationContext, peerOf } from '../context.ts';
import { faultOfRefusal, OperationFault } from '../fault.ts';
import { type FoundAccount, ledgerOf, ownAccount, payeeAccount } from '../lookup.ts';
import { writeMemo } from '../memos.ts';

/** Pays one or many accounts of one bank with one order. */
export async function pay(context: OperationContext, input: ParsedRouteInput<'pay'>): Promise<RouteOutput<'pay'>> {
  const payer = ownAccount(context, input.account, input.bank);
  requireBank(payer, input.bank);
  const { bank, account } = payer;
  const to = input.payments.map((payment, index) => {
    return payeeAccount(context, payment.to, bank, `payments[${index}].to`);
  });
  const amounts = input.payments.map(({ amount }) => amount);
  const total = sumAmounts(amounts);
  if (total === undefined) throw faultOfRefusal('amount_too_large');
  const memo = input.memo === undefined ? undefined : await writeMemo(context, payer, to, input.memo);
  // The outbox knows of it before the order is answered, so that it is not forgotten when this peer stops between.
  const letter = memo === undefined ? undefined : await context.acts.hold(memo.to, memo.written);
  const content = { bank, account, to, amounts, memoDigest: memo?.digest };
  const entry = await context.acts.write('transfers', transferOrderKind, content);
  const sent = await sendOrder(context, payer, entry, total);
  if (sent.answer.word === 'refused') letter?.drop();
  else letter?.release();
  return sent;
}

/** Gives notes back to the bank; they leave circulation. */
export async function retire(
  context: OperationContext,
  input: ParsedRouteInput<'retire'>,
): Promise<RouteOutput<'retire'>> {
  const payer = ownAccount(context, input.account, input.bank);
  requireBank(payer, input.bank);
  const { bank, account } = payer;
  const entry = await context.acts.write('transfers', retireOrderKind, { bank, account, amount: input.amount });
  return await sendOrder(context, payer, entry, input.amount);
}

function requireBank(payer: FoundAccount, bank: Id | undefined): void {
  if (bank === undefined || payer.bank === bank) return;
  throw new OperationFault('unclear', 'The account is at another bank than the one named.', { field: 'bank' });
}

async function sendOrder(
  context: OperationContext,
  { bank, account }: FoundAccount,
  entry: Written,
  total: Amount,
): Promise<RouteOutput<'pay'>> {
  const answer = await context.acts.send(bank, entry);
  const carrier = answer.carrier;
  const ledger = ledgerOf(context, bank);
  const isHere = carrier !== undefined && peerOf(context).books.get(carrier.book)?.judged !== undefined;
  const row = isHere && ledger.book.judged > (carrier?.sequence ?? 0) ? accountOf(ledger.state, account) : undefined;
  const balance = row === undefined ? undefined : amountToJson(row.balance);
  return { order: entry.id, account, total: amountToJson(total), balance, entry, answer };
}
