import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { DEFAULT_RULES } from '../../../../src/client/identity-setup.ts';
import { compareIds, type Id } from '../../../../src/core/base/id.ts';
import type { Effect } from '../../../../src/core/books/rules.ts';
import { bodyFigures, charterAt, isMember } from '../../../../src/core/members/view.ts';
import { charterAmendedKind, expelledKind } from '../../../../src/core/wire/kinds/acts.ts';
import type { Head } from '../../../../src/core/wire/messages/book.ts';
import type { DecisionCertificate } from '../../../../src/core/wire/messages/decisions.ts';
import type { Charter } from '../../../../src/core/wire/messages/people.ts';
import { certificateOf, charterAct, charterHeadOf, decideOn, expulsionAct } from '../../../support/rates.ts';
import { type RefusalCase, testRefusals } from '../../../support/refusal-case.ts';
import { type Actor, type Body, charterWith, idNamed, TestWorld } from '../../../support/world.ts';

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
    return certificateOf(body, decideOn(body, this.ana, 'charter', charterAct(body, charter), choice));
  }

  expelling(member: Actor = this.bea): DecisionCertificate {
    return certificateOf(this.hall, decideOn(this.hall, this.ana, 'expulsion', expulsionAct(this.hall, member)));
  }

  /** From here on four others witness the body's books. */
  watch(): void {
    const witnesses = ['Wim', 'Wout', 'Wanda', 'Wilma'].map((name) => this.world.person(name).identity);
    const charter = charterWith(3, DEFAULT_RULES, witnesses.sort(compareIds));
    assert.equal(this.amend(this.amending(charter)).type, 'applied');
  }

  /** The certificate of a Close under a checkpoint that names this head as that of the charter. */
  under(close: Id, charterHead: Head): DecisionCertificate {
    return certificateOf(this.hall, close, { checkpoint: { charterHead } });
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
      const first = decideOn(scene.hall, scene.ana, 'charter', charterAct(scene.hall, CHARTER));
      assert.equal(scene.amend(certificateOf(scene.hall, first)).type, 'applied');
      assert.equal(scene.amend(scene.amending(charterWith(1, DEFAULT_RULES))).type, 'applied');
      return scene.amend(certificateOf(scene.hall, first));
    },
  },
  {
    code: 'stale_charter',
    when: 'an expulsion that nobody confirmed, under a charter of before without witnesses',
    attempt: (scene) => {
      scene.hall.admit(scene.bea);
      const charterHead = charterHeadOf(scene.hall);
      scene.watch();
      const close = decideOn(scene.hall, scene.ana, 'expulsion', expulsionAct(scene.hall, scene.bea));
      return scene.expel(scene.under(close, charterHead));
    },
  },
  {
    code: 'stale_charter',
    when: 'a checkpoint that names an entry of this book which is no charter, or is not there yet',
    attempt: (scene) => {
      const charterHead = {
        ...scene.hall.memberHead,
        sequence: scene.hall.memberHead.sequence + 2,
        id: idNamed('later'),
      };
      assert.equal(scene.hall.memberHead.sequence > charterHeadOf(scene.hall).sequence, true);
      const close = decideOn(scene.hall, scene.ana, 'charter', charterAct(scene.hall, CHARTER));
      assert.deepEqual(scene.amend(scene.under(close, charterHead)), {
        type: 'refused',
        code: 'stale_charter',
      });
      return scene.amend(scene.under(close, scene.hall.memberHead));
    },
  },
  {
    code: 'too_few_cosignatures',
    when: 'an expulsion that nobody confirmed, under the charter in force',
    attempt: (scene) => {
      scene.hall.admit(scene.bea);
      scene.watch();
      return scene.expel(scene.expelling());
    },
  },
  {
    code: 'act_impossible',
    when: 'a charter that was drawn from one that is no more in force',
    attempt: (scene) => {
      const before = charterAct(scene.hall, charterWith(1, DEFAULT_RULES));
      assert.equal(scene.amend(scene.amending()).type, 'applied');
      return scene.amend(certificateOf(scene.hall, decideOn(scene.hall, scene.ana, 'charter', before)));
    },
  },
  {
    code: 'act_impossible',
    when: 'an expulsion from a membership before the present one',
    attempt: (scene) => {
      scene.hall.admit(scene.bea);
      const certificate = scene.expelling();
      scene.hall.part(scene.bea);
      scene.hall.admit(scene.bea);
      return scene.expel(certificate);
    },
  },
  {
    code: 'act_impossible',
    when: 'the expulsion of somebody who left, named by that change',
    attempt: (scene) => {
      scene.hall.admit(scene.bea);
      scene.hall.part(scene.bea);
      scene.hall.admit(scene.world.person('Carla'));
      return scene.expel(scene.expelling());
    },
  },
  {
    code: 'act_impossible',
    when: 'the expulsion of the last member',
    attempt: (scene) => scene.expel(scene.expelling(scene.ana)),
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
