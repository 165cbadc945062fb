import { base64url } from 'multiformats/bases/base64';
import type { RouteOutput } from '../api/routes.ts';
import { bytesToId, type Id, idToBytes, parseId } from '../core/base/id.ts';
import { MerkleTree, merkleLeaf, verifyInclusion } from '../core/base/merkle.ts';
import { AssertionFailedError } from '../core/base/outcome.ts';
import { linesOfEntry, type PassbookLine } from '../core/ledger/passbook.ts';
import { type Entry, readEntry } from '../core/wire/entry.ts';
import type { OperationContext } from './context.ts';
import { rowsFrom } from './rows.ts';

type Statement = RouteOutput<'account.statement'>;

/** Adds to each line its ledger entry, and the audit path from that to the root of the ledger's entries (RFC 6962). */
export async function proveLines(context: OperationContext, statement: Statement): Promise<Statement> {
  const leaves: Uint8Array[] = [];
  const entries = new Map<number, string>();
  const asked = new Set(statement.lines.map(({ sequence }) => sequence));
  for await (const { id, sequence, bytes } of rowsFrom(context.store, statement.ledger as Id, 0)) {
    if (sequence > statement.sequence) break;
    leaves.push(merkleLeaf(id));
    if (asked.has(sequence)) entries.set(sequence, base64url.baseEncode(bytes));
  }
  const tree = new MerkleTree(leaves);
  const lines = statement.lines.map((line) => {
    const entry = entries.get(line.sequence);
    const path = tree.path(line.sequence).map(bytesToId);
    return entry === undefined ? line : { ...line, inclusion: { entry, path } };
  });
  return { ...statement, lines, entriesRoot: bytesToId(tree.root()) };
}

/**
 * @returns the lines whose entry is not proven to stand in the ledger, or does not say what the line says; undefined where the
 *   statement proves none.
 */
export function unprovenLines(
  statement: Statement,
  network: Uint8Array,
): readonly Statement['lines'][number][] | undefined {
  const root = statement.entriesRoot === undefined ? undefined : parseId(statement.entriesRoot);
  const isProven =
    statement.entriesRoot !== undefined || statement.lines.some(({ inclusion }) => inclusion !== undefined);
  if (root === undefined) return isProven ? statement.lines : undefined;
  const size = statement.sequence + 1;
  return statement.lines.filter((line) => {
    const bytes = bytesOf(line.inclusion?.entry ?? '');
    const entry = bytes === undefined ? undefined : readEntry(bytes, network);
    const path =
      line.inclusion?.path
        .map(parseId)
        .filter((id) => id !== undefined)
        .map(idToBytes) ?? [];
    if (entry?.ok !== true || entry.value.id !== line.entry || entry.value.book !== statement.ledger) return true;
    const place = { index: entry.value.header.sequence, size, root: idToBytes(root) };
    const isThere = verifyInclusion(place, merkleLeaf(idToBytes(entry.value.id)), path);
    const isSaid = linesSaidBy(entry.value).some(
      (held) =>
        held.account === statement.account.account &&
        held.line === line.line &&
        held.amount === line.amount.seconds &&
        held.balanceAfter === line.balanceAfter.seconds &&
        held.order === line.order &&
        entry.value.header.claimedAt === line.claimedAt,
    );
    return line.sequence !== entry.value.header.sequence || !isThere || !isSaid;
  });
}

/** What is to be proven may be anything: an entry that no ledger would take says nothing. */
function linesSaidBy(entry: Entry): readonly PassbookLine[] {
  try {
    return linesOfEntry(entry);
  } catch (error) {
    if (error instanceof AssertionFailedError) return [];
    throw error;
  }
}

/** @returns the bytes of base64url text, undefined where it is none. */
export function bytesOf(text: string): Uint8Array | undefined {
  try {
    return base64url.baseDecode(text);
  } catch {
    return undefined;
  }
}
