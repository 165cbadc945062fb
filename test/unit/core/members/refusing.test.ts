import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { isStanding, refusalOf } from '../../../../src/core/members/refusing.ts';
import { membershipChange } from '../../../../src/core/members/view.ts';
import type { Entry } from '../../../../src/core/wire/entry.ts';
import {
  admitKind,
  appealedKind,
  appealKind,
  applyKind,
  leaveKind,
  refusedKind,
} from '../../../../src/core/wire/kinds/people.ts';
import { type RefusalCase, testRefusals } from '../../../support/refusal-case.ts';
import { type Actor, type Body, idNamed, TestWorld } from '../../../support/world.ts';

interface Scene {
  readonly world: TestWorld;
  readonly ana: Actor;
  readonly carla: Actor;
  /** Founded by Ana and Bea under a charter with one criterion. */
  readonly garden: Body;
  readonly forge: Body;
}

function setUp(): Scene {
  const world = new TestWorld();
  const [ana, bea, carla] = [world.person('Ana'), world.person('Bea'), world.person('Carla')];
  const garden = world.found('Garden', 'cooperative', [ana, bea]);
  const forge = world.found('Forge', 'cooperative', [ana, bea]);
  garden.memberBook.note(carla.book('people'), ana.book('people'));
  return { world, ana, carla, garden, forge };
}

function ask({ garden }: Scene, applicant: Actor, body = garden, charterSequence = 1): Entry {
  const charterHead = body.memberBook.book.headAt(charterSequence);
  const afterChange = membershipChange(garden.memberBook.state, applicant.identity);
  return applicant.book('people').write(applyKind, { body: body.identity, charterHead, afterChange });
}

function refuse({ garden }: Scene, { bytes }: Entry, criterion = 1) {
  return garden.memberBook.write(refusedKind, { apply: bytes, criterion, reasonDigest: undefined });
}

/** An Apply that was refused, and the Refused. */
function refusedOne(scene: Scene): { readonly apply: Entry; readonly refused: Entry } {
  const apply = ask(scene, scene.carla);
  const content = { apply: apply.bytes, criterion: 1, reasonDigest: undefined };
  return { apply, refused: scene.garden.memberBook.apply(refusedKind, content) };
}

function appeal(
  { garden }: Scene,
  { apply, refused }: ReturnType<typeof refusedOne>,
  author: Actor,
  body: Actor = garden,
) {
  const content = { body: body.identity, refused: refused.id, apply: apply.id };
  return garden.memberBook.write(appealedKind, { appeal: author.book('people').write(appealKind, content).bytes });
}

const REFUSED: readonly RefusalCase<Scene>[] = [
  {
    code: 'carried_malformed',
    when: 'a Leave where an Apply should be',
    attempt: (scene) => {
      const { garden, carla } = scene;
      return refuse(scene, carla.book('people').write(leaveKind, { body: garden.identity, afterChange: 0 }));
    },
  },
  {
    code: 'wrong_body',
    when: 'an Apply to another body, before its criterion is looked at',
    attempt: (scene) => refuse(scene, ask(scene, scene.carla, scene.forge), 2),
  },
  {
    code: 'stale_charter',
    when: 'an Apply under no charter',
    attempt: (scene) => refuse(scene, ask(scene, scene.carla, scene.garden, 0)),
  },
  { code: 'already_member', when: 'an Apply of a member', attempt: (scene) => refuse(scene, ask(scene, scene.ana)) },
  {
    code: 'stale_consent',
    when: 'an Apply from before its author came and went',
    attempt: (scene) => {
      const apply = ask(scene, scene.carla);
      scene.garden.admit(scene.carla);
      scene.garden.part(scene.carla);
      return refuse(scene, apply);
    },
  },
  {
    code: 'unknown_criterion',
    when: 'a criterion that the charter does not have',
    attempt: (scene) => refuse(scene, ask(scene, scene.carla), 2),
  },
  {
    code: 'already_refused',
    when: 'the same Apply a second time',
    attempt: (scene) => refuse(scene, refusedOne(scene).apply),
  },
];

const APPEALED: readonly RefusalCase<Scene>[] = [
  {
    code: 'carried_malformed',
    when: 'an Apply where an Appeal should be',
    attempt: (scene) => scene.garden.memberBook.write(appealedKind, { appeal: refusedOne(scene).apply.bytes }),
  },
  {
    code: 'wrong_body',
    when: 'an Appeal to another body',
    attempt: (scene) => appeal(scene, refusedOne(scene), scene.carla, scene.forge),
  },
  {
    code: 'unknown_refusal',
    when: 'an Appeal against nothing',
    attempt: (scene) => {
      const { apply } = refusedOne(scene);
      return appeal(scene, { apply, refused: ask(scene, scene.carla) }, scene.carla);
    },
  },
  {
    code: 'unknown_refusal',
    when: 'an Appeal that names an application that was not refused',
    attempt: (scene) => {
      const { refused } = refusedOne(scene);
      return appeal(scene, { apply: ask(scene, scene.carla), refused }, scene.carla);
    },
  },
  {
    code: 'unknown_refusal',
    when: 'an Appeal by somebody else',
    attempt: (scene) => appeal(scene, refusedOne(scene), scene.ana),
  },
  {
    code: 'stale_consent',
    when: 'an Appeal of one who was admitted since',
    attempt: (scene) => {
      const one = refusedOne(scene);
      scene.garden.memberBook.apply(admitKind, { apply: one.apply.bytes });
      return appeal(scene, one, scene.carla);
    },
  },
  {
    code: 'already_appealed',
    when: 'a second Appeal',
    attempt: (scene) => {
      const one = refusedOne(scene);
      assert.equal(appeal(scene, one, scene.carla).type, 'applied');
      return appeal(scene, one, scene.carla);
    },
  },
];

suite('member books do not take', () => {
  testRefusals(setUp, ({ garden }) => garden.memberBook, [...REFUSED, ...APPEALED]);

  test('not_founded: a Refused before the Founding', () => {
    const scene = setUp();
    const mill = scene.world.unfounded('Mill', 'cooperative');
    mill.memberBook.note(scene.carla.book('people'));
    const content = { apply: ask(scene, scene.carla).bytes, criterion: 1, reasonDigest: undefined };
    assert.deepEqual(mill.memberBook.write(refusedKind, content), { type: 'refused', code: 'not_founded' });
  });
});

test('a refusal cites its criterion, is appealed, and ends where the applicant is admitted', () => {
  const scene = setUp();
  const one = refusedOne(scene);
  const { state } = scene.garden.memberBook;
  const row = () => refusalOf(state, one.apply.id) ?? assert.fail('the refusal is kept');
  assert.deepEqual([row().criterion, row().appeal, row().refused], [1, undefined, one.refused.id]);
  assert.equal(appeal(scene, one, scene.carla).type, 'applied');
  assert.notEqual(row().appeal, undefined);
  assert.equal(isStanding(row(), state), true);
  scene.garden.memberBook.apply(admitKind, { apply: one.apply.bytes });
  assert.equal(isStanding(row(), state), false);
  assert.equal(refusalOf(state, idNamed('nothing')), undefined);
});

test('who can never be a member is refused, too', () => {
  const scene = setUp();
  const bank = scene.world.unfounded('Bank', 'bank');
  scene.garden.memberBook.note(bank.book('people'));
  assert.equal(refuse(scene, ask(scene, bank)).type, 'applied');
});
