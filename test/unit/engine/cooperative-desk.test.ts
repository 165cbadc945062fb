import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Source } from '../../../src/engine/events.ts';
import { setUpLabor } from '../../support/labor-scene.ts';
import { Machine } from '../../support/machine.ts';
import { attestWork, claimWork } from '../../support/work.ts';
import { type Actor, idNamed } from '../../support/world.ts';

const SUBMIT: Source = { door: 'submit', from: 'peer' };

test('a cooperative keeps claims and attestations of its members, and of each co-worker one attestation', async () => {
  const { garden, bank, ana, bea, dora } = setUpLabor();
  const machine = await Machine.start(garden);
  await machine.entries(garden.memberBook.book.entries, { door: 'sync', from: 'peer' });
  const terms = { cooperative: garden.identity, bank: bank.identity, account: idNamed('account') };
  const [own, strange] = [claimWork(ana, terms), claimWork(dora, terms)];
  const words = async (actor: Actor, ...entries: Parameters<typeof machine.entries>[0][number][]) => {
    const outcomes = await machine.entries([actor.book('transfers').opening, ...entries], SUBMIT);
    return outcomes.slice(1).map((word) => word);
  };
  assert.deepEqual(await words(dora, strange), ['later']);
  assert.deepEqual(await words(ana, own), ['kept']);
  assert.deepEqual(await words(dora, ...attestWork(own, dora)), ['later']);
  const twice = [...attestWork(own, bea), ...attestWork(own, bea)];
  assert.deepEqual(await words(bea, ...twice), ['kept', 'kept']);
  assert.deepEqual(
    machine.peer.desk.inbox.all().map(({ entry }) => entry.id),
    [own.id, twice[0]?.id],
  );
});
