import { ZERO } from '../base/amount.ts';
import type { StateView, Table } from '../books/state.ts';
import {
  AcceptedAttestors,
  AcceptedCooperative,
  CooperativeAt,
  IssuedRecord,
  LedgerAccount,
  LedgerTotals,
  OrderAnswer,
  RatePolicyRow,
  RateRow,
  RecordHead,
  TickRow,
  WorkedWeek,
} from '../wire/messages/state.ts';

/** Accounts by id. */
export const accountsTable: Table<LedgerAccount> = { name: 'accounts', shape: LedgerAccount };
/** Newest answered order by account and book of the holder. */
export const answersTable: Table<OrderAnswer> = { name: 'answers', shape: OrderAnswer };
/** Cooperatives that the bank rests on, or has. */
export const cooperativesTable: Table<AcceptedCooperative> = { name: 'cooperatives', shape: AcceptedCooperative };
/** The same by number from 1. */
export const cooperativeAtTable: Table<ReturnType<typeof CooperativeAt.read>> = {
  name: 'cooperativeAt',
  shape: CooperativeAt,
};
/** Bodies whose members may attest as receivers of work. */
export const attestorsTable: Table<ReturnType<typeof AcceptedAttestors.read>> = {
  name: 'attestors',
  shape: AcceptedAttestors,
};
/** Whose rate decisions the bank takes, by body. */
export const ratePoliciesTable: Table<ReturnType<typeof RatePolicyRow.read>> = {
  name: 'ratePolicies',
  shape: RatePolicyRow,
};
/** Rates that the bank took, by the id of their Close. */
export const ratesTable: Table<RateRow> = { name: 'rates', shape: RateRow };
/** Labor records on which notes were issued. */
export const recordsTable: Table<ReturnType<typeof IssuedRecord.read>> = { name: 'records', shape: IssuedRecord };
/** Issued seconds by worker, cooperative and week. */
export const weeksTable: Table<ReturnType<typeof WorkedWeek.read>> = { name: 'weeks', shape: WorkedWeek };
/** Head named by the issued record that stands last in its labor book, by labor book and member book. */
export const recordHeadsTable: Table<ReturnType<typeof RecordHead.read>> = { name: 'recordHeads', shape: RecordHead };
/** The bank's clock; one row, `current`. */
export const tickTable: Table<ReturnType<typeof TickRow.read>> = { name: 'tick', shape: TickRow };
/** Totals of the ledger; one row, `current`. */
export const totalsTable: Table<LedgerTotals> = { name: 'totals', shape: LedgerTotals };

const NO_TOTALS: LedgerTotals = {
  issued: ZERO,
  retired: ZERO,
  accounts: 0,
  backedSeconds: ZERO,
  receiverSeconds: ZERO,
  records: 0,
  cooperatives: 0,
};

/** @returns the totals, all zero before anything was entered. */
export function totalsOf(state: StateView): LedgerTotals {
  return state.get(totalsTable, 'current') ?? NO_TOTALS;
}
