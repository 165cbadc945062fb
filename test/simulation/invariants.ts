import type { Id } from '../../src/core/base/id.ts';
import type { RefusalCode } from '../../src/core/base/refusals.ts';
import { accountsTable, recordsTable, totalsOf } from '../../src/core/ledger/tables.ts';
import { readEntry } from '../../src/core/wire/entry.ts';
import { Item } from '../../src/core/wire/messages/book.ts';
import type { Book } from '../../src/engine/book.ts';
import { PARKED_PER_BOOK_MAX, STRANGER_BYTES_MAX, STRANGER_ENTRIES_MAX } from '../../src/engine/constants.ts';
import type { PeerNotice, Written } from '../../src/engine/events.ts';
import { itemsOfBundle } from '../../src/engine/gossip.ts';
import { NETWORK } from '../support/books.ts';
import { differenceOf, keptRowsOf, replayDifference } from './agreement.ts';
import type { Chance } from './chance.ts';
import { DecisionInvariants } from './decision-invariants.ts';
import type { SimNode } from './node.ts';

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
  'ONERESULT',
  'COUNTED',
  'ELECTORATE',
  'MANDATE',
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

/** Nodes that are started again at the end to compare what they find on their disk. */
const RESTARTS = 4;
/** Entries of one book that may wait for a gap; only one book of a simulated world is ever flooded. */
const FLOODED_BOOKS = 2;

/** What is watched: the nodes of a world. */
export interface WatchedWorld {
  readonly nodes: readonly SimNode[];
  readonly chance: Chance;
  node(name: string): SimNode | undefined;
}

/** Watches a world and throws at the step at which an invariant stops to hold. */
export class Invariants {
  readonly #world: WatchedWorld;
  /** Identities that lie on purpose; everybody else is honest. */
  readonly liars = new Set<Id>();
  /** Codes that entries of lying bodies must be refused with. */
  readonly #lies = new Map<Id, RefusalCode>();
  readonly decisions = new DecisionInvariants(broken);
  /** Own entries of honest nodes that were told to others or acknowledged: they must stay. */
  readonly #published = new Map<string, Map<Id, { readonly book: Id; readonly sequence: number }>>();
  /** Ledger entries that answered an order: order → entry. */
  readonly #answeredBy = new Map<Id, Id>();
  /** Orders that somebody was told to be carried. */
  readonly #told = new Set<Id>();
  /** How far the ledgers of each node were looked at. */
  readonly #judged = new Map<string, number>();

  constructor(world: WatchedWorld) {
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
      if (!node.disk.holds(id))
        broken('DURABLE', `${node.name} published entry ${header.sequence} of ${book} before it was on its disk`);
      this.#mustStay(node, id, book, header.sequence);
    }
  }

  /** These bodies lie, and these of their entries are lies. */
  lying(identities: readonly Id[], codes: ReadonlyMap<Id, RefusalCode>): void {
    for (const identity of identities) this.liars.add(identity);
    for (const [entry, code] of codes) this.#lies.set(entry, code);
  }

  /** A write was acknowledged: it must be on the disk. */
  acknowledged(node: SimNode, { id, book, sequence }: Written): void {
    if (!node.disk.holds(id)) broken('DURABLE', `${node.name} acknowledged entry ${id} before it was on its disk`);
    this.#mustStay(node, id, book, sequence);
  }

  /** A machine was loaded from its disk: nothing that it had told is gone. */
  started(node: SimNode): void {
    for (const [id, { book, sequence }] of this.#published.get(node.name) ?? []) {
      if (!node.disk.chainHolds(book, sequence, id))
        broken('APPEND', `${node.name} lost entry ${sequence} of its book ${book}`);
      const head = node.peer.books.get(book)?.head.sequence ?? -1;
      if (head < sequence && !this.liars.has(node.actor.identity))
        broken('APPEND', `${node.name} went back to entry ${head} of its book ${book}`);
    }
  }

  /** An order was answered as carried: it must stay so. */
  carried(order: Id): void {
    this.#told.add(order);
  }

  rejected(node: SimNode, from: SimNode): void {
    if (!this.liars.has(from.actor.identity))
      broken('EVIDENCE', `${node.name} rejected a message of ${from.name}, who is honest`);
  }

  hungUp(node: SimNode, peer: string, reason: string): void {
    const honest = !this.liars.has(this.#world.node(peer)?.actor.identity ?? ('' as Id));
    if (honest) broken('EVIDENCE', `${node.name} hung up on ${peer}, who is honest: ${reason}`);
  }

  noticed(node: SimNode, notice: PeerNotice): void {
    if (notice.type === 'fork' && !this.liars.has(notice.identity))
      broken('NOFORK', `${node.name} holds a fork of ${notice.identity}, who is honest`);
    if (notice.type !== 'effect') return;
    const code = this.#lies.get(notice.id);
    if (code !== undefined && notice.effect !== code)
      broken('DETERMINISM', `${node.name} took a lie as ${notice.effect}, not ${code}`);
    if (notice.effect !== 'applied') return;
    if (!this.liars.has(notice.identity)) this.decisions.noticed(node, notice);
    for (const fact of notice.facts) {
      const order = fact['order'];
      if (typeof order !== 'string') continue;
      const before = this.#answeredBy.get(order as Id);
      if (before !== undefined && before !== notice.id)
        broken('ONCE', `order ${order} was applied by ${before} and by ${notice.id}`);
      this.#answeredBy.set(order as Id, notice.id);
    }
  }

  /** Checked after every event of a machine. */
  stepped(node: SimNode): void {
    for (const book of node.peer.books.all()) {
      if (book.kind === 'bank' && book.opening.channel === 'transfers') this.#ledgerStepped(node, book);
      if (node.peer.books.isStranger(book)) this.#stranger(node, book);
    }
    const parked = node.peer.parkedCount;
    if (parked > PARKED_PER_BOOK_MAX * FLOODED_BOOKS) broken('BOUNDED', `${node.name} holds ${parked} parked entries`);
  }

  #ledgerStepped(node: SimNode, book: Book): void {
    const key = `${node.name} ${book.id}`;
    if (this.#judged.get(key) === book.judged) return;
    this.#judged.set(key, book.judged);
    this.#ledger(node, book);
  }

  #stranger(node: SimNode, book: Book): void {
    const within = book.head.sequence < STRANGER_ENTRIES_MAX && book.bytes <= STRANGER_BYTES_MAX;
    if (!within) broken('BOUNDED', `${node.name} keeps ${book.head.sequence + 1} entries of a stranger`);
  }

  #mustStay(node: SimNode, id: Id, book: Id, sequence: number): void {
    const told = this.#published.get(node.name) ?? new Map();
    this.#published.set(node.name, told.set(id, { book, sequence }));
  }

  #ledger(node: SimNode, book: Book): void {
    const state = book.state?.state;
    if (state === undefined) return;
    const totals = totalsOf(state);
    const balances = state.rows(accountsTable).map(({ row }) => row.balance);
    const sum = balances.reduce<number>((total, balance) => total + balance, 0);
    if (balances.some((balance) => balance < 0)) broken('NONNEG', `${node.name} has an account below zero`);
    if (sum !== totals.issued - totals.retired)
      broken('CONSERVE', `${node.name}: balances ${sum}, issued ${totals.issued}, retired ${totals.retired}`);
    const records = state.rows(recordsTable).length;
    if (records !== totals.records || totals.backedSeconds !== totals.issued) {
      broken(
        'BACKED',
        `${node.name}: ${records} records used, ${totals.records} counted, ${totals.backedSeconds} s of labor for ${totals.issued}`,
      );
    }
  }

  /** Checked when faults have stopped and everybody had time to catch up. */
  settled(): void {
    const nodes = this.#world.nodes.filter((node) => node.up);
    for (const node of nodes) {
      const difference = differenceOf(nodes[0] ?? node, node);
      if (difference !== undefined) broken('CONVERGE', difference);
    }
    for (const order of this.#told)
      if (!this.#answeredBy.has(order))
        broken('STANDS', `order ${order} was answered as carried, and no ledger holds it`);
    const [first] = nodes;
    const wrong = first === undefined ? undefined : replayDifference(first);
    if (wrong !== undefined) broken('DETERMINISM', wrong);
    const { chance } = this.#world;
    for (let restarts = 0; restarts < RESTARTS; restarts += 1) this.#restarts(chance.pick(nodes));
    for (const node of nodes) {
      for (const fork of node.peer.endings.forks())
        if (!this.liars.has(fork.identity)) broken('EVIDENCE', `${node.name} holds a fork of ${fork.identity}`);
    }
  }

  /** The same books read again from the disk give the same state. */
  #restarts(node: SimNode): void {
    const before = keptRowsOf(node);
    node.crash();
    node.start();
    const after = keptRowsOf(node);
    for (const [book, row] of before)
      if (after.get(book) !== row)
        broken('DETERMINISM', `${node.name} had ${row} and after a restart ${after.get(book)}`);
  }
}

function broken(invariant: Invariant, message: string): never {
  throw new InvariantBroken(invariant, message);
}
