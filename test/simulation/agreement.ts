import { bytesToId, type Id } from '../../src/core/base/id.ts';
import { present } from '../../src/core/base/outcome.ts';
import { topicsOfRegion } from '../../src/core/base/region.ts';
import { stateAtHead } from '../../src/core/books/chain.ts';
import type { MembersAt, RuleContext } from '../../src/core/books/rules.ts';
import { BookState, StateDraft } from '../../src/core/books/state.ts';
import { stepBook } from '../../src/core/books/step.ts';
import { membersAt } from '../../src/core/members/view.ts';
import { type Entry, readEntry } from '../../src/core/wire/entry.ts';
import type { Head } from '../../src/core/wire/messages/book.ts';
import { type Book, travelsAsMail } from '../../src/engine/book.ts';
import { RootedState } from '../../src/engine/rooted-state.ts';
import { NETWORK } from '../support/books.ts';
import { RULE_SETS } from '../support/world.ts';
import { type SimNode, sharedVerify } from './node.ts';

/**
 * @returns what a node holds of every book that all nodes with its roots must hold alike: a person's `transfers` book travels
 *   as mail, and strangers' books are kept by chance (protocol §4).
 */
export function rowsOf(node: SimNode): ReadonlyMap<Id, string> {
  const rows = new Map<Id, string>();
  for (const book of node.peer.books.all()) {
    if (travelsAsMail(book) || !node.peer.books.isKnown(book.opening.identity)) continue;
    const { sequence, id } = book.head;
    const place = `${book.kind} ${book.opening.channel} ${sequence} ${id}`;
    rows.set(book.id, `${place} judged ${book.judged} fork ${book.forkSequence} state ${rootOf(book)}`);
  }
  return rows;
}

/** @returns the same, but for how far a book without rows is judged: a machine that starts judges it again from its beginning, which takes a moment. */
export function keptRowsOf(node: SimNode): ReadonlyMap<Id, string> {
  const rows = [...rowsOf(node)].map(([id, row]) => {
    const isEmpty = node.peer.books.get(id)?.state?.state.isEmpty === true;
    return [id, isEmpty ? row.replace(/ judged \d+ /, ' ') : row] as const;
  });
  return new Map(rows);
}

function rootOf(book: Book): string {
  return book.state === undefined ? '' : bytesToId(book.state.root());
}

/** @returns in words where two nodes differ: books, rule states, topic roots; undefined when they agree. */
export function differenceOf(left: SimNode, right: SimNode): string | undefined {
  const [a, b] = [rowsOf(left), rowsOf(right)];
  for (const [book, row] of a) {
    if (b.get(book) !== row)
      return `${left.name} has ${row} and ${right.name} ${b.get(book) ?? 'nothing'} of book ${book}`;
  }
  for (const book of b.keys()) if (!a.has(book)) return `${left.name} lacks book ${book}, which ${right.name} holds`;
  return topicDifference(left, right);
}

function topicDifference(left: SimNode, right: SimNode): string | undefined {
  for (const [region, channels] of left.peer.settings.joined) {
    for (const topic of topicsOfRegion(left.peer.world.networkHex, region, channels)) {
      const [a, b] = [left, right].map((node) => bytesToId(node.peer.books.trieOf(topic).root()));
      if (a !== b) return `${left.name} and ${right.name} have other roots of ${topic}`;
    }
  }
  return undefined;
}

/**
 * Takes every governed book of a node again from its entries, with no machine around the rules.
 * @returns in words where that gives another state than the machine has; undefined when it never does.
 */
export function replayDifference(node: SimNode): string | undefined {
  const states = new Map<Id, RootedState>();
  const governed = [...node.peer.books.all()].filter((book) => book.state !== undefined);
  const people = (book: Book): number => (book.opening.channel === 'people' ? 0 : 1);
  const ordered = governed.sort((left, right) => people(left) - people(right));
  const members = (head: Head) => membersIn(node, states, head);
  for (const book of ordered) {
    const state = new RootedState(new BookState());
    // A member book reads what it said itself before.
    states.set(book.id, state);
    replay(node, book, members, state);
    const [machine, replayed] = [rootOf(book), bytesToId(state.root())];
    if (machine !== replayed)
      return `${node.name} has ${machine} of book ${book.id}; its entries alone give ${replayed}`;
  }
  return undefined;
}

function membersIn(
  node: SimNode,
  states: ReadonlyMap<Id, RootedState>,
  head: Head,
): MembersAt | 'waiting' | 'wrong_head' {
  const book = node.peer.books.get(head.book);
  if (book === undefined) return 'waiting';
  if (book.state === undefined || book.opening.channel !== 'people') return 'wrong_head';
  const { state } = present(states.get(head.book), 'member books are replayed first');
  const { identity } = book.opening;
  const last = book.ids.get(book.judged - 1);
  if (last === undefined || book.forkSequence === 0) return membersAt(state, identity, book.kind, head.sequence);
  const judged = { book: book.id, sequence: book.judged - 1, id: last, state };
  const chains = { judged, entryOf: (id: Id) => entryIn(node, id) };
  const there = book.ids.get(head.sequence) === head.id && head.sequence < book.judged;
  const read = there
    ? state
    : stateAtHead(
        head,
        chains,
        RULE_SETS,
        contextOf(book, () => 'waiting'),
      );
  return read === undefined ? 'waiting' : membersAt(read, identity, book.kind, head.sequence);
}

function entryIn(node: SimNode, id: Id): Entry | undefined {
  const [row] = node.disk.query({ type: 'ids', ids: [id] });
  const entry = row && readEntry(row.bytes, NETWORK);
  return entry?.ok === true ? entry.value : undefined;
}

function contextOf(book: Book, members: RuleContext['membersAt']): RuleContext {
  return {
    network: NETWORK,
    body: book.opening.identity,
    kind: book.kind,
    channel: book.opening.channel,
    device: book.opening.device,
    verify: sharedVerify,
    membersAt: members,
  };
}

function replay(node: SimNode, book: Book, members: RuleContext['membersAt'], state: RootedState): void {
  const context = contextOf(book, members);
  const rows = node.disk.query({
    type: 'run',
    book: book.id,
    from: 0,
    limit: book.judged,
    bytesMax: Number.MAX_SAFE_INTEGER,
  });
  for (const row of rows) {
    const entry = readEntry(row.bytes, NETWORK);
    const draft = new StateDraft(state.state);
    const effect = stepBook(RULE_SETS, present(entry.ok ? entry.value : undefined, 'a stored entry'), draft, context);
    if (effect.type === 'applied') state.apply(book.id, draft);
  }
}
