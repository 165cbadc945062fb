import type { Table } from '../books/state.ts';
import {
  BodyRow,
  CharterRow,
  DecidedRow,
  MandatedRow,
  MandateRow,
  MemberChange,
  MemberRow,
  RefusalRow,
  VouchedRow,
} from '../wire/messages/state.ts';

/** What the member book says of its body now; one row, `current`. */
export const bodyTable: Table<BodyRow> = { name: 'body', shape: BodyRow };
/** Every charter of the body, by number from 1. */
export const chartersTable: Table<ReturnType<typeof CharterRow.read>> = { name: 'charters', shape: CharterRow };
/** Everything that happened to the members, by number from 1. */
export const changesTable: Table<MemberChange> = { name: 'changes', shape: MemberChange };
/** Newest change of each identity's membership. */
export const membersTable: Table<ReturnType<typeof MemberRow.read>> = { name: 'members', shape: MemberRow };
/** Identities that the body vouched for. */
export const vouchedTable: Table<ReturnType<typeof VouchedRow.read>> = { name: 'vouched', shape: VouchedRow };
/** Decisions of the body that its member book carried out, by the Close. */
export const decidedTable: Table<ReturnType<typeof DecidedRow.read>> = { name: 'decided', shape: DecidedRow };
/** Applications that the body refused, by the Apply. */
export const refusalsTable: Table<RefusalRow> = { name: 'refusals', shape: RefusalRow };
/** Every mandate of the body, by the Mandate. */
export const mandatesTable: Table<MandateRow> = { name: 'mandates', shape: MandateRow };
/** The newest mandate of a delegate at a body, by both. */
export const mandatedTable: Table<ReturnType<typeof MandatedRow.read>> = { name: 'mandated', shape: MandatedRow };
