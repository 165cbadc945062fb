import { compareIds, type Id, idToBytes } from '../core/base/id.ts';
import { verifyOpening } from '../core/identity/opening.ts';
import { type Entry, entryCheck, openingOf } from '../core/wire/entry.ts';
import { ballotKind, proposeKind, withdrawKind } from '../core/wire/kinds/decisions.ts';
import { attestationKind, laborClaimKind } from '../core/wire/kinds/labor.ts';
import { accountRequestKind, retireOrderKind, transferOrderKind } from '../core/wire/kinds/ledger.ts';
import { lotCommitmentKind, lotSecretKind } from '../core/wire/kinds/lots.ts';
import { appealKind, applyKind, leaveKind } from '../core/wire/kinds/people.ts';
import { kindOfNumber } from '../core/wire/kinds/table.ts';
import type { IdentityEvent, IdentityKind } from '../core/wire/messages/identity.ts';
import type { Book } from './book.ts';
import { advance, newBook } from './book.ts';
import type { BookTable } from './book-table.ts';
import type { Budgets } from './budgets.ts';
import { STRANGER_BYTES_MAX, STRANGER_ENTRIES_MAX } from './constants.ts';
import type { Effects } from './effects.ts';
import type { Endings } from './endings.ts';
import { type ItemOutcome, kindName, type Source } from './events.ts';
import type { Identities } from './identities.ts';
import type { Parking } from './parking.ts';
import type { RootedState } from './rooted-state.ts';
import type { Stripped } from './stripped.ts';
import type { World } from './world.ts';

/** What the intake of entries needs of the machine around it. */
export interface IngestHooks {
  /** Whether the books of this topic are kept here. */
  follows(book: Id, topic: string): boolean;
  /** Whether a book is kept beyond a stranger's limits, since a known author's book reads it. */
  isKept(book: Id): boolean;
  /** Events of an identity came with an Opening. */
  learnEvents(identity: Id, events: readonly IdentityEvent[]): void;
  stateFor(id: Id, kind: IdentityKind, channel: string): RootedState | undefined;
  /** A book is new here. */
  opened(book: Book): void;
  /** Something is missing before this entry; ask whoever sent it. */
  gap(source: Source, book: Id): void;
  /** A book has two chains; these entries of the other one show where they part. */
  wantIds(ids: readonly Id[]): void;
  /** The form in which an entry is stored: whole, or erased where its author has asked for that. */
  formOf(book: Book, entry: Entry): Uint8Array;
  /** An entry of this peer's own or of others became part of its book. */
  appended(book: Book, entry: Entry): void;
  /** A stranger's book made room for others. */
  evicted(book: Book): void;
  /** A well-formed entry of a book that is not kept here: mail for a body. */
  mail(entry: Entry, opening: Entry, source: Source): ItemOutcome;
  /** An entry was stored that is addressed to this body, or may be of use to it. */
  stored(book: Book, entry: Entry): void;
}

/** Kinds addressed to one body. With no path to it they are told on its topic, whatever topic their own book has (protocol §4). */
const MAIL_KINDS: ReadonlySet<number> = new Set(
  [
    applyKind,
    leaveKind,
    appealKind,
    laborClaimKind,
    attestationKind,
    accountRequestKind,
    transferOrderKind,
    retireOrderKind,
    proposeKind,
    withdrawKind,
    ballotKind,
    lotCommitmentKind,
    lotSecretKind,
  ].map(({ number }) => number),
);

/** An Opening that was verified but whose book is not kept: a person's transfers book, whose entries travel as mail. */
export interface MailOpening {
  readonly entry: Entry;
  readonly identity: Id;
  readonly kind: IdentityKind;
  readonly device: Id;
}

/** Openings of mail books remembered, about 1 kB each. */
const MAIL_OPENINGS_MAX = 4096;

/** Takes entries into their books: form, place, limits (protocol §3, §4). Every check states its verdict. */
export class Ingest {
  readonly #world: World;
  readonly #books: BookTable;
  readonly #identities: Identities;
  readonly #parking: Parking;
  readonly #effects: Effects;
  readonly #endings: Endings;
  readonly #budgets: Budgets;
  readonly #stripped: Stripped;
  readonly #hooks: IngestHooks;
  readonly #mailOpenings = new Map<Id, MailOpening>();

  constructor(parts: {
    readonly world: World;
    readonly books: BookTable;
    readonly identities: Identities;
    readonly parking: Parking;
    readonly effects: Effects;
    readonly endings: Endings;
    readonly budgets: Budgets;
    readonly stripped: Stripped;
    readonly hooks: IngestHooks;
  }) {
    this.#world = parts.world;
    this.#books = parts.books;
    this.#identities = parts.identities;
    this.#parking = parts.parking;
    this.#effects = parts.effects;
    this.#endings = parts.endings;
    this.#budgets = parts.budgets;
    this.#stripped = parts.stripped;
    this.#hooks = parts.hooks;
  }

  /** The device that signs a book, where its Opening is known here. */
  deviceOf(book: Id): Id | undefined {
    return this.#books.get(book)?.opening.device ?? this.#mailOpenings.get(book)?.device;
  }

  /** A remembered Opening of a book that is not kept. */
  mailOpening(book: Id): MailOpening | undefined {
    return this.#mailOpenings.get(book);
  }

  /** Takes one entry of any door. */
  entry(entry: Entry, source: Source): ItemOutcome {
    if (openingOf(entry) !== undefined) return this.#opening(entry, source);
    const book = this.#books.get(entry.book);
    if (book === undefined) return this.#withoutBook(entry, source);
    const elsewhere = isGossipElsewhere(source, book.topic);
    if (elsewhere && !MAIL_KINDS.has(entry.header.kind))
      return no(entry, 'reject', 'bad', 'The book belongs to another topic.');
    if (!this.#world.verified.verify(entryCheck(entry, book.opening.device)))
      return no(entry, 'reject', 'bad', 'The signature is not the device’s.');
    return elsewhere ? this.#hooks.mail(entry, book.openingEntry, source) : this.#place(book, entry, source);
  }

  /** Appends an entry that was judged already: this peer's own. */
  append(book: Book, entry: Entry): void {
    advance(book, entry);
    this.#books.changed(book);
    const bytes = this.#hooks.formOf(book, entry);
    this.#world.write({ type: 'putEntry', row: { ...entryRow(entry, true), bytes } });
    this.#hooks.appended(book, entry);
    this.#stripped.stored(entry);
    const kind = kindOfNumber(entry.header.kind);
    this.#world.tell({
      type: 'entry',
      id: entry.id,
      book: book.id,
      sequence: entry.header.sequence,
      kind: kindName(kind, entry.header.kind),
      identity: book.opening.identity,
      topic: book.topic,
    });
  }

  /** Takes an entry above a former end of its book that counts again, or for the first time. */
  again(book: Book, entry: Entry): void {
    this.#hooks.appended(book, entry);
    this.#stripped.stored(entry);
    this.#effects.appended(book, entry);
  }

  /** Opens a book of this peer's own. */
  openOwn(entry: Entry, kind: IdentityKind): Book {
    return this.#open(entry, kind);
  }

  #opening(entry: Entry, source: Source): ItemOutcome {
    const known = this.#books.get(entry.id);
    if (known !== undefined) return no(entry, 'ignore', 'known');
    const claimed = openingOf(entry);
    const events = claimed === undefined ? [] : this.#identities.eventsOf(claimed.identity);
    const verified = verifyOpening(entry, events, this.#world.verified.verify);
    if (!verified.ok) {
      if (verified.reason !== 'log_missing')
        return no(entry, 'reject', 'bad', `The Opening does not stand: ${verified.reason}.`);
      this.#hooks.gap(source, entry.id);
      return no(entry, 'ignore', 'later', 'The identity log that grants the device is not here yet.');
    }
    const { opening, identity } = verified.value;
    if (opening.log.length > 0) this.#hooks.learnEvents(opening.identity, opening.log);
    const travels =
      opening.channel === 'transfers' && identity.kind === 'person' && opening.device !== this.#world.self.device;
    const topic = topicOfOpening(this.#world.networkHex, opening);
    if (travels || isGossipElsewhere(source, topic)) return this.#rememberMail(entry, identity.kind);
    const isMail = source.door === 'submit' || source.door === 'api';
    if (!this.#hooks.follows(entry.id, topic)) {
      if (isMail) return this.#rememberMail(entry, identity.kind);
      return no(entry, 'ignore', 'passing', 'This node does not follow the topic of that book.');
    }
    this.#open(entry, identity.kind);
    return no(entry, 'accept', 'stored');
  }

  #rememberMail(entry: Entry, kind: IdentityKind): ItemOutcome {
    const opening = openingOf(entry);
    if (opening === undefined) return no(entry, 'reject', 'bad');
    if (this.#mailOpenings.has(entry.id)) return no(entry, 'ignore', 'passing');
    if (this.#mailOpenings.size >= MAIL_OPENINGS_MAX) {
      const [oldest] = this.#mailOpenings.keys();
      if (oldest !== undefined) this.#mailOpenings.delete(oldest);
    }
    this.#mailOpenings.set(entry.id, { entry, identity: opening.identity, kind, device: opening.device });
    return no(entry, 'accept', 'passing');
  }

  #open(entry: Entry, kind: IdentityKind): Book {
    const channel = openingOf(entry)?.channel ?? '';
    const book = newBook(
      entry,
      kind,
      this.#world.networkHex,
      this.#books.nextArrival(),
      this.#hooks.stateFor(entry.id, kind, channel),
    );
    this.#books.add(book);
    this.#tellRivals(book);
    this.evict();
    this.#world.write({ type: 'putEntry', row: entryRow(entry, true) });
    this.#books.changed(book);
    this.#endings.opened(book);
    this.#effects.judge(book);
    if (book.state === undefined) {
      book.judged = 1;
      // What reads it as if it were a member book waits no longer.
      this.#effects.retry(book.id);
    }
    this.#hooks.opened(book);
    this.#world.tell({
      type: 'entry',
      id: entry.id,
      book: book.id,
      sequence: 0,
      kind: 'opening',
      identity: book.opening.identity,
      topic: book.topic,
    });
    this.#unpark(book);
    return book;
  }

  /** A body has one book for each channel (protocol §3): a second Opening, signed by its device, is evidence against it. */
  #tellRivals({ kind, opening: { identity, channel } }: Book): void {
    const rivals = kind === 'person' ? [] : this.#books.rivals(identity, channel);
    if (rivals.length > 1)
      this.#world.tell({ type: 'rival', identity, channel, books: rivals.map(({ id }) => id).toSorted(compareIds) });
  }

  /** Forgets strangers' books for which there is no room. */
  evict(): void {
    for (const book of this.#books.evict(this.#hooks.isKept)) {
      this.#parking.clear(book.id);
      this.#stripped.forgetBook(book.id);
      this.#hooks.evicted(book);
      this.#world.write({ type: 'deleteBook', book: idToBytes(book.id) });
    }
  }

  #withoutBook(entry: Entry, source: Source): ItemOutcome {
    const mail = this.#mailOpenings.get(entry.book);
    if (mail === undefined) {
      this.#hooks.gap(source, entry.book);
      return no(entry, 'ignore', 'later', 'The Opening of its book is not here.');
    }
    if (!this.#world.verified.verify(entryCheck(entry, mail.device)))
      return no(entry, 'reject', 'bad', 'The signature is not the device’s.');
    return this.#hooks.mail(entry, mail.entry, source);
  }

  #place(book: Book, entry: Entry, source: Source): ItemOutcome {
    const { sequence, previous } = entry.header;
    if (book.forkSequence > 0 && sequence >= book.forkSequence) return this.#aboveEnd(book, entry);
    if (source.door === 'gossip' && this.#stripped.is(entry)) {
      this.#hooks.gap(source, book.id);
      return no(entry, 'ignore', 'later', 'Its payload is missing, and its author did not ask to erase it.');
    }
    if (sequence <= book.head.sequence) return this.#compare(book, entry);
    if (sequence === book.head.sequence + 1 && previous === book.head.id) return this.#accept(book, entry, source);
    const stays = this.#parking.park(entry, this.#books.isStranger(book));
    const otherChain = sequence === book.head.sequence + 1;
    if (otherChain && previous !== undefined) this.#hooks.wantIds([previous]);
    else this.#hooks.gap(source, book.id);
    return no(entry, 'ignore', stays ? 'parked' : 'later', 'An earlier entry of its book is missing.');
  }

  /** Above a book's end an entry is kept only where another book reads it. */
  #aboveEnd(book: Book, entry: Entry): ItemOutcome {
    const [sought, read] = [this.#endings.takeSought(book, entry), this.#world.sideChains.take(entry)];
    if (!sought && !read) return no(entry, 'ignore', 'known', 'The book ended before this entry.');
    this.#putAside(book, entry);
    this.#effects.retry(book.id);
    return no(entry, 'accept', 'stored');
  }

  #putAside(book: Book, entry: Entry): void {
    const bytes = this.#hooks.formOf(book, entry);
    this.#world.write({ type: 'putEntry', row: { ...entryRow(entry, false), bytes } });
  }

  #compare(book: Book, entry: Entry): ItemOutcome {
    if (this.#stripped.take(entry)) return this.#refill(book, entry);
    const held = book.ids.get(entry.header.sequence);
    if (held === undefined) this.#endings.compareWithStored(book, entry);
    else if (compareIds(held, entry.id) !== 0) this.#endings.compareWithStored(book, entry);
    if (!this.#world.sideChains.take(entry)) return no(entry, 'ignore', 'known');
    if (held !== undefined && held !== entry.id) this.#putAside(book, entry);
    this.#effects.retry(book.id);
    return no(entry, 'accept', 'stored');
  }

  /** An entry that was held without its payload takes its whole form. */
  #refill(book: Book, entry: Entry): ItemOutcome {
    const bytes = this.#hooks.formOf(book, entry);
    this.#world.write({ type: 'putEntry', row: { ...entryRow(entry, true), bytes } });
    book.bytes += entry.payload?.length ?? 0;
    this.#books.changed(book);
    this.#hooks.stored(book, entry);
    return no(entry, 'accept', 'stored');
  }

  #accept(book: Book, entry: Entry, source: Source): ItemOutcome {
    if (this.#isFull(book, entry))
      return no(entry, 'ignore', 'later', 'A stranger’s book is kept only up to 64 entries and 256 KiB.');
    if (
      !this.#books.isStranger(book) &&
      source.door === 'gossip' &&
      !this.#budgets.spend(book.opening.identity, entry.bytes.length, this.#world.clock.nowMs())
    ) {
      this.#hooks.gap(source, book.id);
      return no(entry, 'ignore', 'later', 'The author’s gossip budget is used up; the entry is fetched later.');
    }
    this.append(book, entry);
    this.#effects.appended(book, entry);
    this.#hooks.stored(book, entry);
    this.#unpark(book);
    return no(entry, 'accept', 'stored');
  }

  #isFull(book: Book, entry: Entry): boolean {
    if (!this.#books.isStranger(book) || this.#hooks.isKept(book.id)) return false;
    return book.head.sequence + 1 >= STRANGER_ENTRIES_MAX || book.bytes + entry.bytes.length > STRANGER_BYTES_MAX;
  }

  #unpark(book: Book): void {
    let next = this.#parking.take(book.id, book.head.sequence + 1);
    while (
      next !== undefined &&
      next.header.previous === book.head.id &&
      (book.forkSequence === 0 || next.header.sequence < book.forkSequence)
    ) {
      const isFull = this.#isFull(book, next);
      if (isFull) this.#parking.clear(book.id);
      if (isFull || !this.#world.verified.verify(entryCheck(next, book.opening.device))) return;
      this.append(book, next);
      this.#effects.appended(book, next);
      this.#hooks.stored(book, next);
      next = this.#parking.take(book.id, book.head.sequence + 1);
    }
  }
}

/** @returns an entry as the store keeps it. */
export function entryRow(
  entry: Entry,
  main: boolean,
): { id: Uint8Array; book: Uint8Array; sequence: number; kind: number; main: boolean; bytes: Uint8Array } {
  return {
    id: idToBytes(entry.id),
    book: idToBytes(entry.book),
    sequence: entry.header.sequence,
    kind: entry.header.kind,
    main,
    bytes: entry.bytes,
  };
}

function no(entry: Entry, verdict: ItemOutcome['verdict'], word: ItemOutcome['word'], sentence?: string): ItemOutcome {
  return { verdict, word, id: entry.id, sentence };
}

function isGossipElsewhere(source: Source, topic: string): boolean {
  return source.door === 'gossip' && source.topic !== topic;
}

function topicOfOpening(networkHex: string, opening: { readonly region: string; readonly channel: string }): string {
  return `/mutua/1/${networkHex}/${opening.region}/${opening.channel}`;
}
