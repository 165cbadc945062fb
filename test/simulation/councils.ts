import { ZERO } from '../../src/core/base/amount.ts';
import { type Id, parseId } from '../../src/core/base/id.ts';
import type { Channel } from '../../src/core/base/region.ts';
import { proposalsTable } from '../../src/core/decisions/tables.ts';
import { mandatesTable } from '../../src/core/members/tables.ts';
import { readEntry } from '../../src/core/wire/entry.ts';
import { notedKind } from '../../src/core/wire/kinds/book.ts';
import { ballotKind, mandatedBallotKind, proposalEndedKind, proposeKind } from '../../src/core/wire/kinds/decisions.ts';
import type { EntryKind } from '../../src/core/wire/kinds/kind.ts';
import { mandateKind, recallKind } from '../../src/core/wire/kinds/people.ts';
import type { MandateRow } from '../../src/core/wire/messages/state.ts';
import { missingNotes } from '../../src/engine/notes.ts';
import { entryToItem } from '../../src/engine/reading.ts';
import { contextFor } from '../../src/engine/rule-context.ts';
import { draftOf } from '../../src/engine/services/draft.ts';
import { NETWORK } from '../support/books.ts';
import { YES_OR_NO } from '../support/decisions.ts';
import { newestBook } from '../support/newest-book.ts';
import { idNamed } from '../support/world.ts';
import type { SimNode } from './node.ts';
import { count, type SimWorld } from './world.ts';

/** Proposals of the council that are open at once: more would each get too few ballots. */
const OPEN_MAX = 2;
/** How long the shorter terms of mandates last: they end within the run. */
const TERM_MS_MAX = 8000;
/** Clocks are up to a year off. */
const YEAR_MS = 365 * 24 * 3600 * 1000;

/** What cooperatives do in their federation: mandate members, recall them, propose, vote themselves; and what delegates do, with a mandate or without. */
export class Councils {
  readonly #world: SimWorld;
  readonly #council: SimNode;
  readonly #cooperatives: readonly SimNode[];
  readonly #workersOf: (cooperative: SimNode) => readonly SimNode[];
  #number = 0;

  constructor(
    world: SimWorld,
    council: SimNode,
    cooperatives: readonly SimNode[],
    workersOf: (cooperative: SimNode) => readonly SimNode[],
  ) {
    this.#world = world;
    this.#council = council;
    this.#cooperatives = cooperatives;
    this.#workersOf = workersOf;
  }

  /** One thing that somebody does. */
  act(): void {
    const { chance } = this.#world;
    const cooperative = chance.pick(this.#cooperatives);
    const delegate = chance.pick(this.#workersOf(cooperative));
    const dice = chance.next();
    if (dice < 0.2) this.#grant(cooperative, delegate);
    else if (dice < 0.27) this.#recall(cooperative);
    else if (dice < 0.5) this.#propose(cooperative);
    else if (dice < 0.94) this.#voteFor(cooperative, delegate);
    else if (dice < 0.97) this.#voteItself(cooperative);
    else this.#end();
  }

  #grant(cooperative: SimNode, delegate: SimNode): void {
    const { peer } = cooperative;
    const book = peer.books.bodyBook(cooperative.actor.identity, 'people');
    const opening = newestBook(peer, delegate.actor.identity, 'people')?.openingEntry;
    if (!cooperative.up || book?.state === undefined || opening === undefined) return;
    const context = contextFor(peer.world, peer.books, book);
    const notes = missingNotes([opening], book.state.state, peer.facts, context);
    if (notes !== undefined)
      return this.#write(cooperative, 'people', notedKind, notes, () => this.#grant(cooperative, delegate));
    const { chance } = this.#world;
    const isShort = chance.next() < 0.4;
    const to = isShort ? cooperative.nowMs + chance.between(1000, TERM_MS_MAX) : this.#council.nowMs + YEAR_MS;
    this.#write(cooperative, 'people', mandateKind, {
      delegate: delegate.actor.identity,
      at: this.#council.actor.identity,
      matters: chance.next() < 0.5 ? ['general'] : ['general', 'standard'],
      amount: ZERO,
      from: to - 2 * YEAR_MS,
      to,
    });
  }

  #recall(cooperative: SimNode): void {
    const mandates = mandatesAt(cooperative, cooperative).filter(({ row }) => row.over === 0);
    if (!cooperative.up || mandates.length === 0) return;
    this.#write(cooperative, 'people', recallKind, { mandate: this.#world.chance.pick(mandates).id });
  }

  #propose(cooperative: SimNode): void {
    if (this.#open(cooperative).length >= OPEN_MAX) return;
    this.#send(cooperative, proposeKind, {
      body: this.#council.actor.identity,
      matter: this.#world.chance.next() < 0.6 ? 'general' : 'standard',
      textDigest: idNamed(`council ${this.#world.steps}`),
      question: YES_OR_NO,
      deadline: 0,
      amends: undefined,
    });
  }

  /** Under whatever mandate of that delegate is known to it, recalled and ended ones too, or under that of somebody else. */
  #voteFor(cooperative: SimNode, delegate: SimNode): void {
    const { chance } = this.#world;
    const open = this.#open(delegate);
    const known = mandatesAt(delegate, cooperative);
    const own = known.filter(({ row }) => row.mandate.delegate === delegate.actor.identity);
    const mandates = own.length > 0 && chance.next() < 0.95 ? own : known;
    if (open.length === 0 || mandates.length === 0) return;
    this.#number += 1;
    this.#send(delegate, mandatedBallotKind, {
      body: this.#council.actor.identity,
      version: chance.pick(open).version,
      number: chance.next() < 0.9 ? this.#number : 1,
      choice: [chance.next() < 0.8 ? 1 : chance.between(2, 3)],
      elector: cooperative.actor.identity,
      mandate: (chance.next() < 0.7 ? mandates.at(-1) : chance.pick(mandates))?.id ?? idNamed('nothing'),
      reasonDigest: undefined,
    });
  }

  #voteItself(cooperative: SimNode): void {
    const open = this.#open(cooperative);
    if (open.length === 0) return;
    this.#number += 1;
    const { version } = this.#world.chance.pick(open);
    const content = { body: this.#council.actor.identity, version, number: this.#number, choice: [1] };
    const openly = { commitment: undefined, sealedDigest: undefined };
    this.#send(cooperative, ballotKind, { ...content, ...openly, delegate: undefined, reasonDigest: undefined });
  }

  #end(): void {
    const open = this.#open(this.#council);
    if (!this.#council.up || open.length === 0) return;
    this.#write(this.#council, 'proposals', proposalEndedKind, { proposal: this.#world.chance.pick(open).proposal });
  }

  #open(node: SimNode): readonly { readonly proposal: Id; readonly version: Id }[] {
    const state = node.peer.books.bodyBook(this.#council.actor.identity, 'proposals')?.state?.state;
    return (state?.rows(proposalsTable) ?? []).flatMap(({ key, row }) => {
      const proposal = parseId(key.join('/'));
      return proposal !== undefined && row.state === 'open' ? [{ proposal, version: row.version }] : [];
    });
  }

  #write<Content>(
    node: SimNode,
    channel: Channel,
    kind: EntryKind<Content>,
    content: Content,
    then = (_: Id) => {},
  ): void {
    if (!node.up) return;
    node.write(channel, draftOf(kind, content), ({ written }) => {
      if (written === undefined) return;
      this.#world.invariants.acknowledged(node, written);
      then(written.id);
    });
  }

  #send<Content>(node: SimNode, kind: EntryKind<Content>, content: Content): void {
    this.#write(node, 'proposals', kind, content, (id) => {
      const [row] = node.disk.query({ type: 'ids', ids: [id] });
      const read = row === undefined ? undefined : readEntry(row.bytes, NETWORK);
      const opening = read?.ok === true ? node.peer.books.get(read.value.book)?.openingEntry : undefined;
      if (read?.ok !== true || opening === undefined || !node.up) return;
      const entry = read.value;
      const items = [opening, entry].map(({ bytes }) => entryToItem(bytes));
      node.submit(this.#council.actor.identity, 'proposals', items, (outcomes) => {
        const outcome = outcomes?.at(-1);
        if (outcome?.code !== undefined) count(this.#world.answers, outcome.code);
        const isTaken = outcome?.word === 'kept' || outcome?.word === 'carried';
        if (isTaken) this.#world.invariants.decisions.receipted(entry, node.actor.identity);
      });
    });
  }
}

/** Mandates of a cooperative that a node knows, in the order of its member book. */
function mandatesAt(node: SimNode, cooperative: SimNode): readonly { readonly id: Id; readonly row: MandateRow }[] {
  const state = node.peer.books.bodyBook(cooperative.actor.identity, 'people')?.state?.state;
  const rows = (state?.rows(mandatesTable) ?? []).flatMap(({ key, row }) => {
    const id = parseId(key.join('/'));
    return id === undefined ? [] : [{ id, row }];
  });
  return rows.sort((left, right) => left.row.sequence - right.row.sequence);
}
