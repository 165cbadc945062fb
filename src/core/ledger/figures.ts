import { type Amount, subtractAmounts } from '../base/amount.ts';
import type { Id } from '../base/id.ts';
import { present } from '../base/outcome.ts';
import { type RefusalCode, refusalOfNumber } from '../base/refusals.ts';
import type { BookState, StateView } from '../books/state.ts';
import { contentOf, type Entry } from '../wire/entry.ts';
import { retireOrderKind, transferOrderKind } from '../wire/kinds/ledger.ts';
import type { AcceptedCooperative, LedgerAccount } from '../wire/messages/state.ts';
import { accountsTable, answersTable, cooperativeAtTable, cooperativesTable, tickTable, totalsOf } from './tables.ts';

/** What a bank shows to everybody, recomputed by every follower. Amounts are labor-seconds. */
export interface LedgerFigures {
  readonly issued: Amount;
  readonly retired: Amount;
  /** issued − retired: the sum of all balances. */
  readonly outstanding: Amount;
  /** Seconds of attested labor in the records that notes were issued on. */
  readonly backedSeconds: Amount;
  /** Of them attested by the receiver of the work, where a cooperative has one member. */
  readonly attestedByReceiver: Amount;
  readonly records: number;
  readonly accounts: number;
  /** The bank's clock in minutes of the Unix epoch, undefined before the first Tick. */
  readonly tickMinute: number | undefined;
  /** In the order in which they were first accepted, ended ones too. */
  readonly cooperatives: readonly ({ readonly cooperative: Id } & AcceptedCooperative)[];
}

/** @returns the figures of a ledger. */
export function ledgerFigures(state: StateView): LedgerFigures {
  const { issued, retired, backedSeconds, receiverSeconds, records, accounts, cooperatives } = totalsOf(state);
  return {
    issued,
    retired,
    outstanding: present(subtractAmounts(issued, retired), 'no more is retired than was issued'),
    backedSeconds,
    attestedByReceiver: receiverSeconds,
    records,
    accounts,
    tickMinute: state.get(tickTable, 'current')?.minute,
    cooperatives: Array.from({ length: cooperatives }, (_, index) => cooperativeAt(state, index + 1)),
  };
}

function cooperativeAt(state: StateView, number: number): { readonly cooperative: Id } & AcceptedCooperative {
  const { cooperative } = present(
    state.get(cooperativeAtTable, String(number)),
    'cooperatives are numbered without gaps',
  );
  return { cooperative, ...present(state.get(cooperativesTable, cooperative), 'a numbered cooperative has its row') };
}

/** @returns the account, or undefined where the ledger has none with this id. */
export function accountOf(state: StateView, account: Id): LedgerAccount | undefined {
  return state.get(accountsTable, account);
}

/** @returns the accounts of a holder, in order of id; looks at every row. */
export function accountsOfHolder(state: BookState, holder: Id): readonly ({ readonly account: Id } & LedgerAccount)[] {
  return allAccounts(state).filter((account) => account.holder === holder);
}

/** @returns every account, in order of id; looks at every row. */
export function allAccounts(state: BookState): readonly ({ readonly account: Id } & LedgerAccount)[] {
  return state.rows(accountsTable).map(({ key, row }) => ({ account: key[0] as Id, ...row }));
}

/** How the ledger answered an order. */
export interface Answer {
  /** Undefined where the order applied. */
  readonly code: RefusalCode | undefined;
  /** The ledger entry that answered. */
  readonly entry: Id;
}

/**
 * @returns how the ledger answered this very order; undefined where it did not, or has since answered a later one from the
 * same book for the same account: then the order is superseded, and its answer stands in an earlier entry.
 */
export function answerOf(state: StateView, order: Entry): Answer | undefined {
  const account = contentOf(order, transferOrderKind)?.account ?? contentOf(order, retireOrderKind)?.account;
  const answer = account === undefined ? undefined : state.get(answersTable, account, order.book);
  if (answer?.order !== order.id) return undefined;
  return { code: answer.code === 0 ? undefined : refusalOfNumber(answer.code), entry: answer.entry };
}
