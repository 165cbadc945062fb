import type { Id } from '../../src/core/base/id.ts';
import type { Channel } from '../../src/core/base/region.ts';
import type { Book } from '../../src/engine/book.ts';
import type { Peer } from '../../src/engine/peer.ts';

/** The newest book that a peer holds of a person, for a channel. */
export function newestBook(peer: Peer, identity: Id, channel: Channel): Book | undefined {
  return peer.books
    .of(identity)
    .filter((book) => book.opening.channel === channel)
    .at(-1);
}
