import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { present } from '../../../../src/core/base/outcome.ts';
import {
  checkpointKind,
  cosignatureKind,
  readStatement,
  statementContentOf,
} from '../../../../src/core/wire/statement.ts';
import type { WitnessOffer } from '../../../../src/core/witness/offer.ts';
import type { Machine } from '../../../support/machine.ts';
import { cosignatureBy, statementBy, WitnessVillage } from '../../../support/witness-village.ts';

/** Keys of what a machine has written down as a witness. */
async function memoryOf(machine: Machine): Promise<readonly string[]> {
  const settings = await machine.store.settings();
  return settings.map(({ key }) => key).filter((key) => key.startsWith('witness/'));
}

/** What a machine keeps of its own cosignatures. */
async function cosignedBy(machine: Machine): Promise<readonly string[]> {
  const rows = await machine.store.statements();
  return rows.flatMap(({ bytes }) => {
    const read = readStatement(bytes);
    const cosignature = read.ok ? statementContentOf(read.value, cosignatureKind) : undefined;
    return cosignature?.witness === machine.actor.identity ? [cosignature.checkpoint] : [];
  });
}

async function forget(machine: Machine, what: 'statements' | 'memory'): Promise<void> {
  if (what === 'statements')
    for (const { digest } of await machine.store.statements())
      await machine.store.commit([{ type: 'deleteStatement', digest }]);
  else for (const key of await memoryOf(machine)) await machine.store.commit([{ type: 'deleteSetting', key }]);
}

/** A village whose first witness signs nothing yet, though it was asked. */
async function asked(): Promise<{ village: WitnessVillage; witness: Machine }> {
  const village = await WitnessVillage.found(1);
  const witness = present(village.witnesses[0], 'there is one');
  witness.held.add('sign');
  await village.settle();
  return { village, witness };
}

describe('a witness', () => {
  test('writes down what it is about to sign before it asks its signer', async () => {
    const village = await WitnessVillage.found(1);
    const witness = present(village.witnesses[0], 'there is one');
    witness.held.add('sign').add('commit');
    await village.settle();
    assert.ok(!witness.out.some(({ type }) => type === 'sign'), 'nothing is signed while nothing is durable');
    const { witness: other } = await asked();
    assert.equal((await memoryOf(other)).length, 1);
  });

  test('that crashed before it signed signs the same when it is back', async () => {
    const { village, witness } = await asked();
    assert.equal(village.word(village.bank), 'accepted');
    witness.held.clear();
    await witness.restart();
    await village.settle();
    assert.equal(village.word(village.bank), 'final');
  });

  for (const [what, isSigned] of [
    ['statements', false],
    ['memory', true],
  ] as const)
    test(`${isSigned ? 'knows only by what it wrote down' : 'remembers'} that it confirmed more than it is asked for`, async () => {
      const village = await WitnessVillage.found(1);
      const witness = present(village.witnesses[0], 'there is one');
      await village.settle();
      const early = village.checkpoint();
      await village.grow(3);
      await village.settle();
      assert.ok(village.checkpoint().size > early.size);
      await forget(witness, 'statements');
      if (what === 'memory') await forget(witness, 'memory');
      await witness.restart();
      village.cutOff.add(village.bank);
      await village.tell(witness, statementBy(village.bank.actor, checkpointKind, early));
      await village.settle();
      assert.equal((await cosignedBy(witness)).length, isSigned ? 1 : 0);
    });

  test('confirms no other view of a size that it confirmed, and no book that it does not hold so', async () => {
    const village = await WitnessVillage.found(1);
    const witness = present(village.witnesses[0], 'there is one');
    await village.settle();
    const before = await cosignedBy(witness);
    const checkpoint = village.checkpoint();
    for (const lie of [
      { stateRoot: checkpoint.root },
      { root: checkpoint.stateRoot },
      { size: checkpoint.size + 1, root: checkpoint.stateRoot },
    ])
      await village.tell(witness, statementBy(village.bank.actor, checkpointKind, { ...checkpoint, ...lie }));
    await village.settle();
    assert.deepEqual(await cosignedBy(witness), before);
  });

  test('whose folder may be a copy signs nothing of a book until two peers have told what they hold', async () => {
    const { village, witness } = await asked();
    witness.held.clear();
    await witness.restart();
    const topics = new Set([village.book(witness).topic]);
    // As the driver does: before the first tick.
    witness.peer.guard([], false);
    await village.settle();
    assert.equal((await cosignedBy(witness)).length, 0);
    await witness.restart();
    for (const peer of ['one', 'two']) {
      await village.settle();
      assert.equal((await cosignedBy(witness)).length, 0, `before ${peer} has told`);
      witness.peer.witnessing.caughtUp(peer, topics);
    }
    await village.settle();
    assert.equal((await cosignedBy(witness)).length, 1);
  });

  test('learns from others what it confirmed in a copy of its folder', async () => {
    const { village, witness } = await asked();
    const [bank, checkpoint] = [village.bank.actor, village.checkpoint()];
    const later = { ...checkpoint, size: checkpoint.size + 5, root: checkpoint.stateRoot };
    await village.tell(witness, cosignatureBy(witness.actor, later));
    await village.tell(witness, statementBy(bank, checkpointKind, later));
    witness.held.clear();
    await witness.restart();
    await village.settle();
    assert.equal((await cosignedBy(witness)).length, 1, 'what it confirmed there alone');
  });

  for (const [setting, kind, isOn] of [
    ['auto', 'assembly', true],
    ['auto', 'person', false],
    ['on', 'person', true],
    ['off', 'assembly', false],
  ] as const satisfies readonly (readonly [WitnessOffer, string, boolean])[])
    test(`of kind ${kind} confirms ${isOn ? 'what its charter names it for' : 'nothing'} where the setting is ${setting}`, async () => {
      const village = await WitnessVillage.found(1, { kind, setting });
      await village.settle();
      assert.equal(village.word(village.bank), isOn ? 'final' : 'accepted');
      assert.equal(present(village.witnesses[0], 'there is one').peer.witnessing.isOn, isOn);
    });

  test('confirms nothing more from when its operator withdraws the offer, over restarts too, and all of it when it is made again', async () => {
    const village = await WitnessVillage.found(1);
    const witness = present(village.witnesses[0], 'there is one');
    await village.settle();
    await witness.feed({ type: 'offer', offer: 'off' });
    await witness.restart();
    await village.grow();
    await village.settle();
    assert.equal(village.word(village.bank), 'accepted');
    const [assigned, ...others] = witness.peer.witnessing.assigned();
    assert.deepEqual([assigned?.isOffered, assigned?.confirmed, assigned?.largest, others.length], [false, 2, 3, 0]);
    await witness.feed({ type: 'offer', offer: 'auto' });
    await village.settle();
    assert.equal(village.word(village.bank), 'final');
    assert.equal(witness.peer.witnessing.assigned()[0]?.confirmed, 3);
    assert.deepEqual(village.looker.peer.witnessing.assigned(), []);
  });
});
