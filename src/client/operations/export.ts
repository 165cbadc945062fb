import type { ParsedRouteInput } from '../../api/routes.ts';
import { compareIds, type Id } from '../../core/base/id.ts';
import { topicsOfRegion } from '../../core/base/region.ts';
import { encodeFile } from '../../core/files/encode.ts';
import {
  forkProofKind,
  identityEventKind,
  readStatement,
  sealStatement,
  statementContentOf,
} from '../../core/wire/statement.ts';
import type { Book } from '../../engine/book.ts';
import { entryToItem, statementToItem } from '../../engine/reading.ts';
import { type OperationContext, peerOf } from '../context.ts';
import { OperationFault } from '../fault.ts';
import { rowsFrom } from '../rows.ts';

/** Streams a file with what is held of the followed topics, of one region or channel of them, or of one book. */
export async function exportItems(
  context: OperationContext,
  input: ParsedRouteInput<'export'>,
): Promise<AsyncGenerator<Uint8Array>> {
  context.acts.give('a file of items');
  const peer = peerOf(context);
  if (input.book !== undefined) {
    const book = peer.books.get(input.book);
    if (book === undefined) throw new OperationFault('not_found', `No book ${input.book} is here.`, { field: 'book' });
    return fileOf(context, [], [book]);
  }
  const joined = [...peer.settings.joined].filter(([region]) => input.region === undefined || region === input.region);
  const followed = joined.flatMap(([region, channels]) => topicsOfRegion(peer.world.networkHex, region, channels));
  const topics = [...new Set<string>(followed)].filter(
    (topic) => input.channel === undefined || topic.endsWith(`/${input.channel}`),
  );
  const books = [...peer.books.all()].filter((book) => topics.includes(book.topic));
  return fileOf(context, topics, books);
}

/**
 * @returns a file of these books and of every identity log that their Openings and entries need: identity events and fork
 *   proofs first, then `people`, then the rest.
 */
export async function* fileOf(
  context: OperationContext,
  topics: readonly string[],
  books: readonly Book[],
): AsyncGenerator<Uint8Array> {
  const header = {
    network: peerOf(context).world.network,
    claimedAt: Math.max(0, context.clock.nowMs()),
    topics: [...topics].sort((left, right) => (left < right ? -1 : 1)),
    books: topics.length > 0 ? [] : books.map(({ id }) => id).sort(compareIds),
  };
  const ordered = [...books.filter(isPeople), ...books.filter((book) => !isPeople(book))];
  yield* encodeFile(header)(itemsOf(context, ordered));
}

function isPeople(book: Book): boolean {
  return book.opening.channel === 'people';
}

async function* itemsOf(context: OperationContext, books: readonly Book[]): AsyncGenerator<Uint8Array> {
  const peer = peerOf(context);
  const authors = new Set<Id>(books.map(({ opening }) => opening.identity));
  for (const author of authors) {
    for (const event of peer.identities.eventsOf(author))
      yield statementToItem(sealStatement(identityEventKind, event));
  }
  const ids = new Set(books.map(({ id }) => id));
  for (const row of await context.store.statements()) {
    const read = readStatement(row.bytes);
    const proof = read.ok ? statementContentOf(read.value, forkProofKind) : undefined;
    if (proof !== undefined && isOf(proof.opening, ids, context)) yield statementToItem(row.bytes);
  }
  for (const book of books) yield* entriesOf(context, book);
}

function isOf(opening: Uint8Array, books: ReadonlySet<Id>, context: OperationContext): boolean {
  return [...books].some((id) => {
    const entry = peerOf(context).books.get(id)?.openingEntry;
    return entry?.bytes.length === opening.length && entry.bytes.every((byte, index) => byte === opening[index]);
  });
}

async function* entriesOf(context: OperationContext, book: Book): AsyncGenerator<Uint8Array> {
  const last = book.head.sequence;
  for await (const row of rowsFrom(context.store, book.id, 0)) {
    if (row.sequence > last) return;
    yield entryToItem(row.bytes);
  }
}
