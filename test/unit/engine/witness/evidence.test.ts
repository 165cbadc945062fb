import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { present } from '../../../../src/core/base/outcome.ts';
import type { Checkpoint } from '../../../../src/core/wire/messages/witness.ts';
import {
  checkpointKind,
  evidenceKind,
  readStatement,
  type Statement,
  sealStatement,
} from '../../../../src/core/wire/statement.ts';
import type { Machine } from '../../../support/machine.ts';
import { cosignatureBy, statementBy, WitnessVillage } from '../../../support/witness-village.ts';

function accusationsOf(machine: Machine): readonly string[] {
  return machine.peer.witnessing.evidence
    .all()
    .map(({ accusation: { type, role, device } }) => `${type} ${role} ${device}`)
    .toSorted();
}

/** A village at rest, and what its bank says of the same size to somebody else. */
async function lied(): Promise<{ village: WitnessVillage; lie: Checkpoint; told: Statement }> {
  const village = await WitnessVillage.found(4);
  await village.settle();
  const lie = { ...village.checkpoint(), stateRoot: village.checkpoint().root };
  return { village, lie, told: statementBy(village.bank.actor, checkpointKind, lie) };
}

describe('evidence', () => {
  test('against a writer of two views reaches everybody, outlives a restart, and ends its confirmations', async () => {
    const { village, told } = await lied();
    const { bank, looker } = village;
    await village.tell(looker, told);
    await village.settle();
    const proof = [`sameSize writer ${bank.actor.keys.id}`];
    for (const machine of village.machines) assert.deepEqual(accusationsOf(machine), proof, machine.actor.name);
    await looker.restart();
    assert.deepEqual(accusationsOf(looker), proof);
    assert.equal(village.word(looker), 'final', 'what was final stays so');
    await village.grow();
    await village.settle();
    assert.equal(village.word(looker), 'accepted');
    const seen = village.notices.filter(({ notice }) => notice.type === 'evidence');
    assert.equal(seen.filter(({ machine }) => machine === looker).length, 1, 'people are told once');
  });

  test('against a witness that confirmed both views accuses it alone, whatever comes first', async () => {
    for (const isCosignatureFirst of [true, false]) {
      const { village, lie, told } = await lied();
      const liar = present(village.witnesses[1], 'there are four').actor;
      const cosignature = cosignatureBy(liar, lie);
      // One that comes too early seems to be of an older checkpoint; catch-up brings it again.
      const items = isCosignatureFirst ? [cosignature, told, cosignature] : [told, cosignature];
      for (const item of items) await village.tell(village.looker, item);
      await village.settle();
      const expected = [`sameSize witness ${liar.keys.id}`, `sameSize writer ${village.bank.actor.keys.id}`];
      for (const machine of village.machines) assert.deepEqual(accusationsOf(machine), expected.toSorted());
    }
  });

  test('of a charter that went back accuses the writer', async () => {
    const { village } = await lied();
    await village.grow(2);
    await village.settle();
    const [checkpoint, book] = [village.checkpoint(), village.book()];
    const later = { book: book.id, sequence: 2, id: present(book.ids.get(2), 'the book has grown') };
    const back = { ...checkpoint, size: checkpoint.size - 1, charterHead: later };
    await village.tell(village.looker, statementBy(village.bank.actor, checkpointKind, back));
    assert.deepEqual(accusationsOf(village.looker), [`rollback writer ${village.bank.actor.keys.id}`]);
  });

  test('that proves nothing is no honest peer’s, and honest witnesses are never accused', async () => {
    const { village, told } = await lied();
    const own = present(village.seen(village.looker).largest, 'there is a checkpoint').statement;
    const evidence = {
      type: 'sameSize',
      opening: village.book().openingEntry.bytes,
      statements: [own.bytes, own.bytes],
      index: 0,
      leaves: [],
    } as const;
    const read = readStatement(sealStatement(evidenceKind, evidence));
    assert.ok(read.ok);
    assert.equal(await village.tell(village.looker, read.value), 'bad');
    const forged = statementBy(village.looker.actor, checkpointKind, village.checkpoint());
    assert.equal(await village.tell(village.witnesses[0] ?? village.looker, forged), 'bad');
    assert.deepEqual(accusationsOf(village.looker), []);
    assert.notEqual(told.digest, own.digest);
  });

  test('and lies about one size are kept in bounded number', async () => {
    const { village } = await lied();
    const before = village.looker.peer.statements.size;
    for (let lie = 0; lie < 12; lie += 1) {
      const totals = { ...village.checkpoint().totals, epoch: 0 };
      const stateRoot = present(village.book().ids.get(lie % 2), 'an id');
      const charterHead = village.checkpoint().charterHead;
      const checkpoint = {
        ...village.checkpoint(),
        totals,
        stateRoot,
        charterHead,
        head: stateRoot,
        size: 2 + (lie % 6),
      };
      await village.tell(village.looker, statementBy(village.bank.actor, checkpointKind, checkpoint));
    }
    assert.ok(village.looker.peer.statements.size <= before + 5, `${village.looker.peer.statements.size - before}`);
  });
});
