import type { Id } from '../../src/core/base/id.ts';
import { bytesToId } from '../../src/core/base/id.ts';
import { accountsTable, recordsTable, totalsOf } from '../../src/core/ledger/tables.ts';
import { readEntry } from '../../src/core/wire/entry.ts';
import { Item } from '../../src/core/wire/messages/book.ts';
import type { Book } from '../../src/engine/book.ts';
import type { PeerNotice } from '../../src/engine/events.ts';
import { itemsOfBundle } from '../../src/engine/gossip.ts';
import { NETWORK } from '../support/books.ts';
import type { SimNode } from './node.ts';
import type { SimWorld } from './world.ts';

/** The invariants of protocol §10 that hold for the rule sets of this version. */
export const INVARIANTS = [
  'CONSERVE',
  'NONNEG',
  'BACKED',
  'ONCE',
  'NOFORK',
  'APPEND',
  'STANDS',
  'CONVERGE',
  'EVIDENCE',
  'DETERMINISM',
  'BOUNDED',
  'DURABLE',
] as const;
/** See INVARIANTS. */
export type Invariant = (typeof INVARIANTS)[number];

/** An invariant that did not hold, and where. */
export class InvariantBroken extends Error {
  override readonly name = 'InvariantBroken';
  readonly invariant: Invariant;

  constructor(invariant: Invariant, message: string) {
    super(`${invariant}: ${message}`);
    this.invariant = invariant;
  }
}

/** Parked entries that a machine may hold, as its constants say. */
const PARKED_MAX = 4096;

/** Watches a world and throws at the step at which an invariant stops to hold. */
export class Invariants {
  readonly #world: SimWorld;
  /** Identities that lie on purpose; everybody else is honest. */
  readonly liars = new Set<Id>();
  /** Own entries of honest nodes that were told to others: they must stay. */
  readonly #published = new Map<string, Map<Id, { readonly book: Id; readonly sequence: number }>>();
  /** Ledger entries that answered an order: order → entry. */
  readonly #answeredBy = new Map<Id, Id>();
  /** Orders that somebody was told to be carried. */
  readonly #told = new Set<Id>();
  readonly #ledgerSteps = new Map<string, number>();

  constructor(world: SimWorld) {
    this.#world = world;
  }

  /** A node publishes: everything of its own in it must be on its disk. */
  published(node: SimNode, data: Uint8Array): void {
    for (const bytes of itemsOfBundle(data) ?? []) {
      const item = Item.decode(bytes, 64 * 1024);
      const entry = item.ok && item.value.entry.length > 0 ? readEntry(item.value.entry, NETWORK) : undefined;
      if (entry?.ok !== true) continue;
      const { id, book, header } = entry.value;
      const own = node.peer.books.get(book)?.opening.identity === node.actor.identity;
      if (!own) continue;
      if (!node.disk.holds(id)) broken('DURABLE', `${node.name} published entry ${header.sequence} of ${book} before it was on its disk`);
      const told = this.#published.get(node.name) ?? new Map();
      this.#published.set(node.name, told.set(id, { book, sequence: header.sequence }));
    }
  }

  /** A write was acknowledged: it must be on the disk. */
  acknowledged(node: SimNode, entry: Id): void {
    if (!node.disk.holds(entry)) broken('DURABLE', `${node.name} acknowledged entry ${entry} before it was on its disk`);
  }

  /** An order was answered as carried: it must stay so. */
  carried(order: Id): void {
    this.#told.add(order);
  }

  rejected(node: SimNode, from: SimNode): void {
    if (!this.liars.has(from.actor.identity)) broken('EVIDENCE', `${node.name} rejected a message of ${from.name}, who is honest`);
  }

  hungUp(node: SimNode, peer: string, reason: string): void {
    const honest = !this.liars.has(this.#world.node(peer)?.actor.identity ?? ('' as Id));
    if (honest) broken('EVIDENCE', `${node.name} hung up on ${peer}, who is honest: ${reason}`);
  }

  noticed(node: SimNode, notice: PeerNotice): void {
    if (notice.type === 'fork' && !this.liars.has(notice.identity)) broken('NOFORK', `${node.name} holds a fork of ${notice.identity}, who is honest`);
    if (notice.type !== 'effect' || notice.effect !== 'applied') return;
    for (const fact of notice.facts) {
      const order = fact['order'];
      if (typeof order !== 'string') continue;
      const before = this.#answeredBy.get(order as Id);
      if (before !== undefined && before !== notice.id) broken('ONCE', `order ${order} was applied by ${before} and by ${notice.id}`);
      this.#answeredBy.set(order as Id, notice.id);
    }
  }

  /** Checked after every event of a machine. */
  stepped(node: SimNode): void {
    const step = (this.#ledgerSteps.get(node.name) ?? 0) + 1;
    this.#ledgerSteps.set(node.name, step);
    for (const book of node.peer.books.all()) if (book.kind === 'bank' && book.opening.channel === 'transfers') this.#ledger(node, book);
    if (node.peer.parkedCount > PARKED_MAX) broken('BOUNDED', `${node.name} holds ${node.peer.parkedCount} parked entries`);
    for (const [id, { book, sequence }] of this.#published.get(node.name) ?? []) {
      if (step % 50 === 0 && !node.disk.chainHolds(book, sequence, id)) broken('APPEND', `${node.name} lost entry ${sequence} of its book ${book}`);
    }
  }

  #ledger(node: SimNode, book: Book): void {
    const state = book.state?.state;
    if (state === undefined) return;
    const totals = totalsOf(state);
    const balances = state.rows(accountsTable).map(({ row }) => row.balance);
    const sum = balances.reduce<number>((total, balance) => total + balance, 0);
    if (balances.some((balance) => balance < 0)) broken('NONNEG', `${node.name} has an account below zero`);
    if (sum !== totals.issued - totals.retired) broken('CONSERVE', `${node.name}: balances ${sum}, issued ${totals.issued}, retired ${totals.retired}`);
    const records = state.rows(recordsTable).length;
    if (records !== totals.records || totals.backedSeconds !== totals.issued) {
      broken('BACKED', `${node.name}: ${records} records used, ${totals.records} counted, ${totals.backedSeconds} s of labor for ${totals.issued}`);
    }
  }

  /** Checked when faults have stopped and everybody had time to catch up. */
  settled(): void {
    const nodes = this.#world.nodes.filter((node) => node.up);
    for (const node of nodes) this.#sameBooks(nodes[0] ?? node, node);
    for (const order of this.#told) if (!this.#answeredBy.has(order)) broken('STANDS', `order ${order} was answered as carried, and no ledger holds it`);
    for (const node of nodes) this.#replays(node);
    for (const node of nodes) {
      for (const fork of node.peer.endings.forks()) if (!this.liars.has(fork.identity)) broken('EVIDENCE', `${node.name} holds a fork of ${fork.identity}`);
    }
  }

  #sameBooks(left: SimNode, right: SimNode): void {
    const [a, b] = [this.#rows(left), this.#rows(right)];
    for (const [book, row] of a) {
      if (b.get(book) !== row) broken('CONVERGE', `${left.name} has ${row} and ${right.name} ${b.get(book) ?? 'nothing'} of book ${book}`);
    }
    for (const book of b.keys()) if (!a.has(book)) broken('CONVERGE', `${left.name} lacks book ${book}, which ${right.name} holds`);
  }

  #rows(node: SimNode): ReadonlyMap<Id, string> {
    const rows = new Map<Id, string>();
    for (const book of node.peer.books.all()) {
      const travels = book.kind === 'person' && book.opening.channel === 'transfers';
      if (travels || !node.peer.books.isKnown(book.opening.identity)) continue;
      const root = book.state === undefined ? '' : bytesToId(book.state.root());
      rows.set(book.id, `${book.kind} ${book.opening.channel} ${book.head.sequence} ${book.head.id} judged ${book.judged} fork ${book.forkSequence} state ${root}`);
    }
    return rows;
  }

  /** The same books taken again from the disk give the same state. */
  #replays(node: SimNode): void {
    const before = this.#rows(node);
    node.crash();
    node.start();
    const after = this.#rows(node);
    for (const [book, row] of before) if (after.get(book) !== row) broken('DETERMINISM', `${node.name} had ${row} and after a restart ${after.get(book)}`);
  }
}

function broken(invariant: Invariant, message: string): never {
  throw new InvariantBroken(invariant, message);
}
