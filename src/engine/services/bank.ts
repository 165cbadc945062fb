import type { Id } from '../../core/base/id.ts';
import { type RefusalCode, refusalSentence } from '../../core/base/refusals.ts';
import type { Effect } from '../../core/books/rules.ts';
import {
  composeAccounts,
  composeRefusals,
  composeRetire,
  composeTransfer,
  type RefusedEntry,
} from '../../core/ledger/compose.ts';
import { accountOf, answerOf } from '../../core/ledger/figures.ts';
import { contentOf, type Entry } from '../../core/wire/entry.ts';
import { notedKind } from '../../core/wire/kinds/book.ts';
import {
  accountOpenedKind,
  accountRequestKind,
  orderRefusedKind,
  retireKind,
  retireOrderKind,
  transferKind,
  transferOrderKind,
} from '../../core/wire/kinds/ledger.ts';
import type { Head } from '../../core/wire/messages/book.ts';
import type { SettingRow } from '../../ports/store.ts';
import type { Book } from '../book.ts';
import type { BookTable } from '../book-table.ts';
import { ORDERS_WAITING_MAX } from '../constants.ts';
import type { Draft, ItemOutcome } from '../events.ts';
import { missingNotes, type OuterFacts } from '../notes.ts';
import { contextFor } from '../rule-context.ts';
import type { World } from '../world.ts';
import type { WriteResult, Writer } from '../writer.ts';
import { draftOf } from './draft.ts';
import type { Issuing } from './issuing.ts';
import { later, type Mail, type Service } from './service.ts';

/** Orders looked at for one ledger entry; about as many as fit one, and the rest next time. */
const ORDERS_AT_ONCE = 120;

/** What a bank needs of the machine around it. */
export interface BankParts {
  readonly world: World;
  readonly books: BookTable;
  readonly writer: Writer;
  readonly facts: OuterFacts;
  readonly issuing: Issuing;
}

interface Waiting {
  readonly mail: Mail;
  readonly answers: ((outcome: ItemOutcome) => void)[];
}

type Settle = (written: WriteResult['written']) => void;

/**
 * A bank's desk: opens the accounts that are asked for, applies orders in batches in the order of their arrival, refuses in
 * signed words what does not apply, and issues on records of the cooperatives that it accepted. An answer is given when the
 * ledger entry that carries it is durable.
 */
export class BankService implements Service {
  readonly name = 'bank';
  readonly #parts: BankParts;
  readonly #orders = new Map<Id, Waiting>();
  readonly #requests = new Map<Id, Waiting>();
  #refusals: RefusedEntry[] = [];
  #settle: Settle | undefined;
  #asked = false;

  constructor(parts: BankParts) {
    this.#parts = parts;
  }

  /** Takes back one stored setting. */
  restore(row: SettingRow): void {
    this.#parts.issuing.restore(row);
  }

  /** Called when everything is loaded. */
  start(): void {
    this.#parts.issuing.start(() => this.#ask());
  }

  receive(mail: Mail, answer: (outcome: ItemOutcome) => void): boolean {
    const { self } = this.#parts.world;
    const request = contentOf(mail.entry, accountRequestKind);
    const order = contentOf(mail.entry, transferOrderKind) ?? contentOf(mail.entry, retireOrderKind);
    if (request?.bank !== self.identity && order?.bank !== self.identity) return false;
    const known = request !== undefined ? this.#openedBefore(mail.entry) : this.#answeredBefore(mail.entry);
    if (known !== undefined) {
      answer(known);
      return true;
    }
    const unfit = request !== undefined ? this.#strange(mail) : this.#notTheirs(mail, order?.account);
    if (unfit !== undefined) {
      answer(unfit);
      return true;
    }
    const line = request !== undefined ? this.#requests : this.#orders;
    const waiting = line.get(mail.entry.id);
    if (waiting !== undefined) waiting.answers.push(answer);
    else if (line.size >= ORDERS_WAITING_MAX)
      answer(later(mail.entry, 'The bank has as many orders in hand as it takes; send it again shortly.'));
    else line.set(mail.entry.id, { mail, answers: [answer] });
    this.#ask();
    return true;
  }

  judged(book: Book, entry: Entry, effect: Effect): void {
    this.#parts.issuing.judged(book, entry, effect);
    this.#ask();
  }

  tick(nowMs: number): void {
    this.#parts.issuing.tick(nowMs);
    if (this.#parts.issuing.hasWork) this.#ask();
  }

  /** Stands in the writer's line while there is anything to write. */
  #ask(): void {
    const { world, writer, issuing } = this.#parts;
    const idle =
      this.#orders.size === 0 && this.#requests.size === 0 && this.#refusals.length === 0 && !issuing.hasWork;
    if (this.#asked || idle) return;
    this.#asked = true;
    writer.ask({
      region: world.self.region,
      channel: 'transfers',
      draft: (book) => this.#draft(book),
      done: (result) => this.#done(result),
    });
  }

  #done(result: WriteResult | undefined): boolean {
    const settle = this.#settle;
    this.#settle = undefined;
    this.#asked = false;
    if (result === undefined) return false;
    if (result.written === undefined) {
      this.#failAll(result.refused.sentence);
      return false;
    }
    settle?.(result.written);
    this.#ask();
    return false;
  }

  /** The ledger cannot be written now: everybody who waits is told to come back. */
  #failAll(sentence: string): void {
    for (const line of [this.#orders, this.#requests]) {
      for (const waiting of line.values())
        for (const answer of waiting.answers) answer(later(waiting.mail.entry, sentence));
      line.clear();
    }
    this.#refusals = [];
  }

  #draft(book: Book | undefined): Draft | undefined {
    if (book?.state === undefined) return undefined;
    return (
      this.#noted(book) ??
      this.#refused() ??
      this.#accounts(book) ??
      this.#parts.issuing.draft(book, (settle) => this.#onWritten(settle)) ??
      this.#orderBatch(book)
    );
  }

  #noted(book: Book): Draft | undefined {
    if (book.state === undefined) return undefined;
    const { facts, issuing } = this.#parts;
    const openings = [
      ...firstOf(this.#requests, ORDERS_AT_ONCE).map(({ mail }) => mail.opening),
      ...firstOf(this.#orders, ORDERS_AT_ONCE).map(({ mail }) => mail.opening),
      ...issuing.openings(),
    ];
    const content = missingNotes(openings, book.state.state, facts, this.#context(book));
    return content === undefined ? undefined : draftOf(notedKind, content);
  }

  #refused(): Draft | undefined {
    const [content] = composeRefusals(this.#refusals);
    if (content === undefined) return undefined;
    const answered = this.#refusals.splice(0, content.orders.length);
    this.#onWritten((written) => {
      for (const { entry, code } of answered)
        this.#answer(this.#orders, entry.id, refusedOutcome(entry, code, written));
    });
    return draftOf(orderRefusedKind, content);
  }

  #accounts(book: Book): Draft | undefined {
    if (book.state === undefined || this.#requests.size === 0) return undefined;
    const entries = firstOf(this.#requests, ORDERS_AT_ONCE).map(({ mail }) => mail.entry);
    const composed = composeAccounts(book.state.state, entries, this.#context(book));
    for (const { entry, code } of composed.unanswerable)
      this.#answer(this.#requests, entry.id, refusedOutcome(entry, code, undefined));
    if (composed.content === undefined) return undefined;
    const gone = new Set(
      [...composed.left, ...composed.unanswerable.map(({ entry }) => entry)].map((entry) => entry.id),
    );
    const opened = entries.filter((entry) => !gone.has(entry.id));
    this.#onWritten((written) => {
      for (const entry of opened) this.#answer(this.#requests, entry.id, carriedOutcome(entry, written));
    });
    return draftOf(accountOpenedKind, composed.content);
  }

  #orderBatch(book: Book): Draft | undefined {
    if (book.state === undefined || this.#orders.size === 0) return undefined;
    const entries = firstOf(this.#orders, ORDERS_AT_ONCE).map(({ mail }) => mail.entry);
    const [first] = entries;
    if (first !== undefined && first.header.kind === retireOrderKind.number) return this.#retire(book, first);
    const end = entries.findIndex((entry) => entry.header.kind === retireOrderKind.number);
    const transfers = end < 0 ? entries : entries.slice(0, end);
    const composed = composeTransfer(book.state.state, transfers, this.#context(book));
    this.#tellUnanswerable(composed.unanswerable);
    this.#refusals.push(...composed.refused);
    if (composed.content === undefined) return this.#refused();
    const out = new Set([
      ...composed.left,
      ...composed.unanswerable.map(({ entry }) => entry),
      ...composed.refused.map(({ entry }) => entry),
    ]);
    const applied = transfers.filter((entry) => !out.has(entry));
    this.#onWritten((written) => {
      for (const entry of applied) this.#answer(this.#orders, entry.id, carriedOutcome(entry, written));
    });
    return draftOf(transferKind, composed.content);
  }

  #retire(book: Book, order: Entry): Draft | undefined {
    if (book.state === undefined) return undefined;
    const composed = composeRetire(book.state.state, order, this.#context(book));
    this.#tellUnanswerable(composed.unanswerable);
    this.#refusals.push(...composed.refused);
    if (composed.content === undefined) return this.#refused();
    this.#onWritten((written) => this.#answer(this.#orders, order.id, carriedOutcome(order, written)));
    return draftOf(retireKind, composed.content);
  }

  #tellUnanswerable(entries: readonly RefusedEntry[]): void {
    for (const { entry, code } of entries) this.#answer(this.#orders, entry.id, refusedOutcome(entry, code, undefined));
  }

  #onWritten(settle: Settle): void {
    this.#settle = settle;
  }

  #answer(line: Map<Id, Waiting>, entry: Id, outcome: ItemOutcome): void {
    const waiting = line.get(entry);
    line.delete(entry);
    for (const answer of waiting?.answers ?? []) this.#parts.world.afterCommit(() => answer(outcome));
  }

  #ledger(): Book | undefined {
    return this.#parts.writer.ownBook(this.#parts.world.self.region, 'transfers');
  }

  #openedBefore(entry: Entry): ItemOutcome | undefined {
    const state = this.#ledger()?.state?.state;
    return state !== undefined && accountOf(state, entry.id) !== undefined
      ? { verdict: 'accept', word: 'carried', id: entry.id }
      : undefined;
  }

  #answeredBefore(entry: Entry): ItemOutcome | undefined {
    const ledger = this.#ledger();
    const answer = ledger?.state === undefined ? undefined : answerOf(ledger.state.state, entry);
    if (answer === undefined) return undefined;
    if (answer.code !== undefined) return refusedOutcome(entry, answer.code, undefined);
    return { verdict: 'accept', word: 'carried', id: entry.id };
  }

  /** An account is opened for whom the bank's own people know; a stranger's request would fill the ledger with its Opening. */
  #strange(mail: Mail): ItemOutcome | undefined {
    if (this.#parts.books.isKnown(mail.author)) return undefined;
    return later(
      mail.entry,
      'The bank opens accounts for its members and for whom it knows; ask a member to vouch for you.',
    );
  }

  /** An order for no account, or for somebody else's, is told so at once: no entry of the ledger could carry it. */
  #notTheirs(mail: Mail, account: Id | undefined): ItemOutcome | undefined {
    const state = this.#ledger()?.state?.state;
    const row = state === undefined || account === undefined ? undefined : accountOf(state, account);
    if (row === undefined) return refusedOutcome(mail.entry, 'unknown_account', undefined);
    return row.holder === mail.author ? undefined : refusedOutcome(mail.entry, 'not_holder', undefined);
  }

  #context(book: Book): ReturnType<typeof contextFor> {
    return contextFor(this.#parts.world, this.#parts.books, book);
  }
}

function firstOf(line: ReadonlyMap<Id, Waiting>, count: number): readonly Waiting[] {
  const first: Waiting[] = [];
  for (const waiting of line.values()) {
    if (first.length >= count) break;
    first.push(waiting);
  }
  return first;
}

function headOfWritten(written: WriteResult['written']): Head | undefined {
  return written === undefined ? undefined : { book: written.book, sequence: written.sequence, id: written.id };
}

function carriedOutcome(entry: Entry, written: WriteResult['written']): ItemOutcome {
  return { verdict: 'accept', word: 'carried', id: entry.id, carrier: headOfWritten(written) };
}

function refusedOutcome(entry: Entry, code: RefusalCode, written: WriteResult['written']): ItemOutcome {
  return {
    verdict: 'accept',
    word: 'refused',
    id: entry.id,
    code,
    sentence: refusalSentence(code),
    carrier: headOfWritten(written),
  };
}
