import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { present } from '../../../src/core/base/outcome.ts';
import { profileKind } from '../../../src/core/wire/kinds/book.ts';
import { accountRequestKind } from '../../../src/core/wire/kinds/ledger.ts';
import { draftOf } from '../../../src/engine/services/draft.ts';
import type { SimNode, WriteDone } from '../../simulation/node.ts';
import { Workload } from '../../simulation/workload.ts';
import { SimWorld } from '../../simulation/world.ts';
import { newestBook } from '../../support/newest-book.ts';

function scene() {
  const world = new SimWorld({ seed: 9, nodes: 7 });
  const work = new Workload(world);
  world.start();
  work.begin();
  world.run(5000);
  const person = present(work.persons[0], 'a world has persons');
  const own = () =>
    person.peer.books.of(person.actor.identity).filter((book) => book.opening.device === person.actor.keys.id);
  return { world, work, person, own };
}

function write(world: SimWorld, node: SimNode, name: string): WriteDone {
  let done: WriteDone | undefined;
  node.write('people', draftOf(profileKind, { name, description: '', contact: '' }), (result) => {
    done = result;
  });
  world.run(500);
  return present(done, 'the write was answered');
}

describe('the restore guard', () => {
  it('writes nothing until two peers have told what they hold, then goes on', () => {
    const { world, person, own } = scene();
    world.crash(person, 60_000);
    person.start();
    person.peer.guard(own(), false);
    const refused = write(world, person, 'too early').refused;
    assert.equal(refused?.code, 'read_only');
    assert.match(refused?.sentence ?? '', /may be a copy/);
    world.relink();
    world.run(10_000);
    assert.equal(person.peer.catchUp.restore.waiting, false);
    assert.equal(write(world, person, 'again').refused, undefined);
  });

  it('continues the transfers book of a person in a new one, which the bank takes orders from', () => {
    const { world, work, person, own } = scene();
    const before = present(
      newestBook(person.peer, person.actor.identity, 'transfers'),
      'a person has a transfers book',
    );
    world.crash(person, 60_000);
    person.start();
    world.relink();
    person.peer.catchUp.restore.begin(own(), false);
    world.run(10_000);
    person.write('transfers', draftOf(accountRequestKind, { bank: work.bank.actor.identity }));
    world.run(1000);
    const after = present(newestBook(person.peer, person.actor.identity, 'transfers'), 'there is a new book');
    assert.notEqual(after.id, before.id);
    assert.deepEqual(after.opening.continues, {
      book: before.id,
      sequence: before.head.sequence,
      id: before.head.id,
      epoch: 1,
    });
    assert.equal(after.head.sequence, 1);
  });

  it('continues every book at once where the operator accepts the risk', () => {
    const { world, person, own } = scene();
    const before = present(newestBook(person.peer, person.actor.identity, 'people'), 'a person has a people book');
    person.peer.catchUp.restore.begin(own(), true);
    const { written } = write(world, person, 'continued');
    assert.notEqual(written?.book, before.id);
    assert.equal(written?.sequence, 1);
  });
});
