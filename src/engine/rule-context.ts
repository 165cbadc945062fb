import type { MembersAt, RuleContext } from '../core/books/rules.ts';
import { membersAt } from '../core/members/view.ts';
import type { Head } from '../core/wire/messages/book.ts';
import { type Book, travelsAsMail } from './book.ts';
import type { BookTable } from './book-table.ts';
import type { World } from './world.ts';

/** @returns what the rules of one book may look at. */
export function contextFor(world: World, books: BookTable, book: Book): RuleContext {
  return {
    network: world.network,
    body: book.opening.identity,
    kind: book.kind,
    channel: book.opening.channel,
    device: book.opening.device,
    verify: world.verified.verify,
    readCarried: world.carried.read,
    membersAt: (head) => readMembers(world, books, book, head),
  };
}

/** Reads a member book up to a head. A head above the book's end, or beside the chain that counts, is read on the chain that it fixes (protocol §3); what is missing of it is waited for. */
function readMembers(world: World, books: BookTable, reader: Book, head: Head): MembersAt | 'waiting' | 'wrong_head' {
  const book = books.get(head.book);
  // A person's own node holds books that no other does: all are to judge alike.
  if (book === undefined || travelsAsMail(book)) return 'waiting';
  if (book.state === undefined || book.opening.channel !== 'people') return 'wrong_head';
  const { identity } = book.opening;
  if (isBeside(book, head)) {
    // Side chains are kept for known authors' books alone: strangers would fill memory with their own.
    const by = reader.opening.identity;
    if (!books.isKnown(by)) return 'waiting';
    const state = world.sideChains.stateAt(book, head, world.ruleSets, contextFor(world, books, book), by);
    return state === undefined ? 'waiting' : membersAt(state, identity, book.kind, head.sequence);
  }
  if (head.sequence >= book.judged || book.ids.get(head.sequence) !== head.id) return 'waiting';
  return membersAt(book.state.state, identity, book.kind, head.sequence);
}

/** Whether a head of a book that ended is not on the chain that counts. */
function isBeside(book: Book, head: Head): boolean {
  if (book.forkSequence === 0 || head.sequence >= book.forkSequence) return book.forkSequence > 0;
  const held = book.ids.get(head.sequence);
  return held !== undefined && held !== head.id;
}
