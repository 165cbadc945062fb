import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ZERO } from '../../../src/core/base/amount.ts';
import type { Id } from '../../../src/core/base/id.ts';
import { present } from '../../../src/core/base/outcome.ts';
import { proposalsTable } from '../../../src/core/decisions/tables.ts';
import { takenFor } from '../../../src/core/decisions/taken.ts';
import { mandatesTable } from '../../../src/core/members/tables.ts';
import type { Entry } from '../../../src/core/wire/entry.ts';
import { ballotKind, proposeKind } from '../../../src/core/wire/kinds/decisions.ts';
import { mandateKind, recallKind } from '../../../src/core/wire/kinds/people.ts';
import type { MandatedBallot } from '../../../src/core/wire/messages/decisions.ts';
import { MANDATED_NUMBER_MAX } from '../../../src/engine/constants.ts';
import type { ItemOutcome, Source } from '../../../src/engine/events.ts';
import { entryToItem } from '../../../src/engine/reading.ts';
import { draftOf } from '../../../src/engine/services/draft.ts';
import { CouncilScene } from '../../support/council.ts';
import { YES_OR_NO } from '../../support/decisions.ts';
import { Machine } from '../../support/machine.ts';
import { type Actor, idNamed } from '../../support/world.ts';

const SUBMIT: Source = { door: 'submit', from: 'peer' };
const SYNC: Source = { door: 'sync', from: 'peer' };
const START_MS = 1_790_000_000_000;
const TERM = { from: START_MS, to: START_MS + 60_000 };

/** The node of a council, which holds the member books of its members. */
class CouncilNode {
  readonly scene: CouncilScene;
  readonly machine: Machine;

  private constructor(scene: CouncilScene, machine: Machine) {
    this.scene = scene;
    this.machine = machine;
  }

  static async open(): Promise<CouncilNode> {
    const scene = new CouncilScene();
    const node = new CouncilNode(scene, await Machine.start(scene.council));
    await node.machine.entries(scene.council.memberBook.book.entries, SYNC);
    return node;
  }

  /** The node learns what the garden has written into its member book. */
  async hear(): Promise<void> {
    await this.machine.entries(this.scene.garden.memberBook.book.entries, SYNC);
  }

  async send(by: Actor, entry: Entry): Promise<ItemOutcome> {
    const items = [by.book('proposals').opening, entry].map(({ bytes }) => entryToItem(bytes));
    return present((await this.machine.items(items, SUBMIT)).at(-1), 'every item has an outcome');
  }

  /** The forge proposes. @returns the proposal. */
  async propose(): Promise<{ readonly id: Id }> {
    const body = this.scene.council.identity;
    const content = { body, matter: 'general', textDigest: idNamed('text'), question: YES_OR_NO } as const;
    const entry = this.scene.forge.book('proposals').write(proposeKind, { ...content, deadline: 0, amends: undefined });
    const outcome = await this.send(this.scene.forge, entry);
    return { id: present(outcome.carrier, `the proposal is open, and not ${outcome.sentence}`).id };
  }

  /** Ana votes for the garden. */
  async vote(
    proposal: { readonly id: Id },
    mandate: Entry,
    changes: Partial<MandatedBallot> = {},
  ): Promise<ItemOutcome> {
    return this.send(this.scene.ana, this.scene.ballot(proposal, mandate, changes));
  }

  async voteItself(voter: Actor, { id: version }: { readonly id: Id }): Promise<void> {
    const content = { body: this.scene.council.identity, version, number: 1, choice: [1] };
    const more = { delegate: undefined, reasonDigest: undefined, commitment: undefined, sealedDigest: undefined };
    await this.send(voter, voter.book('proposals').write(ballotKind, { ...content, ...more }));
  }

  get state() {
    const book = this.machine.peer.books.bodyBook(this.scene.council.identity, 'proposals');
    return present(book?.state?.state, 'the council has a decision book');
  }
}

describe('a council’s decision desk', () => {
  it('takes a delegate’s ballot, and closes when every elector has one', async () => {
    const node = await CouncilNode.open();
    const mandate = node.scene.grant(TERM);
    await node.hear();
    const proposal = await node.propose();
    const outcome = await node.vote(proposal, mandate);
    assert.deepEqual([outcome.word, outcome.code], ['carried', undefined]);
    const { garden, forge, mill } = node.scene;
    assert.equal(takenFor(proposal.id, garden.identity, node.state)?.ballot, outcome.id);
    await node.voteItself(forge, proposal);
    assert.equal(node.state.get(proposalsTable, proposal.id)?.state, 'open');
    await node.voteItself(mill, proposal);
    const row = node.state.get(proposalsTable, proposal.id);
    assert.deepEqual([row?.state, row?.outcome?.counts], ['adopted', [3, 0, 0, 0]]);
  });

  it('closes with a delegate’s ballot that comes last', async () => {
    const node = await CouncilNode.open();
    const mandate = node.scene.grant(TERM);
    await node.hear();
    const proposal = await node.propose();
    await node.voteItself(node.scene.forge, proposal);
    await node.voteItself(node.scene.mill, proposal);
    await node.vote(proposal, mandate);
    assert.equal(node.state.get(proposalsTable, proposal.id)?.state, 'adopted');
  });

  it('asks for a ballot again while the member book is not here, and says what it took already', async () => {
    const node = await CouncilNode.open();
    const mandate = node.scene.grant(TERM);
    const proposal = await node.propose();
    const ballot = node.scene.ballot(proposal, mandate);
    assert.equal((await node.send(node.scene.ana, ballot)).word, 'later');
    await node.hear();
    assert.equal((await node.send(node.scene.ana, ballot)).word, 'carried');
    assert.equal((await node.send(node.scene.ana, ballot)).word, 'carried');
    assert.equal(node.state.get(proposalsTable, proposal.id)?.taken, 1);
  });

  it('takes none after it has heard of the Recall, outside the mandate, or outside its term', async () => {
    const node = await CouncilNode.open();
    const mandate = node.scene.grant(TERM);
    await node.hear();
    const proposal = await node.propose();
    const code = async (changes: Partial<MandatedBallot> = {}): Promise<string | undefined> =>
      (await node.vote(proposal, mandate, changes)).code;
    assert.equal(await code({ version: idNamed('nothing') }), 'unknown_proposal');
    assert.equal((await node.vote(proposal, mandate, { mandate: idNamed('nothing') })).word, 'later');
    assert.equal(
      (await node.send(node.scene.bea, node.scene.ballot(proposal, mandate, {}, node.scene.bea))).code,
      'unknown_mandate',
    );
    assert.equal(await code({ choice: [7] }), 'choice_malformed');
    const last = await node.vote(proposal, mandate, { number: MANDATED_NUMBER_MAX + 1 });
    assert.deepEqual([last.word, last.code], ['refused', undefined]);
    assert.match(last.sentence ?? '', /number up to 1000/);
    node.machine.nowMs = TERM.from - 1;
    assert.equal(await code(), 'outside_mandate');
    node.machine.nowMs = TERM.to;
    assert.equal(await code(), 'mandate_over');
    node.machine.nowMs = TERM.to - 1;
    node.scene.recall(mandate);
    await node.hear();
    assert.equal(await code(), 'mandate_over');
    assert.equal(node.state.get(proposalsTable, proposal.id)?.taken, 0);
  });

  it('takes after a restart what it had kept before', async () => {
    const node = await CouncilNode.open();
    const mandate = node.scene.grant(TERM);
    await node.hear();
    const proposal = await node.propose();
    node.machine.held.add('sign');
    const ballot = node.scene.ballot(proposal, mandate);
    const items = [node.scene.ana.book('proposals').opening, ballot].map(({ bytes }) => entryToItem(bytes));
    assert.deepEqual(await node.machine.items(items, SUBMIT), [], 'nothing is answered before it is durable');
    assert.equal(node.state.get(proposalsTable, proposal.id)?.taken, 0);
    node.machine.held.delete('sign');
    await node.machine.restart();
    await node.machine.feed({ type: 'tick' });
    assert.equal(node.state.get(proposalsTable, proposal.id)?.taken, 1);
  });
});

describe('the node of a body that gave mandates', () => {
  it('writes by its own clock that a term is over, after a restart too, and of no mandate twice', async () => {
    const { garden, ana, bea, council, forge } = new CouncilScene();
    garden.memberBook.note(bea.book('people'));
    const machine = await Machine.start(garden);
    await machine.entries(garden.memberBook.book.entries, SYNC);
    const bounds = { matters: ['general'], amount: ZERO, from: START_MS } as const;
    const grant = async (delegate: Actor, body: Actor, to: number): Promise<Id> => {
      const terms = { delegate: delegate.identity, at: body.identity, ...bounds, to };
      return present((await machine.write('people', draftOf(mandateKind, terms))).written, 'it is granted').id;
    };
    const [first, second] = [await grant(ana, council, TERM.to), await grant(bea, council, TERM.to + 1)];
    const recalled = await grant(ana, forge, TERM.to);
    await machine.write('people', draftOf(recallKind, { mandate: recalled }));
    const overs = () => {
      const state = machine.peer.books.bodyBook(garden.identity, 'people')?.state?.state;
      return [first, second, recalled].map((id) => {
        const row = state?.get(mandatesTable, id);
        return row?.over === 0 ? 'running' : row?.recalled === true ? 'recalled' : 'ended';
      });
    };
    const tickAt = async (nowMs: number): Promise<void> => {
      machine.nowMs = nowMs;
      await machine.feed({ type: 'tick' });
    };
    await tickAt(TERM.to - 1);
    assert.deepEqual(overs(), ['running', 'running', 'recalled']);
    await tickAt(TERM.to);
    assert.deepEqual(overs(), ['ended', 'running', 'recalled']);
    await machine.restart();
    const length = () => machine.peer.books.bodyBook(garden.identity, 'people')?.head.sequence ?? 0;
    const before = length();
    await tickAt(TERM.to + 1);
    assert.deepEqual(overs(), ['ended', 'ended', 'recalled']);
    await tickAt(TERM.to + 100_000);
    assert.equal(length(), before + 1);
  });
});
