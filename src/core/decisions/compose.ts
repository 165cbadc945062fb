import { compareIds, type Id } from '../base/id.ts';
import { PAYLOAD_BYTES_MAX } from '../base/limits.ts';
import { present } from '../base/outcome.ts';
import type { MembersAt } from '../books/rules.ts';
import type { StateView } from '../books/state.ts';
import {
  BallotRow,
  type BallotsSealed,
  type Close,
  type ClosePage,
  type ProposalRow,
  REVEALS_PER_PAGE_MAX,
  type RevealPage,
  RevealRow,
  ROWS_PER_PAGE_MAX,
} from '../wire/messages/decisions.ts';
import { compareRows, rowsOf, rowsRoot } from './pages.ts';
import { pagesTable } from './tables.ts';
import { countProposal } from './tally.ts';

/** Tag and length of one row. */
const FRAME_BYTES = 4;
/** The proposal's id before all rows. */
const HEAD_BYTES = 40;

/**
 * @returns the next ClosePage: as many of the ballot rows, in their order, as come after those that stand on pages and fit one entry.
 *   Undefined when all stand there. A row that would belong before them is left out, since pages only rise: there is none where the
 *   ProposalEnded stands before the first page.
 */
export function composePage(
  proposal: Id,
  row: ProposalRow,
  ballots: readonly BallotRow[],
  state: StateView,
): ClosePage | undefined {
  const last =
    row.pages === 0
      ? undefined
      : present(state.get(pagesTable, proposal, String(row.pages)), 'a page is kept').rows.at(-1);
  const left = ballots.filter((ballot) => last === undefined || compareRows(last, ballot) < 0).sort(compareRows);
  const rows = left.slice(
    0,
    fitting(left, (each) => BallotRow.encode(each), ROWS_PER_PAGE_MAX),
  );
  return rows.length === 0 ? undefined : { proposal, rows };
}

/** @returns how many of these rows, from the first, stand together on one page of at most `rowsMax`. */
function fitting<Row>(rows: readonly Row[], encode: (row: Row) => Uint8Array, rowsMax: number): number {
  let bytes = HEAD_BYTES;
  const end = rows.findIndex((row, index) => {
    bytes += encode(row).length + FRAME_BYTES;
    return index >= rowsMax || bytes > PAYLOAD_BYTES_MAX;
  });
  return end < 0 ? rows.length : end;
}

/** @returns the Close that the rows on the pages give (protocol §8). */
export function composeClose(
  proposal: Id,
  row: ProposalRow,
  members: Pick<MembersAt, 'count' | 'isMember'>,
  state: StateView,
): Close {
  const rows = rowsOf(proposal, row, state);
  const { outcome } = countProposal(proposal, row, members, rows);
  const act = outcome.adopted ? row.question.act : undefined;
  return { proposal, version: row.version, rows: rows.length, rowsRoot: rowsRoot(rows), outcome, act };
}

/** @returns the BallotsSealed of the rows that stand on pages. */
export function composeSealed(
  { proposal, row }: { readonly proposal: Id; readonly row: ProposalRow },
  revealBy: number,
  state: StateView,
): BallotsSealed {
  const rows = rowsOf(proposal, row, state);
  return { proposal, version: row.version, rows: rows.length, rowsRoot: rowsRoot(rows), revealBy };
}

/** @returns a RevealPage of as many of these choices, rising by voter, as fit one entry. */
export function composeReveals(proposal: Id, shown: readonly RevealRow[]): RevealPage {
  const rows = shown.toSorted((one, other) => compareIds(one.voter, other.voter));
  const count = fitting(rows, (row) => RevealRow.encode(row), REVEALS_PER_PAGE_MAX);
  return { proposal, rows: rows.slice(0, count) };
}
