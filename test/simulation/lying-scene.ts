import { present } from '../../src/core/base/outcome.ts';
import type { RefusalCode } from '../../src/core/base/refusals.ts';
import type { Effect } from '../../src/core/books/rules.ts';
import type { Entry } from '../../src/core/wire/entry.ts';
import type { EntryKind } from '../../src/core/wire/kinds/kind.ts';
import { foundingKind } from '../../src/core/wire/kinds/people.ts';
import type { Interval } from '../../src/core/wire/messages/labor.ts';
import { BankScene } from '../support/bank.ts';
import { hours } from '../support/work.ts';
import {
  type Actor,
  acceptancesOf,
  type Body,
  charterWith,
  type GovernedBook,
  type TestBook,
} from '../support/world.ts';

/** An entry that was appended though its rules refuse it. */
export interface Told {
  readonly book: GovernedBook;
  readonly effect: Effect;
  /** Other bodies' books that the entry rests on, made for this lie. */
  readonly also?: readonly TestBook[];
}

/** A way to break one rule, and the code that says which. */
export interface Lie {
  readonly code: RefusalCode;
  readonly tell: (scene: LyingScene) => Told;
}

/** Appends an entry whatever its effect. */
export function write<Content>(book: GovernedBook, kind: EntryKind<Content>, content: Content): Told {
  return { book, effect: book.write(kind, content) };
}

/**
 * Bodies that append what their own rules refuse. No honest machine writes that, so these books are made by hand, with the
 * rules themselves as the oracle of what every node must make of them.
 */
export class LyingScene extends BankScene {
  /** A federation of the garden and the forge. */
  readonly council: Body = this.world.found('Council', 'federation', [this.garden, this.forge]);
  #slots = 0;
  #people = 0;

  constructor() {
    super();
    this.issue(this.freshRecord(), 3600);
  }

  /** An hour of Ana's work that no lie has used yet, within her week's ceiling. */
  freshHour(): Interval {
    this.#slots += 1;
    return hours(this.#slots * 3, 1);
  }

  /** A record by the garden of a fresh hour. */
  freshRecord(terms: Parameters<BankScene['record']>[0] = {}, memberHead = this.garden.memberHead): Entry {
    return this.record({ intervals: [this.freshHour()], ...terms }, memberHead);
  }

  /** Somebody whom no other lie has used. */
  stranger(): Actor {
    this.#people += 1;
    return this.world.person(`stranger ${this.#people}`);
  }

  /** A cooperative that is not founded, with so many root keys. */
  body(name: string, threshold = 1): Body {
    return this.world.unfounded(name, 'cooperative', threshold);
  }

  /** A Founding by these people, with what is done to their acceptances. */
  found(
    body: Body,
    founders: readonly Actor[],
    change: (acceptances: ReturnType<typeof acceptancesOf>) => ReturnType<typeof acceptancesOf> = (same) => same,
  ): Told {
    const charter = charterWith(2);
    return write(body.memberBook, foundingKind, {
      charter,
      acceptances: change(acceptancesOf(body.identity, charter, founders)),
    });
  }

  /** The newest entry of a book. */
  newest(book: GovernedBook): Entry {
    return present(book.book.entries.at(-1), 'a book has its Opening');
  }
}
