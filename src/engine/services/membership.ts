import type { Effect } from '../../core/books/rules.ts';
import { consentsTable } from '../../core/members/tables.ts';
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
    const body = contentOf(mail.entry, applyKind)?.body ?? contentOf(mail.entry, leaveKind)?.body;
    if (body !== this.#world.self.identity) return false;
    if (this.#isTaken(mail)) {
      answer({ verdict: 'accept', word: 'carried', id: mail.entry.id });
      return true;
    }
    const outcome = this.#inbox.keep(mail) ? kept(mail.entry) : later(mail.entry, 'The inbox of this body is full.');
    this.#world.afterCommit(() => answer(outcome));
    return true;
  }

  /** Whether the member book has carried this entry, or a later one of the same book. */
  #isTaken({ entry }: Mail): boolean {
    const state = this.#books.bodyBook(this.#world.self.identity, 'people')?.state?.state;
    return (state?.get(consentsTable, entry.book)?.sequence ?? -1) >= entry.header.sequence;
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
