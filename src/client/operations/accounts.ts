import { base64url } from 'multiformats/bases/base64';
import type { ParsedRouteInput, RouteOutput } from '../../api/routes.ts';
import { amountToJson, signedAmountToJson } from '../../api/schema.ts';
import { bytesToId, type Id, idToBytes } from '../../core/base/id.ts';
import { present } from '../../core/base/outcome.ts';
import { stateLeaf } from '../../core/base/trie.ts';
import { bodyBooks } from '../../core/books/body-books.ts';
import { accountOf } from '../../core/ledger/figures.ts';
import { linesOfEntry } from '../../core/ledger/passbook.ts';
import { accountsTable } from '../../core/ledger/tables.ts';
import { carriedEntryId, type Entry, readEntry } from '../../core/wire/entry.ts';
import { accountRequestKind } from '../../core/wire/kinds/ledger.ts';
import { kindOfNumber } from '../../core/wire/kinds/table.ts';
import { type OperationContext, peerOf } from '../context.ts';
import { proveLines } from '../line-proofs.ts';
import {
  accountsIn,
  type FoundAccount,
  findAccount,
  type GovernedBook,
  ledgerOf,
  requireAddressee,
} from '../lookup.ts';
import { memoOf } from '../memos.ts';
import { rowsFrom } from '../rows.ts';
import { fileOf } from './export.ts';

type Statement = RouteOutput<'account.statement'>;

/** Asks a bank for an account. */
export async function openAccount(
  context: OperationContext,
  input: ParsedRouteInput<'account.open'>,
): Promise<RouteOutput<'account.open'>> {
  requireAddressee(context, input.bank, 'bank', 'bank');
  const entry = await context.acts.write('transfers', accountRequestKind, { bank: input.bank });
  return { account: entry.id, entry, answer: await context.acts.send(input.bank, entry) };
}

/** Lists own accounts, those of another holder, or all of a bank. */
export async function listAccounts(
  context: OperationContext,
  input: ParsedRouteInput<'account.list'>,
): Promise<RouteOutput<'account.list'>> {
  const holder = input.all ? undefined : (input.holder ?? context.self.identity);
  return { accounts: accountsIn(context, holder, input.bank).map((account) => accountToJson(context, account)) };
}

function accountToJson(context: OperationContext, account: FoundAccount): Statement['account'] {
  return {
    account: account.account,
    bank: account.bank,
    bankName: context.names.of(account.bank),
    holder: account.holder,
    holderName: context.names.of(account.holder),
    balance: amountToJson(account.balance),
    own: account.holder === context.self.identity,
  };
}

/** Shows the passbook of an account, with the way from the ledger's state root to its balance. */
export async function showStatement(
  context: OperationContext,
  input: ParsedRouteInput<'account.statement'>,
): Promise<Statement> {
  const found = findAccount(context, input.account);
  const { book, rooted } = found.ledger;
  const { head } = book;
  const proof = proofOf(found);
  const stateRoot = bytesToId(rooted.root());
  const account = accountToJson(context, found);
  const place = { ledger: book.id, head: head.id, sequence: head.sequence };
  const statement = { account, ...place, stateRoot, proof, from: input.from };
  const { lines, next } = await linesFrom(context, found, input.from, input.limit);
  return input.proofs ? await proveLines(context, { ...statement, lines, next }) : { ...statement, lines, next };
}

function proofOf({ account, ledger }: FoundAccount): Statement['proof'] {
  const key = `${accountsTable.name}/${account}`;
  const value = present(ledger.state.bytesOf(key), 'an account has a row');
  const proof = present(ledger.rooted.trie().prove(stateLeaf(key, value).key), 'a row has a leaf');
  const levels = proof.levels.map((children) => children.map((hash) => bytesToId(hash)));
  return { key, value: base64url.baseEncode(value), levels };
}

async function linesFrom(
  context: OperationContext,
  { account, ledger }: FoundAccount,
  from: number,
  limit: number,
): Promise<Pick<Statement, 'lines' | 'next'>> {
  const { network } = peerOf(context).world;
  const lines: Statement['lines'] = [];
  for await (const row of rowsFrom(context.store, ledger.book.id, from)) {
    if (row.sequence >= ledger.book.judged) break;
    const read = readEntry(row.bytes, network);
    const entry = present(read.ok ? read.value : undefined, 'a stored entry is well formed');
    if (lines.length >= limit) return { lines, next: row.sequence };
    if (await isApplied(context, entry)) lines.push(...(await linesOf(context, ledger, account, entry)));
  }
  return { lines, next: undefined };
}

/** An entry that carries others is in the index of what it carries only where it applied. */
async function isApplied(context: OperationContext, entry: Entry): Promise<boolean> {
  const [first] = kindOfNumber(entry.header.kind)?.carries(entry.content as never) ?? [];
  const carried = first === undefined ? undefined : carriedEntryId(first);
  if (carried === undefined) return false;
  const places = await context.store.carriersOf(carried);
  const book = idToBytes(entry.book);
  return places.some((place) => place.sequence === entry.header.sequence && bytesToId(place.book) === bytesToId(book));
}

async function linesOf(
  context: OperationContext,
  ledger: GovernedBook,
  account: Id,
  entry: Entry,
): Promise<Statement['lines']> {
  const own = linesOfEntry(entry).filter((line) => line.account === account);
  return await Promise.all(
    own.map(async (line) => ({
      entry: entry.id,
      sequence: entry.header.sequence,
      line: line.line,
      claimedAt: entry.header.claimedAt,
      type: line.type,
      amount: signedAmountToJson(line.amount),
      balanceAfter: amountToJson(line.balanceAfter),
      counterpart: line.counterpart,
      counterpartName: line.counterpart === undefined ? undefined : partyName(context, ledger, line.counterpart),
      order: line.order,
      memo: line.memoDigest === undefined ? undefined : await memoOf(context, line.order, line.memoDigest),
    })),
  );
}

/** The counterpart of a line is an account of the same ledger, or a cooperative. */
function partyName(context: OperationContext, { state }: GovernedBook, counterpart: Id): string | undefined {
  return context.names.of(accountOf(state, counterpart)?.holder ?? counterpart);
}

/** Streams the ledger of an account, and the member books that it reads, as a file that `verify` checks alone. */
export async function streamStatementFile(
  context: OperationContext,
  input: ParsedRouteInput<'account.statementFile'>,
): Promise<AsyncGenerator<Uint8Array>> {
  const { bank } = findAccount(context, input.account);
  const { book, state } = ledgerOf(context, bank);
  const { books } = peerOf(context);
  const read = state.rows(bodyBooks).map(({ key, row }) => (key[1] === 'people' ? books.get(row.book) : undefined));
  const own = books.bodyBook(bank, 'people');
  const needed = new Set([own, ...read, book].filter((candidate) => candidate !== undefined));
  return fileOf(context, [], [...needed]);
}
