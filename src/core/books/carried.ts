import type { Id } from '../base/id.ts';
import { no, type Outcome, ok } from '../base/outcome.ts';
import type { RefusalCode } from '../base/refusals.ts';
import { contentOf, type Entry, type EntryFault, entryCheck, readEntry } from '../wire/entry.ts';
import type { EntryKind } from '../wire/kinds/kind.ts';
import type { IdentityKind } from '../wire/messages/identity.ts';
import { notedBooks } from './noted.ts';
import { notedRevokes } from './noted-logs.ts';
import type { RuleContext } from './rules.ts';
import type { StateView } from './state.ts';

/** An entry of another book that was found carried whole, signed by that book's device. */
export interface Carried<Content> {
  readonly entry: Entry;
  readonly content: Content;
  readonly author: Id;
  readonly authorKind: IdentityKind;
  readonly device: Id;
}

/** What reading a carried entry looks at beside what its book has noted. */
export type CarryingContext = Pick<RuleContext, 'network' | 'verify' | 'readCarried'>;

/** Why a carried entry counts for nothing, in order of precedence. */
export type CarriedRefusal = Extract<
  RefusalCode,
  'carried_malformed' | 'unknown_book' | 'bad_carried_signature' | 'device_revoked' | 'wrong_writer'
>;

/**
 * Reads an entry that this book's entry carries: its form, its book's Opening among those that this book has noted, its
 * signature, its device not revoked and its book not stopped as far as this book has noted, its kind allowed to that writer on
 * that channel (protocol §2, §4).
 */
export function readCarried<Content>(
  bytes: Uint8Array,
  kind: EntryKind<Content>,
  state: StateView,
  context: CarryingContext,
): Outcome<Carried<Content>, CarriedRefusal> {
  const entry = readCarriedEntry(bytes, context);
  return entry.ok ? takeCarried(entry.value, kind, state, context) : no('carried_malformed');
}

/** Reads the form of a carried entry, from the context's cache where it has one. */
export function readCarriedEntry(
  bytes: Uint8Array,
  context: Omit<CarryingContext, 'verify'>,
): Outcome<Entry, EntryFault> {
  return context.readCarried?.(bytes) ?? readEntry(bytes, context.network);
}

/** Judges an entry as `readCarried` does, for who has it parsed already. */
export function takeCarried<Content>(
  entry: Entry,
  kind: EntryKind<Content>,
  state: StateView,
  context: Pick<CarryingContext, 'verify'>,
): Outcome<Carried<Content>, CarriedRefusal> {
  const content = contentOf(entry, kind);
  if (content === undefined) return no('carried_malformed');
  const book = state.get(notedBooks, entry.book);
  if (book === undefined) return no('unknown_book');
  if (!context.verify(entryCheck(entry, book.device))) return no('bad_carried_signature');
  if (book.stopped || state.get(notedRevokes, book.identity, book.device) !== undefined) return no('device_revoked');
  if (!kind.writers.includes(book.kind) || !kind.channels.includes(book.channel)) return no('wrong_writer');
  return ok({ entry, content, author: book.identity, authorKind: book.kind, device: book.device });
}
