import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bytesToId, type Id, idToBytes } from '../../../src/core/base/id.ts';
import { present } from '../../../src/core/base/outcome.ts';
import { ledgerFigures } from '../../../src/core/ledger/figures.ts';
import { BankScene } from '../../support/bank.ts';
import { Machine } from '../../support/machine.ts';

test('books whose rows a migration took away have the same state after the next start', async () => {
  const scene = new BankScene();
  assert.equal(scene.issue(scene.record()).type, 'applied');
  const machine = await Machine.start(scene.ana);
  await machine.feed({ type: 'addRoots', roots: [scene.bank.identity, scene.garden.identity] });
  const books = [scene.bank.memberBook.book, scene.garden.memberBook.book, scene.ledger.book];
  for (const { entries } of books) await machine.entries(entries, { door: 'sync', from: 'peer' });
  const stateOf = (id: Id) => present(machine.peer.books.get(id)?.state, 'the book is governed');
  const roots = () => books.map(({ id }) => bytesToId(stateOf(id).root()));
  const before = roots();
  const writes = books.flatMap(({ id }) =>
    stateOf(id)
      .state.keys()
      .map((key) => ({ type: 'deleteState' as const, book: idToBytes(id), key })),
  );
  await machine.store.commit(writes);
  await machine.restart();
  assert.deepEqual(roots(), before);
  assert.equal(ledgerFigures(stateOf(scene.ledger.book.id).state).issued, 7200);
  assert.equal(machine.peer.books.get(scene.ledger.book.id)?.judged, scene.ledger.book.entries.length);
  await machine.restart();
  assert.deepEqual(roots(), before);
});
