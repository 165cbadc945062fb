import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bytesToId, type Id } from '../../../src/core/base/id.ts';
import { proveFork } from '../../../src/core/books/fork.ts';
import { eraseKind, profileKind } from '../../../src/core/wire/kinds/book.ts';
import { vouchKind } from '../../../src/core/wire/kinds/people.ts';
import type { IdentityEvent } from '../../../src/core/wire/messages/identity.ts';
import { forkProofKind, identityEventKind, sealStatement } from '../../../src/core/wire/statement.ts';
import { STRANGER_STATEMENTS_MAX } from '../../../src/engine/constants.ts';
import { entryToItem, statementToItem } from '../../../src/engine/reading.ts';
import { draftOf } from '../../../src/engine/services/draft.ts';
import { Machine } from '../../support/machine.ts';
import { Actor, TestBook } from '../../support/world.ts';

test('two proofs at once against a stranger’s book, the lower while the book is replayed for the higher', async () => {
  const machine = await Machine.start(new Actor('Ana', 'person'));
  const liar = new Actor('Liar', 'assembly');
  const [book, low, high] = [
    liar.book('people'),
    ...[0, 1].map(() => new TestBook(liar.keys, liar.book('people').opening)),
  ];
  assert.ok(low !== undefined && high !== undefined);
  const [x, y, z] = ['x', 'y', 'z'].map((name) => new Actor(name, 'person').identity);
  assert.ok(x !== undefined && y !== undefined && z !== undefined);
  const [first, second] = [book.write(vouchKind, { identity: x }), book.write(vouchKind, { identity: y })];
  const rival = low.write(vouchKind, { identity: y });
  high.entries.push(first);
  const proofs = [
    proveFork(book.opening, second, high.write(vouchKind, { identity: z })),
    proveFork(book.opening, first, rival),
  ].map((proof) => statementToItem(sealStatement(forkProofKind, proof)));
  const items = [...book.entries.map(({ bytes }) => entryToItem(bytes)), ...proofs];
  const outcomes = await machine.items(items, { door: 'sync', from: 'stranger' });
  assert.deepEqual(new Set(outcomes.map(({ word }) => word)), new Set(['stored']));
  assert.equal(machine.peer.books.get(book.id)?.forkSequence, 1);
  assert.equal(machine.peer.books.get(book.id)?.head.sequence, 0);
});

test('more books of known authors than there is room for strangers’ are all there after a restart', async () => {
  const machine = await Machine.start(new Actor('Ana', 'person'));
  await machine.write('people', draftOf(profileKind, { name: 'Ana', description: '', contact: '' }));
  const authors = Array.from({ length: 1200 }, (_, index) => new Actor(`author ${index}`, 'person'));
  await machine.feed({ type: 'addRoots', roots: authors.map(({ identity }) => identity) });
  for (let start = 0; start < authors.length; start += 200)
    await machine.entries(authors.slice(start, start + 200).map((author) => author.book('people').opening));
  const [own] = machine.peer.books.of(machine.actor.identity);
  assert.ok(own !== undefined);
  const before = { books: machine.peer.books.size, root: machine.peer.books.trieOf(own.topic).root() };
  await machine.restart();
  assert.deepEqual({ books: machine.peer.books.size, root: machine.peer.books.trieOf(own.topic).root() }, before);
  const order = (): readonly string[] => [...machine.peer.books.all()].map(({ opening }) => opening.identity);
  assert.deepEqual(order(), [machine.actor.identity, ...authors.map(({ identity }) => identity)]);
});

test('strangers’ books over their number go oldest first, from the store too', async () => {
  const machine = await Machine.start(new Actor('Ana', 'person'));
  const strangers = Array.from({ length: 1010 }, (_, index) => new Actor(`stranger ${index}`, 'person').book('people'));
  await machine.entries(strangers.slice(0, 500).map(({ opening }) => opening));
  await machine.entries(strangers.slice(500).map(({ opening }) => opening));
  const left = (): readonly boolean[] =>
    [strangers[9], strangers[10]].map((book) => book !== undefined && machine.peer.books.get(book.id) !== undefined);
  assert.deepEqual(left(), [false, true]);
  await machine.restart();
  assert.deepEqual(left(), [false, true]);
  assert.equal((await machine.store.books()).length, 1000);
});

test('what a stranger asked to erase goes with its books', async () => {
  const machine = await Machine.start(new Actor('Ana', 'person'));
  const stranger = new Actor('stranger', 'person').book('people');
  for (let batch = 0; batch < 4; batch += 1) {
    const idOf = (_: unknown, index: number): Id => bytesToId(Uint8Array.of(index, batch, ...new Uint8Array(30)));
    stranger.write(eraseKind, { entries: Array.from({ length: 200 }, idOf) });
  }
  await machine.entries(stranger.entries);
  const kept = async (): Promise<number> =>
    (await machine.store.settings()).filter(({ key }) => key.startsWith('erased/')).length;
  assert.equal(await kept(), 256);
  const others = Array.from(
    { length: 1000 },
    (_, index) => new Actor(`other ${index}`, 'person').book('people').opening,
  );
  await machine.entries(others);
  assert.equal(await kept(), 0);
});

test('identities that nobody knows push out one another, and no known author’s log', async () => {
  const machine = await Machine.start(new Actor('Ana', 'person'));
  const bea = new Actor('Bea', 'person');
  await machine.feed({ type: 'addRoots', roots: [bea.identity] });
  bea.revoke(bea.grant('phone'));
  const statements = (log: readonly IdentityEvent[]): readonly Uint8Array[] =>
    log.map((event) => statementToItem(sealStatement(identityEventKind, event)));
  await machine.items(statements(bea.log));
  for (let batch = 0; batch < 21; batch += 1) {
    const logs = Array.from({ length: 200 }, (_, index) => new Actor(`nobody ${batch} ${index}`, 'person').log);
    await machine.items(logs.flatMap(statements));
  }
  const ownAndKnown = machine.actor.log.length + bea.log.length;
  assert.equal(machine.peer.statements.size, STRANGER_STATEMENTS_MAX + ownAndKnown);
  assert.equal([...machine.peer.identities.all()].length, STRANGER_STATEMENTS_MAX + 2);
  assert.equal((await machine.store.statements()).length, machine.peer.statements.size);
  await machine.restart();
  assert.equal(machine.peer.statements.size, STRANGER_STATEMENTS_MAX + ownAndKnown);
  assert.equal(machine.peer.identities.eventsOf(bea.identity).length, bea.log.length);
});

test('the fork of a stranger’s book is forgotten when neither book nor proof had room', async () => {
  const machine = await Machine.start(new Actor('Ana', 'person'));
  const others = (name: string, count: number): readonly Actor[] =>
    Array.from({ length: count }, (_, index) => new Actor(`${name} ${index}`, 'person'));
  const profileOf = (
    name: string,
  ): { readonly name: string; readonly description: string; readonly contact: string } => {
    return { name, description: '', contact: '' };
  };
  const liar = new Actor('Liar', 'person');
  const book = liar.book('people');
  const rival = new TestBook(liar.keys, book.opening);
  const proof = proveFork(
    book.opening,
    book.write(profileKind, profileOf('one')),
    rival.write(profileKind, profileOf('two')),
  );
  await machine.entries(book.entries);
  await machine.items([statementToItem(sealStatement(forkProofKind, proof))]);
  await machine.entries(others('author', 1000).map((actor) => actor.book('people').opening));
  assert.equal(machine.peer.books.get(book.id), undefined);
  assert.equal(machine.peer.endings.forks().length, 1, 'the proof is still kept');
  const logs = others('nobody', STRANGER_STATEMENTS_MAX).flatMap(({ log }) => log);
  const statements = logs.map((event) => statementToItem(sealStatement(identityEventKind, event)));
  for (let start = 0; start < statements.length; start += 200)
    await machine.items(statements.slice(start, start + 200));
  assert.equal(machine.peer.endings.forks().length, 0);
  await machine.restart();
  assert.equal(machine.peer.endings.forks().length, 0);
});
