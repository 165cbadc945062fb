import type { Id } from '../../core/base/id.ts';
import type { Effect } from '../../core/books/rules.ts';
import { bodyFigures, isMember } from '../../core/members/view.ts';
import { contentOf, type Entry, readEntry } from '../../core/wire/entry.ts';
import { attestationKind, laborClaimKind, laborRecordKind } from '../../core/wire/kinds/labor.ts';
import type { Book } from '../book.ts';
import type { BookTable } from '../book-table.ts';
import type { ItemOutcome } from '../events.ts';
import type { Inbox } from '../inbox.ts';
import type { World } from '../world.ts';
import { kept, later, type Mail, type Service } from './service.ts';

/** What the service needs of the machine around it. */
export interface CooperativeHooks {
  /** Shows a claim to co-workers as a ClaimPending statement. */
  showPending(mail: Mail): void;
}

/** A cooperative's desk: keeps claims and attestations until its labor book records them, and shows claims to co-workers. */
export class CooperativeService implements Service {
  readonly name = 'cooperative';
  readonly #world: World;
  readonly #books: BookTable;
  readonly #inbox: Inbox;
  readonly #hooks: CooperativeHooks;

  constructor(world: World, books: BookTable, inbox: Inbox, hooks: CooperativeHooks) {
    this.#world = world;
    this.#books = books;
    this.#inbox = inbox;
    this.#hooks = hooks;
  }

  receive(mail: Mail, answer: (outcome: ItemOutcome) => void): boolean {
    const claim = contentOf(mail.entry, laborClaimKind);
    const attestation = contentOf(mail.entry, attestationKind);
    const ours =
      claim?.cooperative === this.#world.self.identity ||
      (attestation !== undefined && this.#inbox.get(attestation.claim) !== undefined);
    if (!ours) return false;
    const unfit = claim === undefined ? this.#ofNoWitness(mail) : this.#ofNoMember(mail);
    if (unfit !== undefined) {
      answer(unfit);
      return true;
    }
    if (attestation !== undefined && this.#isAttested(attestation.claim, mail)) {
      answer(kept(mail.entry));
      return true;
    }
    const fresh = this.#inbox.get(mail.entry.id) === undefined;
    const outcome = this.#inbox.keep(mail)
      ? kept(mail.entry)
      : later(mail.entry, 'The cooperative’s inbox is full; try again later.');
    if (claim !== undefined && fresh && outcome.word === 'kept') this.#hooks.showPending(mail);
    this.#world.afterCommit(() => answer(outcome));
    return true;
  }

  /** Anybody could fill the inbox with claims, and the screens of co-workers: only members' are kept. */
  #ofNoMember(mail: Mail): ItemOutcome | undefined {
    const members = this.#books.bodyBook(this.#world.self.identity, 'people')?.state?.state;
    if (members !== undefined && isMember(members, mail.author)) return undefined;
    return later(
      mail.entry,
      'The cooperative keeps claims of its members; ask it to admit you, then send the claim again.',
    );
  }

  /** Nor does anybody attest: members do, and of a cooperative of one whoever received the work. */
  #ofNoWitness(mail: Mail): ItemOutcome | undefined {
    const members = this.#books.bodyBook(this.#world.self.identity, 'people')?.state?.state;
    if (members === undefined || bodyFigures(members).members <= 1 || isMember(members, mail.author)) return undefined;
    return later(mail.entry, 'The cooperative keeps attestations of its members.');
  }

  /** One attestation of each co-worker is enough. */
  #isAttested(claim: Id, { author, entry }: Mail): boolean {
    return this.#inbox
      .all()
      .some(
        (mail) =>
          mail.author === author &&
          mail.entry.id !== entry.id &&
          contentOf(mail.entry, attestationKind)?.claim === claim,
      );
  }

  judged(book: Book, entry: Entry, effect: Effect): void {
    if (book.opening.identity !== this.#world.self.identity || effect.type !== 'applied') return;
    const record = contentOf(entry, laborRecordKind);
    const claim = record === undefined ? undefined : readEntry(record.claim, this.#world.network);
    if (claim?.ok !== true) return;
    for (const mail of this.#inbox.all()) {
      if (contentOf(mail.entry, attestationKind)?.claim === claim.value.id) this.#inbox.drop(mail.entry.id);
    }
    this.#inbox.drop(claim.value.id);
  }

  tick(): void {}
}
