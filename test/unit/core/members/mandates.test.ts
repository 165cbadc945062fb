import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { MANDATE_TERM_MS_MAX } from '../../../../src/core/base/limits.ts';
import type { MandatedAct } from '../../../../src/core/books/rules.ts';
import { membersAt } from '../../../../src/core/members/view.ts';
import type { Entry } from '../../../../src/core/wire/entry.ts';
import {
  foundingKind,
  mandateEndedKind,
  mandateKind,
  recallKind,
  vouchKind,
} from '../../../../src/core/wire/kinds/people.ts';
import type { Mandate } from '../../../../src/core/wire/messages/people.ts';
import { amountOf } from '../../../support/books.ts';
import { type RefusalCase, testRefusals } from '../../../support/refusal-case.ts';
import { type Actor, acceptancesOf, type Body, charterWith, idNamed, TestWorld } from '../../../support/world.ts';

const FROM = 1_700_000_000_000;

interface Scene {
  readonly world: TestWorld;
  readonly ana: Actor;
  readonly bea: Actor;
  /** No member of the garden. */
  readonly carla: Actor;
  /** Founded by Ana and Bea. */
  readonly garden: Body;
  readonly council: Body;
}

function setUp(): Scene {
  const world = new TestWorld();
  const [ana, bea, carla] = [world.person('Ana'), world.person('Bea'), world.person('Carla')];
  const garden = world.found('Garden', 'cooperative', [ana, bea]);
  const council = world.unfounded('Council', 'federation');
  garden.memberBook.note(ana.book('people'), bea.book('people'), carla.book('people'));
  return { world, ana, bea, carla, garden, council };
}

function terms({ ana, council }: Scene, changes: Partial<Mandate> = {}): Mandate {
  const bounds = { matters: ['general', 'budget'], amount: amountOf(3600), from: FROM, to: FROM + 1000 } as const;
  return { delegate: ana.identity, at: council.identity, ...bounds, ...changes };
}

function grant(scene: Scene, changes: Partial<Mandate> = {}): Entry {
  return scene.garden.memberBook.apply(mandateKind, terms(scene, changes));
}

function attempt(scene: Scene, changes: Partial<Mandate>, body = scene.garden) {
  return body.memberBook.write(mandateKind, terms(scene, changes));
}

const REFUSED: readonly RefusalCase<Scene>[] = [
  {
    code: 'own_mandate',
    when: 'a Mandate to the body itself, whatever its term',
    attempt: (scene) => attempt(scene, { delegate: scene.garden.identity, to: FROM }),
  },
  {
    code: 'own_mandate',
    when: 'a Mandate to whoever holds the device that writes the book',
    attempt: (scene) => {
      scene.ana.adopt(scene.garden.keys);
      scene.garden.memberBook.noteFacts({ identityEvents: scene.ana.log.slice(-1) });
      return attempt(scene, {});
    },
  },
  {
    code: 'unknown_delegate',
    when: 'a Mandate to one who is no member, though its log was noted',
    attempt: (scene) => attempt(scene, { delegate: scene.carla.identity }),
  },
  {
    code: 'unknown_delegate',
    when: 'a Mandate to one whom the body vouched for, before its log is noted',
    attempt: (scene) => {
      const dora = scene.world.person('Dora');
      scene.garden.memberBook.apply(vouchKind, { identity: dora.identity });
      return attempt(scene, { delegate: dora.identity });
    },
  },
  {
    code: 'term_malformed',
    when: 'a term that ends when it begins, and no matters',
    attempt: (scene) => attempt(scene, { to: FROM, matters: [] }),
  },
  {
    code: 'term_malformed',
    when: 'a term that ends before it begins',
    attempt: (scene) => attempt(scene, { to: FROM - 1 }),
  },
  {
    code: 'term_malformed',
    when: 'a term of more than four years',
    attempt: (scene) => attempt(scene, { to: FROM + MANDATE_TERM_MS_MAX + 1 }),
  },
  {
    code: 'bounds_malformed',
    when: 'no matters',
    attempt: (scene) => attempt(scene, { matters: [], amount: amountOf(0) }),
  },
  {
    code: 'bounds_malformed',
    when: 'one matter twice',
    attempt: (scene) => attempt(scene, { matters: ['budget', 'budget'] }),
  },
  {
    code: 'bounds_malformed',
    when: 'matters that do not rise',
    attempt: (scene) => attempt(scene, { matters: ['budget', 'general'] }),
  },
  {
    code: 'bounds_malformed',
    when: 'budgets without an amount',
    attempt: (scene) => attempt(scene, { amount: amountOf(0) }),
  },
  {
    code: 'bounds_malformed',
    when: 'an amount without budgets',
    attempt: (scene) => attempt(scene, { matters: ['general'] }),
  },
  {
    code: 'already_mandated',
    when: 'the same mandate twice',
    attempt: (scene) => {
      grant(scene);
      return attempt(scene, {});
    },
  },
  {
    code: 'already_mandated',
    when: 'a second mandate for the same body in other matters',
    attempt: (scene) => {
      grant(scene);
      return attempt(scene, { matters: ['rate'], amount: amountOf(0) });
    },
  },
  {
    code: 'unknown_mandate',
    when: 'a Recall of nothing',
    attempt: ({ garden }) => garden.memberBook.write(recallKind, { mandate: idNamed('nothing') }),
  },
  {
    code: 'unknown_mandate',
    when: 'the end of nothing',
    attempt: ({ garden }) => garden.memberBook.write(mandateEndedKind, { mandate: idNamed('nothing') }),
  },
  {
    code: 'mandate_over',
    when: 'a second Recall',
    attempt: (scene) => {
      const { id: mandate } = grant(scene);
      scene.garden.memberBook.apply(recallKind, { mandate });
      return scene.garden.memberBook.write(recallKind, { mandate });
    },
  },
  {
    code: 'mandate_over',
    when: 'a Recall after the end of the term',
    attempt: (scene) => {
      const { id: mandate } = grant(scene);
      scene.garden.memberBook.apply(mandateEndedKind, { mandate });
      return scene.garden.memberBook.write(recallKind, { mandate });
    },
  },
];

suite('member books do not take', () => {
  testRefusals(setUp, ({ garden }) => garden.memberBook, REFUSED);

  test('not_founded: a Mandate before the Founding, to the body itself', () => {
    const scene = setUp();
    const effect = attempt(scene, { delegate: scene.council.identity }, scene.council);
    assert.deepEqual(effect, { type: 'refused', code: 'not_founded' });
  });
});

/** What the garden's member book says of an act of Ana, read at a sequence out of its newest state. */
function at(scene: Scene, mandate: Entry, sequence: number, changes: Partial<MandatedAct> = {}): string {
  const { garden, ana, council } = scene;
  const members = membersAt(garden.memberBook.state, garden.identity, garden.kind, sequence);
  const act = { delegate: ana.identity, at: council.identity, matter: 'budget', amount: amountOf(3600) } as const;
  const found = members.mandateFor(mandate.id, { ...act, ...changes });
  return found.ok ? 'within' : found.reason;
}

suite('an act of a delegate', () => {
  test('counts between the Mandate and the Recall, wherever the book has gone since', () => {
    const scene = setUp();
    const mandate = grant(scene);
    const { sequence } = mandate.header;
    const { header } = scene.garden.memberBook.apply(recallKind, { mandate: mandate.id });
    const seen = [sequence - 1, sequence, header.sequence - 1, header.sequence].map((place) =>
      at(scene, mandate, place),
    );
    assert.deepEqual(seen, ['unknown_mandate', 'within', 'within', 'mandate_over']);
  });

  test('counts until the body has written that the term is over', () => {
    const scene = setUp();
    const mandate = grant(scene);
    const { header } = scene.garden.memberBook.apply(mandateEndedKind, { mandate: mandate.id });
    assert.equal(at(scene, mandate, header.sequence - 1), 'within');
    assert.equal(at(scene, mandate, header.sequence), 'mandate_over');
  });

  test('counts in the body, the matters and up to the amount that were named, and for that delegate alone', () => {
    const scene = setUp();
    const mandate = grant(scene);
    const { sequence } = mandate.header;
    const outside: readonly Partial<MandatedAct>[] = [
      { at: scene.garden.identity },
      { matter: 'rate' },
      { amount: amountOf(3601) },
    ];
    for (const change of outside) assert.equal(at(scene, mandate, sequence, change), 'outside_mandate');
    assert.equal(at(scene, mandate, sequence, { delegate: scene.bea.identity }), 'unknown_mandate');
    assert.equal(at(scene, mandate, sequence, { matter: 'general', amount: amountOf(0) }), 'within');
  });

  test('counts no more once the delegate has left, nor after it came back', () => {
    const scene = setUp();
    const mandate = grant(scene);
    const left = scene.garden.part(scene.ana);
    const back = scene.garden.admit(scene.ana);
    assert.equal(at(scene, mandate, left.header.sequence - 1), 'within');
    assert.equal(at(scene, mandate, left.header.sequence), 'mandate_over');
    assert.equal(at(scene, mandate, back.header.sequence), 'mandate_over');
    const anew = grant(scene);
    assert.equal(at(scene, anew, anew.header.sequence), 'within');
  });
});

test('a delegate may be one whom the body vouched for, and have mandates for two bodies', () => {
  const scene = setUp();
  const { garden, carla, council } = scene;
  garden.memberBook.apply(vouchKind, { identity: carla.identity });
  const mandate = grant(scene, { delegate: carla.identity });
  assert.equal(at(scene, mandate, mandate.header.sequence, { delegate: carla.identity }), 'within');
  grant(scene);
  grant(scene, { at: garden.identity });
  grant(scene, { delegate: scene.bea.identity, to: FROM + MANDATE_TERM_MS_MAX });
  assert.equal(council.kind, 'federation');
});

test('a delegate whom the body vouched for may join, and ceases to be one when it goes again, for good', () => {
  const scene = setUp();
  const { garden, carla } = scene;
  garden.memberBook.apply(vouchKind, { identity: carla.identity });
  const mandate = grant(scene, { delegate: carla.identity });
  const seen = [() => garden.admit(carla), () => garden.part(carla), () => garden.admit(carla)].map((change) =>
    at(scene, mandate, change().header.sequence, { delegate: carla.identity }),
  );
  assert.deepEqual(seen, ['within', 'mandate_over', 'mandate_over']);
  assert.equal(attempt(scene, { delegate: carla.identity }).type, 'applied');
});

test('who is a body alone can write its mandate with its own device', () => {
  const scene = setUp();
  const { world, carla } = scene;
  const stall = world.unfounded('Stall', 'cooperative');
  carla.adopt(stall.keys);
  const charter = charterWith(2);
  stall.memberBook.apply(foundingKind, { charter, acceptances: acceptancesOf(stall.identity, charter, [carla]) });
  stall.memberBook.note(carla.book('people'));
  assert.equal(attempt(scene, { delegate: carla.identity }, stall).type, 'applied');
});
