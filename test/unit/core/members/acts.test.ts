import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { DEFAULT_RULES } from '../../../../src/client/identity-setup.ts';
import type { Id } from '../../../../src/core/base/id.ts';
import type { Effect } from '../../../../src/core/books/rules.ts';
import { bodyFigures, charterAt, isMember } from '../../../../src/core/members/view.ts';
import { charterAmendedKind, expelledKind } from '../../../../src/core/wire/kinds/acts.ts';
import { type DecisionCertificate, NO_ACT } from '../../../../src/core/wire/messages/decisions.ts';
import type { Charter } from '../../../../src/core/wire/messages/people.ts';
import { certificateOf, decideOn } from '../../../support/rates.ts';
import { type RefusalCase, testRefusals } from '../../../support/refusal-case.ts';
import { type Actor, type Body, charterWith, TestWorld } from '../../../support/world.ts';

const CHARTER: Charter = charterWith(3, DEFAULT_RULES);

/** An assembly of Ana alone that may grow, and another one of hers. */
class Scene {
  readonly world = new TestWorld();
  readonly ana = this.world.person('Ana');
  readonly bea = this.world.person('Bea');
  readonly hall: Body = this.world.found('Hall', 'assembly', [this.ana], 2, DEFAULT_RULES);
  readonly other: Body = this.world.found('Other', 'assembly', [this.ana], 2, DEFAULT_RULES);

  constructor() {
    for (const body of [this.hall, this.other]) this.hall.memberBook.note(body.decisions.book);
  }

  amending(charter = CHARTER, body = this.hall, choice = 1): DecisionCertificate {
    return certificateOf(body, decideOn(body, this.ana, 'charter', { ...NO_ACT, charter }, choice));
  }

  expelling(member: Actor = this.bea): DecisionCertificate {
    const act = { ...NO_ACT, expulsion: { member: member.identity } };
    return certificateOf(this.hall, decideOn(this.hall, this.ana, 'expulsion', act));
  }

  amend(certificate: DecisionCertificate): Effect {
    return this.hall.memberBook.write(charterAmendedKind, { certificate });
  }

  expel(certificate: DecisionCertificate): Effect {
    return this.hall.memberBook.write(expelledKind, { certificate });
  }

  isMember(identity: Id): boolean {
    return isMember(this.hall.memberBook.state, identity);
  }
}

const REFUSED: readonly RefusalCase<Scene>[] = [
  {
    code: 'carried_malformed',
    when: 'another entry in place of a Close',
    attempt: (scene) => scene.amend({ ...scene.amending(), close: scene.hall.decisions.book.opening.bytes }),
  },
  {
    code: 'certificate_malformed',
    when: 'a Close that is not in the tree of the checkpoint',
    attempt: (scene) => scene.amend({ ...scene.amending(), path: [] }),
  },
  {
    code: 'not_adopted',
    when: 'a charter that the body rejected',
    attempt: (scene) => scene.amend(scene.amending(CHARTER, scene.hall, 2)),
  },
  {
    code: 'wrong_decision',
    when: 'the charter of another body',
    attempt: (scene) => scene.amend(scene.amending(CHARTER, scene.other)),
  },
  {
    code: 'wrong_decision',
    when: 'an expulsion in place of a charter',
    attempt: (scene) => scene.amend(scene.expelling(scene.ana)),
  },
  {
    code: 'decision_used',
    when: 'a charter twice, with another between',
    attempt: (scene) => {
      const first = scene.amending();
      assert.equal(scene.amend(first).type, 'applied');
      assert.equal(scene.amend(scene.amending(charterWith(1, DEFAULT_RULES))).type, 'applied');
      return scene.amend(first);
    },
  },
  {
    code: 'act_impossible',
    when: 'a charter without a rule for general matters',
    attempt: (scene) => scene.amend(scene.amending(charterWith(2, []))),
  },
  {
    code: 'act_impossible',
    when: 'the expulsion of somebody who is no member',
    attempt: (scene) => scene.expel(scene.expelling()),
  },
];

suite('what a body did not decide, its member book does not do', () => {
  testRefusals(
    () => new Scene(),
    ({ hall }) => hall.memberBook,
    REFUSED,
  );

  test('an expulsion twice, after the member came back', () => {
    const scene = new Scene();
    const certificate = scene.expelling(scene.ana);
    scene.hall.admit(scene.bea);
    assert.equal(scene.expel(certificate).type, 'applied');
    assert.equal(scene.isMember(scene.ana.identity), false);
    scene.hall.admit(scene.ana);
    assert.deepEqual(scene.expel(certificate), { type: 'refused', code: 'decision_used' });
    assert.equal(scene.isMember(scene.ana.identity), true);
  });
});

suite('what a body decided', () => {
  test('is its charter from there on, and was not before', () => {
    const scene = new Scene();
    const before = scene.hall.memberHead.sequence;
    assert.equal(scene.amend(scene.amending()).type, 'applied');
    const { state } = scene.hall.memberBook;
    assert.deepEqual(charterAt(state, scene.hall.memberHead.sequence), CHARTER);
    assert.notDeepEqual(charterAt(state, before), CHARTER);
    const { charterHead, attestationCount } = bodyFigures(state);
    assert.deepEqual([charterHead, attestationCount], [scene.hall.memberHead, 3]);
  });

  test('ends a membership, and leaves everybody else', () => {
    const scene = new Scene();
    const certificate = scene.expelling(scene.ana);
    scene.hall.admit(scene.bea);
    const { count } = present(scene, scene.hall.memberHead);
    assert.equal(scene.expel(certificate).type, 'applied');
    const after = present(scene, scene.hall.memberHead);
    assert.deepEqual([count, after.count, after.members()], [2, 1, [scene.bea.identity]]);
  });
});

function present(scene: Scene, head: Body['memberHead']) {
  const members = scene.hall.memberBook.context.membersAt(head);
  assert.ok(typeof members !== 'string');
  return members;
}
