import type { Id } from '../base/id.ts';
import type { Channel } from '../base/region.ts';
import { BodyBook } from '../wire/messages/state.ts';
import type { StateDraft, StateView, Table } from './state.ts';

/** The book of a body on a channel that this book rests on, by body and channel. */
export const bodyBooks: Table<ReturnType<typeof BodyBook.read>> = { name: 'bodyBooks', shape: BodyBook };

/**
 * A body has one book for each channel (protocol §3). Which of two counts is decided where it is rested on: by the order of the
 * book that rests on it, which takes the first that it named and no other.
 * @returns whether the reading book rests on another book of that body already.
 */
export function restsOnAnother(state: StateView, body: Id, channel: Channel, book: Id): boolean {
  const first = state.get(bodyBooks, body, channel);
  return first !== undefined && first.book !== book;
}

/** Remembers that this book rests on that one, unless it rested on one of this body and channel before. */
export function restOn(state: StateDraft, body: Id, channel: Channel, book: Id): void {
  if (state.get(bodyBooks, body, channel) === undefined) state.set(bodyBooks, [body, channel], { book });
}
