import type { ParsedRouteInput, RouteOutput } from '../../api/routes.ts';
import { idToBytes } from '../../core/base/id.ts';
import { present } from '../../core/base/outcome.ts';
import { readEntry } from '../../core/wire/entry.ts';
import { type OperationContext, peerOf } from '../context.ts';
import { bookToJson, entryToJson } from '../entry-json.ts';
import { OperationFault } from '../fault.ts';

/** Entries of one page, in bytes: what a browser shows without trouble. */
const PAGE_BYTES_MAX = 4 * 1024 * 1024;

/** Lists the books that this node holds. */
export async function listBooks(
  context: OperationContext,
  input: ParsedRouteInput<'book.list'>,
): Promise<RouteOutput<'book.list'>> {
  const { identity, region, channel, own } = input;
  const wanted = own === true ? context.self.identity : identity;
  const books = [...peerOf(context).books.all()].filter(
    ({ opening }) =>
      (wanted === undefined || opening.identity === wanted) &&
      (region === undefined || opening.region === region) &&
      (channel === undefined || opening.channel === channel),
  );
  return { books: books.map((book) => bookToJson(context, book)) };
}

/** Shows a book and a page of its entries. */
export async function showBook(
  context: OperationContext,
  input: ParsedRouteInput<'book.show'>,
): Promise<RouteOutput<'book.show'>> {
  const peer = peerOf(context);
  const book = peer.books.get(input.book);
  if (book === undefined) throw new OperationFault('not_found', `No book ${input.book} is here.`, { field: 'book' });
  const rows = await context.store.entriesOf(idToBytes(input.book), input.from, input.limit, PAGE_BYTES_MAX);
  const entries = rows.map((row) => {
    const entry = readEntry(row.bytes, peer.world.network);
    return entryToJson(present(entry.ok ? entry.value : undefined, 'a stored entry is well formed'));
  });
  const last = rows.at(-1);
  const more = last !== undefined && last.sequence < book.head.sequence;
  return { book: bookToJson(context, book), entries, next: more ? last.sequence + 1 : undefined };
}
