import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { compareIds, type Id } from '../../../../src/core/base/id.ts';
import { commitToChoice } from '../../../../src/core/decisions/sealed.ts';
import { ballotsSealedKind, proposalKind } from '../../../../src/core/wire/kinds/decisions.ts';
import type { SealedChoice } from '../../../../src/core/wire/messages/decisions.ts';
import { type RefusalCase, testRefusals } from '../../../support/refusal-case.ts';
import { SEALED, SealedScene, sealedChoice } from '../../../support/sealed.ts';
import { type Actor, idNamed } from '../../../support/world.ts';

const [FOR, AGAINST] = [[1], [2]] as const;

/** What these people show, in order. */
function rising(shown: readonly (readonly [Actor, SealedChoice])[]): readonly (readonly [Actor, SealedChoice])[] {
  return shown.toSorted(([one], [other]) => compareIds(one.identity, other.identity));
}

function shown(scene: SealedScene, choices: readonly (readonly number[])[]) {
  return rising(choices.map((choice, index) => [scene.person(index), sealedChoice(scene.person(index), choice)]));
}

const REFUSED: readonly RefusalCase<SealedScene>[] = [
  {
    code: 'question_malformed',
    when: 'sealed ballots where objections are reasoned',
    attempt: (scene) => {
      const propose = scene.propose(scene.ana, { matter: 'standard', question: SEALED });
      return scene.hall.decisions.write(proposalKind, scene.opening(propose, scene.rule('standard')));
    },
  },
  {
    code: 'choice_malformed',
    when: 'an open ballot on a page where ballots are sealed',
    attempt: (scene) => {
      const { id } = scene.open({ question: SEALED });
      return scene.page(id, [scene.row(scene.ana, id, FOR)]);
    },
  },
  {
    code: 'choice_malformed',
    when: 'a sealed ballot on a page where ballots are open',
    attempt: (scene) => {
      const { id } = scene.open();
      return scene.page(id, [scene.sealedRow(scene.ana, id, sealedChoice(scene.ana, FOR))]);
    },
  },
  { code: 'unknown_proposal', when: 'the sealing of nothing', attempt: (scene) => sealNothing(scene) },
  {
    code: 'proposal_not_open',
    when: 'the sealing of ballots before their time is over',
    attempt: (scene) => scene.seal(scene.open({ question: SEALED }).id),
  },
  {
    code: 'proposal_not_open',
    when: 'the sealing of open ballots',
    attempt: (scene) => {
      const { id } = scene.open();
      scene.end(id);
      return scene.seal(id);
    },
  },
  {
    code: 'proposal_not_open',
    when: 'a second sealing',
    attempt: (scene) => scene.seal(scene.sealed([FOR])),
  },
  {
    code: 'stale_version',
    when: 'the sealing of another version',
    attempt: (scene) => scene.seal(scene.voted([FOR]), { version: idNamed('other') }),
  },
  {
    code: 'wrong_rows',
    when: 'the sealing of fewer rows than stand on pages',
    attempt: (scene) => scene.seal(scene.voted([FOR, FOR]), { rows: 1 }),
  },
  {
    code: 'wrong_rows',
    when: 'the sealing of other rows',
    attempt: (scene) => scene.seal(scene.voted([FOR]), { rowsRoot: new Uint8Array(32) }),
  },
  {
    code: 'proposal_not_open',
    when: 'a Close of ballots that nobody could reveal',
    attempt: (scene) => scene.close(scene.voted([FOR, FOR, FOR, FOR, FOR])),
  },
  {
    code: 'proposal_not_open',
    when: 'one more ballot after the sealing',
    attempt: (scene) => {
      const id = scene.sealed([FOR]);
      return scene.page(id, [scene.sealedRow(scene.bea, id, sealedChoice(scene.bea, FOR))]);
    },
  },
  {
    code: 'proposal_not_open',
    when: 'a withdrawal when choices are being shown',
    attempt: (scene) => scene.withdraw(scene.sealed([FOR]), scene.ana),
  },
  {
    code: 'unknown_proposal',
    when: 'choices for nothing',
    attempt: (scene) => scene.reveal(idNamed('nothing'), one(scene, FOR)),
  },
  {
    code: 'proposal_not_open',
    when: 'choices that are shown before the ballots are fixed',
    attempt: (scene) => scene.reveal(scene.voted([FOR]), one(scene, FOR)),
  },
  {
    code: 'rows_unsorted',
    when: 'choices of voters out of order',
    attempt: (scene) => scene.reveal(scene.sealed([FOR, FOR]), shown(scene, [FOR, FOR]).toReversed()),
  },
  {
    code: 'rows_unsorted',
    when: 'the choice of one voter twice',
    attempt: (scene) => scene.reveal(scene.sealed([FOR]), [...one(scene, FOR), ...one(scene, FOR)]),
  },
  {
    code: 'choice_malformed',
    when: 'a choice that was not offered, to which the ballot commits',
    attempt: (scene) => scene.reveal(scene.sealed([[9]]), one(scene, [9])),
  },
  {
    code: 'wrong_reveal',
    when: 'another choice than the ballot commits to',
    attempt: (scene) => scene.reveal(scene.sealed([FOR]), one(scene, AGAINST)),
  },
  {
    code: 'wrong_reveal',
    when: 'the choice of a member who cast no ballot',
    attempt: (scene) => scene.reveal(scene.sealed([FOR]), [[scene.bea, sealedChoice(scene.bea, FOR)]]),
  },
  {
    code: 'wrong_reveal',
    when: 'a choice a second time',
    attempt: (scene) => {
      const id = scene.sealed([FOR, FOR]);
      assert.equal(scene.reveal(id, one(scene, FOR)).type, 'applied');
      return scene.reveal(id, one(scene, FOR));
    },
  },
  {
    code: 'wrong_reveal',
    when: 'the choice of a ballot that a newer one of its voter took the place of',
    attempt: (scene) => {
      const { id } = scene.open({ question: SEALED });
      const [first, second] = [sealedChoice(scene.ana, FOR), sealedChoice(scene.ana, AGAINST)];
      scene.end(id);
      scene.page(id, [scene.sealedRow(scene.ana, id, first), scene.sealedRow(scene.ana, id, second, 2)]);
      assert.equal(scene.seal(id).type, 'applied');
      return scene.reveal(id, [[scene.ana, first]]);
    },
  },
  {
    code: 'wrong_reveal',
    when: 'somebody who copied the commitment of another and then the choice',
    attempt: (scene) => {
      const { id } = scene.open({ question: SEALED });
      const sealed = sealedChoice(scene.ana, FOR);
      const copied = commitToChoice(id, scene.ana.identity, sealed);
      scene.end(id);
      scene.page(id, [scene.row(scene.bea, id, [], { commitment: copied })]);
      assert.equal(scene.seal(id).type, 'applied');
      return scene.reveal(id, [[scene.bea, sealed]]);
    },
  },
  {
    code: 'too_early',
    when: 'a Close while choices can still be shown',
    attempt: (scene) => {
      const id = scene.sealed([FOR, FOR, FOR]);
      scene.reveal(id, one(scene, FOR));
      return scene.close(id);
    },
  },
];

function one(scene: SealedScene, choice: readonly number[]): readonly (readonly [Actor, SealedChoice])[] {
  return [[scene.ana, sealedChoice(scene.ana, choice)]];
}

function sealNothing(scene: SealedScene) {
  const proposal = idNamed('nothing');
  return scene.hall.decisions.write(ballotsSealedKind, {
    proposal,
    version: proposal,
    rows: 0,
    rowsRoot: new Uint8Array(32),
    revealBy: 0,
  });
}

suite('sealed ballots are refused', () => {
  testRefusals(
    () => new SealedScene(),
    ({ hall }) => hall.decisions,
    REFUSED,
  );
});

suite('sealed ballots', () => {
  test('are counted as soon as all were shown, and nobody could tell before', () => {
    const scene = new SealedScene();
    const choices = [FOR, FOR, AGAINST, FOR, AGAINST];
    const id = scene.sealed(choices);
    assert.deepEqual(countsOf(scene, id), [0, 0, 0, 0], 'nothing counts before it is shown');
    assert.equal(scene.reveal(id, shown(scene, choices)).type, 'applied');
    assert.equal(scene.close(id).type, 'applied');
    const { state, outcome } = scene.proposalRow(id);
    assert.deepEqual([state, outcome?.voters, outcome?.counts], ['adopted', 5, [3, 2, 0, 0]]);
    assert.equal(scene.hall.decisions.replayed(), scene.hall.decisions.snapshot());
  });

  test('of who does not show the choice count nothing, once the time for that is over', () => {
    const scene = new SealedScene();
    const id = scene.sealed([FOR, AGAINST, AGAINST, FOR]);
    assert.equal(scene.reveal(id, shown(scene, [FOR])).type, 'applied');
    assert.equal(scene.end(id).type, 'applied');
    assert.equal(
      scene.reveal(id, [[scene.bea, sealedChoice(scene.bea, AGAINST)]]).type,
      'applied',
      'it had come in time',
    );
    assert.equal(scene.end(id).type, 'refused');
    assert.equal(scene.close(id).type, 'applied');
    const { state, outcome, rows } = scene.proposalRow(id);
    assert.deepEqual([state, outcome?.voters, outcome?.counts, rows], ['rejected', 2, [1, 1, 0, 0], 4]);
  });

  test('of one who cast two with one number count nothing, and hold nobody up', () => {
    const scene = new SealedScene();
    const { id } = scene.open({ question: SEALED });
    const [mine, other] = [FOR, AGAINST].map((choice) => sealedChoice(scene.ana, choice));
    assert.ok(mine !== undefined && other !== undefined);
    scene.end(id);
    scene.page(id, [scene.sealedRow(scene.ana, id, mine), scene.sealedRow(scene.ana, id, other)]);
    assert.equal(scene.seal(id).type, 'applied');
    assert.equal(scene.reveal(id, [[scene.ana, mine]]).type, 'refused');
    assert.equal(scene.close(id).type, 'applied');
    assert.equal(scene.proposalRow(id).outcome?.voters, 0);
  });

  test('may name a delegate, which is hidden too', () => {
    const scene = new SealedScene();
    const { id } = scene.open({ question: SEALED });
    const [own, named] = [sealedChoice(scene.ana, FOR), sealedChoice(scene.bea, [], scene.ana.identity)];
    scene.end(id);
    scene.page(id, [scene.sealedRow(scene.ana, id, own), scene.sealedRow(scene.bea, id, named)]);
    assert.equal(scene.seal(id).type, 'applied');
    const all = rising([
      [scene.ana, own],
      [scene.bea, named],
    ]);
    assert.equal(scene.reveal(id, all).type, 'applied');
    assert.equal(scene.close(id).type, 'applied');
    assert.deepEqual(scene.proposalRow(id).outcome?.counts, [2, 0, 0, 0]);
  });

  test('are revealed over several pages of ballots', () => {
    const scene = new SealedScene();
    const { id } = scene.open({ question: SEALED });
    scene.end(id);
    const people = scene.people.toSorted((left, right) => compareIds(left.identity, right.identity));
    for (const voter of people) scene.page(id, [scene.sealedRow(voter, id, sealedChoice(voter, FOR))]);
    assert.equal(scene.seal(id).type, 'applied');
    for (const voter of people.toReversed())
      assert.equal(scene.reveal(id, [[voter, sealedChoice(voter, FOR)]]).type, 'applied');
    assert.equal(scene.close(id).type, 'applied');
    assert.deepEqual(scene.proposalRow(id).outcome?.counts, [5, 0, 0, 0]);
  });
});

function countsOf(scene: SealedScene, id: Id): readonly number[] {
  return scene.result(id).outcome.counts;
}
