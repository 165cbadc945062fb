import { base64url } from 'multiformats/bases/base64';
import type { RouteOutput } from '../api/routes.ts';
import { bytesToId } from '../core/base/id.ts';
import { carriedEntryId, type Entry } from '../core/wire/entry.ts';
import { kindOfNumber } from '../core/wire/kinds/table.ts';
import type { Book } from '../engine/book.ts';
import { kindName } from '../engine/events.ts';
import { bookWords } from './book-words.ts';
import { type OperationContext, peerOf } from './context.ts';

/** Deepest nesting of a payload shown as JSON; canonical messages are at most 6 deep. */
const DEPTH_MAX = 12;

/** @returns an entry as answers print it; entries carried inside are named by id. */
export function entryToJson(entry: Entry): RouteOutput<'entry.show'>['entry'] {
  const { sequence, kind, claimedAt } = entry.header;
  return {
    id: entry.id,
    book: entry.book,
    sequence,
    kind: kindName(kindOfNumber(kind), kind),
    claimedAt,
    bytes: entry.bytes.length,
    erased: entry.payload === undefined,
    content: entry.content === undefined ? undefined : valueToJson(entry.content, carriedIds(entry), 0),
  };
}

/** @returns a book as answers print it. */
export function bookToJson(context: OperationContext, book: Book): RouteOutput<'book.show'>['book'] {
  const { books } = peerOf(context);
  const { identity, device, region, channel, continues } = book.opening;
  return {
    book: book.id,
    identity,
    name: context.names.of(identity),
    kind: book.kind,
    device,
    region,
    channel,
    sequence: book.head.sequence,
    head: book.head.id,
    judged: book.judged,
    forkedAt: book.forkSequence === 0 ? undefined : book.forkSequence,
    continues: continues?.book,
    known: !books.isStranger(book),
    own: identity === context.self.identity,
    bytes: book.bytes,
    stateRoot: book.state === undefined ? undefined : bytesToId(book.state.root()),
    ...bookWords(context, book),
  };
}

function carriedIds(entry: Entry): ReadonlyMap<Uint8Array, string> {
  const kind = kindOfNumber(entry.header.kind);
  const ids = new Map<Uint8Array, string>();
  if (kind === undefined || entry.payload === undefined) return ids;
  for (const bytes of kind.carries(entry.content as never)) {
    const id = carriedEntryId(bytes);
    if (id !== undefined) ids.set(bytes, bytesToId(id));
  }
  return ids;
}

/** @returns a decoded payload in words. Bytes become the id of the entry that they are, or base64url. */
export function valueToJson(
  value: unknown,
  carried: ReadonlyMap<Uint8Array, string> = new Map(),
  depth: number = 0,
): unknown {
  if (depth > DEPTH_MAX) return undefined;
  if (value instanceof Uint8Array) return carried.get(value) ?? base64url.baseEncode(value);
  if (Array.isArray(value)) return value.map((element: unknown) => valueToJson(element, carried, depth + 1));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, valueToJson(part, carried, depth + 1)]));
}
