import { type Id, idToBytes } from '../core/base/id.ts';
import { contentOf, readEntry } from '../core/wire/entry.ts';
import { ballotKind } from '../core/wire/kinds/decisions.ts';
import type { EntryKind } from '../core/wire/kinds/kind.ts';
import type { Ballot } from '../core/wire/messages/decisions.ts';
import { type OperationContext, peerOf } from './context.ts';

/** Ballots read from the store at once. */
const BALLOTS_AT_ONCE = 200;

/** @returns this identity's ballot with the highest number for a version of a proposal, from whichever of its devices. */
export async function newestBallot(context: OperationContext, version: Id): Promise<Ballot | undefined> {
  return newestOwn(context, ballotKind, (ballot) => ballot.version === version);
}

/** @returns what this identity has written of a kind with the highest number, among those that are meant. */
export async function newestOwn<Content extends { readonly number: number }>(
  context: OperationContext,
  kind: EntryKind<Content>,
  isMeant: (content: Content) => boolean,
): Promise<Content | undefined> {
  const { books, world } = peerOf(context);
  const own = books.of(context.self.identity).filter(({ opening }) => opening.channel === 'proposals');
  let newest: Content | undefined;
  for (const book of own) {
    for (let before: number | undefined; ; ) {
      const rows = await context.store.entriesOfKind(kind.number, BALLOTS_AT_ONCE, idToBytes(book.id), before);
      for (const { bytes } of rows) {
        const read = readEntry(bytes, world.network);
        const content = read.ok ? contentOf(read.value, kind) : undefined;
        if (content !== undefined && isMeant(content) && content.number > (newest?.number ?? 0)) newest = content;
      }
      before = rows.at(-1)?.arrival;
      if (rows.length < BALLOTS_AT_ONCE || before === undefined) break;
    }
  }
  return newest;
}
