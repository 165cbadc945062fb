import type { Amount } from '../../src/core/base/amount.ts';
import type { Id } from '../../src/core/base/id.ts';
import { present } from '../../src/core/base/outcome.ts';
import { type RefusalCode, refusalNumber } from '../../src/core/base/refusals.ts';
import type { Effect } from '../../src/core/books/rules.ts';
import { accountOf } from '../../src/core/ledger/figures.ts';
import type { Entry } from '../../src/core/wire/entry.ts';
import { laborRecordKind } from '../../src/core/wire/kinds/labor.ts';
import {
  acceptCooperativeKind,
  accountOpenedKind,
  accountRequestKind,
  issueKind,
  orderRefusedKind,
  retireKind,
  retireOrderKind,
  tickKind,
  transferKind,
  transferOrderKind,
} from '../../src/core/wire/kinds/ledger.ts';
import type { IssueLine, TransferLine, TransferOrder } from '../../src/core/wire/messages/ledger.ts';
import { attestWork, type ClaimTerms, claimWork, MONDAY, noteBooks, recordOf } from './work.ts';
import { type Actor, type Body, type TestBook, TestWorld } from './world.ts';

/** Hours that the bank issues on for each member of the garden and week. */
export const CEILING_HOURS = 40;
/** The bank's clock says: six weeks after MONDAY. */
export const NOW_MINUTE = MONDAY + 6 * 7 * 24 * 60;

/** A bank with the people and bodies around it; Ana, Bea and Carla have accounts. */
export class BankScene {
  readonly world: TestWorld = new TestWorld();
  readonly ana: Actor = this.world.person('Ana');
  readonly bea: Actor = this.world.person('Bea');
  readonly carla: Actor = this.world.person('Carla');
  /** A member of the bank and of the assembly, without an account. */
  readonly dora: Actor = this.world.person('Dora');
  /** Ana, Bea and Carla; its charter asks for two attestors. */
  readonly garden: Body = this.world.found('Garden', 'cooperative', [this.ana, this.bea, this.carla]);
  /** Ana alone. */
  readonly forge: Body = this.world.found('Forge', 'cooperative', [this.ana]);
  readonly assembly: Body = this.world.found('Assembly', 'assembly', [this.dora]);
  readonly bank: Body = this.world.found('Bank', 'bank', [this.ana, this.bea, this.carla, this.dora]);
  readonly accounts: Map<Actor, Id> = new Map();

  constructor() {
    noteBooks(this.bank, this.ana, this.bea, this.carla, this.dora, this.garden, this.forge);
    for (const body of [this.garden, this.forge]) noteBooks(body, this.ana, this.bea, this.carla, this.dora);
    for (const holder of [this.ana, this.bea, this.carla]) this.open(holder);
    this.accept(this.garden);
    this.accept(this.forge);
    this.bank.transfers.apply(tickKind, { minute: NOW_MINUTE });
  }

  get ledger() {
    return this.bank.transfers;
  }

  accept(cooperative: Body, secondsPerMemberPerWeek = CEILING_HOURS * 3600): void {
    this.ledger.apply(acceptCooperativeKind, { cooperative: cooperative.identity, secondsPerMemberPerWeek });
  }

  /** Opens an account. */
  open(holder: Actor): Id {
    const request = this.request(holder);
    this.ledger.apply(accountOpenedKind, { requests: [request.bytes] });
    this.accounts.set(holder, request.id);
    return request.id;
  }

  request(holder: Actor, bank: Actor = this.bank): Entry {
    return holder.book('transfers').write(accountRequestKind, { bank: bank.identity });
  }

  accountOf(holder: Actor): Id {
    return present(this.accounts.get(holder), `${holder.name} has an account`);
  }

  balanceOf(holder: Actor): number {
    return present(accountOf(this.ledger.state, this.accountOf(holder)), 'the account is there').balance;
  }

  claim(worker: Actor, terms: Partial<ClaimTerms> = {}, cooperative: Body = this.garden): Entry {
    const account = terms.account ?? this.accountOf(worker);
    return claimWork(worker, { cooperative: cooperative.identity, bank: this.bank.identity, ...terms, account });
  }

  /** The garden's record of Ana's claim, attested by Bea and Carla; its own labor book may refuse it. */
  record(terms: Partial<ClaimTerms> = {}, memberHead = this.garden.memberHead): Entry {
    const claim = this.claim(this.ana, terms);
    const record = recordOf(claim, attestWork(claim, this.bea, this.carla), memberHead);
    return this.garden.book('transfers').write(laborRecordKind, record);
  }

  /** The line that issues on a record of Ana's, with the amount and balance that the rules give unless told otherwise. */
  issueLine(record: Entry, amount: number, change: Partial<IssueLine> = {}): IssueLine {
    const balanceAfter = (this.balanceOf(this.ana) + amount) as Amount;
    return {
      record: record.bytes,
      ratioNumerator: 1,
      ratioDenominator: 1,
      rate: undefined,
      amount: amount as Amount,
      balanceAfter,
      ...change,
    };
  }

  /** Issues on a record of Ana's, by default of two hours. */
  issue(record: Entry, amount = 7200, change: Partial<IssueLine> = {}): Effect {
    return this.ledger.write(issueKind, { lines: [this.issueLine(record, amount, change)] });
  }

  /** An order, by default of Ana to Bea. */
  order(amount: number, change: Partial<TransferOrder> = {}, book: TestBook = this.ana.book('transfers')): Entry {
    const usual = { bank: this.bank.identity, account: this.accountOf(this.ana), to: [this.accountOf(this.bea)] };
    return book.write(transferOrderKind, { ...usual, amounts: [amount as Amount], memoDigest: undefined, ...change });
  }

  retireOrder(amount: number, holder: Actor = this.ana): Entry {
    const content = { bank: this.bank.identity, account: this.accountOf(holder), amount: amount as Amount };
    return holder.book('transfers').write(retireOrderKind, content);
  }

  /** Applies orders with these balances; the rules say whether they are right. */
  transfer(...lines: readonly (readonly [order: Entry, payerAfter: number, payeesAfter: readonly number[]])[]): Effect {
    const toLine = ([order, payer, payees]: (typeof lines)[number]): TransferLine => ({
      order: order.bytes,
      payerBalanceAfter: payer as Amount,
      payeeBalancesAfter: payees as readonly Amount[],
    });
    return this.ledger.write(transferKind, { lines: lines.map(toLine) });
  }

  retire(order: Entry, balanceAfter: number): Effect {
    return this.ledger.write(retireKind, { order: order.bytes, balanceAfter: balanceAfter as Amount });
  }

  refuse(order: Entry, code: RefusalCode): Effect {
    return this.ledger.write(orderRefusedKind, { orders: [{ order: order.bytes, code: refusalNumber(code) }] });
  }
}
