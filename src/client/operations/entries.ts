import { base64url } from 'multiformats/bases/base64';
import type { ParsedRouteInput, RouteOutput } from '../../api/routes.ts';
import { bytesToId, type Id, idToBytes } from '../../core/base/id.ts';
import { present } from '../../core/base/outcome.ts';
import { refusalSentence } from '../../core/base/refusals.ts';
import { BookState, StateDraft } from '../../core/books/state.ts';
import { stepBook } from '../../core/books/step.ts';
import { type Entry, readEntry } from '../../core/wire/entry.ts';
import type { Book } from '../../engine/book.ts';
import { contextFor } from '../../engine/rule-context.ts';
import { entryWords } from '../book-words.ts';
import { type OperationContext, peerOf } from '../context.ts';
import { entryToJson } from '../entry-json.ts';
import { OperationFault } from '../fault.ts';

/** Entries replayed at once, so that others get their turn between. */
const REPLAY_ENTRIES = 256;
const REPLAY_BYTES_MAX = 2 * 1024 * 1024;

interface ToldEffect {
  readonly effect: string;
  readonly sentence: string;
}

/** Shows an entry, its effect, and the entries that carry it. */
export async function showEntry(
  context: OperationContext,
  input: ParsedRouteInput<'entry.show'>,
): Promise<RouteOutput<'entry.show'>> {
  const peer = peerOf(context);
  const [row] = await context.store.entriesByIds([idToBytes(input.entry)]);
  const read = row === undefined ? undefined : readEntry(row.bytes, peer.world.network);
  if (row === undefined || read?.ok !== true) {
    throw new OperationFault('not_found', `No entry ${input.entry} is here.`, { field: 'entry' });
  }
  const entry = read.value;
  const book = peer.books.get(entry.book);
  const carriers = await context.store.carriersOf(row.id);
  const told = row.main && book !== undefined ? await effectOf(context, book, entry) : SIDE;
  return {
    entry: entryToJson(entry),
    identity: book?.opening.identity,
    ...told,
    ...(row.main && book !== undefined ? entryWords(context, book, entry.header.sequence) : {}),
    carriers: carriers.map((carrier) => ({ book: bytesToId(carrier.book), sequence: carrier.sequence })),
    wire: base64url.baseEncode(entry.bytes),
  };
}

const SIDE: ToldEffect = {
  effect: 'side',
  sentence: 'It stands beside a fork of its book, and has no effect of its own.',
};

async function effectOf(context: OperationContext, book: Book, entry: Entry): Promise<ToldEffect> {
  if (book.state === undefined)
    return { effect: 'ungoverned', sentence: 'It stands in its book; no rule reads that book.' };
  if (entry.header.sequence >= book.judged) {
    return { effect: 'waiting', sentence: 'Its effect waits for what it or an entry before it reads.' };
  }
  const replayed = await replayedEffect(context, book, entry.id);
  return replayed === 'applied'
    ? { effect: 'applied', sentence: 'It stands in its book, and applies.' }
    : { effect: replayed.code, sentence: replayed.sentence };
}

/** Takes the effects of a book again up to an entry: what they were is kept nowhere else. */
async function replayedEffect(
  context: OperationContext,
  book: Book,
  id: Id,
): Promise<'applied' | { readonly code: string; readonly sentence: string }> {
  const peer = peerOf(context);
  const rules = contextFor(peer.world, peer.books, book);
  const state = new BookState();
  for (let from = 0; from < book.judged; ) {
    const rows = await context.store.entriesOf(idToBytes(book.id), from, REPLAY_ENTRIES, REPLAY_BYTES_MAX);
    for (const row of rows) {
      const read = readEntry(row.bytes, peer.world.network);
      const entry = present(read.ok ? read.value : undefined, 'a stored entry is well formed');
      const draft = new StateDraft(state);
      const effect = stepBook(peer.world.ruleSets, entry, draft, rules);
      if (effect.type === 'applied') state.apply(draft);
      if (entry.id !== id) continue;
      return effect.type === 'refused' ? { code: effect.code, sentence: refusalSentence(effect.code) } : 'applied';
    }
    const last = rows.at(-1);
    if (last === undefined) break;
    from = last.sequence + 1;
  }
  return 'applied';
}
