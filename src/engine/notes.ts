import type { Id } from '../core/base/id.ts';
import { PAYLOAD_BYTES_MAX } from '../core/base/limits.ts';
import { notedBooks, notedRevokes } from '../core/books/noted.ts';
import type { StateView } from '../core/books/state.ts';
import type { IdentityState } from '../core/identity/log.ts';
import { type Entry, openingOf } from '../core/wire/entry.ts';
import type { ForkProof, Noted } from '../core/wire/messages/book.ts';
import type { IdentityEvent } from '../core/wire/messages/identity.ts';

/** What is known of others, by which a body's book is brought up to date before it carries anything of theirs. */
export interface OuterFacts {
  stateOf(identity: Id): IdentityState | undefined;
  proofOf(book: Id): ForkProof | undefined;
}

/** Room that a `Noted` leaves for its frame and for one more item. */
const NOTED_BYTES_MAX = PAYLOAD_BYTES_MAX - 12 * 1024;
/** Openings of one `Noted`; the message holds at most 64. */
const OPENINGS_MAX = 60;

/**
 * What a body's book has to note before it may carry entries of these books: their Openings, and of their authors what was
 * revoked or forked (protocol §2: appended before anything else from that author once the writer holds it).
 * @returns the content of one `Noted`, undefined when nothing is missing; what does not fit comes with the next call.
 */
export function missingNotes(openings: Iterable<Entry>, state: StateView, facts: OuterFacts): Noted | undefined {
  const missing = new Map<Id, Uint8Array>();
  const logs = new Map<Id, readonly IdentityEvent[]>();
  const proofs = new Map<Id, ForkProof>();
  let bytes = 0;
  for (const entry of openings) {
    if (bytes > NOTED_BYTES_MAX || missing.size >= OPENINGS_MAX) break;
    const opening = openingOf(entry);
    if (opening === undefined || missing.has(entry.id)) continue;
    const noted = state.get(notedBooks, entry.id);
    const log = facts.stateOf(opening.identity);
    if (noted === undefined) {
      missing.set(entry.id, entry.bytes);
      bytes += entry.bytes.length;
    }
    const revoked = [...(log?.devices.values() ?? [])].some(
      (device) =>
        device.revoked !== undefined && state.get(notedRevokes, opening.identity, device.device) === undefined,
    );
    const needsLog = revoked || (noted === undefined && opening.log.length === 0);
    if (log !== undefined && needsLog && !logs.has(opening.identity)) {
      logs.set(opening.identity, log.events);
      bytes += log.events.length * 400;
    }
    const proof = facts.proofOf(entry.id);
    if (proof !== undefined && noted?.stopped !== true) proofs.set(entry.id, proof);
  }
  if (missing.size === 0 && logs.size === 0 && proofs.size === 0) return undefined;
  return {
    openings: [...missing.values()],
    identityEvents: [...logs.values()].flat(),
    forkProofs: [...proofs.values()].slice(0, 8),
  };
}
