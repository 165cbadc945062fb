import { compareIds, type Id } from '../core/base/id.ts';
import { PAYLOAD_BYTES_MAX } from '../core/base/limits.ts';
import { type NotingContext, notedBooks, stepNoted } from '../core/books/noted.ts';
import { notedEventsOf, notedLogs } from '../core/books/noted-logs.ts';
import { type BookState, StateDraft, type StateView } from '../core/books/state.ts';
import { eventDigest } from '../core/identity/event.ts';
import type { IdentityState } from '../core/identity/log.ts';
import { type Entry, openingOf } from '../core/wire/entry.ts';
import { ForkProof, type Noted } from '../core/wire/messages/book.ts';
import { IdentityEvent } from '../core/wire/messages/identity.ts';
import type { NotedLog } from '../core/wire/messages/state.ts';

type NotedLogRow = ReturnType<typeof NotedLog.read>;

/** What is known of others, by which a body's book is brought up to date before it carries anything of theirs. */
export interface OuterFacts {
  stateOf(identity: Id): IdentityState | undefined;
  /** The events held of an identity, contested ones included. */
  eventsOf(identity: Id): readonly IdentityEvent[];
  proofOf(book: Id): ForkProof | undefined;
}

/** Openings and identity events of one `Noted`; fork proofs (see the shape of `Noted`). */
const ITEMS_MAX = 64;
const PROOFS_MAX = 16;
/** Tag and length of one item. */
const FRAME_BYTES = 4;

/** The `Noted` that is being filled. */
class Note {
  readonly content: { openings: Uint8Array[]; identityEvents: IdentityEvent[]; forkProofs: ForkProof[] } = {
    openings: [],
    identityEvents: [],
    forkProofs: [],
  };
  isFull = false;
  #bytes = 0;

  /** Adds as many items as there is room for; where not all have room, the note is full. */
  add<Item>(list: Item[], items: readonly Item[], bytesOf: (item: Item) => number, max: number): void {
    const fit = this.fitting(items, bytesOf, max - list.length);
    list.push(...fit);
    for (const item of fit) this.#bytes += bytesOf(item) + FRAME_BYTES;
    if (fit.length < items.length) this.isFull = true;
  }

  /** The first of these items, as far as there is room. */
  fitting<Item>(items: readonly Item[], bytesOf: (item: Item) => number, max: number): readonly Item[] {
    let bytes = this.#bytes;
    const end = items.findIndex((item, index) => {
      bytes += bytesOf(item) + FRAME_BYTES;
      return index >= max || bytes > PAYLOAD_BYTES_MAX;
    });
    return end < 0 ? items : items.slice(0, end);
  }
}

/**
 * What a body's book has to note before it may carry entries of these books: their Openings, and of their authors what became
 * known of their identity logs or was forked (protocol §2: appended before anything else from that author once the writer holds
 * it). Each author is tried alone: what the rule of `Noted` would refuse is left out, and its author with it.
 * @returns the content of one `Noted`, undefined when nothing is missing; what does not fit comes with the next call.
 */
export function missingNotes(
  openings: Iterable<Entry>,
  state: BookState,
  facts: OuterFacts,
  context: NotingContext,
): Noted | undefined {
  const note = new Note();
  for (const [identity, own] of byIdentity(openings)) {
    if (note.isFull) break;
    addAuthor(note, identity, own, state, facts, context);
  }
  const { openings: opened, identityEvents, forkProofs } = note.content;
  return opened.length + identityEvents.length + forkProofs.length === 0 ? undefined : note.content;
}

function addAuthor(
  note: Note,
  identity: Id,
  openings: readonly Entry[],
  state: BookState,
  facts: OuterFacts,
  context: NotingContext,
): void {
  const unnoted = openings.filter(({ id }) => state.get(notedBooks, id) === undefined);
  const carried = carriedEvents(unnoted, state, context);
  const missing = missingEvents(identity, state, facts);
  const events = missing.every(({ digest }) => carried.has(digest)) ? [] : missing.map(({ event }) => event);
  const proofs = openings.filter(({ id }) => state.get(notedBooks, id)?.stopped !== true && facts.proofOf(id));
  if (events.length + unnoted.length + proofs.length === 0) return;
  const { content } = note;
  const draft = new StateDraft(state);
  const applies = (noted: Partial<Noted>): boolean =>
    stepNoted({ openings: [], identityEvents: [], forkProofs: [], ...noted }, draft, context).type === 'applied';
  const part = note.fitting(events, eventBytes, ITEMS_MAX - content.identityEvents.length);
  if (part.length === 0 && events.length > 0) {
    note.isFull = true;
    return;
  }
  const log = draft.get(notedLogs, identity);
  // A part that changes nothing would be noted again and again.
  const isNews = applies({ identityEvents: part }) && !isSameLog(draft.get(notedLogs, identity), log);
  if (isNews) note.add(content.identityEvents, events, eventBytes, ITEMS_MAX);
  if (note.isFull) return;
  const opened =
    part.length < events.length
      ? []
      : unnoted.filter(({ bytes }) => applies({ openings: [bytes] })).map(({ bytes }) => bytes);
  note.add(content.openings, opened, (bytes) => bytes.length, ITEMS_MAX);
  if (note.isFull) return;
  const forks = proofs.map(({ id }) => facts.proofOf(id)).filter((proof) => proof !== undefined);
  const held = forks.filter((proof) => applies({ forkProofs: [proof] }));
  note.add(content.forkProofs, held, (proof) => ForkProof.encode(proof).length, PROOFS_MAX);
}

function isSameLog(left: NotedLogRow | undefined, right: NotedLogRow | undefined): boolean {
  return left?.digest === right?.digest && left?.contestedAt === right?.contestedAt && left?.events === right?.events;
}

function eventBytes(event: IdentityEvent): number {
  return IdentityEvent.encode(event).length;
}

interface MissingEvent {
  readonly event: IdentityEvent;
  readonly digest: Id;
}

/** The events that come with Openings which the rule of `Noted` takes. */
function carriedEvents(openings: readonly Entry[], state: BookState, context: NotingContext): ReadonlySet<Id> {
  const taken = openings.filter(({ bytes }) => {
    const noted = { openings: [bytes], identityEvents: [], forkProofs: [] };
    return stepNoted(noted, new StateDraft(state), context).type === 'applied';
  });
  return new Set(taken.flatMap((entry) => openingOf(entry)?.log ?? []).map(eventDigest));
}

/** The events that the book has not noted, each after the one that it follows. */
function missingEvents(identity: Id, state: StateView, facts: OuterFacts): readonly MissingEvent[] {
  const log = facts.stateOf(identity);
  const noted = state.get(notedLogs, identity);
  const isSame = noted?.digest === log?.digest && noted?.contestedAt === (log?.contestedAt ?? 0);
  if (log === undefined || isSame) return [];
  const known = new Set(notedEventsOf(identity, state).map(eventDigest));
  return facts
    .eventsOf(identity)
    .map((event) => ({ event, digest: eventDigest(event) }))
    .filter(({ digest }) => !known.has(digest))
    .sort((left, right) => left.event.number - right.event.number || compareIds(left.digest, right.digest));
}

function byIdentity(openings: Iterable<Entry>): ReadonlyMap<Id, readonly Entry[]> {
  const authors = new Map<Id, Map<Id, Entry>>();
  for (const entry of openings) {
    const opening = openingOf(entry);
    if (opening === undefined) continue;
    const own = authors.get(opening.identity) ?? new Map<Id, Entry>();
    authors.set(opening.identity, own.set(entry.id, entry));
  }
  return new Map([...authors].map(([identity, own]) => [identity, [...own.values()]]));
}
