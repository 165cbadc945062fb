import { compareIds, type Id } from '../base/id.ts';
import { MerkleTree, merkleLeaf } from '../base/merkle.ts';
import { present } from '../base/outcome.ts';
import type { StateView } from '../books/state.ts';
import { BallotRow, type ProposalRow } from '../wire/messages/decisions.ts';
import { pagesTable, takenTable } from './tables.ts';

/** @returns the root over ballot rows in their order: the RFC 6962 tree hash over the canonical rows. */
export function rowsRoot(rows: readonly BallotRow[]): Uint8Array {
  return new MerkleTree(rows.map((row) => merkleLeaf(BallotRow.encode(row)))).root();
}

/** @returns whether rows rise by voter, number and ballot. */
export function isRising(rows: readonly BallotRow[]): boolean {
  return rows.every((row, index) => index === 0 || compareRows(rows[index - 1] ?? row, row) < 0);
}

/** Orders rows by voter, number and ballot. */
export function compareRows(left: BallotRow, right: BallotRow): number {
  return compareIds(left.voter, right.voter) || left.number - right.number || compareIds(left.ballot, right.ballot);
}

/** @returns the rows that a Close counts, in order: those of all pages, and what was taken of delegates for electors who have none there. */
export function rowsOf(proposal: Id, row: ProposalRow, state: StateView): readonly BallotRow[] {
  const paged = Array.from({ length: row.pages }, (_, index) => pageOf(proposal, index + 1, state)).flat();
  return withTaken(paged, takenRows(proposal, row, state));
}

/** @returns own ballots of electors together with those that were taken for others, in order: an own one takes the place of a delegate's. */
export function withTaken(own: readonly BallotRow[], taken: readonly BallotRow[]): readonly BallotRow[] {
  if (taken.length === 0) return own;
  const voters = new Set(own.map(({ voter }) => voter));
  return [...own, ...taken.filter(({ voter }) => !voters.has(voter))].sort(compareRows);
}

/** @returns the ballots of delegates that were taken for the newest version. */
export function takenRows(proposal: Id, { taken }: ProposalRow, state: StateView): readonly BallotRow[] {
  return Array.from({ length: taken }, (_, index) =>
    present(state.get(takenTable, proposal, String(index + 1)), `ballot ${index + 1} that was taken is kept`),
  );
}

/** @returns the rows of one page, which must be there. */
export function pageOf(proposal: Id, number: number, state: StateView): readonly BallotRow[] {
  return present(state.get(pagesTable, proposal, String(number)), `page ${number} of a proposal is kept`).rows;
}
