import type { Channel } from '../core/base/region.ts';
import { BookState } from '../core/books/state.ts';
import type { Entry } from '../core/wire/entry.ts';
import { notedKind } from '../core/wire/kinds/book.ts';
import type { Book } from '../engine/book.ts';
import { missingNotes } from '../engine/notes.ts';
import { type OperationContext, peerOf } from './context.ts';

/** Notes that one piece of work may need: 60 Openings fit one, and a record carries six entries. */
const NOTES_MAX = 8;

/** Own book on a channel, undefined before its first entry. */
export function ownBook(context: OperationContext, channel: Channel): Book | undefined {
  return peerOf(context).writer.ownBook(context.self.region, channel);
}

/** Writes into an own book what it has to note before it may carry entries of these books (protocol §2). */
export async function noteOpenings(
  context: OperationContext,
  channel: Channel,
  openings: readonly Entry[],
): Promise<void> {
  const peer = peerOf(context);
  const { network, verified } = peer.world;
  for (let count = 0; count < NOTES_MAX; count += 1) {
    const state = ownBook(context, channel)?.state?.state ?? new BookState();
    const noted = missingNotes(openings, state, peer.facts, { network, verify: verified.verify });
    if (noted === undefined) return;
    await context.acts.write(channel, notedKind, noted);
  }
}
