import assert from 'node:assert/strict';
import { test } from 'node:test';
import { membershipChange } from '../../../../src/core/members/view.ts';
import { admitKind, applyKind, leaveKind, leftKind } from '../../../../src/core/wire/kinds/people.ts';
import { TestWorld } from '../../../support/world.ts';

const STALE = { type: 'refused', code: 'stale_consent' };

/** A cooperative, and somebody with two devices who comes and goes. */
function setUp() {
  const world = new TestWorld();
  const [ana, bea, carla] = [world.person('Ana'), world.person('Bea'), world.person('Carla')];
  const garden = world.found('Garden', 'cooperative', [ana, bea]);
  const phone = carla.book('people', carla.grant('phone'));
  const afterChange = () => membershipChange(garden.memberBook.state, carla.identity);
  return { garden, carla, phone, afterChange };
}

test('an Apply from before a Leave, written on another device and never taken, admits nobody again', () => {
  const { garden, carla, phone } = setUp();
  const charterHead = garden.memberBook.book.headAt(1);
  const apply = phone.write(applyKind, { body: garden.identity, charterHead, afterChange: 0 });
  garden.admit(carla);
  garden.part(carla);
  garden.memberBook.note(phone);
  assert.deepEqual(garden.memberBook.write(admitKind, { apply: apply.bytes }), STALE);
});

test('a Leave of an earlier membership, written on another device and never taken, ends no later one', () => {
  const { garden, carla, phone, afterChange } = setUp();
  garden.admit(carla);
  const leave = phone.write(leaveKind, { body: garden.identity, afterChange: afterChange() });
  garden.part(carla);
  garden.admit(carla);
  garden.memberBook.note(phone);
  assert.deepEqual(garden.memberBook.write(leftKind, { leave: leave.bytes }), STALE);
  const now = phone.write(leaveKind, { body: garden.identity, afterChange: afterChange() });
  assert.equal(garden.memberBook.write(leftKind, { leave: now.bytes }).type, 'applied');
});
