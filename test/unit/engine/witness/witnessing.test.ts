import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { WitnessVillage } from '../../../support/witness-village.ts';

describe('a witnessed book', () => {
  test('is confirmed by the witnesses that its charter names, until everybody calls it final', async () => {
    const village = await WitnessVillage.found(4);
    assert.equal(village.word(village.bank), 'accepted');
    await village.settle();
    for (const machine of village.machines) {
      const { quorum, newest, final } = village.seen(machine);
      assert.deepEqual(quorum, { witnesses: 4, needed: 3, words: 'witnessed' });
      assert.equal(newest?.checkpoint.size, 2, machine.actor.name);
      assert.equal(final, newest);
      assert.equal(village.word(machine), 'final', machine.actor.name);
    }
    const words = village.notices.flatMap(({ machine, notice }) =>
      machine === village.looker && notice.type === 'checkpoint' ? [`${notice.word} ${notice.size}`] : [],
    );
    assert.deepEqual([words.at(0), words.at(-1)], ['witnessed 2', 'final 2']);
  });

  test('has one checkpoint under way, and the next names the newest size', async () => {
    const village = await WitnessVillage.found(4);
    await village.settle();
    await village.grow(20);
    await village.settle();
    const sizes = village.notices.flatMap(({ machine, notice }) =>
      machine === village.bank && notice.type === 'checkpoint' && notice.word === 'final' ? [notice.size] : [],
    );
    assert.deepEqual(sizes, [2, 3, 22]);
    assert.equal(village.word(village.looker), 'final');
  });

  test('is accepted and no more while too few witnesses are there, and final when they come', async () => {
    const village = await WitnessVillage.found(4);
    await village.settle();
    const [one, two] = village.witnesses;
    assert.ok(one !== undefined && two !== undefined);
    village.cutOff.add(one).add(two);
    await village.grow();
    await village.settle();
    assert.equal(village.word(village.looker), 'accepted');
    assert.equal(village.word(village.looker, 1), 'final');
    village.cutOff.clear();
    await village.grow();
    for (const witness of [one, two]) await witness.entries(await village.entries());
    await village.settle(6000);
    assert.equal(village.word(village.looker), 'final');
  });

  test('needs all of one to three witnesses, and shows that they are few', async () => {
    const village = await WitnessVillage.found(2);
    await village.settle();
    const words = village.looker.peer.witnessing.wordsOf(village.book(village.looker), 1);
    assert.deepEqual(words, { certainty: 'final', witnessing: 'few witnesses' });
  });

  test('without witnesses has no checkpoint, and says so', async () => {
    const village = await WitnessVillage.found(0);
    await village.settle();
    assert.equal(village.seen(village.bank).largest, undefined);
    const words = village.bank.peer.witnessing.wordsOf(village.book(), 1);
    assert.deepEqual(words, { certainty: 'accepted', witnessing: 'unwitnessed' });
  });

  test('keeps its words over a restart of everybody', async () => {
    const village = await WitnessVillage.found(4);
    await village.settle();
    for (const machine of village.machines) await machine.restart();
    for (const machine of village.machines) assert.equal(village.word(machine), 'final', machine.actor.name);
    await village.grow();
    await village.settle();
    for (const machine of village.machines) assert.equal(village.word(machine), 'final', machine.actor.name);
  });

  test('is confirmed for somebody who hears of that before the entries', async () => {
    const village = await WitnessVillage.found(4);
    village.cutOff.add(village.looker);
    await village.settle();
    const { newest } = village.seen(village.bank);
    assert.ok(newest !== undefined);
    const said = [newest.statement, ...newest.cosignatures.values(), ...newest.notices.values()];
    for (const statement of said.toReversed()) assert.equal(await village.tell(village.looker, statement), 'later');
    for (const { actor } of village.witnesses) await village.looker.entries(await village.entries(actor));
    await village.looker.entries(await village.entries());
    await village.settle();
    assert.equal(village.word(village.looker), 'final');
  });

  test('leaves a bounded number of statements behind', async () => {
    const village = await WitnessVillage.found(4);
    await village.settle();
    const before = village.looker.peer.statements.size;
    for (let time = 0; time < 5; time += 1) {
      await village.grow();
      await village.settle();
    }
    assert.equal(village.looker.peer.statements.size, before);
  });
});
