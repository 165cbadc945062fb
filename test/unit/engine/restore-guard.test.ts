import assert from 'node:assert/strict';
import { test } from 'node:test';
import { present } from '../../../src/core/base/outcome.ts';
import type { Channel } from '../../../src/core/base/region.ts';
import { profileKind } from '../../../src/core/wire/kinds/book.ts';
import { accountRequestKind } from '../../../src/core/wire/kinds/ledger.ts';
import { vouchKind } from '../../../src/core/wire/kinds/people.ts';
import { SyncFrame } from '../../../src/core/wire/messages/sync.ts';
import type { Book } from '../../../src/engine/book.ts';
import { draftOf } from '../../../src/engine/services/draft.ts';
import { NO_FRAME } from '../../../src/engine/sync-puller.ts';
import { BankScene } from '../../support/bank.ts';
import { NETWORK } from '../../support/books.ts';
import { REGION } from '../../support/identities.ts';
import { Machine } from '../../support/machine.ts';
import { Actor, idNamed, TestWorld } from '../../support/world.ts';

const profile = draftOf(profileKind, { name: 'Ana', description: '', contact: '' });

function own(machine: Machine): readonly Book[] {
  return machine.peer.books.of(machine.actor.identity);
}

async function say(machine: Machine, peer: string, part: Partial<SyncFrame>): Promise<void> {
  const frame = SyncFrame.encode({ ...NO_FRAME, ...part });
  await machine.feed({ type: 'frame', ticket: 9000, peer, protocol: '/mutua/sync/1', frame });
}

/** @returns the numbers of the questions that this machine has asked of a peer since this was called last. */
function asked(machine: Machine, peer: string): readonly number[] {
  const numbers: number[] = [];
  for (const effect of machine.out.splice(0)) {
    const isSent = effect.type === 'send' && effect.peer === peer && effect.protocol === '/mutua/sync/1';
    const read = isSent ? SyncFrame.decode(effect.frame, 2 ** 20) : undefined;
    if (read === undefined) machine.out.push(effect);
    else if (read.ok && read.value.ask !== undefined) numbers.push(read.value.ask.number);
  }
  return numbers;
}

/** A peer connects, says that it follows these topics, and tells of each that it holds just what this one does. */
async function greet(machine: Machine, peer: string, topics: readonly string[]): Promise<void> {
  await machine.feed({ type: 'peer', peer });
  machine.out.length = 0;
  await say(machine, peer, { hello: { network: NETWORK, topics, answer: false } });
  await answerAll(machine, peer);
}

/** A peer tells of everything that it is asked for that it holds just what this one does. */
async function answerAll(machine: Machine, peer: string): Promise<void> {
  for (let numbers = asked(machine, peer); numbers.length > 0; numbers = asked(machine, peer))
    for (const number of numbers) await say(machine, peer, { tell: { number, nodes: [], rows: [], same: true } });
}

test('peers that follow other topics tell nothing of own books', async () => {
  const machine = await Machine.start(new Actor('Ana', 'person'));
  await machine.write('people', profile);
  machine.peer.catchUp.restore.begin(own(machine), false);
  const topic = present(own(machine)[0], 'the book is open').topic;
  const elsewhere = topic.replace('/people', '/offers');
  for (const peer of ['x', 'y']) await greet(machine, peer, [elsewhere]);
  assert.equal((await machine.write('people', profile)).refused?.code, 'read_only');
  for (const peer of ['v', 'w']) await greet(machine, peer, [topic, elsewhere]);
  assert.equal((await machine.write('people', profile)).refused, undefined);
});

test('a peer that takes up a topic while it is asked of another has not told what it holds there', async () => {
  const machine = await Machine.start(new Actor('Ana', 'person'));
  await machine.write('people', profile);
  machine.peer.catchUp.restore.begin(own(machine), false);
  const topic = present(own(machine)[0], 'the book is open').topic;
  const elsewhere = topic.replace('/people', '/offers');
  for (const peer of ['x', 'y']) {
    await machine.feed({ type: 'peer', peer });
    machine.out.length = 0;
    await say(machine, peer, { hello: { network: NETWORK, topics: [elsewhere], answer: false } });
    await say(machine, peer, { hello: { network: NETWORK, topics: [elsewhere, topic], answer: false } });
    await answerAll(machine, peer);
  }
  assert.equal((await machine.write('people', profile)).refused?.code, 'read_only');
  for (const peer of ['x', 'y']) {
    machine.nowMs += 1000;
    await machine.feed({ type: 'tick' });
    await answerAll(machine, peer);
  }
  assert.equal((await machine.write('people', profile)).refused, undefined);
});

test('of each topic two peers have to tell, and need not be the same two', async () => {
  const scene = new BankScene();
  const machine = await Machine.start(scene.bank);
  for (const { book } of [scene.bank.memberBook, scene.ledger])
    await machine.entries(book.entries, { door: 'sync', from: 'peer' });
  machine.peer.guard(own(machine), false);
  const topics = own(machine).map(({ topic }) => topic);
  assert.equal(topics.length, 2);
  for (const [index, topic] of topics.entries())
    for (const peer of ['v', 'w']) {
      assert.ok(machine.peer.catchUp.restore.waiting);
      await greet(machine, `${peer}${index}`, [topic]);
    }
  assert.equal(machine.peer.catchUp.restore.waiting, false);
});

test('a node that lost its books waits for them too, on the topics of its home region, and goes on where they end', async () => {
  const scene = new BankScene();
  const [first, ...later] = scene.bank.memberBook.book.entries;
  assert.ok(first !== undefined && later.length > 0);
  const machine = await Machine.start(scene.bank);
  machine.peer.guard([], false);
  const write = async () => machine.write('people', draftOf(vouchKind, { identity: scene.assembly.identity }));
  const topicOf = (channel: Channel) =>
    present(
      machine.peer.topics.all().find((topic) => topic.endsWith(`${REGION}/${channel}`)),
      channel,
    );
  for (const channel of ['people', 'transfers'] as const)
    for (const peer of ['v', 'w']) await greet(machine, `${peer} ${channel}`, [topicOf(channel)]);
  await machine.entries([first, ...later], { door: 'sync', from: 'v people' });
  assert.equal((await write()).refused?.code, 'read_only');
  for (const peer of ['v', 'w']) await greet(machine, peer, [topicOf('proposals')]);
  const { written } = await write();
  assert.deepEqual([written?.book, written?.sequence], [first.id, later.length + 1]);
});

test('a book that is to be continued is not appended to after a restart before the first write', async () => {
  const machine = await Machine.start(new Actor('Ana', 'person'));
  const request = draftOf(accountRequestKind, { bank: idNamed('bank') });
  const before = await machine.write('transfers', request);
  machine.peer.catchUp.restore.begin(own(machine), true);
  await machine.feed({ type: 'tick' });
  await machine.restart();
  for (let again = 0; again < 3; again += 1) {
    const { written } = await machine.write('transfers', request);
    assert.notEqual(written?.book, before.written?.book);
    assert.equal(written?.sequence, again + 1);
    await machine.restart();
  }
});

test('no operator continues a body’s book at the risk of a fork', async () => {
  const world = new TestWorld();
  const founders = ['Ana', 'Bea'].map((name) => world.person(name));
  const body = world.found('Assembly', 'assembly', founders);
  const machine = await Machine.start(body);
  await machine.entries(body.memberBook.book.entries);
  machine.peer.catchUp.restore.begin(own(machine), true);
  const { refused } = await machine.write('people', profile);
  assert.equal(refused?.code, 'read_only');
  assert.match(refused?.sentence ?? '', /A body’s books cannot be continued otherwise/);
});
