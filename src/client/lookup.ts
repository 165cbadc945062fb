import type { Id } from '../core/base/id.ts';
import type { Channel } from '../core/base/region.ts';
import type { BookState } from '../core/books/state.ts';
import { accountOf, accountsOfHolder, allAccounts } from '../core/ledger/figures.ts';
import type { LedgerAccount } from '../core/wire/messages/state.ts';
import type { Book } from '../engine/book.ts';
import type { RootedState } from '../engine/rooted-state.ts';
import { type OperationContext, peerOf } from './context.ts';
import { OperationFault } from './fault.ts';

/** A body's book with the state of its rules. */
export interface GovernedBook {
  readonly book: Book;
  readonly rooted: RootedState;
  readonly state: BookState;
}

const BOOK_NAMES: Partial<Record<Channel, string>> = {
  people: 'member book',
  transfers: 'ledger or labor book',
  proposals: 'decision book',
};

/** @returns a body's book. @throws OperationFault not_found where it is not held here. */
export function governedBook(context: OperationContext, body: Id, channel: Channel, field: string): GovernedBook {
  const book = peerOf(context).books.bodyBook(body, channel);
  if (book?.state !== undefined) return { book, rooted: book.state, state: book.state.state };
  const what = BOOK_NAMES[channel] ?? `book on ${channel}`;
  const hint = 'Follow its region, and connect to somebody who keeps it; then try again.';
  throw new OperationFault('not_found', `The ${what} of ${nameOf(context, body)} is not here. ${hint}`, { field });
}

/** @returns a bank's ledger. @throws OperationFault not_found. */
export function ledgerOf(context: OperationContext, bank: Id, field = 'bank'): GovernedBook {
  const ledger = governedBook(context, bank, 'transfers', field);
  if (ledger.book.kind === 'bank') return ledger;
  throw new OperationFault('not_found', `${nameOf(context, bank)} is no bank.`, { field });
}

/** @returns every ledger held here. */
export function ledgers(context: OperationContext): readonly GovernedBook[] {
  const found = new Map<Id, GovernedBook>();
  for (const book of peerOf(context).books.all()) {
    if (book.kind !== 'bank' || book.opening.channel !== 'transfers' || book.state === undefined) continue;
    found.set(book.opening.identity, { book, rooted: book.state, state: book.state.state });
  }
  return [...found.values()];
}

/** @returns a name with the id, or the id alone. */
export function nameOf(context: OperationContext, identity: Id): string {
  const name = context.names.of(identity);
  return name === undefined ? identity : `“${name}” (${identity})`;
}

/** @throws OperationFault not_yours unless this node is of the kind. */
export function requireKind(
  context: OperationContext,
  kind: 'person' | 'cooperative' | 'bank' | 'body',
  what: string,
): void {
  const own = context.self.kind;
  if (kind === 'body' ? own !== 'person' : own === kind) return;
  throw new OperationFault('not_yours', `Only a ${kind} can ${what}; this node is a ${own}.`);
}

/**
 * What is written to a body stands for good, so a slip in the id is caught before. An identity that is not known here passes.
 * @throws OperationFault malformed where it is of another kind.
 */
export function requireAddressee(
  context: OperationContext,
  identity: Id,
  kind: 'bank' | 'cooperative',
  field: string,
): void {
  const known = peerOf(context).identities.stateOf(identity)?.kind;
  if (known === undefined || known === kind) return;
  const name = context.names.of(identity) ?? identity;
  throw new OperationFault('malformed', `${name} is a ${known}, not a ${kind}.`, { field });
}

/** An account with its bank. */
export type FoundAccount = { readonly account: Id; readonly bank: Id; readonly ledger: GovernedBook } & LedgerAccount;

/** @returns an account in any ledger held here. @throws OperationFault not_found. */
export function findAccount(context: OperationContext, account: Id, field = 'account'): FoundAccount {
  for (const ledger of ledgers(context)) {
    const row = accountOf(ledger.state, account);
    if (row !== undefined) return { account, bank: ledger.book.opening.identity, ledger, ...row };
  }
  throw new OperationFault('not_found', `No ledger held here has an account ${account}.`, { field });
}

/** @returns the accounts of a holder, or all where it is undefined, in the ledgers held here or in one bank's. */
export function accountsIn(
  context: OperationContext,
  holder: Id | undefined,
  bank: Id | undefined,
): readonly FoundAccount[] {
  const chosen = bank === undefined ? ledgers(context) : [ledgerOf(context, bank)];
  return chosen.flatMap((ledger) => {
    const rows = holder === undefined ? allAccounts(ledger.state) : accountsOfHolder(ledger.state, holder);
    return rows.map((row) => ({ ...row, bank: ledger.book.opening.identity, ledger }));
  });
}

/** @returns the one account that is meant. @throws OperationFault not_found or unclear, not_yours for somebody else's. */
export function ownAccount(context: OperationContext, account: Id | undefined, bank: Id | undefined): FoundAccount {
  const { identity } = context.self;
  if (account !== undefined) {
    const found = findAccount(context, account);
    if (found.holder === identity) return found;
    throw new OperationFault('not_yours', `The account ${account} is held by somebody else.`, { field: 'account' });
  }
  return onlyAccount(accountsIn(context, identity, bank), 'account', 'This identity has');
}

/** @returns the account to pay: the one named, or the only one of a named identity at the bank. */
export function payeeAccount(context: OperationContext, to: Id, bank: Id, field: string): Id {
  const { state } = ledgerOf(context, bank);
  if (accountOf(state, to) !== undefined) return to;
  const held = accountsIn(context, to, bank);
  if (held.length === 0) return to;
  return onlyAccount(held, field, 'The payee has').account;
}

function onlyAccount(accounts: readonly FoundAccount[], field: string, who: string): FoundAccount {
  const [first, second] = accounts;
  if (first === undefined)
    throw new OperationFault('not_found', `${who} no account in the ledgers held here.`, { field });
  if (second === undefined) return first;
  throw new OperationFault('unclear', `${who} ${accounts.length} accounts: say which one.`, { field });
}
