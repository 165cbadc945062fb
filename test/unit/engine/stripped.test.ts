import assert from 'node:assert/strict';
import { test } from 'node:test';
import { idToBytes } from '../../../src/core/base/id.ts';
import { type Entry, erasedForm } from '../../../src/core/wire/entry.ts';
import { eraseKind, profileKind } from '../../../src/core/wire/kinds/book.ts';
import { identityEventKind, sealStatement } from '../../../src/core/wire/statement.ts';
import type { Source } from '../../../src/engine/events.ts';
import { entryToItem, statementToItem } from '../../../src/engine/reading.ts';
import { NETWORK, parseEntry } from '../../support/books.ts';
import { REGION } from '../../support/identities.ts';
import { Machine } from '../../support/machine.ts';
import { Actor, TestBook } from '../../support/world.ts';

const topic = `/mutua/1/${Buffer.from(NETWORK).toString('hex')}/${REGION}/people`;
const GOSSIP: Source = { door: 'gossip', topic, from: 'mallory' };
const SYNC: Source = { door: 'sync', from: 'mallory' };

function scene() {
  const ana = new Actor('Ana', 'person');
  const book = ana.book('people');
  const profile = book.write(profileKind, { name: 'Ana', description: 'Mends roofs.', contact: '' });
  const next = book.write(profileKind, { name: 'Ana', description: 'Mends bicycles.', contact: '' });
  return { ana, book, profile, next, stripped: parseEntry(erasedForm(profile)) };
}

async function payloadHeld(machine: Machine, { id }: Entry): Promise<boolean> {
  const [row] = await machine.store.entriesByIds([idToBytes(id)]);
  return row !== undefined && parseEntry(row.bytes).payload !== undefined;
}

test('an entry whose payload a relay cut off is not passed on, and its whole form takes its place', async () => {
  const { ana, book, profile, next, stripped } = scene();
  const machine = await Machine.start(new Actor('Bea', 'person'));
  await machine.feed({ type: 'addRoots', roots: [ana.identity] });
  assert.deepEqual(await machine.entries([book.opening, stripped], GOSSIP), ['stored', 'later']);
  assert.deepEqual(await machine.entries([stripped, next], SYNC), ['stored', 'stored']);
  assert.equal(await payloadHeld(machine, profile), false);
  await machine.restart();
  assert.equal(machine.peer.stripped.wanted().length, 1);
  assert.deepEqual(await machine.entries([stripped], SYNC), ['known']);
  assert.deepEqual(await machine.entries([profile], SYNC), ['stored']);
  assert.equal(await payloadHeld(machine, profile), true);
  assert.equal(machine.peer.stripped.wanted().length, 0);
  assert.deepEqual(await machine.entries([stripped, profile], SYNC), ['known', 'known']);
  assert.equal(await payloadHeld(machine, profile), true);
});

test('what its author asked to erase is not wanted, whichever came first', async () => {
  const { ana, book, profile, next, stripped } = scene();
  const erase = book.write(eraseKind, { entries: [profile.id] });
  const machine = await Machine.start(new Actor('Bea', 'person'));
  await machine.feed({ type: 'addRoots', roots: [ana.identity] });
  await machine.items(
    [book.opening, stripped, next, erase].map(({ bytes }) => entryToItem(bytes)),
    SYNC,
  );
  assert.equal(machine.peer.stripped.wanted().length, 0);
  await machine.entries([profile], SYNC);
  assert.equal(await payloadHeld(machine, profile), false);
});

/** Ana's book as a thief of her device has gone on with it, and her revocation that lists the true one. */
async function deceived({ ana, book }: ReturnType<typeof scene>, form = (entry: Entry) => entry): Promise<Machine> {
  const stolen = new TestBook(ana.keys, book.opening);
  for (const name of ['M', 'Ma', 'Mal', 'Mall']) stolen.write(profileKind, { name, description: '', contact: '' });
  ana.revoke(ana.keys, [book.head]);
  const machine = await Machine.start(new Actor('Bea', 'person'));
  await machine.feed({ type: 'addRoots', roots: [ana.identity] });
  await machine.entries(stolen.entries.map(form), SYNC);
  await machine.items(
    ana.log.map((event) => statementToItem(sealStatement(identityEventKind, event))),
    SYNC,
  );
  return machine;
}

test('what the true chain of a stolen book erases is erased where that chain came later', async () => {
  const told = scene();
  const erase = told.book.write(eraseKind, { entries: [told.profile.id] });
  const machine = await deceived(told);
  for (let again = 0; again < 2; again += 1) await machine.entries(told.book.entries.toReversed(), SYNC);
  assert.equal(machine.peer.books.get(told.book.id)?.head.id, erase.id);
  assert.equal(await payloadHeld(machine, told.profile), false);
  assert.equal(await payloadHeld(machine, told.next), true);
});

test('an entry of the true chain that came without its payload stays wanted', async () => {
  const told = scene();
  const machine = await deceived(told);
  for (let again = 0; again < 2; again += 1) await machine.entries([told.next, told.stripped, told.book.opening], SYNC);
  assert.equal(machine.peer.books.get(told.book.id)?.head.id, told.next.id);
  assert.deepEqual(machine.peer.stripped.wanted(), [told.profile.id]);
  await machine.entries([told.profile], SYNC);
  assert.equal(await payloadHeld(machine, told.profile), true);
});

test('an entry of the thief’s chain takes no place in the true one when its payload comes', async () => {
  const told = scene();
  const whole: Entry[] = [];
  const machine = await deceived(told, (entry) => {
    if (entry.header.sequence === 0) return entry;
    whole.push(entry);
    return parseEntry(erasedForm(entry));
  });
  for (let again = 0; again < 2; again += 1) await machine.entries(told.book.entries.toReversed(), SYNC);
  assert.equal(machine.peer.books.get(told.book.id)?.head.id, told.next.id);
  await machine.entries(whole, SYNC);
  const rows = await machine.store.entriesOf(idToBytes(told.book.id), 0, 10, 100_000);
  assert.deepEqual(
    rows.map(({ bytes }) => parseEntry(bytes).id),
    told.book.entries.map(({ id }) => id),
  );
});
