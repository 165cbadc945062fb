import type { RouteOutput } from '../api/routes.ts';
import { signedAmountToJson } from '../api/schema.ts';
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
  /** Fields that say something else than the ledger in the file, or than the field beside them: `account.balance.notes`. */
  readonly wrongFields: readonly string[];
  /** Lines of the statement that the ledger in the file does not hold, or not at that place, as (ledger entry, line). */
  readonly wrongLines: readonly string[];
  /** Lines that the ledger holds between the statement's `from` and its head or `next`, and the statement does not. */
  readonly missingLines: number;
  /**
   * Whether the statement's root of entries is that of the ledger in the file; undefined where it gives none, or the file does
   * not reach its head.
   */
  readonly entriesRootHolds: boolean | undefined;
  /** Lines without an inclusion proof that holds, as (ledger entry, line); undefined where the statement proves none. */
  readonly unproven: readonly string[] | undefined;
  /** Whether there are lines before the statement's `from` or after its `next`: it is a page of the passbook. */
  readonly isPage: boolean;
  /** What no ledger says and so nobody can check: names and memos. */
  readonly unchecked: readonly string[];
}

/** @returns whether nothing was found to be wrong, and the file reaches as far as the statement. */
export function isStatementSound(check: StatementCheck): boolean {
  const { proofHolds, rootHolds, wrongFields, wrongLines, missingLines, entriesRootHolds, unproven } = check;
  const isComplete = proofHolds && rootHolds === true && entriesRootHolds !== false;
  return isComplete && wrongFields.length + wrongLines.length + missingLines + (unproven ?? []).length === 0;
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
  const { entriesRoot, from, next } = statement;
  const held = replay.lines.filter(({ sequence }) => sequence >= from && sequence < (next ?? Number.MAX_SAFE_INTEGER));
  const texts = held.map(({ amount, balanceAfter, ...line }) => lineText(line, amount, balanceAfter));
  const wrong = statement.lines.filter(
    ({ amount, balanceAfter, ...line }, index) => lineText(line, amount.seconds, balanceAfter.seconds) !== texts[index],
  );
  return {
    proofHolds: holds(statement),
    rootHolds: rootAt === undefined ? undefined : rootAt === statement.stateRoot,
    wrongFields: wrongFields(statement, replay),
    wrongLines: wrong.map(({ entry, line }) => `${entry} line ${line}`),
    entriesRootHolds:
      entriesRoot === undefined || entriesRootAt === undefined ? undefined : entriesRoot === entriesRootAt,
    unproven: unprovenLines(statement, network)?.map(({ entry, line }) => `${entry} line ${line}`),
    missingLines: Math.max(0, texts.length - statement.lines.length),
    isPage: from > 0 || next !== undefined,
    unchecked: uncheckedFields(statement),
  };
}

function wrongFields({ account, sequence, lines }: Statement, { placeAt }: Replay): readonly string[] {
  const wrong: string[] = [];
  if (placeAt !== undefined && placeAt.identity !== account.bank) wrong.push('account.bank');
  if (placeAt !== undefined && placeAt.sequence !== sequence) wrong.push('sequence');
  if (account.balance.notes !== signedAmountToJson(account.balance.seconds).notes) wrong.push('account.balance.notes');
  for (const [index, line] of lines.entries())
    for (const name of ['amount', 'balanceAfter'] as const)
      if (line[name].notes !== signedAmountToJson(line[name].seconds).notes)
        wrong.push(`lines[${index}].${name}.notes`);
  return wrong;
}

function uncheckedFields({ account, lines }: Statement): readonly string[] {
  const named = (['bankName', 'holderName'] as const).filter((name) => account[name] !== undefined);
  const told = lines.flatMap((line, index) =>
    (['counterpartName', 'memo'] as const)
      .filter((name) => line[name] !== undefined)
      .map((name) => `lines[${index}].${name}`),
  );
  return [...named.map((name) => `account.${name}`), ...told];
}

type LineName = Pick<
  Statement['lines'][number],
  'entry' | 'sequence' | 'claimedAt' | 'line' | 'type' | 'counterpart' | 'order'
>;

function lineText(name: LineName, amount: number, balanceAfter: number): string {
  const { entry, sequence, claimedAt, line, type, counterpart, order } = name;
  return [entry, sequence, claimedAt, line, type, amount, balanceAfter, counterpart, order].join(' ');
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
