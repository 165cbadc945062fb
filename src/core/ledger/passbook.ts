import type { Amount } from '../base/amount.ts';
import type { Id } from '../base/id.ts';
import { present } from '../base/outcome.ts';
import { contentOf, type Entry, readEntry } from '../wire/entry.ts';
import type { EntryKind } from '../wire/kinds/kind.ts';
import { laborClaimKind, laborRecordKind } from '../wire/kinds/labor.ts';
import { issueKind, retireKind, retireOrderKind, transferKind, transferOrderKind } from '../wire/kinds/ledger.ts';
import type { IssueLine, Retire, TransferLine } from '../wire/messages/ledger.ts';

/** One line of an account's passbook. */
export interface PassbookLine {
  readonly type: 'issued' | 'paid' | 'received' | 'retired';
  readonly account: Id;
  /** Labor-seconds, below zero where they leave the account. */
  readonly amount: number;
  readonly balanceAfter: Amount;
  /** The other account; for `issued` the cooperative, for `retired` undefined. */
  readonly counterpart: Id | undefined;
  /** The order; for `issued` the labor record. */
  readonly order: Id;
  readonly memoDigest: Id | undefined;
  /** The line of the ledger entry, from 0; several passbook lines may come of one. */
  readonly line: number;
}

/**
 * Reads the passbook lines of a ledger entry that applied, in order: none for kinds that move no notes. An order with many
 * payees gives the payer one line for each, with the balance after each.
 */
export function linesOfEntry(entry: Entry): readonly PassbookLine[] {
  const { network } = entry.header;
  const transfer = contentOf(entry, transferKind);
  if (transfer !== undefined) return transfer.lines.flatMap((line, number) => linesOfTransfer(line, number, network));
  const issue = contentOf(entry, issueKind);
  if (issue !== undefined) return issue.lines.map((line, number) => lineOfIssue(line, number, network));
  const retire = contentOf(entry, retireKind);
  return retire === undefined ? [] : [lineOfRetire(retire, network)];
}

function linesOfTransfer(line: TransferLine, number: number, network: Uint8Array): readonly PassbookLine[] {
  const { id, content } = readApplied(line.order, transferOrderKind, network);
  const { account, to, amounts, memoDigest } = content;
  const shared = { order: id, memoDigest, line: number };
  let balance: number = line.payerBalanceAfter + amounts.reduce((sum, amount) => sum + amount, 0);
  return to.flatMap((payee, index): readonly PassbookLine[] => {
    const amount = present(amounts[index], 'an applied order has an amount for each payee');
    const payeeBalance = present(line.payeeBalancesAfter[index], 'an applied line has a balance for each payee');
    balance -= amount;
    return [
      { type: 'paid', account, amount: -amount, balanceAfter: balance as Amount, counterpart: payee, ...shared },
      { type: 'received', account: payee, amount, balanceAfter: payeeBalance, counterpart: account, ...shared },
    ];
  });
}

function lineOfIssue({ record, amount, balanceAfter }: IssueLine, line: number, network: Uint8Array): PassbookLine {
  const { id, content } = readApplied(record, laborRecordKind, network);
  const { account, cooperative } = readApplied(content.claim, laborClaimKind, network).content;
  return {
    type: 'issued',
    account,
    amount,
    balanceAfter,
    counterpart: cooperative,
    order: id,
    memoDigest: undefined,
    line,
  };
}

function lineOfRetire({ order, balanceAfter }: Retire, network: Uint8Array): PassbookLine {
  const { id, content } = readApplied(order, retireOrderKind, network);
  const { account, amount } = content;
  return {
    type: 'retired',
    account,
    amount: -amount,
    balanceAfter,
    counterpart: undefined,
    order: id,
    memoDigest: undefined,
    line: 0,
  };
}

function readApplied<Content>(
  bytes: Uint8Array,
  kind: EntryKind<Content>,
  network: Uint8Array,
): { readonly id: Id; readonly content: Content } {
  const entry = readEntry(bytes, network);
  const content = entry.ok ? contentOf(entry.value, kind) : undefined;
  return {
    id: present(entry.ok ? entry.value.id : undefined, 'an applied entry carries whole entries'),
    content: present(content, `it carries a ${kind.name}`),
  };
}
