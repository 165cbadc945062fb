import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { OperationContext } from '../../../src/client/context.ts';
import { importItems } from '../../../src/client/operations/import.ts';
import { FileScene } from '../../support/file-scene.ts';
import { Machine } from '../../support/machine.ts';
import { Actor } from '../../support/world.ts';

test('one import brings what a ledger read on a chain that does not count, however long that is', async () => {
  const scene = new FileScene();
  const beside = scene.branch(scene.members, scene.members.entries.length - 1, 1);
  const trunk = scene.members.entries.length;
  for (let number = 0; number < 6; number += 1) scene.grow(`member ${number}`);
  assert.equal(scene.issue(scene.record({}, scene.garden.memberHead)).type, 'applied');
  // The fork is known before the chain comes that the ledger read.
  scene.members.entries.splice(trunk, 0, ...beside);
  const file = scene.file();
  const machine = await Machine.start(new Actor('Follower', 'person'));
  await machine.feed({ type: 'addRoots', roots: [scene.bank.identity, scene.garden.identity] });
  const acts: Partial<OperationContext['acts']> = {
    take: (items, door) => machine.items(items, { door }),
    tell: (event) => machine.feed(event),
  };
  const context = { driver: machine, acts } as unknown as OperationContext;
  const chunks = async function* () {
    yield file;
  };
  const report = await importItems(context, { join: false, file: chunks } as Parameters<typeof importItems>[1]);
  assert.ok(report.complete);
  const ledger = machine.peer.books.get(scene.ledger.book.id);
  assert.equal(ledger?.judged, scene.ledger.book.entries.length);
});
