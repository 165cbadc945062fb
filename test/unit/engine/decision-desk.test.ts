import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Id, idToBytes } from '../../../src/core/base/id.ts';
import { present } from '../../../src/core/base/outcome.ts';
import { commitToChoice } from '../../../src/core/decisions/sealed.ts';
import { proposalsTable } from '../../../src/core/decisions/tables.ts';
import type { Entry } from '../../../src/core/wire/entry.ts';
import { ballotKind, proposalEndedKind, revealKind, withdrawKind } from '../../../src/core/wire/kinds/decisions.ts';
import type { Ballot, ProposalRow, Propose } from '../../../src/core/wire/messages/decisions.ts';
import type { ItemOutcome, Source } from '../../../src/engine/events.ts';
import { entryToItem } from '../../../src/engine/reading.ts';
import { draftOf } from '../../../src/engine/services/draft.ts';
import { DecisionScene, YES_OR_NO } from '../../support/decisions.ts';
import { REGION } from '../../support/identities.ts';
import { Machine } from '../../support/machine.ts';
import { SEALED, SealedScene, sealedChoice } from '../../support/sealed.ts';
import { type Actor, charterWith, idNamed } from '../../support/world.ts';

const SUBMIT: Source = { door: 'submit', from: 'peer' };
const [FOR, AGAINST, BLOCK] = [1, 2, 4];

/** The node of an assembly of five, which has its member book and nothing else. */
class Hall {
  readonly scene: DecisionScene;
  readonly machine: Machine;

  protected constructor(scene: DecisionScene, machine: Machine) {
    this.scene = scene;
    this.machine = machine;
  }

  static async open(scene = new DecisionScene()): Promise<Hall> {
    const machine = await Machine.start(scene.hall);
    await machine.entries(scene.hall.memberBook.book.entries, { door: 'sync', from: 'peer' });
    return new Hall(scene, machine);
  }

  /** Sends an entry with its Opening, as a node does. */
  async send(by: Actor, entry: Entry): Promise<ItemOutcome> {
    const items = [by.book('proposals').opening, entry].map(({ bytes }) => entryToItem(bytes));
    return present((await this.machine.items(items, SUBMIT)).at(-1), 'every item has an outcome');
  }

  async propose(by: Actor, changes: Partial<Propose> = {}): Promise<Id> {
    const outcome = await this.send(by, this.scene.propose(by, changes));
    return present(outcome.carrier, `the proposal is open, and not ${outcome.sentence}`).id;
  }

  async vote(by: Actor, version: Id, choice: readonly number[], more: Partial<Ballot> = {}): Promise<ItemOutcome> {
    const { identity: body } = this.scene.hall;
    const content = {
      body,
      version,
      number: 1,
      choice: [...choice],
      delegate: undefined,
      reasonDigest: undefined,
      commitment: undefined,
      sealedDigest: undefined,
      ...more,
    };
    return this.send(by, by.book('proposals').write(ballotKind, content));
  }

  row(proposal: Id): ProposalRow {
    const book = this.machine.peer.books.bodyBook(this.scene.hall.identity, 'proposals');
    return present(book?.state?.state.get(proposalsTable, proposal), 'the proposal is known');
  }

  async tickAt(nowMs: number): Promise<void> {
    this.machine.nowMs = nowMs;
    await this.machine.feed({ type: 'tick' });
  }
}

/** The node of such an assembly that decides by majority, with sealed ballots. */
class SealedHall extends Hall {
  static async openSealed(): Promise<SealedHall> {
    const { scene, machine } = await Hall.open(new SealedScene());
    return new SealedHall(scene, machine);
  }

  async voteSealed(by: Actor, version: Id, choice: readonly number[]): Promise<ItemOutcome> {
    const commitment = commitToChoice(version, by.identity, sealedChoice(by, choice));
    return this.vote(by, version, [], { commitment, sealedDigest: idNamed('for myself') });
  }

  async show(by: Actor, version: Id, choice: readonly number[]): Promise<ItemOutcome> {
    const content = { body: this.scene.hall.identity, version, sealed: sealedChoice(by, choice) };
    return this.send(by, by.book('proposals').write(revealKind, content));
  }
}

describe('a body’s decision desk with sealed ballots', () => {
  it('fixes them when all are in and counts when all were shown, over restarts at each step', async () => {
    const hall = await SealedHall.openSealed();
    const { people, ana } = hall.scene;
    const proposal = await hall.propose(ana, { question: SEALED });
    assert.equal((await hall.vote(ana, proposal, [FOR])).code, 'choice_malformed', 'an open ballot is not taken');
    for (const person of people) {
      assert.equal(hall.row(proposal).state, 'open');
      assert.equal((await hall.voteSealed(person, proposal, [FOR])).word, 'kept');
      await hall.machine.restart();
    }
    for (const person of people) {
      assert.equal(hall.row(proposal).state, 'revealing');
      assert.equal((await hall.show(person, proposal, [FOR])).word, 'kept');
      if (person !== people.at(-1)) assert.equal((await hall.show(person, proposal, [FOR])).word, 'kept');
      await hall.machine.restart();
    }
    const { state, outcome } = hall.row(proposal);
    assert.deepEqual([state, outcome?.counts], ['adopted', [5, 0, 0, 0]]);
    assert.deepEqual(hall.machine.peer.desk.inbox.all(), []);
  });

  it('counts without those who do not show their choice in time, and refuses what is none', async () => {
    const hall = await SealedHall.openSealed();
    const { people, ana, bea, finn } = hall.scene;
    const proposal = await hall.propose(ana, { question: SEALED });
    for (const person of people) await hall.voteSealed(person, proposal, [person === ana ? FOR : AGAINST]);
    assert.equal((await hall.show(bea, proposal, [FOR])).code, 'wrong_reveal');
    assert.equal((await hall.show(finn, proposal, [FOR])).code, 'wrong_reveal');
    assert.equal((await hall.show(ana, proposal, [FOR])).word, 'kept');
    const { deadline } = hall.row(proposal);
    await hall.tickAt(deadline - 1);
    assert.equal(hall.row(proposal).state, 'revealing');
    await hall.tickAt(deadline);
    const { state, outcome } = hall.row(proposal);
    assert.deepEqual([state, outcome?.voters, outcome?.counts], ['rejected', 1, [1, 0, 0, 0]]);
    assert.equal((await hall.show(bea, proposal, [AGAINST])).code, 'proposal_not_open');
    assert.deepEqual(hall.machine.peer.desk.inbox.all(), []);
  });
});

describe('a body’s decision desk', () => {
  it('takes five people at a table from the proposal to its result, without a deadline', async () => {
    const hall = await Hall.open();
    const { people, ana } = hall.scene;
    const proposal = await hall.propose(ana);
    for (const person of people) {
      assert.equal(hall.row(proposal).state, 'open');
      assert.equal((await hall.vote(person, proposal, [FOR])).word, 'kept');
    }
    const { state, outcome } = hall.row(proposal);
    assert.equal(state, 'adopted');
    assert.deepEqual([outcome?.electors, outcome?.voters, outcome?.counts], [5, 5, [5, 0, 0, 0]]);
    assert.equal((await hall.vote(ana, proposal, [AGAINST], { number: 2 })).code, 'proposal_not_open');
    assert.deepEqual(hall.machine.peer.desk.decisions?.ballots.of(proposal), []);
    const ballots = ana.book('proposals').entries.filter(({ header: { kind } }) => kind === ballotKind.number);
    const again = await hall.send(ana, present(ballots[0], 'Ana has voted'));
    assert.equal(again.word, 'carried', 'what comes by a second door was counted');
    const [receipt] = await hall.machine.store.carriersOf(idToBytes(again.id ?? proposal));
    assert.ok(receipt !== undefined, 'its page is found by the ballot');
  });

  it('ends a proposal when its deadline has passed, and counts who voted', async () => {
    const hall = await Hall.open();
    const { ana, bea } = hall.scene;
    const deadline = hall.machine.nowMs + 60_000;
    const proposal = await hall.propose(ana, { deadline });
    for (const person of hall.scene.people.slice(0, 3)) await hall.vote(person, proposal, [FOR]);
    await hall.tickAt(deadline - 1);
    assert.equal(hall.row(proposal).state, 'open');
    await hall.tickAt(deadline);
    assert.deepEqual([hall.row(proposal).state, hall.row(proposal).rows], ['adopted', 3]);
    assert.equal((await hall.vote(bea, proposal, [AGAINST], { number: 2 })).code, 'proposal_not_open');
  });

  it('counts of each voter the newest ballot, and none of two with one number, in whatever order they come', async () => {
    const hall = await Hall.open();
    const { ana, bea } = hall.scene;
    const proposal = await hall.propose(ana);
    await hall.vote(ana, proposal, [FOR], { number: 2 });
    assert.equal((await hall.vote(ana, proposal, [AGAINST], { number: 1 })).word, 'kept');
    await hall.vote(bea, proposal, [FOR]);
    await hall.vote(bea, proposal, [AGAINST]);
    const rows = hall.machine.peer.desk.decisions?.ballots.of(proposal) ?? [];
    assert.deepEqual(
      rows.filter(({ voter }) => voter === ana.identity).map(({ number, choice }) => [number, choice]),
      [[2, [FOR]]],
    );
    assert.equal(rows.filter(({ voter }) => voter === bea.identity).length, 2);
    await hall.machine.write('proposals', draftOf(proposalEndedKind, { proposal }));
    assert.deepEqual([hall.row(proposal).rows, hall.row(proposal).outcome?.voters], [3, 1]);
  });

  it('has lost nothing that it answered when it starts anew, and goes on where it stopped', async () => {
    const hall = await Hall.open();
    const { people, ana } = hall.scene;
    const proposal = await hall.propose(ana);
    for (const person of people.slice(0, 4)) await hall.vote(person, proposal, [FOR]);
    await hall.machine.restart();
    assert.equal(hall.machine.peer.desk.decisions?.ballots.of(proposal).length, 4);
    await hall.vote(hall.scene.person(4), proposal, [FOR]);
    assert.equal(hall.row(proposal).state, 'adopted');
  });

  it('closes after a restart what it had ended before', async () => {
    const hall = await Hall.open();
    const { ana } = hall.scene;
    const proposal = await hall.propose(ana);
    await hall.vote(ana, proposal, [FOR]);
    hall.machine.held.add('sign');
    const draft = draftOf(proposalEndedKind, { proposal });
    await hall.machine.feed({ type: 'write', ticket: 1000, region: REGION, channel: 'proposals', draft });
    await hall.machine.signHeld();
    assert.equal(hall.row(proposal).state, 'closing');
    assert.equal((await hall.vote(hall.scene.bea, proposal, [FOR])).code, 'proposal_not_open');
    const [held] = ana.book('proposals').entries.filter(({ header: { kind } }) => kind === ballotKind.number);
    const again = await hall.send(ana, present(held, 'Ana has voted'));
    assert.equal(again.word, 'kept', 'what is held is not refused when it comes by a second door');
    hall.machine.held.delete('sign');
    await hall.machine.restart();
    await hall.tickAt(hall.machine.nowMs + 1000);
    assert.deepEqual([hall.row(proposal).state, hall.row(proposal).rows], ['rejected', 1]);
  });

  it('keeps what was proposed and could not be written, and opens it after a restart', async () => {
    const hall = await Hall.open();
    const { ana } = hall.scene;
    hall.machine.held.add('sign');
    const propose = hall.scene.propose(ana);
    await hall.machine.items(
      [ana.book('proposals').opening, propose].map(({ bytes }) => entryToItem(bytes)),
      SUBMIT,
    );
    hall.machine.held.delete('sign');
    await hall.machine.restart();
    await hall.tickAt(hall.machine.nowMs + 1000);
    const again = await hall.send(ana, propose);
    assert.equal(again.word, 'carried');
    assert.equal(hall.row(present(again.carrier, 'its place is told').id).propose, propose.id);
  });

  it('begins ballots anew with a newer version, and ends with a Withdraw', async () => {
    const hall = await Hall.open();
    const { ana, bea } = hall.scene;
    const proposal = await hall.propose(ana);
    await hall.vote(bea, proposal, [FOR]);
    const version = await hall.propose(ana, { amends: proposal, textDigest: idNamed('better') });
    assert.equal(hall.row(proposal).version, version);
    assert.deepEqual(hall.machine.peer.desk.decisions?.ballots.of(proposal), []);
    assert.equal((await hall.vote(bea, proposal, [FOR], { number: 2 })).code, 'stale_version');
    assert.equal((await hall.vote(bea, version, [FOR])).word, 'kept');
    const withdraw = ana.book('proposals').write(withdrawKind, { body: hall.scene.hall.identity, proposal });
    assert.equal((await hall.send(ana, withdraw)).word, 'carried');
    assert.equal(hall.row(proposal).state, 'withdrawn');
    assert.equal((await hall.vote(bea, version, [FOR], { number: 2 })).code, 'unknown_proposal');
    assert.equal((await hall.send(ana, withdraw)).word, 'carried');
  });

  it('chooses by score where the charter says so', async () => {
    const scene = new DecisionScene(
      charterWith(2, [{ ...new DecisionScene().rule(), method: 'score', matter: 'general' }]).rules,
    );
    const hall = await Hall.open(scene);
    const question = { ...YES_OR_NO, options: 2, seats: 1, scoreMax: 9 };
    const proposal = await hall.propose(scene.ana, { question });
    for (const person of scene.people) await hall.vote(person, proposal, [3, 4]);
    assert.deepEqual([hall.row(proposal).state, hall.row(proposal).outcome?.chosen], ['adopted', [2]]);
  });
});

describe('what a decision desk refuses', () => {
  const cases: readonly {
    readonly when: string;
    readonly code: string | undefined;
    readonly attempt: (hall: Hall) => Promise<ItemOutcome>;
  }[] = [
    {
      when: 'a ballot of somebody who is no member',
      code: 'not_elector',
      attempt: async (hall) => hall.vote(hall.scene.finn, await hall.propose(hall.scene.ana), [FOR]),
    },
    {
      when: 'a proposal of somebody who is no member',
      code: 'not_elector',
      attempt: (hall) => hall.send(hall.scene.finn, hall.scene.propose(hall.scene.finn)),
    },
    {
      when: 'a choice that was not offered',
      code: 'choice_malformed',
      attempt: async (hall) => hall.vote(hall.scene.ana, await hall.propose(hall.scene.ana), [5]),
    },
    {
      when: 'a mandate for oneself',
      code: 'choice_malformed',
      attempt: async (hall) =>
        hall.vote(hall.scene.ana, await hall.propose(hall.scene.ana), [], { delegate: hall.scene.ana.identity }),
    },
    {
      when: 'a ballot for nothing',
      code: 'unknown_proposal',
      attempt: (hall) => hall.vote(hall.scene.ana, idNamed('nothing'), [FOR]),
    },
    {
      when: 'a question that does not fit its method',
      code: 'question_malformed',
      attempt: (hall) => {
        const question = { ...YES_OR_NO, options: 3 };
        return hall.send(hall.scene.ana, hall.scene.propose(hall.scene.ana, { question }));
      },
    },
    {
      when: 'a newer version of somebody else’s proposal',
      code: 'not_proposer',
      attempt: async (hall) => {
        const amends = await hall.propose(hall.scene.ana);
        return hall.send(hall.scene.bea, hall.scene.propose(hall.scene.bea, { amends }));
      },
    },
    {
      when: 'a Withdraw of nothing',
      code: 'unknown_proposal',
      attempt: (hall) => {
        const content = { body: hall.scene.hall.identity, proposal: idNamed('nothing') };
        return hall.send(hall.scene.ana, hall.scene.ana.book('proposals').write(withdrawKind, content));
      },
    },
    {
      when: 'a proposal whose time is over',
      code: undefined,
      attempt: (hall) => hall.send(hall.scene.ana, hall.scene.propose(hall.scene.ana, { deadline: 1 })),
    },
  ];
  for (const { when, code, attempt } of cases) {
    it(`${when}: ${code ?? 'a sentence'}`, async () => {
      const hall = await Hall.open();
      const outcome = await attempt(hall);
      assert.deepEqual([outcome.word, outcome.code], ['refused', code]);
      assert.ok(outcome.sentence !== undefined);
      assert.deepEqual(hall.machine.peer.desk.inbox.all(), []);
    });
  }

  it('a block without a reason, where a consensus is sought', async () => {
    const scene = new DecisionScene(
      new DecisionScene().rules.map((rule) => ({
        ...rule,
        ...(rule.matter === 'general' ? { method: 'consensus' as const } : {}),
      })),
    );
    const hall = await Hall.open(scene);
    const proposal = await hall.propose(scene.ana);
    assert.equal((await hall.vote(scene.bea, proposal, [BLOCK])).code, 'choice_malformed');
    assert.equal((await hall.vote(scene.bea, proposal, [BLOCK], { reasonDigest: idNamed('why') })).word, 'kept');
  });

  it('a seventeenth open proposal of one member, until one is closed', async () => {
    const hall = await Hall.open();
    const { ana, bea } = hall.scene;
    const proposals: Id[] = [];
    for (let count = 0; count < 16; count += 1) proposals.push(await hall.propose(ana));
    assert.equal((await hall.send(ana, hall.scene.propose(ana))).word, 'later');
    assert.equal((await hall.send(bea, hall.scene.propose(bea))).word, 'carried');
    const proposal = present(proposals[0], 'there are sixteen');
    const withdraw = ana.book('proposals').write(withdrawKind, { body: hall.scene.hall.identity, proposal });
    await hall.send(ana, withdraw);
    assert.equal((await hall.send(ana, hall.scene.propose(ana))).word, 'carried');
  });

  it('says how large its decision book is though nobody witnesses it, and of no other book', async () => {
    const hall = await Hall.open();
    await hall.machine.feed({ type: 'tick' });
    await hall.propose(hall.scene.ana);
    hall.machine.nowMs += 60_000;
    await hall.machine.feed({ type: 'tick' });
    const { books, witnessing } = hall.machine.peer;
    const [decisions, members] = (['proposals', 'people'] as const).map((channel) =>
      present(books.bodyBook(hall.scene.hall.identity, channel), `the hall has a book of ${channel}`),
    );
    assert.ok(decisions !== undefined && members !== undefined);
    const { largest, newest, final, quorum } = present(witnessing.of(decisions), 'its charter is here');
    assert.deepEqual([newest?.checkpoint.size, quorum.words], [decisions.head.sequence + 1, 'unwitnessed']);
    assert.deepEqual([largest === newest, final, witnessing.of(members)?.largest], [true, undefined, undefined]);
    const word = witnessing.wordsOf(decisions, 1);
    assert.deepEqual(word, { certainty: 'accepted', witnessing: 'unwitnessed' });
  });
});
