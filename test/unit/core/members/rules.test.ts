import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Effect } from '../../../../src/core/books/rules.ts';
import {
  bodyFigures,
  isMember,
  isVouched,
  knownIdentities,
  membersAt,
  membershipChange,
  membersNow,
} from '../../../../src/core/members/view.ts';
import {
  admitKind,
  applyKind,
  foundingKind,
  leaveKind,
  leftKind,
  vouchKind,
} from '../../../../src/core/wire/kinds/people.ts';
import type { Acceptance } from '../../../../src/core/wire/messages/people.ts';
import { type RefusalCase, testRefusals } from '../../../support/refusal-case.ts';
import { type Actor, acceptancesOf, type Body, charterWith, idNamed, TestWorld } from '../../../support/world.ts';

const CHARTER = charterWith(2);

interface Scene {
  readonly world: TestWorld;
  readonly ana: Actor;
  readonly bea: Actor;
  readonly carla: Actor;
  /** Founded by Ana and Bea, with a root threshold of two. */
  readonly garden: Body;
  /** Not founded; its root threshold is two. */
  readonly mill: Body;
}

function setUp(): Scene {
  const world = new TestWorld();
  const [ana, bea, carla] = [world.person('Ana'), world.person('Bea'), world.person('Carla')];
  const garden = world.unfounded('Garden', 'cooperative', 2);
  garden.memberBook.apply(foundingKind, {
    charter: CHARTER,
    acceptances: acceptancesOf(garden.identity, CHARTER, [ana, bea]),
  });
  return { world, ana, bea, carla, garden, mill: world.unfounded('Mill', 'cooperative', 2) };
}

function found(body: Body, acceptances: readonly Acceptance[]): Effect {
  return body.memberBook.write(foundingKind, { charter: CHARTER, acceptances });
}

/** An Apply by `applicant`, its book noted, carried by an Admit. */
function admit(body: Body, applicant: Actor, addressee: Body = body, charterSequence = 1): Effect {
  const charterHead = addressee.memberBook.book.headAt(charterSequence);
  const afterChange = membershipChange(addressee.memberBook.state, applicant.identity);
  const apply = applicant.book('people').write(applyKind, { body: addressee.identity, charterHead, afterChange });
  body.memberBook.note(applicant.book('people'));
  return body.memberBook.write(admitKind, { apply: apply.bytes });
}

function part(body: Body, member: Actor, addressee: Body = body): Effect {
  const afterChange = membershipChange(addressee.memberBook.state, member.identity);
  const leave = member.book('people').write(leaveKind, { body: addressee.identity, afterChange });
  body.memberBook.note(member.book('people'));
  return body.memberBook.write(leftKind, { leave: leave.bytes });
}

const FOUNDING: readonly RefusalCase<Scene>[] = [
  {
    code: 'already_founded',
    when: 'a second Founding',
    attempt: ({ garden, ana, bea }) => found(garden, acceptancesOf(garden.identity, CHARTER, [ana, bea])),
  },
  {
    code: 'already_founded',
    when: 'a Founding that is not the first entry, before its founders are looked at',
    attempt: ({ mill, ana }) => {
      mill.memberBook.note(ana.book('people'));
      return found(mill, [
        ...acceptancesOf(mill.identity, CHARTER, [ana]),
        ...acceptancesOf(mill.identity, CHARTER, [ana]),
      ]);
    },
  },
  {
    code: 'founders_unsorted',
    when: 'founders in falling order',
    attempt: ({ mill, ana, bea }) => found(mill, acceptancesOf(mill.identity, CHARTER, [ana, bea]).toReversed()),
  },
  {
    code: 'founders_unsorted',
    when: 'one founder twice, before there are too few',
    attempt: ({ mill, ana }) => {
      const [acceptance] = acceptancesOf(mill.identity, CHARTER, [ana]);
      return found(mill, acceptance === undefined ? [] : [acceptance, acceptance]);
    },
  },
  {
    code: 'too_few_founders',
    when: 'one founder where the root keys ask for two, before the acceptance is looked at',
    attempt: ({ mill, garden, ana }) => found(mill, acceptancesOf(garden.identity, CHARTER, [ana])),
  },
  {
    code: 'bad_acceptance',
    when: 'acceptances for another body',
    attempt: ({ mill, garden, ana, bea }) => found(mill, acceptancesOf(garden.identity, CHARTER, [ana, bea])),
  },
  {
    code: 'bad_acceptance',
    when: 'acceptances of another charter',
    attempt: ({ mill, ana, bea }) => found(mill, acceptancesOf(mill.identity, charterWith(1), [ana, bea])),
  },
  {
    code: 'bad_acceptance',
    when: 'terms that name one founder more',
    attempt: ({ mill, ana, bea, carla }) => {
      const acceptances = acceptancesOf(mill.identity, CHARTER, [ana, bea, carla]);
      return found(
        mill,
        acceptances.filter(({ founder }) => founder !== carla.identity),
      );
    },
  },
  {
    code: 'bad_acceptance',
    when: 'a log that does not grant the device',
    attempt: ({ mill, ana, bea }) => {
      const acceptances = acceptancesOf(mill.identity, CHARTER, [ana, bea]);
      return found(
        mill,
        acceptances.map((acceptance) => ({ ...acceptance, log: bea.log })),
      );
    },
  },
  {
    code: 'bad_acceptance',
    when: 'a device that the log has revoked',
    attempt: ({ mill, ana, bea }) => {
      ana.revoke(ana.keys);
      return found(mill, acceptancesOf(mill.identity, CHARTER, [ana, bea]));
    },
  },
  {
    code: 'bad_acceptance',
    when: 'a founder of the wrong kind whose acceptance is bad, too',
    attempt: ({ world, mill, ana, garden }) => {
      const bank = world.unfounded('Bank', 'bank');
      return found(mill, acceptancesOf(garden.identity, CHARTER, [ana, bank]));
    },
  },
  {
    code: 'wrong_member_kind',
    when: 'a cooperative founded by a bank',
    attempt: ({ world, mill, ana }) =>
      found(mill, acceptancesOf(mill.identity, CHARTER, [ana, world.unfounded('Bank', 'bank')])),
  },
];

const MEMBERSHIP: readonly RefusalCase<Scene>[] = [
  {
    code: 'carried_malformed',
    when: 'a Leave where an Apply should be',
    attempt: ({ garden, carla }) => {
      const leave = carla.book('people').write(leaveKind, { body: garden.identity, afterChange: 0 });
      return garden.memberBook.write(admitKind, { apply: leave.bytes });
    },
  },
  {
    code: 'carried_malformed',
    when: 'bytes that are no entry, carried by Left',
    attempt: ({ garden }) => garden.memberBook.write(leftKind, { leave: new Uint8Array([1]) }),
  },
  {
    code: 'unknown_book',
    when: 'an Apply from a book that was not noted, before its body is looked at',
    attempt: ({ garden, mill, carla }) => {
      const apply = carla
        .book('people')
        .write(applyKind, { body: mill.identity, charterHead: garden.memberHead, afterChange: 0 });
      return garden.memberBook.write(admitKind, { apply: apply.bytes });
    },
  },
  {
    code: 'bad_carried_signature',
    when: 'an Apply signed by somebody else',
    attempt: ({ garden, carla, ana }) => {
      const book = carla.book('people');
      const apply = book.write(
        applyKind,
        { body: garden.identity, charterHead: garden.memberBook.book.headAt(1), afterChange: 0 },
        ana.keys,
      );
      garden.memberBook.note(book);
      return garden.memberBook.write(admitKind, { apply: apply.bytes });
    },
  },
  {
    code: 'device_revoked',
    when: 'an Apply by a device whose revocation was noted',
    attempt: ({ garden, carla }) => {
      const book = carla.book('people');
      const apply = book.write(applyKind, {
        body: garden.identity,
        charterHead: garden.memberBook.book.headAt(1),
        afterChange: 0,
      });
      carla.revoke(carla.keys);
      garden.memberBook.note(book);
      garden.memberBook.noteFacts({ identityEvents: carla.log });
      return garden.memberBook.write(admitKind, { apply: apply.bytes });
    },
  },
  {
    code: 'not_founded',
    when: 'an Admit before the Founding, though it is for another body',
    attempt: ({ mill, garden, carla }) => admit(mill, carla, garden),
  },
  { code: 'not_founded', when: 'a Left before the Founding', attempt: ({ mill, ana }) => part(mill, ana) },
  {
    code: 'not_founded',
    when: 'a Vouch before the Founding',
    attempt: ({ mill, ana }) => mill.memberBook.write(vouchKind, { identity: ana.identity }),
  },
  {
    code: 'wrong_body',
    when: 'an Apply to another body, whose charter it names',
    attempt: ({ garden, mill, carla }) => admit(garden, carla, mill, 0),
  },
  {
    code: 'wrong_body',
    when: 'a Leave from another body by one who is no member here',
    attempt: ({ garden, mill, carla }) => part(garden, carla, mill),
  },
  {
    code: 'stale_charter',
    when: 'an Apply of a member that names the Opening as charter',
    attempt: ({ garden, ana }) => admit(garden, ana, garden, 0),
  },
  { code: 'already_member', when: 'an Apply of a founder', attempt: ({ garden, ana }) => admit(garden, ana) },
  {
    code: 'wrong_member_kind',
    when: 'a body that applies to a cooperative',
    attempt: ({ garden, mill }) => admit(garden, mill),
  },
  { code: 'not_member', when: 'a Leave of a stranger', attempt: ({ garden, carla }) => part(garden, carla) },
  {
    code: 'not_member',
    when: 'the same Leave again, though it is stale as well',
    attempt: ({ garden, ana }) => {
      const leave = ana.book('people').write(leaveKind, {
        body: garden.identity,
        afterChange: membershipChange(garden.memberBook.state, ana.identity),
      });
      garden.memberBook.note(ana.book('people'));
      garden.memberBook.apply(leftKind, { leave: leave.bytes });
      return garden.memberBook.write(leftKind, { leave: leave.bytes });
    },
  },
  {
    code: 'stale_consent',
    when: 'the first Apply of one who has left',
    attempt: ({ garden, carla }) => {
      const charterHead = garden.memberBook.book.headAt(1);
      const apply = carla.book('people').write(applyKind, { body: garden.identity, charterHead, afterChange: 0 });
      garden.memberBook.note(carla.book('people'));
      garden.memberBook.apply(admitKind, { apply: apply.bytes });
      garden.part(carla);
      return garden.memberBook.write(admitKind, { apply: apply.bytes });
    },
  },
  {
    code: 'stale_consent',
    when: 'a Leave that was written before the Apply that made a member',
    attempt: ({ garden, carla }) => {
      const leave = carla.book('people').write(leaveKind, { body: garden.identity, afterChange: 0 });
      garden.admit(carla);
      return garden.memberBook.write(leftKind, { leave: leave.bytes });
    },
  },
];

suite('member books refuse', () => {
  testRefusals(
    setUp,
    ({ garden }) => garden.memberBook,
    MEMBERSHIP.filter(({ code }) => code !== 'not_founded'),
  );
  testRefusals(setUp, ({ mill }) => mill.memberBook, [
    ...FOUNDING.slice(1),
    ...MEMBERSHIP.filter(({ code }) => code === 'not_founded'),
  ]);
  testRefusals(setUp, ({ garden }) => garden.memberBook, FOUNDING.slice(0, 1));
});

suite('member books', () => {
  test('make no federation a member of itself', () => {
    const { world, garden, mill } = setUp();
    const council = world.unfounded('Council', 'federation', 2);
    const refusal = { type: 'refused', code: 'wrong_member_kind' };
    const among = acceptancesOf(council.identity, CHARTER, [garden, council]);
    assert.deepEqual(found(world.unfounded('Council', 'federation', 2), among), refusal);
    assert.equal(found(council, acceptancesOf(council.identity, CHARTER, [garden, mill])).type, 'applied');
    assert.deepEqual(admit(council, council), refusal);
  });

  test('found a body with all who accepted', () => {
    const { mill, ana, bea } = setUp();
    const effect = found(mill, acceptancesOf(mill.identity, CHARTER, [ana, bea]));
    const founders = membersNow(mill.memberBook.state);
    assert.deepEqual(effect, {
      type: 'applied',
      facts: [{ type: 'founded', body: mill.identity, founders, attestationCount: 2 }],
    });
    assert.deepEqual(new Set(founders), new Set([ana.identity, bea.identity]));
    assert.deepEqual(bodyFigures(mill.memberBook.state), {
      charterHead: mill.memberBook.book.headAt(1),
      members: 2,
      attestationCount: 2,
      rules: CHARTER.rules,
    });
  });

  test('let a federation be founded by bodies, and admit a body', () => {
    const { world, garden, mill, ana } = setUp();
    const federation = world.found('Federation', 'federation', [garden]);
    assert.equal(admit(federation, mill).type, 'applied');
    assert.deepEqual(admit(federation, ana), { type: 'refused', code: 'wrong_member_kind' });
    assert.equal(isMember(federation.memberBook.state, mill.identity), true);
  });

  test('tell the members at every earlier head', () => {
    const { garden, ana, bea, carla } = setUp();
    const sizes = [0, 2];
    const carlaThere = [false, false];
    const steps = [
      () => garden.admit(carla),
      () => garden.part(carla),
      () => garden.part(bea),
      () => garden.admit(carla),
    ];
    for (const step of steps) {
      step();
      while (sizes.length < garden.memberBook.book.entries.length) {
        const last = sizes.length === garden.memberBook.book.entries.length - 1;
        const state = garden.memberBook.state;
        sizes.push(last ? bodyFigures(state).members : (sizes.at(-1) ?? 0));
        carlaThere.push(last ? isMember(state, carla.identity) : (carlaThere.at(-1) ?? false));
      }
    }
    const views = sizes.map((_, sequence) =>
      membersAt(garden.memberBook.state, garden.identity, 'cooperative', sequence),
    );
    assert.deepEqual(
      views.map(({ count }) => count),
      sizes,
    );
    assert.deepEqual(
      views.map((view) => view.isMember(carla.identity)),
      carlaThere,
    );
    assert.deepEqual(sizes, [0, 2, 2, 3, 3, 2, 2, 1, 1, 2]);
    assert.deepEqual(membersNow(garden.memberBook.state), [ana.identity, carla.identity]);
    assert.deepEqual(views.at(-1)?.attestationCount, 2);
  });

  test('readmit who applies again after leaving', () => {
    const { garden, ana } = setUp();
    garden.part(ana);
    assert.equal(isMember(garden.memberBook.state, ana.identity), false);
    assert.equal(admit(garden, ana).type, 'applied');
    assert.equal(isMember(garden.memberBook.state, ana.identity), true);
  });

  test('make known members and those vouched for, each once, in order', () => {
    const { garden, ana, bea, carla, mill } = setUp();
    const stranger = idNamed('stranger');
    for (const identity of [stranger, mill.identity, stranger]) garden.memberBook.apply(vouchKind, { identity });
    garden.admit(carla);
    garden.part(bea);
    assert.deepEqual(knownIdentities(garden.memberBook.state), [ana.identity, stranger, mill.identity, carla.identity]);
    assert.equal(isVouched(garden.memberBook.state, stranger), true);
    assert.equal(isVouched(garden.memberBook.state, carla.identity), false);
  });
});
