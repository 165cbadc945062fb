import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Amount } from '../../../src/core/base/amount.ts';
import { bytesToId, type Id, idToBytes } from '../../../src/core/base/id.ts';
import { present } from '../../../src/core/base/outcome.ts';
import type { Entry } from '../../../src/core/wire/entry.ts';
import { laborRecordKind } from '../../../src/core/wire/kinds/labor.ts';
import { issueKind } from '../../../src/core/wire/kinds/ledger.ts';
import { vouchKind } from '../../../src/core/wire/kinds/people.ts';
import type { Head } from '../../../src/core/wire/messages/book.ts';
import { SYNC_WANTED_MAX } from '../../../src/core/wire/messages/sync.ts';
import type { Source } from '../../../src/engine/events.ts';
import { WantedBooks } from '../../../src/engine/wanted-books.ts';
import { BankScene } from '../../support/bank.ts';
import { Machine } from '../../support/machine.ts';
import { attestWork, hours, recordOf } from '../../support/work.ts';
import { Actor, TestBook } from '../../support/world.ts';

const SYNC: Source = { door: 'sync', from: 'peer' };

function idOf(number: number): Id {
  return bytesToId(Uint8Array.from({ length: 32 }, (_, index) => (index < 4 ? (number >>> (8 * index)) & 255 : 7)));
}

test('a follower of the bank alone reads the cooperative’s member book, however long it is', async () => {
  const scene = new BankScene();
  for (let count = 0; count < 80; count += 1)
    scene.garden.memberBook.apply(vouchKind, { identity: new Actor(`vouched ${count}`, 'person').identity });
  assert.equal(scene.issue(scene.record()).type, 'applied');
  const machine = await Machine.start(new Actor('Follower', 'person'));
  await machine.feed({ type: 'addRoots', roots: [scene.bank.identity] });
  const { entries } = scene.ledger.book;
  for (const book of [scene.bank.memberBook.book, scene.garden.memberBook.book, scene.ledger.book])
    await machine.entries(book.entries, SYNC);
  // What the ledger waits for is asked for again, by its id.
  await machine.entries(scene.garden.memberBook.book.entries.slice(60), SYNC);
  assert.equal(machine.peer.books.get(scene.ledger.book.id)?.judged, entries.length);
});

test('above the fork of a stranger’s book nothing is kept for a stranger', async () => {
  const scene = new BankScene();
  const rival = new TestBook(scene.garden.keys, scene.garden.memberBook.book.opening);
  rival.write(vouchKind, { identity: scene.ana.identity });
  const claim = scene.claim(scene.ana);
  const record = recordOf(claim, attestWork(claim, scene.bea, scene.carla), scene.garden.memberHead);
  scene.garden.transfers.write(laborRecordKind, record);
  const machine = await Machine.start(new Actor('Ana', 'person'));
  const members = scene.garden.memberBook.book.entries;
  await machine.entries(
    [members[0], rival.entries[1]].map((entry) => present(entry, 'it was written')),
    SYNC,
  );
  await machine.entries(scene.garden.transfers.book.entries, SYNC);
  await machine.entries(members.slice(1), SYNC);
  assert.equal(machine.peer.endings.forks().length, 1);
  assert.deepEqual(machine.peer.world.sideChains.wanted(), []);
  await machine.entries(members.slice(1), SYNC);
  const stored = await machine.store.entriesByIds(members.slice(1).map(({ id }) => idToBytes(id)));
  assert.deepEqual(stored, []);
});

test('on a side chain an id named at a sequence where it does not stand is no head, whatever was read before', async () => {
  const scene = new BankScene();
  const members = scene.garden.memberBook.book;
  const trunk = [...members.entries];
  const rival = new TestBook(scene.garden.keys, members.opening);
  rival.entries.push(...trunk.slice(1));
  const other = rival.write(vouchKind, { identity: scene.carla.identity });
  const above = members.write(vouchKind, { identity: scene.ana.identity });
  const head = members.headAt(members.entries.length - 1);
  const issueNaming = (memberHead: Head, from: number): Entry => {
    const claim = scene.claim(scene.ana, { intervals: [hours(from, 1)] });
    const content = recordOf(claim, attestWork(claim, scene.bea, scene.carla), memberHead);
    const record = scene.garden.book('transfers').write(laborRecordKind, content);
    const amount = 3600 as Amount;
    const balanceAfter = (from === 8 ? 3600 : 7200) as Amount;
    const line = {
      record: record.bytes,
      ratioNumerator: 1,
      ratioDenominator: 1,
      rate: undefined,
      amount,
      balanceAfter,
    };
    return scene.ledger.book.write(issueKind, { lines: [line] });
  };
  issueNaming(head, 8);
  issueNaming({ ...head, sequence: head.sequence + 1 }, 10);
  const machine = await Machine.start(new Actor('Follower', 'person'));
  await machine.feed({ type: 'addRoots', roots: [scene.bank.identity, scene.garden.identity] });
  for (const entries of [scene.bank.memberBook.book.entries, trunk, [other], [above], scene.ledger.book.entries])
    await machine.entries(entries, SYNC);
  await machine.entries([above], SYNC);
  assert.equal(machine.peer.books.get(members.id)?.forkSequence, above.header.sequence);
  assert.equal(machine.peer.books.get(scene.ledger.book.id)?.judged, scene.ledger.book.entries.length - 1);
});

test('books that strangers’ books read never push out what known authors’ read, and all of these have their turn', () => {
  const wanted = new WantedBooks();
  assert.ok(wanted.add(idOf(1), true));
  assert.ok(!wanted.add(idOf(1), true));
  for (let number = 1000; number < 3000; number += 1) assert.ok(!wanted.add(idOf(number), false));
  assert.equal(wanted.next()[0], idOf(1));
  assert.ok(wanted.next().length <= SYNC_WANTED_MAX);
  assert.deepEqual([wanted.has(idOf(1000)), wanted.has(idOf(2999)), wanted.isKept(idOf(2999))], [false, true, false]);
  const known = Array.from({ length: 3 * SYNC_WANTED_MAX }, (_, index) => idOf(10_000 + index));
  for (const book of known) wanted.add(book, true);
  const asked = new Set([wanted, wanted, wanted, wanted].flatMap((books) => books.next()));
  assert.ok(known.every((book) => asked.has(book)));
});

test('a book that waits goes on when its author becomes known', async () => {
  const scene = new BankScene();
  for (let count = 0; count < 80; count += 1)
    scene.garden.memberBook.apply(vouchKind, { identity: new Actor(`vouched ${count}`, 'person').identity });
  assert.equal(scene.issue(scene.record()).type, 'applied');
  const machine = await Machine.start(new Actor('Follower', 'person'));
  for (const book of [scene.bank.memberBook.book, scene.garden.memberBook.book, scene.ledger.book])
    await machine.entries(book.entries, SYNC);
  const { entries } = scene.ledger.book;
  assert.equal(machine.peer.books.get(scene.ledger.book.id)?.judged, entries.length - 1);
  await machine.feed({ type: 'addRoots', roots: [scene.bank.identity] });
  await machine.entries(scene.garden.memberBook.book.entries.slice(60), SYNC);
  assert.equal(machine.peer.books.get(scene.ledger.book.id)?.judged, entries.length);
});

test('a head in a book that is no member book is wrong also where that book comes later', async () => {
  const scene = new BankScene();
  const people = scene.ana.book('people');
  const claim = scene.claim(scene.ana);
  const record = recordOf(claim, attestWork(claim, scene.bea, scene.carla), people.headAt(0));
  const labor = scene.garden.transfers.book;
  labor.write(laborRecordKind, record);
  const machine = await Machine.start(new Actor('Follower', 'person'));
  await machine.feed({ type: 'addRoots', roots: [scene.garden.identity] });
  await machine.entries(labor.entries, SYNC);
  assert.equal(machine.peer.books.get(labor.id)?.judged, labor.entries.length - 1);
  await machine.entries([people.opening], SYNC);
  assert.equal(machine.peer.books.get(labor.id)?.judged, labor.entries.length);
});
