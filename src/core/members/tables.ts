import type { Table } from '../books/state.ts';
import { BodyRow, ConsentRow, LeaveRow, MemberChange, MemberRow, VouchedRow } from '../wire/messages/state.ts';

/** What the member book says of its body now; one row, `current`. */
export const bodyTable: Table<BodyRow> = { name: 'body', shape: BodyRow };
/** Everything that happened to the members, by number from 1. */
export const changesTable: Table<MemberChange> = { name: 'changes', shape: MemberChange };
/** Newest change of each identity's membership. */
export const membersTable: Table<ReturnType<typeof MemberRow.read>> = { name: 'members', shape: MemberRow };
/** Identities that the body vouched for. */
export const vouchedTable: Table<ReturnType<typeof VouchedRow.read>> = { name: 'vouched', shape: VouchedRow };
/** Newest recorded Leave of each identity. */
export const leavesTable: Table<ReturnType<typeof LeaveRow.read>> = { name: 'leaves', shape: LeaveRow };
/** Newest Apply or Leave taken from each book. */
export const consentsTable: Table<ReturnType<typeof ConsentRow.read>> = { name: 'consents', shape: ConsentRow };
