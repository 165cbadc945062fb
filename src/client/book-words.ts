import type { RouteOutput } from '../api/routes.ts';
import type { Book } from '../engine/book.ts';
import { type OperationContext, peerOf } from './context.ts';

/** What a book is said to be; nothing of a person's book, which nobody witnesses. */
type BookWords = Pick<
  RouteOutput<'book.show'>['book'],
  'certainty' | 'witnessing' | 'witnessedEntries' | 'finalEntries'
>;

/** @returns how sure an entry of a book is (protocol §5); nothing where nobody could say. */
export function entryWords(
  context: OperationContext,
  book: Book,
  sequence: number,
): Pick<BookWords, 'certainty' | 'witnessing'> {
  const words = peerOf(context).witnessing.wordsOf(book, sequence);
  if (words === undefined) return {};
  const { certainty, witnessing } = words;
  return { certainty: certainty === 'pending' ? 'accepted' : certainty, witnessing };
}

/** @returns how sure the newest entry of a book is, and how many bear the stronger words. */
export function bookWords(context: OperationContext, book: Book): BookWords {
  const known = peerOf(context).witnessing.of(book);
  if (known === undefined) return {};
  const entries = (seen: typeof known.final): number =>
    seen?.agrees === true && seen.certificate?.quorum.needed !== 0 ? seen.checkpoint.size : 0;
  return {
    ...entryWords(context, book, book.head.sequence),
    witnessedEntries: Math.max(entries(known.newest), entries(known.final)),
    finalEntries: entries(known.final),
  };
}
