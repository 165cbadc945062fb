import { type Id, idToBytes } from '../core/base/id.ts';
import { contentOf, readEntry } from '../core/wire/entry.ts';
import { ballotKind } from '../core/wire/kinds/decisions.ts';
import type { EntryKind } from '../core/wire/kinds/kind.ts';
import type { Ballot } from '../core/wire/messages/decisions.ts';
import type { EntryRow } from '../ports/store.ts';
import { type OperationContext, peerOf } from './context.ts';

/** Ballots read from the store at once. */
const BALLOTS_AT_ONCE = 200;

/** @returns this identity's ballot with the highest number for a version of a proposal, from whichever of its devices. */
export async function newestBallot(context: OperationContext, version: Id): Promise<Ballot | undefined> {
  return (await newestOwnRow(context, ballotKind, (ballot) => ballot.version === version))?.content;
}

/** Something that this identity has written. */
interface OwnRow<Content> {
  readonly content: Content;
  readonly row: EntryRow;
}

/** @returns what this identity has written of a kind with the highest number, among those that are meant. */
export async function newestOwnRow<Content extends { readonly number: number }>(
  context: OperationContext,
  kind: EntryKind<Content>,
  isMeant: (content: Content) => boolean,
): Promise<OwnRow<Content> | undefined> {
  let newest: OwnRow<Content> | undefined;
  for await (const own of ownRows(context, kind))
    if (isMeant(own.content) && own.content.number > (newest?.content.number ?? 0)) newest = own;
  return newest;
}

/** Reads what this identity has written of a kind in its proposals books, of each book the newest first. */
export async function* ownRows<Content>(
  context: OperationContext,
  kind: EntryKind<Content>,
): AsyncGenerator<OwnRow<Content>> {
  const { books, world } = peerOf(context);
  const own = books.of(context.self.identity).filter(({ opening }) => opening.channel === 'proposals');
  for (const book of own) {
    for (let before: number | undefined; ; ) {
      const rows = await context.store.entriesOfKind(kind.number, BALLOTS_AT_ONCE, idToBytes(book.id), before);
      for (const row of rows) {
        const read = readEntry(row.bytes, world.network);
        const content = read.ok ? contentOf(read.value, kind) : undefined;
        if (content !== undefined) yield { content, row };
      }
      before = rows.at(-1)?.arrival;
      if (rows.length < BALLOTS_AT_ONCE || before === undefined) break;
    }
  }
}
