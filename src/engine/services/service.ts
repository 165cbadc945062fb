import type { Id } from '../../core/base/id.ts';
import { type RefusalCode, refusalSentence } from '../../core/base/refusals.ts';
import type { Effect } from '../../core/books/rules.ts';
import type { Entry } from '../../core/wire/entry.ts';
import type { Book } from '../book.ts';
import type { ItemOutcome } from '../events.ts';

/** An entry of somebody's book that came for this body, its signature checked. */
export interface Mail {
  readonly entry: Entry;
  /** The Opening of the entry's book. */
  readonly opening: Entry;
  readonly author: Id;
}

/** Something that this body does by itself with what others send it. */
export interface Service {
  readonly name: string;
  /**
   * Offered every piece of mail. @returns false when it is not for this service; else `answer` is called once, when what the
   * answer says is durable.
   */
  receive(mail: Mail, answer: (outcome: ItemOutcome) => void): boolean;
  /** An entry of any book held here took effect. */
  judged(book: Book, entry: Entry, effect: Effect): void;
  /** Time passed. */
  tick(nowMs: number): void;
}

/** @returns the outcome of mail that is kept until this body carries it. */
export function kept(entry: Entry): ItemOutcome {
  return { verdict: 'accept', word: 'kept', id: entry.id };
}

/** @returns the outcome of mail for which there is no room now. */
export function later(entry: Entry, sentence: string): ItemOutcome {
  return { verdict: 'ignore', word: 'later', id: entry.id, sentence };
}

/** @returns the outcome of mail that the rules of this body's book would refuse. */
export function refusedOutcome(entry: Entry, code: RefusalCode): ItemOutcome {
  return { verdict: 'accept', word: 'refused', id: entry.id, code, sentence: refusalSentence(code) };
}
