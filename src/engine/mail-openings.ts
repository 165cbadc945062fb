import type { Id } from '../core/base/id.ts';
import type { Entry } from '../core/wire/entry.ts';
import type { Opening } from '../core/wire/messages/book.ts';
import type { IdentityKind } from '../core/wire/messages/identity.ts';

/** An Opening that was verified but whose book is not kept: a person's transfers book, whose entries travel as mail. */
export interface MailOpening {
  readonly entry: Entry;
  readonly opening: Opening;
  readonly kind: IdentityKind;
}

/** Openings of mail books remembered, about 1 kB each. */
const MAIL_OPENINGS_MAX = 4096;

/** The Openings of books that are not kept here; the oldest goes when there are too many. */
export class MailOpenings {
  readonly #held = new Map<Id, MailOpening>();

  get(book: Id): MailOpening | undefined {
    return this.#held.get(book);
  }

  add(opening: MailOpening): void {
    const [oldest] = this.#held.keys();
    if (this.#held.size >= MAIL_OPENINGS_MAX && oldest !== undefined) this.#held.delete(oldest);
    this.#held.set(opening.entry.id, opening);
  }

  /** Whether a book is known to be no member book of a body. */
  isNoMemberBook(book: Id): boolean {
    const held = this.#held.get(book);
    return held !== undefined && (held.kind === 'person' || held.opening.channel !== 'people');
  }
}
