import type { RouteOutput } from '../api/routes.ts';
import { idToBytes, parseId } from '../core/base/id.ts';
import { stateLeaf, verifyTrieProof } from '../core/base/trie.ts';
import { accountsTable } from '../core/ledger/tables.ts';
import { bytesOf, unprovenLines } from './line-proofs.ts';
import type { Replay } from './replay.ts';

/** A statement as `account statement` prints it. */
export type Statement = RouteOutput<'account.statement'>;

/** What checking a statement against a file finds. */
export interface StatementCheck {
  /** Whether the statement's proof leads from its state root to this account with this holder and balance. */
  readonly proofHolds: boolean;
  /** Whether the ledger in the file has that root at that head; undefined where the file does not reach the head. */
  readonly rootHolds: boolean | undefined;
  /** Lines of the statement that the ledger in the file does not hold, or not at that place, as (ledger entry, line). */
  readonly wrongLines: readonly string[];
  /** Lines that the ledger holds after the statement's first, as far as its head or its next page, and the statement does not. */
  readonly missingLines: number;
  /**
   * Whether the statement's root of entries is that of the ledger in the file; undefined where it gives none, or the file does
   * not reach its head.
   */
  readonly entriesRootHolds: boolean | undefined;
  /** Lines without an inclusion proof that holds, as (ledger entry, line); undefined where the statement proves none. */
  readonly unproven: readonly string[] | undefined;
}

/** Bytes that a row of an account may take. */
const ROW_BYTES_MAX = 1024;

/**
 * Checks a statement offline: its balance by its own inclusion proof, the root of that proof and every line by what the ledger in
 * a file gives when it is replayed.
 * @param replay of the file, for the statement's account and head.
 * @param network of the file, 16 bytes.
 */
export function checkStatement(statement: Statement, replay: Replay, network: Uint8Array): StatementCheck {
  const { rootAt, entriesRootAt } = replay;
  const { entriesRoot } = statement;
  const held = replay.lines.filter(({ sequence }) => sequence < (statement.next ?? Number.MAX_SAFE_INTEGER));
  const texts = held.map(({ amount, balanceAfter, ...line }) => lineText(line, amount, balanceAfter));
  const stated = statement.lines.map(({ amount, balanceAfter, ...line }) =>
    lineText(line, amount.seconds, balanceAfter.seconds),
  );
  const from = stated[0] === undefined ? texts.length : texts.indexOf(stated[0]);
  const wrong = statement.lines.filter((_, index) => from < 0 || stated[index] !== texts[from + index]);
  return {
    proofHolds: holds(statement),
    rootHolds: rootAt === undefined ? undefined : rootAt === statement.stateRoot,
    wrongLines: wrong.map(({ entry, line }) => `${entry} line ${line}`),
    entriesRootHolds:
      entriesRoot === undefined || entriesRootAt === undefined ? undefined : entriesRoot === entriesRootAt,
    unproven: unprovenLines(statement, network)?.map(({ entry, line }) => `${entry} line ${line}`),
    missingLines: from < 0 ? 0 : Math.max(0, texts.length - from - stated.length),
  };
}

type LineName = Pick<Statement['lines'][number], 'entry' | 'line' | 'type' | 'counterpart' | 'order'>;

function lineText({ entry, line, type, counterpart, order }: LineName, amount: number, balanceAfter: number): string {
  return [entry, line, type, amount, balanceAfter, counterpart, order].join(' ');
}

function holds({ account, stateRoot, proof }: Statement): boolean {
  if (proof.key !== `${accountsTable.name}/${account.account}`) return false;
  const value = bytesOf(proof.value);
  if (value === undefined) return false;
  const row = accountsTable.shape.decode(value, ROW_BYTES_MAX);
  if (!row.ok || row.value.holder !== account.holder || row.value.balance !== account.balance.seconds) return false;
  const root = parseId(stateRoot);
  const levels = proof.levels.map((children) => children.map(parseId).filter((id) => id !== undefined));
  const leaf = stateLeaf(proof.key, value);
  if (root === undefined) return false;
  const hashes = levels.map((children) => children.map(idToBytes));
  return verifyTrieProof(idToBytes(root), leaf.key, leaf.hash, { levels: hashes });
}
