import type { Id } from '../core/base/id.ts';
import type { Topic } from '../core/base/region.ts';
import type { Effect } from '../core/books/rules.ts';
import { contentOf, type Entry, openingOf, readEntry } from '../core/wire/entry.ts';
import { notedKind } from '../core/wire/kinds/book.ts';
import { laborRecordKind } from '../core/wire/kinds/labor.ts';
import {
  claimPendingKind,
  readStatement,
  type Statement,
  sealStatement,
  statementMessage,
} from '../core/wire/statement.ts';
import type { EntryRow, SettingRow } from '../ports/store.ts';
import type { Book } from './book.ts';
import type { BookTable } from './book-table.ts';
import type { ItemOutcome, Query, Source } from './events.ts';
import { Inbox } from './inbox.ts';
import type { OuterFacts } from './notes.ts';
import type { PendingClaims } from './pending-claims.ts';
import { BankService } from './services/bank.ts';
import { CooperativeService } from './services/cooperative.ts';
import { DecisionService } from './services/decisions.ts';
import { Issuing } from './services/issuing.ts';
import { LotService } from './services/lots.ts';
import { MandateService } from './services/mandates.ts';
import { MembershipService } from './services/membership.ts';
import { MemoService } from './services/memo.ts';
import type { Mail, Service } from './services/service.ts';
import type { World } from './world.ts';
import type { Writer } from './writer.ts';

/** What the desk needs of the machine around it. */
export interface DeskHooks {
  load(query: Query, then: (rows: readonly EntryRow[]) => void): void;
  sign(message: Uint8Array, then: (signature: Uint8Array) => void): void;
  publish(topic: Topic, statement: Statement): void;
}

/** Openings remembered from `Noted` entries of bodies, about 1 kB each: a bank notes in turn what a cooperative has noted. */
const OPENINGS_MAX = 16_384;

/** Where mail for this body is sorted to the service that it is for. A person has a desk without services. */
export class Desk {
  readonly inbox: Inbox;
  readonly memos: MemoService;
  readonly bank: BankService | undefined;
  readonly decisions: DecisionService | undefined;
  readonly #mandates: MandateService | undefined;
  readonly #lots: LotService | undefined;
  readonly #world: World;
  readonly #books: BookTable;
  readonly #pending: PendingClaims;
  readonly #hooks: DeskHooks;
  readonly #services: readonly Service[];
  readonly #openings = new Map<Id, Entry>();

  constructor(parts: {
    world: World;
    books: BookTable;
    writer: Writer;
    pending: PendingClaims;
    facts: OuterFacts;
    hooks: DeskHooks;
  }) {
    const { world, books, writer } = parts;
    this.#world = world;
    this.#books = books;
    this.#pending = parts.pending;
    this.#hooks = parts.hooks;
    this.inbox = new Inbox(world);
    const { kind } = world.self;
    const issuing = new Issuing({
      world,
      books,
      openingOf: (book) => this.openingOf(book),
      learn: (entry) => this.#learn(entry),
      load: parts.hooks.load,
    });
    this.bank = kind === 'bank' ? new BankService({ world, books, writer, facts: parts.facts, issuing }) : undefined;
    const decisionParts = { world, books, writer, facts: parts.facts, inbox: this.inbox };
    this.decisions = kind === 'person' ? undefined : new DecisionService(decisionParts);
    this.#lots = kind === 'person' ? undefined : new LotService(decisionParts);
    this.#mandates = kind === 'person' ? undefined : new MandateService(world, books, writer);
    this.memos = new MemoService(world, books);
    const services: (Service | undefined)[] = [
      this.memos,
      kind === 'person' ? undefined : new MembershipService(world, books, this.inbox),
      kind === 'cooperative'
        ? new CooperativeService(world, books, this.inbox, { showPending: (mail) => this.#showPending(mail) })
        : undefined,
      this.#mandates,
      this.decisions,
      this.#lots,
      this.bank,
    ];
    this.#services = services.filter((service) => service !== undefined);
  }

  /** The device of a book whose Opening some body has noted. */
  deviceOf(book: Id): Id | undefined {
    const opening = this.#openings.get(book);
    return opening === undefined ? undefined : openingOf(opening)?.device;
  }

  /** The Opening of a book that is held, or that some body has noted. */
  openingOf(book: Id): Entry | undefined {
    return this.#books.get(book)?.openingEntry ?? this.#openings.get(book);
  }

  /** Takes back one stored setting. */
  restore(row: SettingRow): void {
    if (this.inbox.restore(row.key, row.value) || this.#pending.restore(row) || this.memos.restore(row)) return;
    if (this.decisions?.restore(row) === true) return;
    this.bank?.restore(row);
  }

  /** Called when the books are loaded: Openings of mail in hand are remembered again, and work left over is taken up. */
  start(): void {
    for (const mail of this.inbox.all()) this.#openings.set(mail.opening.id, mail.opening);
    this.bank?.start();
    this.#mandates?.start();
    this.decisions?.start();
    this.#lots?.start();
  }

  /** A well-formed entry of a book that is not kept here; it passes on, unless it is for this body. */
  passing(entry: Entry, opening: Entry, source: Source): ItemOutcome {
    this.#remember(opening);
    if (source.door === 'gossip') this.receive(entry, opening, () => {});
    return { verdict: 'accept', word: 'passing', id: entry.id };
  }

  /** An entry of a held book was stored: it may be for this body. */
  stored(book: Book, entry: Entry): void {
    this.receive(entry, book.openingEntry, () => {});
  }

  /** Offers an entry to the services. @returns whether one will answer. */
  receive(entry: Entry, opening: Entry | undefined, answer: (outcome: ItemOutcome) => void): boolean {
    const author = opening === undefined ? undefined : openingOf(opening)?.identity;
    if (opening === undefined || author === undefined) return false;
    this.#remember(opening);
    const mail: Mail = { entry, opening, author };
    return this.#services.some((service) => service.receive(mail, answer));
  }

  judged(book: Book, entry: Entry, effect: Effect): void {
    if (effect.type === 'applied') this.#learn(entry);
    for (const service of this.#services) service.judged(book, entry, effect);
  }

  tick(nowMs: number): void {
    for (const service of this.#services) service.tick(nowMs);
  }

  #learn(entry: Entry): void {
    for (const bytes of contentOf(entry, notedKind)?.openings ?? []) {
      const opening = readEntry(bytes, this.#world.network);
      if (opening.ok) this.#remember(opening.value);
    }
    const record = contentOf(entry, laborRecordKind);
    const claim = record === undefined ? undefined : readEntry(record.claim, this.#world.network);
    if (claim?.ok === true) this.#pending.recorded(claim.value);
  }

  #remember(opening: Entry): void {
    if (this.#openings.size >= OPENINGS_MAX) {
      const [oldest] = this.#openings.keys();
      if (oldest !== undefined) this.#openings.delete(oldest);
    }
    this.#openings.set(opening.id, opening);
  }

  /** Shows a claim to co-workers: a signed statement on the topic of the labor book. */
  #showPending(mail: Mail): void {
    const { self, network } = this.#world;
    const book = this.#books.bodyBook(self.identity, 'transfers');
    if (book === undefined) return;
    const content = { opening: mail.opening.bytes, claim: mail.entry.bytes, cooperativeBook: book.id };
    const payload = claimPendingKind.shape.encode(content);
    this.#hooks.sign(statementMessage(claimPendingKind.number, self.device, payload, network), (signature) => {
      const read = readStatement(sealStatement(claimPendingKind, content, { author: self.device, signature }));
      if (!read.ok) return;
      this.#pending.take(read.value, content);
      this.#world.afterCommit(() => this.#hooks.publish(book.topic, read.value));
    });
  }
}
