import assert from 'node:assert/strict';
import { test } from 'node:test';
import { idToBytes } from '../../../src/core/base/id.ts';
import { recordsTable } from '../../../src/core/ledger/tables.ts';
import type { Entry } from '../../../src/core/wire/entry.ts';
import { notedKind } from '../../../src/core/wire/kinds/book.ts';
import { laborRecordKind } from '../../../src/core/wire/kinds/labor.ts';
import { acceptAttestorsKind, acceptCooperativeKind, issueKind } from '../../../src/core/wire/kinds/ledger.ts';
import type { Head } from '../../../src/core/wire/messages/book.ts';
import type { Source } from '../../../src/engine/events.ts';
import { draftOf } from '../../../src/engine/services/draft.ts';
import { BankScene, CEILING_HOURS } from '../../support/bank.ts';
import { Machine } from '../../support/machine.ts';
import { attestWork, claimWork, hours, recordOf } from '../../support/work.ts';
import { Actor, type Body, idNamed } from '../../support/world.ts';

const SYNC: Source = { door: 'sync', from: 'peer' };
/** What the clock of a machine says at first. */
const NOW_MS = 1_790_000_000_000;

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

/** A bank that runs, with what everybody has written. */
async function bankOf(scene: BankScene, ...cooperatives: readonly Body[]): Promise<Machine> {
  const machine = await Machine.start(scene.bank);
  const bodies = [scene.garden, scene.forge, scene.assembly, ...cooperatives];
  await machine.feed({ type: 'addRoots', roots: bodies.map(({ identity }) => identity) });
  for (const { memberBook } of [scene.bank, ...bodies]) await machine.entries(memberBook.book.entries, SYNC);
  await machine.entries(scene.ledger.book.entries, SYNC);
  for (const { transfers } of [...cooperatives, scene.garden, scene.forge])
    for (let from = 0; from < transfers.book.entries.length; from += 200)
      await machine.entries(transfers.book.entries.slice(from, from + 200), SYNC);
  await ticks(machine);
  return machine;
}

async function ticks(machine: Machine): Promise<void> {
  for (let count = 0; count < 5; count += 1) await machine.feed({ type: 'tick' });
}

function isIssued(machine: Machine, scene: BankScene, record: Entry): boolean {
  const state = machine.peer.books.get(scene.ledger.book.id)?.state?.state;
  return state?.get(recordsTable, record.id) !== undefined;
}

/** A record of an hour, written in the labor book whether or not that applies. */
function recordHour(worker: Actor, body: Body, claim: Entry, attestors: readonly Actor[], receiverHead?: Head): Entry {
  body.transfers.note(...[worker, ...attestors].map((actor) => actor.book('transfers')));
  const content = recordOf(claim, attestWork(claim, ...attestors), body.memberHead, receiverHead);
  return body.book('transfers').write(laborRecordKind, content);
}

test('notes are issued on the records of a labor book in whatever order they can be', async () => {
  const scene = new BankScene();
  const { ana, bea, carla, garden } = scene;
  const ahead = { startMinute: Math.floor(NOW_MS / 60_000) - 57, minutes: 60 };
  const later = recordHour(ana, garden, scene.claim(ana, { intervals: [ahead] }), [bea, carla]);
  garden.admit(scene.world.person('Eve'));
  const now = recordHour(bea, garden, scene.claim(bea, { intervals: [hours(8, 1)] }), [ana, carla]);
  const machine = await bankOf(scene);
  assert.deepEqual(
    [later, now].map((record) => isIssued(machine, scene, record)),
    [false, true],
  );
  machine.nowMs += 3_600_000;
  await ticks(machine);
  assert.ok(isIssued(machine, scene, later));
});

test('what the bank’s terms forbade is issued when they change, over a restart too', async () => {
  const scene = new BankScene();
  const { ana, bea, carla, dora, garden, forge, assembly } = scene;
  scene.accept(garden, 1800);
  const tooMuch = recordHour(bea, garden, scene.claim(bea, { intervals: [hours(8, 1)] }), [ana, carla]);
  const received = recordHour(
    ana,
    forge,
    scene.claim(ana, { intervals: [hours(40, 1)] }, forge),
    [dora],
    assembly.memberHead,
  );
  const machine = await bankOf(scene);
  assert.deepEqual(
    [tooMuch, received].map((record) => isIssued(machine, scene, record)),
    [false, false],
  );
  await machine.restart();
  const terms = { cooperative: garden.identity, secondsPerMemberPerWeek: CEILING_HOURS * 3600 };
  await machine.write('transfers', draftOf(acceptCooperativeKind, terms));
  await ticks(machine);
  await machine.write('transfers', draftOf(acceptAttestorsKind, { body: assembly.identity }));
  await ticks(machine);
  assert.deepEqual(
    [tooMuch, received].map((record) => isIssued(machine, scene, record)),
    [true, true],
  );
});

test('records that cannot be issued yet keep out neither other cooperatives’ nor later ones of their own', async () => {
  const scene = new BankScene();
  const { ana, bea, carla, garden, world, bank } = scene;
  const mill = world.found('Mill', 'cooperative', [ana, bea], 1);
  bank.transfers.note(mill.book('transfers'));
  scene.accept(mill);
  for (let number = 0; number < 300; number += 1) {
    const intervals = [{ startMinute: 40_000_000 + number * 2, minutes: 1 }];
    recordHour(ana, mill, scene.claim(ana, { intervals }, mill), [bea]);
  }
  const own = recordHour(bea, mill, scene.claim(bea, { intervals: [hours(8, 1)] }, mill), [ana]);
  const other = recordHour(carla, garden, scene.claim(carla, { intervals: [hours(8, 1)] }), [ana, bea]);
  const machine = await bankOf(scene, mill);
  assert.deepEqual(
    [own, other].map((record) => isIssued(machine, scene, record)),
    [true, true],
  );
});

test('workers without an account keep nobody’s Opening from being noted', async () => {
  const scene = new BankScene();
  const { ana, bea, carla, garden, world, bank } = scene;
  const mill = world.found('Mill', 'cooperative', [ana, bea], 1);
  bank.transfers.note(mill.book('transfers'));
  scene.accept(mill);
  for (let number = 0; number < 61; number += 1) {
    const worker = world.person(`worker ${number}`);
    mill.admit(worker);
    recordHour(
      worker,
      mill,
      scene.claim(worker, { account: idNamed(`account ${number}`), intervals: [hours(8, 1)] }, mill),
      [bea],
    );
  }
  const zoe = world.person('Zoe');
  garden.admit(zoe);
  const record = recordHour(carla, garden, scene.claim(carla, { intervals: [hours(12, 1)] }), [ana, zoe]);
  const machine = await bankOf(scene, mill);
  assert.ok(isIssued(machine, scene, record));
});
