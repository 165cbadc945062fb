import type { Id } from '../../core/base/id.ts';
import type { RefusalCode } from '../../core/base/refusals.ts';
import type { MembersAt } from '../../core/books/rules.ts';
import type { StateView } from '../../core/books/state.ts';
import type { Deciding } from '../../core/decisions/taken.ts';
import { mandatedRefusal, takenFor } from '../../core/decisions/taken.ts';
import { mandatesTable } from '../../core/members/tables.ts';
import { ballotTakenKind } from '../../core/wire/kinds/decisions.ts';
import type { Head } from '../../core/wire/messages/book.ts';
import type { MandatedBallot } from '../../core/wire/messages/decisions.ts';
import type { Book } from '../book.ts';
import type { BookTable } from '../book-table.ts';
import { MANDATED_NUMBER_MAX } from '../constants.ts';
import type { Draft, ItemOutcome } from '../events.ts';
import { contextFor } from '../rule-context.ts';
import type { World } from '../world.ts';
import { draftOf } from './draft.ts';
import { later, type Mail, refusedOutcome } from './service.ts';

/** The part of a body's decision desk that takes the ballots of delegates for the bodies that mandated them (protocol §8). */
export class MandatedBallots {
  readonly #world: World;
  readonly #books: BookTable;

  constructor(world: World, books: BookTable) {
    this.#world = world;
    this.#books = books;
  }

  /**
   * @returns why a delegate's ballot is not kept, or that it was taken already; undefined where it may be carried. The mandate is looked
   *   at in the newest place of the elector's member book that is held here, and its times by this node's clock.
   */
  fault(
    { entry, author }: Mail,
    content: MandatedBallot,
    deciding: Deciding,
    electors: Pick<MembersAt, 'isMember'>,
    state: StateView,
  ): ItemOutcome | undefined {
    if (takenFor(deciding.proposal, content.elector, state)?.ballot === entry.id)
      return { verdict: 'accept', word: 'carried', id: entry.id };
    if (content.number > MANDATED_NUMBER_MAX) {
      const sentence = `A ballot of a delegate has a number up to ${MANDATED_NUMBER_MAX}: the last one stands.`;
      return { verdict: 'accept', word: 'refused', id: entry.id, sentence };
    }
    const book = this.#books.bodyBook(content.elector, 'people');
    const head = book === undefined ? undefined : newestJudged(book);
    const members = head === undefined ? 'waiting' : this.#membersAt(head);
    const isKnown = book?.state?.state.get(mandatesTable, content.mandate) !== undefined;
    if (typeof members === 'string' || !isKnown)
      return later(entry, 'The mandate has not arrived at this body yet: the ballot is sent again.');
    const code = mandatedRefusal({ content, author }, deciding, members, electors, state) ?? this.#timeFault(content);
    return code === undefined ? undefined : refusedOutcome(entry, code);
  }

  /** @returns what the body writes to take it. */
  draft(proposal: Id, { bytes }: Mail['entry'], { elector }: MandatedBallot): Draft | undefined {
    const book = this.#books.bodyBook(elector, 'people');
    const electorHead = book === undefined ? undefined : newestJudged(book);
    return electorHead === undefined ? undefined : draftOf(ballotTakenKind, { proposal, ballot: bytes, electorHead });
  }

  #membersAt(head: Head): MembersAt | 'waiting' | 'wrong_head' {
    const own = this.#books.bodyBook(this.#world.self.identity, 'proposals');
    return own === undefined ? 'waiting' : contextFor(this.#world, this.#books, own).membersAt(head);
  }

  /** The elector's node ends a term; this one keeps it too, since that node may be away. */
  #timeFault({ elector, mandate }: MandatedBallot): RefusalCode | undefined {
    const state = this.#books.bodyBook(elector, 'people')?.state?.state;
    const terms = state?.get(mandatesTable, mandate)?.mandate;
    const nowMs = this.#world.clock.nowMs();
    if (terms === undefined || nowMs < terms.from) return 'outside_mandate';
    return nowMs < terms.to ? undefined : 'mandate_over';
  }
}

/** The newest place of a member book that has taken effect here and lies below any fork. */
function newestJudged(book: Book): Head | undefined {
  const end = book.forkSequence > 0 ? Math.min(book.judged, book.forkSequence) : book.judged;
  const id = book.ids.get(end - 1);
  return id === undefined ? undefined : { book: book.id, sequence: end - 1, id };
}
