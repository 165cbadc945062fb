import { taggedHash } from '../core/base/hash.ts';
import { bytesToId, type Id, idToBytes } from '../core/base/id.ts';
import { charterAt } from '../core/members/view.ts';
import { contentOf, readEntry } from '../core/wire/entry.ts';
import { charterTextKind } from '../core/wire/kinds/people.ts';
import { CharterText } from '../core/wire/messages/people.ts';
import { TAGS } from '../core/wire/tags.ts';
import type { Peer } from '../engine/peer.ts';
import type { Store } from '../ports/store.ts';

/** Charter texts of one body that are looked through, newest first. */
const TEXTS_MAX = 64;

/**
 * @returns the words of a charter, from its body's member book, or of one that is only proposed from its proposer's book; undefined where
 *   they are not here or were erased.
 */
export async function charterTextOf(
  peer: Peer,
  store: Store,
  book: Id,
  textDigest: Id,
): Promise<CharterText | undefined> {
  return (await charterTextIn(peer, store, textDigest, book)) ?? (await charterTextIn(peer, store, textDigest));
}

/** @returns the words of a charter, from this book or where none is named from any; undefined where they are not there. */
export async function charterTextIn(
  peer: Peer,
  store: Store,
  textDigest: Id,
  book?: Id,
): Promise<CharterText | undefined> {
  const where = book === undefined ? undefined : idToBytes(book);
  for (const { bytes } of await store.entriesOfKind(charterTextKind.number, TEXTS_MAX, where)) {
    const read = readEntry(bytes, peer.world.network);
    const text = read.ok ? contentOf(read.value, charterTextKind) : undefined;
    const digest = text === undefined ? undefined : taggedHash(TAGS.charterText, [CharterText.encode(text)]);
    if (digest !== undefined && bytesToId(digest) === textDigest) return text;
  }
  return undefined;
}

/** @returns a criterion of the charter in force at a place of the member book, as published; undefined where it is not here. */
export async function criterionWords(
  peer: Peer,
  store: Store,
  body: Id,
  place: { readonly criterion: number; readonly sequence: number },
): Promise<string | undefined> {
  const book = peer.books.bodyBook(body, 'people');
  const charter = book?.state === undefined ? undefined : charterAt(book.state.state, place.sequence);
  if (book === undefined || charter === undefined) return undefined;
  return (await charterTextOf(peer, store, book.id, charter.textDigest))?.criteria[place.criterion - 1];
}

/** @returns what an applicant is told of a refusal. */
export async function refusalWords(
  peer: Peer,
  store: Store,
  body: Id,
  place: { readonly criterion: number; readonly sequence: number },
): Promise<string> {
  const words = await criterionWords(peer, store, body, place);
  const which = `criterion ${place.criterion} of its charter`;
  return `The body refused the application by ${which}${words === undefined ? '' : `: “${words}”`}. You can appeal.`;
}
