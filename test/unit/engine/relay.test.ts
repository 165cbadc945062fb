import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Entry } from '../../../src/core/wire/entry.ts';
import { profileKind } from '../../../src/core/wire/kinds/book.ts';
import type { Source } from '../../../src/engine/events.ts';
import { itemsOfBundle } from '../../../src/engine/gossip.ts';
import { entryToItem } from '../../../src/engine/reading.ts';
import { DecisionScene } from '../../support/decisions.ts';
import { REGION } from '../../support/identities.ts';
import { Machine } from '../../support/machine.ts';
import type { Actor } from '../../support/world.ts';

const SUBMIT: Source = { door: 'submit', from: 'peer' };

async function hall(): Promise<{ readonly scene: DecisionScene; readonly machine: Machine }> {
  const scene = new DecisionScene();
  const machine = await Machine.start(scene.hall);
  await machine.entries(scene.hall.memberBook.book.entries, { door: 'sync', from: 'peer' });
  return { scene, machine };
}

/** Items that a machine has published, as texts to compare. */
async function published(machine: Machine): Promise<ReadonlySet<string>> {
  await machine.feed({ type: 'tick' });
  const items = machine.out.flatMap((effect) => (effect.type === 'publish' ? (itemsOfBundle(effect.data) ?? []) : []));
  return new Set(items.map((item) => Buffer.from(item).toString('hex')));
}

const textOf = (entry: Entry): string => Buffer.from(entryToItem(entry.bytes)).toString('hex');
const profileOf = (actor: Actor): Entry =>
  actor.book('people').write(profileKind, { name: actor.name, description: '', contact: '' });

test('what a known author hands to one node is told to the others, and what a stranger hands it is not', async () => {
  const { scene, machine } = await hall();
  const [own, strange] = [profileOf(scene.ana), profileOf(scene.finn)];
  assert.deepEqual(await machine.entries([scene.ana.book('people').opening, own], SUBMIT), ['stored', 'stored']);
  assert.deepEqual(await machine.entries([scene.finn.book('people').opening, strange], SUBMIT), ['stored', 'stored']);
  const told = await published(machine);
  assert.deepEqual([told.has(textOf(own)), told.has(textOf(strange))], [true, false]);
});

test('what came by gossip or catch-up is not told again', async () => {
  const { scene, machine } = await hall();
  const own = profileOf(scene.ana);
  await machine.entries([scene.ana.book('people').opening, own], { door: 'sync', from: 'peer' });
  assert.equal((await published(machine)).has(textOf(own)), false);
});

test('a body takes what is for it out of books that it does not follow', async () => {
  const { scene, machine } = await hall();
  await machine.feed({ type: 'part', region: REGION });
  const propose = scene.propose(scene.ana);
  const words = await machine.entries([scene.ana.book('proposals').opening, propose], SUBMIT);
  assert.deepEqual(words, ['passing', 'carried']);
  assert.equal(machine.peer.books.get(propose.book), undefined, 'the book itself is not kept');
});
