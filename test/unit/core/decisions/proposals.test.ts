import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { type Amount, ZERO } from '../../../../src/core/base/amount.ts';
import type { Id } from '../../../../src/core/base/id.ts';
import { present } from '../../../../src/core/base/outcome.ts';
import { StateDraft } from '../../../../src/core/books/state.ts';
import { compareRows, rowsRoot } from '../../../../src/core/decisions/pages.ts';
import { proposalsTable } from '../../../../src/core/decisions/tables.ts';
import { closeKind, proposalKind } from '../../../../src/core/wire/kinds/decisions.ts';
import { NO_ACT, ROWS_MAX } from '../../../../src/core/wire/messages/decisions.ts';
import { DecisionScene, YES_OR_NO } from '../../../support/decisions.ts';
import { idNamed } from '../../../support/world.ts';

const FOR = [1];
const AGAINST = [2];
const ASIDE = [3];
const BLOCK = [4];
const RATE = { taskClass: 7, numerator: 3, denominator: 2, startMinute: 29_000_000, minutes: 43_200 };

const setUp = (): DecisionScene => new DecisionScene();

function stateOf({ hall }: DecisionScene, proposal: Id): string {
  return present(hall.decisions.state.get(proposalsTable, proposal), 'the proposal is there').state;
}

suite('a proposal', () => {
  test('is adopted as soon as everybody is for it, and no Close comes twice', () => {
    const scene = setUp();
    const id = scene.adopted();
    assert.equal(stateOf(scene, id), 'adopted');
    assert.deepEqual(scene.close(id, { rows: 5 }), { type: 'refused', code: 'proposal_not_open' });
    assert.equal(scene.hall.decisions.state.get(proposalsTable, id)?.pages, 0);
  });

  test('keeps the result of its first Close, whatever is written after', () => {
    for (const choice of [FOR, AGAINST]) {
      const scene = setUp();
      const { id } = scene.open();
      scene.page(id, scene.rows(id, choice));
      const result = scene.result(id);
      assert.equal(scene.close(id).type, 'applied');
      const { decisions } = scene.hall;
      const [row, refused] = [decisions.state.get(proposalsTable, id), { type: 'refused', code: 'proposal_not_open' }];
      assert.deepEqual(row?.outcome, result.outcome);
      assert.deepEqual(decisions.write(closeKind, result), refused, 'the same Close again');
      assert.deepEqual(decisions.write(closeKind, { ...result, rows: 0, rowsRoot: rowsRoot([]) }), refused);
      assert.deepEqual(scene.page(id, scene.rows(id, choice)), refused);
      assert.deepEqual(scene.end(id), refused);
      assert.deepEqual(scene.amend(id, scene.ana), refused);
      assert.deepEqual(scene.withdraw(id, scene.ana), refused);
      assert.deepEqual(decisions.state.get(proposalsTable, id), row);
    }
  });

  test('is rejected by one objection, by a quorum that is missed, and by silence', () => {
    for (const choices of [[FOR, FOR, FOR, AGAINST], [FOR, FOR], [ASIDE, ASIDE, ASIDE], []]) {
      const scene = setUp();
      const { id } = scene.open();
      const rows = choices.map((choice, index) => scene.row(scene.person(index), id, choice));
      if (rows.length > 0) scene.page(id, rows);
      scene.end(id);
      assert.equal(scene.close(id).type, 'applied');
      assert.equal(stateOf(scene, id), 'rejected', JSON.stringify(choices));
    }
  });

  test('counts nothing of strangers, of choices that were not offered, and of a voter with two ballots of one number', () => {
    const scene = setUp();
    const { id } = scene.open();
    const [ana, bea, carla, dora] = scene.people.map((voter) => scene.row(voter, id, FOR));
    const again = { ...present(dora, 'a row'), ballot: idNamed('another'), choice: AGAINST };
    const rows = [
      ana,
      bea,
      { ...present(carla, 'a row'), choice: BLOCK },
      dora,
      again,
      scene.row(scene.finn, id, AGAINST),
    ];
    scene.page(
      id,
      rows.map((row) => present(row, 'a row')),
    );
    scene.end(id);
    const { outcome } = scene.result(id);
    assert.deepEqual(outcome, { adopted: false, electors: 5, voters: 2, chosen: [], counts: [2, 0, 0, 0] });
  });

  test('takes no more rows than can be counted', () => {
    const scene = setUp();
    const { id } = scene.open();
    const { state } = scene.hall.decisions;
    const row = present(state.get(proposalsTable, id), 'the proposal is there');
    const draft = new StateDraft(state);
    draft.set(proposalsTable, [id], { ...row, rows: ROWS_MAX - 1 });
    state.apply(draft);
    const [first, second, ...rest] = scene.rows(id, FOR).toSorted(compareRows);
    assert.ok(first !== undefined && second !== undefined && rest.length > 0);
    assert.deepEqual(scene.page(id, [first, second]), { type: 'refused', code: 'empty_batch' });
    assert.equal(scene.page(id, [first]).type, 'applied');
    assert.deepEqual(scene.page(id, [second]), { type: 'refused', code: 'empty_batch' });
  });

  test('counts the newest ballot, and a delegate’s for whoever named one', () => {
    const scene = setUp();
    const { id } = scene.open();
    const [ana, bea, carla, dora, eve] = scene.people.map(({ identity }) => identity);
    scene.page(id, [
      scene.row(scene.ana, id, AGAINST),
      scene.row(scene.ana, id, FOR, { number: 2 }),
      scene.row(scene.bea, id, [], { delegate: present(ana, 'an id') }),
      scene.row(scene.person(2), id, [], { delegate: present(bea, 'an id') }),
      scene.row(scene.person(3), id, [], { delegate: present(eve, 'an id') }),
      scene.row(scene.person(4), id, [], { delegate: present(dora, 'an id') }),
    ]);
    assert.ok(carla !== undefined);
    const { outcome } = scene.result(id);
    assert.deepEqual(outcome, { adopted: true, electors: 5, voters: 5, chosen: [], counts: [3, 0, 0, 0] });
  });

  test('begins anew with each version, and is withdrawn by who proposed it', () => {
    const scene = setUp();
    const { id } = scene.open();
    scene.page(id, [scene.row(scene.ana, id, FOR)]);
    assert.equal(scene.amend(id, scene.ana).type, 'applied');
    assert.equal(scene.hall.decisions.state.get(proposalsTable, id)?.rows, 0);
    assert.equal(scene.withdraw(id, scene.ana).type, 'applied');
    assert.equal(stateOf(scene, id), 'withdrawn');
  });

  test('keeps the electors of its own head when somebody joins or leaves later', () => {
    const scene = setUp();
    const { id } = scene.open();
    scene.hall.admit(scene.finn);
    scene.hall.part(scene.person(4));
    const rows = [...scene.people, scene.finn].map((voter) => scene.row(voter, id, FOR));
    scene.page(id, rows);
    assert.deepEqual(scene.result(id).outcome, {
      adopted: true,
      electors: 5,
      voters: 5,
      chosen: [],
      counts: [5, 0, 0, 0],
    });
  });

  test('remembers which Close gave the result, and not one that was refused before it', () => {
    const scene = setUp();
    const { id } = scene.open();
    scene.page(id, scene.rows(id, FOR));
    const wrong = { ...scene.result(id).outcome, adopted: false };
    assert.equal(scene.close(id, { outcome: wrong }).type, 'refused');
    assert.equal(scene.close(id).type, 'applied');
    const { book, state } = scene.hall.decisions;
    const { close, closed } = state.get(proposalsTable, id) ?? {};
    assert.deepEqual({ id: close, sequence: closed }, { id: book.head.id, sequence: book.head.sequence });
  });

  test('waits for the members at its head', () => {
    const scene = setUp();
    const opening = scene.opening(scene.propose(scene.ana));
    scene.world.missing.add(scene.hall.memberBook.book.id);
    assert.deepEqual(scene.hall.decisions.write(proposalKind, opening), {
      type: 'waiting',
      heads: [opening.memberHead],
    });
  });

  test('decides a rate, an election and a budget', () => {
    const scene = setUp();
    const rate = scene.open({ matter: 'rate', question: { ...YES_OR_NO, act: { ...NO_ACT, rate: RATE } } }).id;
    scene.page(
      rate,
      scene.people.map((voter) => scene.row(voter, rate, FOR)),
    );
    assert.deepEqual(scene.result(rate).act, { ...NO_ACT, rate: RATE });
    assert.equal(scene.close(rate).type, 'applied');

    const election = scene.open({ matter: 'election', question: { ...YES_OR_NO, options: 3, seats: 2 } }).id;
    const rankings = [[1, 2], [1, 2], [2, 1], [3], [3, 2]];
    scene.page(
      election,
      scene.people.map((voter, index) => scene.row(voter, election, rankings[index] ?? [])),
    );
    assert.equal(scene.close(election).type, 'applied');
    assert.deepEqual(scene.hall.decisions.state.get(proposalsTable, election)?.outcome?.chosen.length, 2);

    const costs = [7200, 3600, 3600] as Amount[];
    const budget = scene.open({
      matter: 'budget',
      question: { ...YES_OR_NO, options: 3, costs, budget: 10_800 as Amount },
    }).id;
    const approvals = [[1], [1], [1, 2], [2], [3]];
    scene.page(
      budget,
      scene.people.map((voter, index) => scene.row(voter, budget, approvals[index] ?? [])),
    );
    assert.equal(scene.close(budget).type, 'applied');
    const { outcome } = present(scene.hall.decisions.state.get(proposalsTable, budget), 'it is there');
    assert.deepEqual([outcome?.adopted, outcome?.counts], [true, [3, 2, 1]]);
    assert.ok(
      present(outcome, 'it was closed').chosen.reduce((sum, option) => sum + (costs[option - 1] ?? ZERO), 0) <= 10_800,
    );
  });

  test('is the same for a follower who reads the book anew', () => {
    const scene = setUp();
    scene.adopted();
    assert.equal(scene.hall.decisions.replayed(), scene.hall.decisions.snapshot());
  });
});
