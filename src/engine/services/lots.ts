import { equalBytes } from '../../core/base/bytes.ts';
import { compareIds, type Id, parseId } from '../../core/base/id.ts';
import { readCarried } from '../../core/books/carried.ts';
import type { Effect, RuleContext } from '../../core/books/rules.ts';
import { poolOf, resultOf } from '../../core/decisions/lots.ts';
import { commitToLot } from '../../core/decisions/methods/lot.ts';
import { lotsTable } from '../../core/decisions/tables.ts';
import { contentOf, type Entry } from '../../core/wire/entry.ts';
import { notedKind } from '../../core/wire/kinds/book.ts';
import type { EntryKind } from '../../core/wire/kinds/kind.ts';
import { lotCommitmentKind, lotDrawnKind, lotKind, lotSealedKind, lotSecretKind } from '../../core/wire/kinds/lots.ts';
import type { LotCommitment, LotRow, LotSecret } from '../../core/wire/messages/lots.ts';
import { type Book, headOf } from '../book.ts';
import { DECISIONS_AGAIN_MS } from '../constants.ts';
import type { Draft, ItemOutcome } from '../events.ts';
import { missingNotes } from '../notes.ts';
import { contextFor } from '../rule-context.ts';
import type { WriteResult } from '../writer.ts';
import type { DecisionParts } from './decisions.ts';
import { draftOf } from './draft.ts';
import { kept, later, type Mail, refusedOutcome, type Service } from './service.ts';

type State = NonNullable<Book['state']>['state'];
/** What the parties of one lot have sent, by party. */
type Sent = ReadonlyMap<Id, Mail>;

/**
 * Where a body draws its lots (protocol §8): keeps what parties commit to and show, seals a lot when all have committed or its time for
 * that is over, and draws it when all have shown their secrets or the time for those is over.
 */
export class LotService implements Service {
  readonly name = 'lots';
  readonly #parts: DecisionParts;
  /** By lot, what came for where it stands; the inbox keeps it. */
  readonly #sent = new Map<Id, Map<Id, Mail>>();
  /** Lots that are not drawn, oldest first, each with the time before which it is not tried again. */
  readonly #open = new Map<Id, number>();
  #asked: Id | undefined;

  constructor(parts: DecisionParts) {
    this.#parts = parts;
  }

  /** Called when everything is loaded: takes up what was left over. */
  start(): void {
    for (const { key, row } of this.#state()?.rows(lotsTable) ?? []) {
      const lot = parseId(key.join('/'));
      if (lot !== undefined && row.state !== 'drawn') this.#open.set(lot, 0);
    }
    for (const mail of this.#parts.inbox.all()) {
      const content = contentOfParty(mail.entry);
      if (content === undefined) continue;
      if (this.#fault(mail, content) === undefined) this.#put(content.lot, mail);
      else this.#parts.inbox.drop(mail.entry.id);
    }
    this.#ask();
  }

  receive(mail: Mail, answer: (outcome: ItemOutcome) => void): boolean {
    const { world, inbox } = this.#parts;
    const content = contentOfParty(mail.entry);
    if (content === undefined || content.body !== world.self.identity) return false;
    const fault = this.#fault(mail, content);
    if (fault !== undefined) {
      answer(fault);
      return true;
    }
    const outcome = inbox.keep(mail) ? kept(mail.entry) : later(mail.entry, 'The inbox of this body is full.');
    if (outcome.word === 'kept') this.#put(content.lot, mail);
    world.afterCommit(() => answer(outcome));
    this.#ask();
    return true;
  }

  judged(book: Book, entry: Entry, effect: Effect): void {
    const { opening } = book;
    if (opening.identity !== this.#parts.world.self.identity || opening.channel !== 'proposals') return;
    if (effect.type !== 'applied') return;
    if (contentOf(entry, lotKind) !== undefined) this.#open.set(entry.id, 0);
    const drawn = contentOf(entry, lotDrawnKind)?.lot;
    if (drawn !== undefined) this.#open.delete(drawn);
    const lot = contentOf(entry, lotSealedKind)?.lot ?? drawn;
    if (lot !== undefined) {
      for (const mail of this.#sentFor(lot).values()) this.#parts.inbox.drop(mail.entry.id);
      this.#sent.delete(lot);
    }
    this.#ask();
  }

  tick(): void {
    this.#ask();
  }

  /** What else is to be answered than that it is kept. */
  #fault({ entry, author }: Mail, content: LotCommitment | LotSecret): ItemOutcome | undefined {
    const row = this.#state()?.get(lotsTable, content.lot);
    if (row === undefined) return refusedOutcome(entry, 'unknown_lot');
    const held = this.#sentFor(content.lot).get(author);
    if (held?.entry.id === entry.id) return kept(entry);
    if (isCarried(row, author, content)) return { verdict: 'accept', word: 'carried', id: entry.id };
    if ('commitment' in content) {
      if (row.state !== 'called') return refusedOutcome(entry, 'lot_not_open');
      return row.parties.includes(author) && held === undefined ? undefined : refusedOutcome(entry, 'lot_malformed');
    }
    if (row.state !== 'sealed') return refusedOutcome(entry, 'lot_not_open');
    const committed = row.committed.find(({ party }) => party === author);
    if (committed === undefined) return refusedOutcome(entry, 'lot_malformed');
    if (equalBytes(commitToLot(author, content.secret), committed.commitment)) return undefined;
    const sentence = 'It is not the secret that this party committed to.';
    return { verdict: 'accept', word: 'refused', id: entry.id, sentence };
  }

  #sentFor(lot: Id): Sent {
    return this.#sent.get(lot) ?? new Map<Id, Mail>();
  }

  #put(lot: Id, mail: Mail): void {
    const sent = this.#sent.get(lot) ?? new Map<Id, Mail>();
    this.#sent.set(lot, sent);
    sent.set(mail.author, mail);
  }

  #book(): Book | undefined {
    return this.#parts.books.bodyBook(this.#parts.world.self.identity, 'proposals');
  }

  #state(): State | undefined {
    return this.#book()?.state?.state;
  }

  /** A lot that can be taken a step further now; one that could not just now holds no other up. */
  #due(): Id | undefined {
    const nowMs = this.#parts.world.clock.nowMs();
    for (const [lot, notBeforeMs] of this.#open) {
      const row = this.#state()?.get(lotsTable, lot);
      if (row !== undefined && nowMs >= notBeforeMs && this.#isDue(row, this.#sentFor(lot).size)) return lot;
    }
    return undefined;
  }

  #isDue({ state, parties, committed, commitBy, revealBy }: LotRow, sent: number): boolean {
    const nowMs = this.#parts.world.clock.nowMs();
    if (state === 'called') return sent === parties.length || (sent > 0 && commitBy > 0 && nowMs >= commitBy);
    return state === 'sealed' && (sent === committed.length || (revealBy > 0 && nowMs >= revealBy));
  }

  /** Stands in the writer's line while there is a lot to be sealed or drawn. */
  #ask(): void {
    const { world, writer } = this.#parts;
    if (this.#asked !== undefined) return;
    this.#asked = this.#due();
    if (this.#asked === undefined) return;
    writer.ask({
      region: world.self.region,
      channel: 'proposals',
      draft: (book) => this.#draft(book),
      done: (result) => this.#done(result),
    });
  }

  #done(result: WriteResult | undefined): boolean {
    const lot = this.#asked;
    this.#asked = undefined;
    if (lot !== undefined && result?.written === undefined && this.#open.has(lot))
      this.#open.set(lot, this.#parts.world.clock.nowMs() + DECISIONS_AGAIN_MS);
    this.#ask();
    return false;
  }

  #draft(book: Book | undefined): Draft | undefined {
    const lot = this.#asked;
    const row = lot === undefined ? undefined : this.#state()?.get(lotsTable, lot);
    if (book?.state === undefined || lot === undefined || row === undefined) return undefined;
    const { state } = book.state;
    const mails = [...this.#sentFor(lot)].sort(([left], [right]) => compareIds(left, right)).map(([, mail]) => mail);
    const openings = mails.map(({ opening }) => opening);
    const context = contextFor(this.#parts.world, this.#parts.books, book);
    const noted = missingNotes(openings, state, this.#parts.facts, context);
    if (noted !== undefined) return draftOf(notedKind, noted);
    if (row.state === 'called')
      return this.#seal(lot, row, this.#carriable(lot, mails, lotCommitmentKind, book), context);
    if (row.state === 'drawn') return undefined;
    return this.#drawn(lot, row, this.#carriable(lot, mails, lotSecretKind, book), book);
  }

  /** Of what was sent, what the book can carry; the device of the rest was revoked since. */
  #carriable<Content>(lot: Id, mails: readonly Mail[], kind: EntryKind<Content>, book: Book): readonly Mail[] {
    const context = contextFor(this.#parts.world, this.#parts.books, book);
    const state = book.state?.state;
    return mails.filter((mail) => {
      if (state !== undefined && readCarried(mail.entry.bytes, kind, state, context).ok) return true;
      this.#parts.inbox.drop(mail.entry.id);
      this.#sent.get(lot)?.delete(mail.author);
      return false;
    });
  }

  /** Nothing while nobody is left to be drawn: somebody may join. */
  #seal(lot: Id, row: LotRow, mails: readonly Mail[], { membersAt }: RuleContext): Draft | undefined {
    const people = this.#parts.books.bodyBook(this.#parts.world.self.identity, 'people');
    if (people === undefined || mails.length === 0) return undefined;
    const pool = headOf(people);
    const members = membersAt(pool);
    if (typeof members === 'string' || poolOf(row, members).length === 0) return undefined;
    return draftOf(lotSealedKind, { lot, commitments: mails.map(({ entry }) => entry.bytes), pool });
  }

  #drawn(lot: Id, row: LotRow, mails: readonly Mail[], book: Book): Draft | undefined {
    const shown = mails.flatMap(({ entry, author }) => {
      const secret = contentOf(entry, lotSecretKind)?.secret;
      return secret === undefined ? [] : [[author, secret] as const];
    });
    const result = resultOf(row, new Map(shown), contextFor(this.#parts.world, this.#parts.books, book));
    if ('type' in result) return undefined;
    const { drawn, withheld, isWeak } = result;
    return draftOf(lotDrawnKind, {
      lot,
      secrets: mails.map(({ entry }) => entry.bytes),
      drawn,
      withheld,
      weak: isWeak,
    });
  }
}

function contentOfParty(entry: Entry): LotCommitment | LotSecret | undefined {
  return contentOf(entry, lotCommitmentKind) ?? contentOf(entry, lotSecretKind);
}

function isCarried(row: LotRow, author: Id, content: LotCommitment | LotSecret): boolean {
  const committed = row.committed.find(({ party }) => party === author)?.commitment;
  if (committed === undefined) return false;
  if ('commitment' in content) return equalBytes(committed, content.commitment);
  return row.state === 'drawn' && !row.withheld.includes(author);
}
