import type { Id } from '../../src/core/base/id.ts';
import { parseId } from '../../src/core/base/id.ts';
import { proposalsTable } from '../../src/core/decisions/tables.ts';
import type { Entry } from '../../src/core/wire/entry.ts';
import { readEntry } from '../../src/core/wire/entry.ts';
import {
  ballotKind,
  proposalEndedKind,
  proposalTextKind,
  proposeKind,
  withdrawKind,
} from '../../src/core/wire/kinds/decisions.ts';
import type { EntryKind } from '../../src/core/wire/kinds/kind.ts';
import type { ProposalRow, Propose } from '../../src/core/wire/messages/decisions.ts';
import { entryToItem } from '../../src/engine/reading.ts';
import { draftOf } from '../../src/engine/services/draft.ts';
import { NETWORK } from '../support/books.ts';
import { YES_OR_NO } from '../support/decisions.ts';
import { idNamed } from '../support/world.ts';
import type { SimNode } from './node.ts';
import { count, type SimWorld } from './world.ts';

/** Open proposals of one body at once: more would each get too few ballots. */
const OPEN_MAX = 3;
const DEADLINE_MS_MAX = 30_000;

interface SeenProposal {
  readonly proposal: Id;
  readonly row: ProposalRow;
}

/** What people do in the decisions of their cooperatives: propose, amend, vote once, again or twice at once, delegate, withdraw; and bodies end ballots. */
export class Voting {
  readonly #world: SimWorld;
  readonly #memberOf: (person: SimNode) => SimNode | undefined;
  readonly #numbers = new Map<string, number>();

  constructor(world: SimWorld, memberOf: (person: SimNode) => SimNode | undefined) {
    this.#world = world;
    this.#memberOf = memberOf;
  }

  /** One thing that somebody does. */
  act(person: SimNode, bodies: readonly SimNode[]): void {
    const { chance } = this.#world;
    const own = this.#memberOf(person);
    const body = chance.next() < 0.9 ? own : chance.pick(bodies);
    if (body === undefined) return;
    const open = openProposals(person, body);
    const dice = chance.next();
    if (open.length === 0 || (open.length < OPEN_MAX && dice < 0.2)) return this.#propose(person, body);
    const chosen = chance.pick(open);
    if (dice < 0.27 && chosen.row.author === person.actor.identity) return this.#propose(person, body, chosen.proposal);
    if (dice < 0.3 && chosen.row.author === person.actor.identity)
      return this.#send(person, body, withdrawKind, { body: body.actor.identity, proposal: chosen.proposal });
    if (dice < 0.36 && body.up)
      return body.write('proposals', draftOf(proposalEndedKind, { proposal: chosen.proposal }), () => {});
    this.#vote(person, body, chosen, dice > 0.97 ? 2 : 1);
  }

  #propose(person: SimNode, body: SimNode, amends?: Id): void {
    const { chance } = this.#world;
    const text = { title: `Proposal ${this.#world.steps}`, text: '', options: [] };
    person.write('proposals', draftOf(proposalTextKind, text), () => {});
    const content: Propose = {
      body: body.actor.identity,
      matter: 'general',
      textDigest: idNamed(text.title),
      question: YES_OR_NO,
      deadline: chance.next() < 0.5 ? 0 : body.nowMs + chance.between(1, DEADLINE_MS_MAX),
      amends,
    };
    this.#send(person, body, proposeKind, content);
  }

  /** `times` ballots with one number: two are void, whichever comes first. */
  #vote(person: SimNode, body: SimNode, { row }: SeenProposal, times: number): void {
    const { chance } = this.#world;
    const key = `${person.name} ${row.version}`;
    const number = (this.#numbers.get(key) ?? 0) + 1;
    this.#numbers.set(key, number);
    for (let time = 0; time < times; time += 1) {
      const isDelegated = chance.next() < 0.15;
      const other = chance.pick(this.#world.nodes.filter((node) => node !== person && node.actor.kind === 'person'));
      this.#send(person, body, ballotKind, {
        body: body.actor.identity,
        version: row.version,
        number,
        choice: isDelegated ? [] : [chance.next() < 0.85 ? 1 : chance.between(2, 3)],
        delegate: isDelegated ? other.actor.identity : undefined,
        reasonDigest: undefined,
        commitment: undefined,
        sealedDigest: undefined,
      });
    }
  }

  #send<Content>(person: SimNode, body: SimNode, kind: EntryKind<Content>, content: Content): void {
    person.write('proposals', draftOf(kind, content), ({ written }) => {
      if (written === undefined) return;
      this.#world.invariants.acknowledged(person, written);
      const [row] = person.disk.query({ type: 'ids', ids: [written.id] });
      const read = row === undefined ? undefined : readEntry(row.bytes, NETWORK);
      if (read?.ok === true) this.#submit(person, body, read.value);
    });
  }

  #submit(person: SimNode, body: SimNode, entry: Entry): void {
    const opening = person.peer.books.get(entry.book)?.openingEntry;
    if (opening === undefined || !person.up) return;
    const items = [opening, entry].map(({ bytes }) => entryToItem(bytes));
    person.submit(body.actor.identity, 'proposals', items, (outcomes) => {
      const outcome = outcomes?.at(-1);
      if (outcome?.code !== undefined) count(this.#world.answers, outcome.code);
      if (outcome?.word === 'kept') this.#world.invariants.decisions.receipted(entry, person.actor.identity);
    });
  }
}

function openProposals(person: SimNode, body: SimNode): readonly SeenProposal[] {
  const state = person.peer.books.bodyBook(body.actor.identity, 'proposals')?.state?.state;
  return (state?.rows(proposalsTable) ?? []).flatMap(({ key, row }) => {
    const proposal = parseId(key.join('/'));
    return proposal !== undefined && row.state === 'open' ? [{ proposal, row }] : [];
  });
}
