import type { Table } from '../books/state.ts';
import { BallotRow, PageRow, ProposalRow, ProposedRow, TakenRow } from '../wire/messages/decisions.ts';
import { LotRow } from '../wire/messages/lots.ts';

/** Every proposal of the body, by the id of its Proposal. */
export const proposalsTable: Table<ProposalRow> = { name: 'proposals', shape: ProposalRow };
/** The Proposes that were carried, by id. */
export const proposedTable: Table<ReturnType<typeof ProposedRow.read>> = { name: 'proposed', shape: ProposedRow };
/** The ballot rows of an open proposal, by proposal and number from 1. */
export const pagesTable: Table<PageRow> = { name: 'pages', shape: PageRow };
/** The newest ballot of a delegate for each elector of an open proposal, by proposal and place from 1. */
export const takenTable: Table<BallotRow> = { name: 'taken', shape: BallotRow };
/** Where the ballot that was taken for an elector stands, by proposal and elector. */
export const takenOfTable: Table<ReturnType<typeof TakenRow.read>> = { name: 'takenOf', shape: TakenRow };
/** Every lot of the body, by the id of its Lot. */
export const lotsTable: Table<LotRow> = { name: 'lots', shape: LotRow };
