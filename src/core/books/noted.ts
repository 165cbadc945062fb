import type { Id } from '../base/id.ts';
import type { RefusalCode } from '../base/refusals.ts';
import { resolveLog } from '../identity/log.ts';
import { verifyOpening } from '../identity/opening.ts';
import { readEntry } from '../wire/entry.ts';
import type { ForkProof, Head, Noted } from '../wire/messages/book.ts';
import type { IdentityEvent } from '../wire/messages/identity.ts';
import { NamedHead, NotedBook, NotedRevoke } from '../wire/messages/state.ts';
import { verifyFork } from './fork.ts';
import { applied, type Effect, type Fact, type RuleContext, refused } from './rules.ts';
import type { StateDraft, Table } from './state.ts';

/** Openings that a book has noted, by book id. */
export const notedBooks: Table<ReturnType<typeof NotedBook.read>> = { name: 'books', shape: NotedBook };
/** Revocations that a book has noted, by identity and device. */
export const notedRevokes: Table<ReturnType<typeof NotedRevoke.read>> = { name: 'devices', shape: NotedRevoke };
/** Heads of other books that a book has named, by book id. */
export const namedHeads: Table<ReturnType<typeof NamedHead.read>> = { name: 'heads', shape: NamedHead };

/**
 * Rule of `Noted`, the one kind by which outer facts bind a body's book (protocol §2). Its identity events are, for each
 * identity, the whole log as far as the writer holds it.
 * Refusals, in order: `opening_malformed`, `identity_event_malformed`, `fork_proof_malformed`, `unknown_book` (a fork of a book
 * whose Opening was noted neither before nor here).
 */
export function stepNoted(noted: Noted, state: StateDraft, context: RuleContext): Effect {
  const facts: Fact[] = [];
  for (const bytes of noted.openings)
    if (!noteOpening(bytes, noted.identityEvents, state, context)) return refused('opening_malformed');
  for (const [identity, events] of groupByIdentity(noted.identityEvents)) {
    if (!noteLog(identity, events, state, context, facts)) return refused('identity_event_malformed');
  }
  for (const proof of noted.forkProofs) {
    const refusal = noteFork(proof, state, context, facts);
    if (refusal !== undefined) return refused(refusal);
  }
  return applied(facts);
}

function noteOpening(
  bytes: Uint8Array,
  events: readonly IdentityEvent[],
  state: StateDraft,
  context: RuleContext,
): boolean {
  const entry = readEntry(bytes, context.network);
  if (!entry.ok) return false;
  const verified = verifyOpening(entry.value, events, context.verify);
  if (!verified.ok) return false;
  const { opening, identity } = verified.value;
  if (state.get(notedBooks, entry.value.id) !== undefined) return true;
  state.set(notedBooks, [entry.value.id], {
    identity: opening.identity,
    kind: identity.kind,
    device: opening.device,
    channel: opening.channel,
    stopped: false,
  });
  return true;
}

function noteLog(
  identity: Id,
  events: readonly IdentityEvent[],
  state: StateDraft,
  context: RuleContext,
  facts: Fact[],
): boolean {
  const log = resolveLog(identity, events, context.verify);
  if (log === undefined || log.events.length !== events.length) return false;
  for (const device of log.devices.values()) {
    if (device.revoked === undefined || state.get(notedRevokes, identity, device.device) !== undefined) continue;
    state.set(notedRevokes, [identity, device.device], { number: device.revoked.number });
    facts.push({ type: 'deviceRevokeNoted', identity, device: device.device });
  }
  return true;
}

/** A fork of a book that is not noted yet could not be remembered, and would be forgotten when the book is noted: so it is refused. */
function noteFork(proof: ForkProof, state: StateDraft, context: RuleContext, facts: Fact[]): RefusalCode | undefined {
  const fork = verifyFork(proof, context.network, context.verify);
  if (fork === undefined) return 'fork_proof_malformed';
  const book = state.get(notedBooks, fork.book);
  if (book === undefined) return 'unknown_book';
  if (book.stopped) return undefined;
  state.set(notedBooks, [fork.book], { ...book, stopped: true });
  facts.push({ type: 'forkNoted', book: fork.book, identity: fork.identity });
  return undefined;
}

function groupByIdentity(events: readonly IdentityEvent[]): ReadonlyMap<Id, readonly IdentityEvent[]> {
  const groups = new Map<Id, IdentityEvent[]>();
  for (const event of events) groups.set(event.identity, [...(groups.get(event.identity) ?? []), event]);
  return groups;
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
