import assert from 'node:assert/strict';
import { test } from 'node:test';
import { idToBytes } from '../../../src/core/base/id.ts';
import { present } from '../../../src/core/base/outcome.ts';
import { profileKind } from '../../../src/core/wire/kinds/book.ts';
import { identityEventKind, sealStatement } from '../../../src/core/wire/statement.ts';
import { statementToItem } from '../../../src/engine/reading.ts';
import { draftOf } from '../../../src/engine/services/draft.ts';
import { parseEntry } from '../../support/books.ts';
import { Machine } from '../../support/machine.ts';
import { Actor, TestBook } from '../../support/world.ts';

const profile = (name: string) => draftOf(profileKind, { name, description: '', contact: '' });

/** A machine that has asked for the signature of its second profile, and its own book as others may hold it. */
async function whileSigning() {
  const machine = await Machine.start(new Actor('Ana', 'person'));
  await machine.write('people', profile('first'));
  const book = present(machine.peer.books.of(machine.actor.identity)[0], 'the own book is open');
  const rows = await machine.store.entriesOf(idToBytes(book.id), 0, 10, 2 ** 20);
  const [opening, ...later] = rows.map(({ bytes }) => parseEntry(bytes));
  const elsewhere = new TestBook(machine.actor.keys, present(opening, 'a book has an Opening'));
  elsewhere.entries.push(...later);
  machine.held.add('sign');
  const ticket = 5000;
  await machine.feed({
    type: 'write',
    ticket,
    region: book.opening.region,
    channel: 'people',
    draft: profile('second'),
  });
  machine.held.clear();
  const asked = machine.out.findLast((effect) => effect.type === 'sign');
  const sign = present(asked?.type === 'sign' ? asked : undefined, 'a signature was asked for');
  const answer = async (): Promise<string | undefined> => {
    await machine.feed({ type: 'signed', ticket: sign.ticket, signature: machine.actor.keys.sign(sign.message) });
    const done = machine.out.find((effect) => effect.type === 'writeDone' && effect.ticket === ticket);
    return done?.type === 'writeDone' ? (done.refused?.code ?? 'written') : undefined;
  };
  return { machine, book, elsewhere, answer };
}

test('of two drafts the second is signed only when the first was taken, and both are written', async () => {
  const { machine, book, answer } = await whileSigning();
  machine.held.add('sign');
  machine.out.length = 0;
  const ticket = 5001;
  const { region } = book.opening;
  await machine.feed({ type: 'write', ticket, region, channel: 'people', draft: profile('third') });
  assert.deepEqual(
    machine.out.filter(({ type }) => type === 'sign'),
    [],
  );
  machine.held.clear();
  await answer();
  const done = machine.out.find((effect) => effect.type === 'writeDone' && effect.ticket === ticket);
  assert.deepEqual([done?.type === 'writeDone' && done.refused, book.head.sequence], [undefined, 3]);
});

test('what was signed while nothing happened is written', async () => {
  const { book, answer } = await whileSigning();
  assert.deepEqual([await answer(), book.head.sequence], ['written', 2]);
});

test('what was signed while the book learned an entry of its own forks nothing', async () => {
  const { machine, book, elsewhere, answer } = await whileSigning();
  await machine.entries([elsewhere.write(profileKind, { name: 'from a copy', description: '', contact: '' })]);
  assert.deepEqual([await answer(), book.head.sequence], ['effects_behind', 2]);
  const rows = await machine.store.entriesOf(idToBytes(book.id), 0, 10, 2 ** 20);
  assert.deepEqual(
    rows.map(({ sequence }) => sequence),
    [0, 1, 2],
  );
  const { written } = await machine.write('people', profile('third'));
  assert.equal(written?.sequence, 3);
});

test('what was signed while its device was revoked is not written', async () => {
  const { machine, book, answer } = await whileSigning();
  const { actor } = machine;
  actor.revoke(actor.keys);
  const revocation = present(actor.log.at(-1), 'the log has events');
  await machine.items([statementToItem(sealStatement(identityEventKind, revocation))]);
  assert.deepEqual([await answer(), book.head.sequence], ['effects_behind', 0]);
});
