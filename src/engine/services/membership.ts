import type { Id } from '../../core/base/id.ts';
import { refusalSentence } from '../../core/base/refusals.ts';
import type { Effect } from '../../core/books/rules.ts';
import { findAppealed, refusalOf } from '../../core/members/refusing.ts';
import { membershipChange } from '../../core/members/view.ts';
import { contentOf, type Entry, readEntry } from '../../core/wire/entry.ts';
import {
  admitKind,
  appealedKind,
  appealKind,
  applyKind,
  leaveKind,
  leftKind,
  refusedKind,
} from '../../core/wire/kinds/people.ts';
import type { Book } from '../book.ts';
import type { BookTable } from '../book-table.ts';
import type { ItemOutcome } from '../events.ts';
import type { Inbox } from '../inbox.ts';
import type { World } from '../world.ts';
import { kept, later, type Mail, type Service } from './service.ts';

/** Keeps applications, appeals and leaves that are addressed to this body until its member book carries them. */
export class MembershipService implements Service {
  readonly name = 'membership';
  readonly #world: World;
  readonly #inbox: Inbox;
  readonly #books: BookTable;

  constructor(world: World, books: BookTable, inbox: Inbox) {
    this.#world = world;
    this.#books = books;
    this.#inbox = inbox;
  }

  receive(mail: Mail, answer: (outcome: ItemOutcome) => void): boolean {
    const consent = contentOf(mail.entry, applyKind) ?? contentOf(mail.entry, leaveKind);
    const body = consent?.body ?? contentOf(mail.entry, appealKind)?.body;
    if (body !== this.#world.self.identity) return false;
    const isTaken = consent !== undefined && this.#isTaken(mail.author, consent.afterChange);
    const answered = isTaken ? carried(mail.entry) : (this.#refusal(mail) ?? this.#appealAnswer(mail));
    if (answered !== undefined) {
      answer(answered);
      return true;
    }
    const outcome = this.#inbox.keep(mail) ? kept(mail.entry) : later(mail.entry, 'The inbox of this body is full.');
    this.#world.afterCommit(() => answer(outcome));
    return true;
  }

  /** Whether the member book has recorded what this asks for, or has gone on since: it has no effect any more. */
  #isTaken(author: Id, afterChange: number): boolean {
    const state = this.#books.bodyBook(this.#world.self.identity, 'people')?.state?.state;
    return state !== undefined && membershipChange(state, author) > afterChange;
  }

  /** An Apply that the member book has refused stays refused; a new one can be written. */
  #refusal({ entry }: Mail): ItemOutcome | undefined {
    const book = this.#books.bodyBook(this.#world.self.identity, 'people');
    const row = book?.state === undefined ? undefined : refusalOf(book.state.state, entry.id);
    if (book === undefined || row === undefined) return undefined;
    const carrier = { book: book.id, sequence: row.sequence, id: row.refused };
    return { verdict: 'accept', word: 'refused', id: entry.id, carrier };
  }

  /** The answer to an Appeal that need not be kept: the member book has it, or could not take it. */
  #appealAnswer({ entry, author }: Mail): ItemOutcome | undefined {
    const appeal = contentOf(entry, appealKind);
    const state = this.#books.bodyBook(this.#world.self.identity, 'people')?.state?.state;
    if (appeal === undefined || state === undefined) return undefined;
    if (refusalOf(state, appeal.apply)?.appeal === entry.id) return carried(entry);
    const found = findAppealed(appeal, author, state);
    if (found.ok) return undefined;
    const sentence = refusalSentence(found.reason);
    return { verdict: 'accept', word: 'refused', id: entry.id, code: found.reason, sentence };
  }

  judged(book: Book, entry: Entry, effect: Effect): void {
    if (book.opening.identity !== this.#world.self.identity || effect.type !== 'applied') return;
    const answered =
      contentOf(entry, admitKind)?.apply ??
      contentOf(entry, leftKind)?.leave ??
      contentOf(entry, refusedKind)?.apply ??
      contentOf(entry, appealedKind)?.appeal;
    if (answered === undefined) return;
    const read = readEntry(answered, this.#world.network);
    if (read.ok) this.#inbox.drop(read.value.id);
  }

  tick(): void {}
}

function carried(entry: Entry): ItemOutcome {
  return { verdict: 'accept', word: 'carried', id: entry.id };
}
