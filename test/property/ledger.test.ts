import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Amount } from '../../src/core/base/amount.ts';
import type { Id } from '../../src/core/base/id.ts';
import { present } from '../../src/core/base/outcome.ts';
import type { RefusalCode } from '../../src/core/base/refusals.ts';
import { accountOf, answerOf, ledgerFigures } from '../../src/core/ledger/figures.ts';
import { linesOfEntry } from '../../src/core/ledger/passbook.ts';
import type { Entry } from '../../src/core/wire/entry.ts';
import { issueKind, transferKind } from '../../src/core/wire/kinds/ledger.ts';
import { BankScene } from '../support/bank.ts';
import { hours } from '../support/work.ts';
import type { Actor } from '../support/world.ts';

/** A plain ledger of three people: what the rules must agree with. People are 0, 1, 2; 3 has no account. */
class PlainLedger {
  readonly balances = [0, 0, 0];
  readonly answered = [-1, -1, -1];
  readonly workedHours = new Set<number>();
  issued = 0;
  retired = 0;

  /** @returns why an order of a person has no effect. */
  refusalOf({ from, to, amounts, number }: PlainOrder): RefusalCode | undefined {
    const sum = amounts.reduce((total, amount) => total + amount, 0);
    if (number <= (this.answered[from] ?? 0)) return 'order_superseded';
    if (amounts.includes(0)) return 'zero_amount';
    if (to !== undefined && to.length !== amounts.length) return 'payees_malformed';
    if (to !== undefined && to.length === 0) return 'payees_malformed';
    if (to?.includes(3)) return 'unknown_payee';
    if (to?.includes(from)) return 'payer_is_payee';
    return sum > (this.balances[from] ?? 0) ? 'overdraft' : undefined;
  }

  /** Applies an order that has no refusal. */
  move({ from, to, amounts, number }: PlainOrder): void {
    this.answered[from] = number;
    for (const [index, amount] of amounts.entries()) {
      this.balances[from] = (this.balances[from] ?? 0) - amount;
      const payee = to?.[index];
      if (payee === undefined) this.retired += amount;
      else this.balances[payee] = (this.balances[payee] ?? 0) + amount;
    }
  }

  copy(): PlainLedger {
    const copy = new PlainLedger();
    copy.balances.splice(0, 3, ...this.balances);
    copy.answered.splice(0, 3, ...this.answered);
    return copy;
  }
}

/** An order in the plain ledger: without payees it retires one amount. */
interface PlainOrder {
  readonly from: number;
  readonly to: readonly number[] | undefined;
  readonly amounts: readonly number[];
  /** Sequence in the book of its writer. */
  readonly number: number;
}

type Step =
  | { readonly type: 'issue'; readonly hour: number; readonly count: number }
  | { readonly type: 'transfer'; readonly orders: readonly Omit<PlainOrder, 'number'>[]; readonly again: boolean }
  | { readonly type: 'retire'; readonly from: number; readonly amount: number }
  | { readonly type: 'refuse'; readonly order: Omit<PlainOrder, 'number'>; readonly code: RefusalCode };

const person = fc.integer({ min: 0, max: 2 });
const seconds = fc.oneof(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 1, max: 9000 }));
const orderTerms = fc.record({
  from: person,
  to: fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 3 }),
  amounts: fc.array(seconds, { maxLength: 3 }),
});
const soundTerms = fc
  .tuple(person, fc.integer({ min: 1, max: 2 }), fc.integer({ min: 1, max: 4000 }))
  .map(([from, step, amount]) => ({
    from,
    to: [(from + step) % 3],
    amounts: [amount],
  }));
const anyTerms = fc.oneof({ weight: 3, arbitrary: soundTerms }, { weight: 1, arbitrary: orderTerms });
const code = fc.constantFrom<RefusalCode>(
  'overdraft',
  'zero_amount',
  'payees_malformed',
  'unknown_payee',
  'payer_is_payee',
);
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    type: fc.constant('issue' as const),
    hour: fc.integer({ min: 0, max: 60 }),
    count: fc.integer({ min: 1, max: 3 }),
  }),
  fc.record({
    type: fc.constant('transfer' as const),
    orders: fc.array(anyTerms, { minLength: 1, maxLength: 4 }),
    again: fc.boolean(),
  }),
  fc.record({ type: fc.constant('retire' as const), from: person, amount: seconds }),
  fc.record({ type: fc.constant('refuse' as const), order: anyTerms, code }),
);

/** The rules and the plain ledger, side by side. */
class Pair {
  readonly scene = new BankScene();
  readonly plain = new PlainLedger();
  readonly people: readonly Actor[] = [this.scene.ana, this.scene.bea, this.scene.carla];
  readonly accounts: readonly Id[] = [
    ...this.people.map((holder) => this.scene.accountOf(holder)),
    this.scene.bank.identity,
  ];
  readonly applied: Entry[] = [];
  readonly answeredOnce = new Set<Id>();
  /** Order of an earlier step, to be sent once more. */
  #earlier: { readonly plain: PlainOrder; readonly entry: Entry } | undefined;

  take(step: Step): void {
    if (step.type === 'issue') this.#issue(step);
    else if (step.type === 'transfer') this.#transfer(step);
    else if (step.type === 'retire') this.#retire(step);
    else this.#refuse(step);
  }

  #issue({ hour, count }: Extract<Step, { type: 'issue' }>): void {
    const worked = Array.from({ length: count }, (_, index) => hour + index);
    const record = this.scene.record({ intervals: [hours(hour, count)] });
    const free = worked.every((one) => !this.plain.workedHours.has(one));
    const inCeiling = this.plain.workedHours.size + count <= 40;
    const line = this.scene.issueLine(record, count * 3600);
    const effect = this.scene.ledger.write(issueKind, { lines: [line] });
    const expected = free ? (inCeiling ? 'applied' : 'ceiling_exceeded') : 'overlap';
    assert.equal(effect.type === 'refused' ? effect.code : effect.type, expected);
    if (effect.type !== 'applied') return;
    for (const one of worked) this.plain.workedHours.add(one);
    this.plain.issued += count * 3600;
    this.plain.balances[0] = (this.plain.balances[0] ?? 0) + count * 3600;
    this.#keep([]);
  }

  #transfer({ orders, again }: Extract<Step, { type: 'transfer' }>): void {
    const written = orders.map((terms) => this.#write(terms));
    if (again && this.#earlier !== undefined) written.push(this.#earlier);
    const after = this.plain.copy();
    let refusal: RefusalCode | undefined;
    const lines = written.map(({ plain, entry }) => {
      refusal ??= after.refusalOf(plain);
      if (refusal === undefined) after.move(plain);
      return { order: entry.bytes, ...this.#balances(after, plain) };
    });
    const effect = this.scene.ledger.write(transferKind, { lines });
    const expected = refusal === undefined ? 'applied' : refusal;
    assert.equal(effect.type === 'refused' ? effect.code : effect.type, expected);
    if (effect.type !== 'applied') return;
    for (const { plain } of written) this.plain.move(plain);
    this.#earlier = written[0];
    this.#keep(written.map(({ entry }) => entry.id));
  }

  /** The balances that a passbook would show after this order; payees that stand twice get the sum so far. */
  #balances(after: PlainLedger, { from, to }: PlainOrder) {
    const last = (to ?? []).map((payee) => (after.balances[payee] ?? 0) as Amount);
    return { payerBalanceAfter: (after.balances[from] ?? 0) as Amount, payeeBalancesAfter: last };
  }

  #retire({ from, amount }: Extract<Step, { type: 'retire' }>): void {
    const holder = present(this.people[from], 'a person');
    const entry = this.scene.retireOrder(amount, holder);
    const order = { from, to: undefined, amounts: [amount], number: entry.header.sequence };
    const refusal = this.plain.refusalOf(order);
    const balance = Math.max(0, (this.plain.balances[from] ?? 0) - amount);
    const effect = this.scene.retire(entry, balance);
    assert.equal(effect.type === 'refused' ? effect.code : effect.type, refusal ?? 'applied');
    if (effect.type !== 'applied') return;
    this.plain.move(order);
    this.#keep([entry.id]);
  }

  #refuse({ order, code: given }: Extract<Step, { type: 'refuse' }>): void {
    const { plain, entry } = this.#write(order);
    const refusal = this.plain.refusalOf(plain);
    const effect = this.scene.refuse(entry, given);
    const expected = refusal === given ? 'applied' : 'refusal_unfounded';
    assert.equal(effect.type === 'refused' ? effect.code : effect.type, expected);
    if (effect.type !== 'applied') return;
    this.plain.answered[plain.from] = plain.number;
    assert.equal(answerOf(this.scene.ledger.state, entry)?.code, given);
    this.#keep([entry.id]);
  }

  #write(terms: Omit<PlainOrder, 'number'>): { readonly plain: PlainOrder; readonly entry: Entry } {
    const holder = present(this.people[terms.from], 'a person');
    const entry = this.scene.order(
      0,
      {
        account: present(this.accounts[terms.from], 'an account'),
        to: (terms.to ?? []).map((payee) => present(this.accounts[payee], 'an account')),
        amounts: terms.amounts as readonly Amount[],
      },
      holder.book('transfers'),
    );
    return { plain: { ...terms, number: entry.header.sequence }, entry };
  }

  /** ONCE: no order is answered twice. */
  #keep(orders: readonly Id[]): void {
    this.applied.push(present(this.scene.ledger.book.entries.at(-1), 'an entry was written'));
    for (const order of orders) {
      assert.equal(this.answeredOnce.has(order), false, 'an order was answered twice');
      this.answeredOnce.add(order);
    }
  }

  /** CONSERVE, NONNEG, BACKED, and every balance as in the plain ledger. */
  check(): void {
    const { state } = this.scene.ledger;
    const balances = this.accounts.slice(0, 3).map((account) => accountOf(state, account)?.balance ?? -1);
    assert.deepEqual(balances, this.plain.balances);
    const { issued, retired, outstanding, backedSeconds } = ledgerFigures(state);
    assert.deepEqual({ issued, retired }, { issued: this.plain.issued, retired: this.plain.retired });
    assert.equal(
      balances.reduce((sum, balance) => sum + balance, 0),
      outstanding,
    );
    assert.equal(issued, backedSeconds);
    assert.ok(balances.every((balance) => balance >= 0));
  }

  /** A passbook of all applied entries adds up to the balances, line by line. */
  checkPassbook(): void {
    const running = new Map<Id, number>();
    for (const line of this.applied.flatMap((entry) => linesOfEntry(entry))) {
      const balance = (running.get(line.account) ?? 0) + line.amount;
      assert.equal(line.balanceAfter, balance);
      running.set(line.account, balance);
    }
    for (const [index, account] of this.accounts.slice(0, 3).entries()) {
      assert.equal(running.get(account) ?? 0, this.plain.balances[index]);
    }
  }
}

/** In a batch each payee gets one amount, so that the plain ledger's last balance is the one that a line states. */
function withDistinctPayees(step: Step): Step {
  if (step.type !== 'transfer') return step;
  const isPlain = (to: readonly number[] | undefined): boolean => new Set(to).size === (to ?? []).length;
  const orders = step.orders.filter(({ to }) => isPlain(to));
  return orders.length === 0 ? { type: 'retire', from: 0, amount: 1 } : { ...step, orders };
}

test('a ledger does what a plain list of balances does', () => {
  fc.assert(
    fc.property(fc.array(anyStep, { minLength: 10, maxLength: 30 }), (steps) => {
      const pair = new Pair();
      pair.take({ type: 'issue', hour: 70, count: 3 });
      for (const step of steps) {
        pair.take(withDistinctPayees(step));
        pair.check();
      }
      pair.checkPassbook();
      assert.equal(pair.scene.ledger.replayed(), pair.scene.ledger.snapshot());
    }),
    { numRuns: 60 },
  );
});
