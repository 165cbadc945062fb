import assert from 'node:assert/strict';
import { test } from 'node:test';
import { present } from '../../../src/core/base/outcome.ts';
import { memoKind } from '../../../src/core/wire/kinds/ledger.ts';
import { vouchKind } from '../../../src/core/wire/kinds/people.ts';
import { MEMOS_PER_BOOK_MAX } from '../../../src/engine/constants.ts';
import type { Source } from '../../../src/engine/events.ts';
import { entryToItem } from '../../../src/engine/reading.ts';
import { Machine } from '../../support/machine.ts';
import { type Actor, TestWorld } from '../../support/world.ts';

const SUBMIT: Source = { door: 'submit', from: 'peer' };
const sealed = new Uint8Array(120).fill(7);

test('a payee keeps memos of known payers, over a restart, and no others', async () => {
  const world = new TestWorld();
  const [ana, bea, eve] = [world.person('Ana'), world.person('Bea'), world.person('Eve')];
  const hall = world.found('Hall', 'assembly', [ana, bea]);
  const machine = await Machine.start(ana);
  await machine.feed({ type: 'addRoots', roots: [hall.identity] });
  await machine.entries(hall.memberBook.book.entries, { door: 'sync', from: 'peer' });
  const memoFrom = (payer: Actor, to: Actor) => payer.book('transfers').write(memoKind, { sealed, to: to.identity });
  const give = async (payer: Actor, to: Actor) => {
    const memo = memoFrom(payer, to);
    const words = await machine.entries([payer.book('transfers').opening, memo], SUBMIT);
    return { memo, word: words.at(-1) };
  };
  const { memo, word } = await give(bea, ana);
  assert.equal(word, 'kept');
  assert.equal((await give(eve, ana)).word, 'later');
  assert.notEqual((await give(bea, eve)).word, 'kept');
  const again = await machine.entries([memo], SUBMIT);
  assert.deepEqual(again, ['kept']);
  await machine.restart();
  const { payloadDigest } = present(memo.header, 'an entry has a header');
  assert.deepEqual(machine.peer.desk.memos.get(payloadDigest), sealed);
  hall.memberBook.apply(vouchKind, { identity: eve.identity });
  await machine.entries(hall.memberBook.book.entries.slice(-1), { door: 'sync', from: 'peer' });
  assert.equal((await give(eve, ana)).word, 'kept');
});

test('a payer who sends more memos than there is room for loses its own oldest, and nobody else’s', async () => {
  const world = new TestWorld();
  const [ana, bea, cid] = [world.person('Ana'), world.person('Bea'), world.person('Cid')];
  const hall = world.found('Hall', 'assembly', [ana, bea, cid]);
  const machine = await Machine.start(ana);
  await machine.feed({ type: 'addRoots', roots: [hall.identity] });
  await machine.entries(hall.memberBook.book.entries, { door: 'sync', from: 'peer' });
  const write = (payer: Actor) => payer.book('transfers').write(memoKind, { sealed, to: ana.identity });
  const first = write(cid);
  assert.deepEqual((await machine.entries([cid.book('transfers').opening, first], SUBMIT)).at(-1), 'kept');
  const memos = Array.from({ length: MEMOS_PER_BOOK_MAX + 3 }, () => write(bea));
  const words = await machine.entries([bea.book('transfers').opening, ...memos], SUBMIT);
  assert.ok(words.slice(1).every((word) => word === 'kept'));
  const kept = memos.filter(({ header }) => machine.peer.desk.memos.get(header.payloadDigest) !== undefined);
  assert.equal(kept.length, MEMOS_PER_BOOK_MAX);
  assert.deepEqual(machine.peer.desk.memos.get(first.header.payloadDigest), sealed);
  await machine.restart();
  const after = memos.filter(({ header }) => machine.peer.desk.memos.get(header.payloadDigest) !== undefined);
  assert.deepEqual(after, kept);
});

test('a memo for a person who is not there is told to nobody, and a request to a body goes by gossip', async () => {
  const world = new TestWorld();
  const [ana, bea] = [world.person('Ana'), world.person('Bea')];
  const hall = world.found('Hall', 'assembly', [ana, bea]);
  const machine = await Machine.start(ana);
  await machine.feed({ type: 'addRoots', roots: [hall.identity] });
  await machine.entries(hall.memberBook.book.entries, { door: 'sync', from: 'peer' });
  await machine.entries([bea.book('people').opening, bea.book('transfers').opening], { door: 'sync', from: 'peer' });
  assert.ok(machine.peer.books.of(bea.identity).length > 0, 'where she lives is known');
  const own = ana.book('transfers').write(memoKind, { sealed, to: bea.identity });
  const send = async (ticket: number, to: Actor) => {
    machine.out.splice(0);
    await machine.feed({
      type: 'submit',
      ticket,
      to: to.identity,
      channel: 'transfers',
      items: [entryToItem(own.bytes)],
    });
    const published = machine.out.filter(({ type }) => type === 'publish').length;
    const done = machine.out.find((effect) => effect.type === 'submitDone' && effect.ticket === ticket);
    assert.deepEqual(done, { type: 'submitDone', ticket, outcomes: undefined }, 'nobody took it');
    return published;
  };
  assert.equal(await send(1001, bea), 0);
  assert.equal(await send(1003, hall), 1);
});
