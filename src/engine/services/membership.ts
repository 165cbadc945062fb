import type { Id } from '../../core/base/id.ts';
import type { Effect } from '../../core/books/rules.ts';
import { membershipChange } from '../../core/members/view.ts';
import { contentOf, type Entry, readEntry } from '../../core/wire/entry.ts';
import { admitKind, applyKind, leaveKind, leftKind } from '../../core/wire/kinds/people.ts';
import type { Book } from '../book.ts';
import type { BookTable } from '../book-table.ts';
import type { ItemOutcome } from '../events.ts';
import type { Inbox } from '../inbox.ts';
import type { World } from '../world.ts';
import { kept, later, type Mail, type Service } from './service.ts';

/** Keeps applications and leaves that are addressed to this body until its member book carries them. */
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
    if (consent?.body !== this.#world.self.identity) return false;
    if (this.#isTaken(mail.author, consent.afterChange)) {
      answer({ verdict: 'accept', word: 'carried', id: mail.entry.id });
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

  judged(book: Book, entry: Entry, effect: Effect): void {
    if (book.opening.identity !== this.#world.self.identity || effect.type !== 'applied') return;
    const carried = contentOf(entry, admitKind)?.apply ?? contentOf(entry, leftKind)?.leave;
    if (carried === undefined) return;
    const read = readEntry(carried, this.#world.network);
    if (read.ok) this.#inbox.drop(read.value.id);
  }

  tick(): void {}
}
