import type { Table } from '../books/state.ts';
import { PageRow, ProposalRow, ProposedRow } from '../wire/messages/decisions.ts';

/** Every proposal of the body, by the id of its Proposal. */
export const proposalsTable: Table<ProposalRow> = { name: 'proposals', shape: ProposalRow };
/** The Proposes that were carried, by id. */
export const proposedTable: Table<ReturnType<typeof ProposedRow.read>> = { name: 'proposed', shape: ProposedRow };
/** The ballot rows of an open proposal, by proposal and number from 1. */
export const pagesTable: Table<PageRow> = { name: 'pages', shape: PageRow };
