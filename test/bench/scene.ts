/** Signed entries to measure with: a bank with account holders, a cooperative, and persons who write about themselves. */
import type { Amount } from '../../src/core/base/amount.ts';
import type { Id } from '../../src/core/base/id.ts';
import { present } from '../../src/core/base/outcome.ts';
import type { Channel } from '../../src/core/base/region.ts';
import type { RuleContext } from '../../src/core/books/rules.ts';
import { BookState, StateDraft } from '../../src/core/books/state.ts';
import { stepBook } from '../../src/core/books/step.ts';
import { composeAccounts, composeIssue, composeTransfer } from '../../src/core/ledger/compose.ts';
import type { Entry } from '../../src/core/wire/entry.ts';
import { notedKind, profileKind } from '../../src/core/wire/kinds/book.ts';
import type { EntryKind } from '../../src/core/wire/kinds/kind.ts';
import { laborRecordKind } from '../../src/core/wire/kinds/labor.ts';
import {
  acceptCooperativeKind,
  accountOpenedKind,
  accountRequestKind,
  issueKind,
  tickKind,
  transferKind,
  transferOrderKind,
} from '../../src/core/wire/kinds/ledger.ts';
import type { Interval } from '../../src/core/wire/messages/labor.ts';
import { missingNotes } from '../../src/engine/notes.ts';
import { attestWork, claimWork, hours, MONDAY, recordOf } from '../support/work.ts';
import { Actor, type Body, RULE_SETS, type TestBook, TestWorld } from '../support/world.ts';
import { inParts } from './bench.ts';

/** The bank's clock: far enough after MONDAY that all claims lie before it. */
const NOW_MINUTE = MONDAY + 400 * 24 * 60;
/** Labor-seconds with which every holder begins; orders move one second each. */
const BALANCE_SECONDS = 400;
/** Payees of one paying-out order. */
const PAYEES = 200;
/** Accounts opened by one ledger entry. */
const REQUESTS_PER_ENTRY = 60;

/** A body's book that takes its effects without telling what changed: for books of many thousand entries. */
class LongBook {
  readonly book: TestBook;
  readonly state: BookState = new BookState();
  readonly context: RuleContext;

  constructor(world: TestWorld, body: Body, channel: Channel) {
    this.book = body.book(channel);
    // What is written here was signed here a moment ago.
    this.context = { ...world.contextOf(body, channel), verify: () => true };
    this.#step(this.book.opening);
  }

  write<Content>(kind: EntryKind<Content>, content: Content): Entry {
    return this.#step(this.book.write(kind, content));
  }

  note(openings: readonly Entry[]): void {
    const facts = { stateOf: () => undefined, eventsOf: () => [], proofOf: () => undefined };
    for (let noted = missingNotes(openings, this.state, facts, this.context); noted !== undefined; ) {
      this.write(notedKind, noted);
      noted = missingNotes(openings, this.state, facts, this.context);
    }
  }

  #step(entry: Entry): Entry {
    const draft = new StateDraft(this.state);
    const effect = stepBook(RULE_SETS, entry, draft, this.context);
    if (effect.type !== 'applied') throw new Error(`the scene wrote what does not apply: ${JSON.stringify(effect)}`);
    this.state.apply(draft);
    return entry;
  }
}

/** A bank where everybody has some notes, and the cooperative that they come from. */
export class Scene {
  readonly world: TestWorld = new TestWorld();
  readonly holders: readonly Actor[];
  readonly garden: Body;
  readonly bank: Body;
  readonly #ledger: LongBook;
  readonly #labor: LongBook;
  readonly #accounts = new Map<Actor, Id>();
  #paid = 0;
  #worked = 0;

  constructor(holderCount: number) {
    this.holders = Array.from({ length: holderCount }, (_, index) => new Actor(`h${index}`, 'person'));
    const founders = this.holders.slice(0, 3);
    this.garden = this.world.found('Garden', 'cooperative', founders);
    this.bank = this.world.found('Bank', 'bank', founders);
    this.#ledger = new LongBook(this.world, this.bank, 'transfers');
    this.#labor = new LongBook(this.world, this.garden, 'transfers');
    const openings = this.holders.map((holder) => holder.book('transfers').opening);
    this.#labor.note(openings.slice(0, 3));
    this.#ledger.note([...openings, this.#labor.book.opening]);
    for (const some of inParts(this.holders, REQUESTS_PER_ENTRY)) this.#openAccounts(some);
    this.#ledger.write(acceptCooperativeKind, { cooperative: this.garden.identity, secondsPerMemberPerWeek: 144_000 });
    this.#ledger.write(tickKind, { minute: NOW_MINUTE });
    for (const some of inParts(this.holders.slice(1), PAYEES)) this.#payOut(some);
    this.#payOut([]);
  }

  /** Who is to be trusted so that all books of the scene are kept. */
  get roots(): readonly Id[] {
    return [this.bank.identity, this.garden.identity];
  }

  /** The entries that stand before any measured one, in an order in which all can be taken. */
  get foundation(): readonly Entry[] {
    const bodies = [this.garden, this.bank];
    return [...bodies.flatMap((body) => body.book('people').entries), ...this.#labor.book.entries, ...this.ledger];
  }

  /** The ledger so far. */
  get ledger(): readonly Entry[] {
    return this.#ledger.book.entries;
  }

  /** Openings of the books from which orders come. */
  get holderOpenings(): readonly Entry[] {
    return this.holders.map((holder) => holder.book('transfers').opening);
  }

  /** Orders over one labor-second each, from every holder in turn to the next. */
  orders(count: number): readonly Entry[] {
    return Array.from({ length: count }, () => {
      const payer = this.#holder(this.#paid);
      const to = [this.#account(this.#holder(this.#paid + 1))];
      this.#paid += 1;
      const content = {
        bank: this.bank.identity,
        account: this.#account(payer),
        to,
        amounts: [1 as Amount],
        memoDigest: undefined,
      };
      return payer.book('transfers').write(transferOrderKind, content);
    });
  }

  /** Applies orders in the ledger. @returns its new entries. */
  apply(orders: readonly Entry[], ordersPerEntry: number): readonly Entry[] {
    return inParts(orders, ordersPerEntry).map((some) => {
      const { content } = composeTransfer(this.#ledger.state, some, this.#ledger.context);
      if (content?.lines.length !== some.length) throw new Error('the scene made orders that do not apply');
      return this.#ledger.write(transferKind, content);
    });
  }

  /** Work of the first holder, an hour each, attested by two others. @returns the cooperative's new records. */
  records(count: number): readonly Entry[] {
    return Array.from({ length: count }, () => {
      this.#worked += 1;
      return this.#record([hours(this.#worked * 2, 1)]);
    });
  }

  #record(intervals: readonly Interval[]): Entry {
    const [worker, ...attestors] = this.holders.slice(0, 3);
    const terms = {
      cooperative: this.garden.identity,
      bank: this.bank.identity,
      account: this.#account(this.#holder(0)),
    };
    const claim = claimWork(present(worker, 'a scene has holders'), { ...terms, intervals });
    const record = recordOf(claim, attestWork(claim, ...attestors), this.garden.memberHead);
    return this.#labor.write(laborRecordKind, record);
  }

  /** A week of work, and its notes to these holders. */
  #payOut(payees: readonly Actor[]): void {
    const week = this.#worked;
    this.#worked += 24 * 7;
    const record = this.#record([0, 1, 2, 3, 4].map((day) => hours(week * 2 + day * 24 + 8, 8)));
    const { content } = composeIssue(this.#ledger.state, [record], this.#ledger.context);
    this.#ledger.write(issueKind, present(content, 'the week was worked'));
    if (payees.length === 0) return;
    const holder = this.#holder(0);
    const order = holder.book('transfers').write(transferOrderKind, {
      bank: this.bank.identity,
      account: this.#account(holder),
      to: payees.map((payee) => this.#account(payee)),
      amounts: payees.map(() => BALANCE_SECONDS as Amount),
      memoDigest: undefined,
    });
    this.apply([order], 1);
  }

  #openAccounts(holders: readonly Actor[]): void {
    const requests = holders.map((holder) => {
      const request = holder.book('transfers').write(accountRequestKind, { bank: this.bank.identity });
      this.#accounts.set(holder, request.id);
      return request;
    });
    const { content } = composeAccounts(this.#ledger.state, requests, this.#ledger.context);
    this.#ledger.write(accountOpenedKind, present(content, 'accounts can be opened'));
  }

  #holder(number: number): Actor {
    return present(this.holders[number % this.holders.length], 'a scene has holders');
  }

  #account(holder: Actor): Id {
    return present(this.#accounts.get(holder), 'every holder has an account');
  }
}

/** Persons' books of profiles. @returns the persons, and their entries book by book; entries are some 330 bytes long. */
export function personBooks(
  books: number,
  entriesPerBook: number,
): { readonly persons: readonly Actor[]; readonly entries: readonly Entry[] } {
  const persons = Array.from({ length: books }, (_, number) => personNamed(number));
  const entries = persons.flatMap((person) => {
    for (let sequence = 1; sequence < entriesPerBook; sequence += 1) writeProfile(person, sequence);
    return person.book('people').entries;
  });
  return { persons, entries };
}

/** @returns the person with this number; everybody who asks gets the same. */
export function personNamed(number: number): Actor {
  return new Actor(`p${number}`, 'person');
}

/** @returns a new entry of a person's book. */
export function writeProfile(person: Actor, number: number): Entry {
  const description = `Mends roofs and bicycles; ask at the tool library on Tuesdays. ${number}`;
  return person.book('people').write(profileKind, { name: person.name, description, contact: '' });
}
