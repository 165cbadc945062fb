import { REFUSAL_CODES, type RefusalCode } from '../base/refusals.ts';
import { verifyOpening } from '../identity/opening.ts';
import { openingOf, readEntry } from '../wire/entry.ts';
import type { ForkProof, Head, Noted } from '../wire/messages/book.ts';
import type { IdentityEvent } from '../wire/messages/identity.ts';
import { NamedHead, NotedBook } from '../wire/messages/state.ts';
import { verifyFork } from './fork.ts';
import { extendLog, isGranted, notedEventsOf, takeLog } from './noted-logs.ts';
import { applied, type Effect, type Fact, type RuleContext, refused } from './rules.ts';
import type { StateDraft, StateView, Table } from './state.ts';

/** Openings that a book has noted, by book id. */
export const notedBooks: Table<ReturnType<typeof NotedBook.read>> = { name: 'books', shape: NotedBook };
/** Heads of other books that a book has named, by book id. */
export const namedHeads: Table<ReturnType<typeof NamedHead.read>> = { name: 'heads', shape: NamedHead };

/** What the rule of `Noted` looks at beside its own book. */
export type NotingContext = Pick<RuleContext, 'network' | 'verify'>;

/**
 * Rule of `Noted`, the one kind by which outer facts bind a body's book (protocol §2). Identity events extend what was noted of
 * that identity's log before, so that a long log is noted in parts.
 * Refusals, in order: `unknown_book` (a fork of a book whose Opening was noted neither before nor here), `device_revoked` (an
 * Opening by a device that the noted log does not grant, or has revoked), `opening_malformed`, `identity_event_malformed`,
 * `fork_proof_malformed`.
 */
export function stepNoted(noted: Noted, state: StateDraft, context: NotingContext): Effect {
  const facts: Fact[] = [];
  const codes = new Set<RefusalCode>();
  for (const [identity, events] of Map.groupBy(noted.identityEvents, (event) => event.identity)) {
    const log = extendLog(identity, events, state, context.verify);
    if (log === undefined) codes.add('identity_event_malformed');
    else takeLog(log, state, facts);
  }
  for (const bytes of noted.openings) addTo(codes, noteOpening(bytes, noted.identityEvents, state, context, facts));
  for (const proof of noted.forkProofs) addTo(codes, noteFork(proof, state, context, facts));
  const first = REFUSAL_CODES.find((code) => codes.has(code));
  return first === undefined ? applied(facts) : refused(first);
}

function addTo(codes: Set<RefusalCode>, code: RefusalCode | undefined): void {
  if (code !== undefined) codes.add(code);
}

function noteOpening(
  bytes: Uint8Array,
  events: readonly IdentityEvent[],
  state: StateDraft,
  context: NotingContext,
  facts: Fact[],
): RefusalCode | undefined {
  const entry = readEntry(bytes, context.network);
  const claimed = entry.ok ? openingOf(entry.value) : undefined;
  if (!entry.ok || claimed === undefined) return 'opening_malformed';
  const known = [...notedEventsOf(claimed.identity, state), ...events];
  const verified = verifyOpening(entry.value, known, context.verify);
  if (!verified.ok) return 'opening_malformed';
  const { opening, identity } = verified.value;
  if (state.get(notedBooks, entry.value.id) !== undefined) return undefined;
  const log = extendLog(opening.identity, opening.log, state, context.verify);
  if (log === undefined) return 'opening_malformed';
  if (!isGranted(log.after, opening.device)) return 'device_revoked';
  takeLog(log, state, facts);
  state.set(notedBooks, [entry.value.id], {
    identity: opening.identity,
    kind: identity.kind,
    device: opening.device,
    channel: opening.channel,
    stopped: false,
  });
  return undefined;
}

/** A fork of a book that is not noted yet could not be remembered, and would be forgotten when the book is noted: so it is refused. */
function noteFork(proof: ForkProof, state: StateDraft, context: NotingContext, facts: Fact[]): RefusalCode | undefined {
  const fork = verifyFork(proof, context.network, context.verify);
  if (fork === undefined) return 'fork_proof_malformed';
  const book = state.get(notedBooks, fork.book);
  if (book === undefined) return 'unknown_book';
  if (book.stopped) return undefined;
  state.set(notedBooks, [fork.book], { ...book, stopped: true });
  facts.push({ type: 'forkNoted', book: fork.book, identity: fork.identity });
  return undefined;
}

/** @returns the newest head that this book has named of the book that a head is in, or this head where that is newer. */
export function newestNamed(head: Head, state: StateView): Head {
  const before = state.get(namedHeads, head.book);
  return before !== undefined && before.sequence > head.sequence ? { book: head.book, ...before } : head;
}

/**
 * Records that a payload of this book names a head of another book.
 * @returns false when an earlier payload named a later head of that book, or another one with this sequence (`head_went_back`).
 */
export function nameHead(head: Head, state: StateDraft): boolean {
  const before = state.get(namedHeads, head.book);
  if (before !== undefined && before.sequence > head.sequence) return false;
  if (before?.sequence === head.sequence && before.id !== head.id) return false;
  state.set(namedHeads, [head.book], { sequence: head.sequence, id: head.id });
  return true;
}
