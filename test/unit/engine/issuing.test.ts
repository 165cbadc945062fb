import assert from 'node:assert/strict';
import { test } from 'node:test';
import { idToBytes } from '../../../src/core/base/id.ts';
import { notedKind } from '../../../src/core/wire/kinds/book.ts';
import { laborRecordKind } from '../../../src/core/wire/kinds/labor.ts';
import { acceptCooperativeKind, issueKind } from '../../../src/core/wire/kinds/ledger.ts';
import type { Source } from '../../../src/engine/events.ts';
import { draftOf } from '../../../src/engine/services/draft.ts';
import { BankScene, CEILING_HOURS } from '../../support/bank.ts';
import { Machine } from '../../support/machine.ts';
import { attestWork, claimWork, recordOf } from '../../support/work.ts';
import { Actor, idNamed } from '../../support/world.ts';

const SYNC: Source = { door: 'sync', from: 'peer' };

for (const restarts of [false, true]) {
  test(`a record waits for its cooperative to be accepted${restarts ? ', over a restart of the bank' : ''}`, async () => {
    const scene = new BankScene();
    const eve = scene.world.person('Eve');
    const mill = scene.world.found('Mill', 'cooperative', [scene.ana, eve]);
    mill.transfers.note(scene.ana.book('transfers'), eve.book('transfers'));
    const claim = scene.claim(scene.ana, {}, mill);
    mill.transfers.apply(laborRecordKind, recordOf(claim, attestWork(claim, eve), mill.memberHead));
    const machine = await Machine.start(scene.bank);
    await machine.feed({ type: 'addRoots', roots: [mill.identity, scene.garden.identity] });
    for (const { memberBook } of [scene.bank, scene.garden, mill]) await machine.entries(memberBook.book.entries, SYNC);
    await machine.entries(scene.ledger.book.entries, SYNC);
    // The bank stops after the labor book is stored, before it has looked at it.
    if (restarts) machine.held.add('load');
    await machine.entries(mill.transfers.book.entries, SYNC);
    machine.held.clear();
    if (restarts) await machine.restart();
    const ceiling = { cooperative: mill.identity, secondsPerMemberPerWeek: CEILING_HOURS * 3600 };
    const { refused } = await machine.write('transfers', draftOf(acceptCooperativeKind, ceiling));
    assert.equal(refused, undefined);
    for (let ticks = 0; ticks < 5; ticks += 1) await machine.feed({ type: 'tick' });
    const rows = await machine.store.entriesOf(idToBytes(scene.ledger.book.id), 0, 1000, 2 ** 30);
    assert.ok(rows.some(({ kind }) => kind === issueKind.number));
  });
}

test('records of cooperatives that the bank has not accepted leave no trace in its ledger', async () => {
  const scene = new BankScene();
  const worker = new Actor('stranger', 'person');
  const machine = await Machine.start(scene.bank);
  for (const { book } of [scene.bank.memberBook, scene.ledger]) await machine.entries(book.entries, SYNC);
  const before = machine.peer.books.get(scene.ledger.book.id)?.head.sequence;
  for (let number = 0; number < 3; number += 1) {
    const mill = new Actor(`made up ${number}`, 'cooperative');
    const terms = { cooperative: mill.identity, bank: scene.bank.identity, account: idNamed('account') };
    const claim = claimWork(worker, terms);
    const { id } = mill.book('people');
    const labor = mill.book('transfers');
    labor.write(laborRecordKind, recordOf(claim, attestWork(claim, worker), { book: id, sequence: 0, id }));
    const { bytes } = worker.book('transfers').opening;
    labor.write(notedKind, { openings: [bytes], identityEvents: [], forkProofs: [] });
    await machine.entries([mill.book('people').opening, ...labor.entries], SYNC);
  }
  for (let ticks = 0; ticks < 5; ticks += 1) await machine.feed({ type: 'tick' });
  assert.equal(machine.peer.books.get(scene.ledger.book.id)?.head.sequence, before);
});
