import { type Id, idToBytes } from '../core/base/id.ts';
import { contentOf, readEntry } from '../core/wire/entry.ts';
import { ballotKind } from '../core/wire/kinds/decisions.ts';
import type { Ballot } from '../core/wire/messages/decisions.ts';
import { type OperationContext, peerOf } from './context.ts';

/** Ballots read from the store at once. */
const BALLOTS_AT_ONCE = 200;

/** @returns this identity's ballot with the highest number for a version of a proposal, from whichever of its devices. */
export async function newestBallot(context: OperationContext, version: Id): Promise<Ballot | undefined> {
  const { books, world } = peerOf(context);
  const own = books.of(context.self.identity).filter(({ opening }) => opening.channel === 'proposals');
  let newest: Ballot | undefined;
  for (const book of own) {
    for (let before: number | undefined; ; ) {
      const rows = await context.store.entriesOfKind(ballotKind.number, BALLOTS_AT_ONCE, idToBytes(book.id), before);
      for (const { bytes } of rows) {
        const read = readEntry(bytes, world.network);
        const ballot = read.ok ? contentOf(read.value, ballotKind) : undefined;
        if (ballot?.version === version && ballot.number > (newest?.number ?? 0)) newest = ballot;
      }
      before = rows.at(-1)?.arrival;
      if (rows.length < BALLOTS_AT_ONCE || before === undefined) break;
    }
  }
  return newest;
}
