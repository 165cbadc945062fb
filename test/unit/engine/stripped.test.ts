import assert from 'node:assert/strict';
import { test } from 'node:test';
import { idToBytes } from '../../../src/core/base/id.ts';
import { type Entry, erasedForm } from '../../../src/core/wire/entry.ts';
import { eraseKind, profileKind } from '../../../src/core/wire/kinds/book.ts';
import type { Source } from '../../../src/engine/events.ts';
import { entryToItem } from '../../../src/engine/reading.ts';
import { NETWORK, parseEntry } from '../../support/books.ts';
import { REGION } from '../../support/identities.ts';
import { Machine } from '../../support/machine.ts';
import { Actor } from '../../support/world.ts';

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
