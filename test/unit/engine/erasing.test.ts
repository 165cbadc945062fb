import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { present } from '../../../src/core/base/outcome.ts';
import { readEntry } from '../../../src/core/wire/entry.ts';
import { eraseKind, profileKind } from '../../../src/core/wire/kinds/book.ts';
import { draftOf } from '../../../src/engine/services/draft.ts';
import { Workload } from '../../simulation/workload.ts';
import { SimWorld } from '../../simulation/world.ts';
import { NETWORK } from '../../support/books.ts';
import { newestBook } from '../../support/newest-book.ts';

/** A world in fair weather, with a person who has published a profile. */
function neighborhood() {
  const world = new SimWorld({ seed: 4, nodes: 7 });
  const work = new Workload(world);
  world.start();
  work.begin();
  world.run(4000);
  const author = present(work.persons[0], 'a world has persons');
  const book = present(newestBook(author.peer, author.actor.identity, 'people'), 'a person has a people book');
  const profile = present(book.ids.get(1), 'the first entry is a profile');
  const stored = (node: (typeof world.nodes)[number]) => {
    const [row] = node.disk.query({ type: 'ids', ids: [profile] });
    const entry = row === undefined ? undefined : readEntry(row.bytes, NETWORK);
    return entry?.ok === true ? entry.value : undefined;
  };
  return { world, work, author, profile, stored };
}

describe('erasing', () => {
  it('deletes a payload at every holder, and leaves the book as it was', () => {
    const { world, author, profile, stored } = neighborhood();
    assert.ok(world.nodes.every((node) => stored(node)?.payload !== undefined));
    author.write('people', draftOf(eraseKind, { entries: [profile] }));
    world.run(4000);
    for (const node of world.nodes) {
      const entry = present(stored(node), `${node.name} holds the entry`);
      assert.equal(entry.payload, undefined, node.name);
      assert.equal(entry.id, profile);
    }
    const heads = world.nodes.map((node) => newestBook(node.peer, author.actor.identity, 'people')?.head.id);
    assert.equal(new Set(heads).size, 1);
  });

  it('is not done for somebody else', () => {
    const { world, work, profile, stored } = neighborhood();
    const other = present(work.persons[1], 'there are two persons');
    other.write('people', draftOf(eraseKind, { entries: [profile] }));
    world.run(4000);
    assert.ok(world.nodes.every((node) => stored(node)?.payload !== undefined));
  });

  it('outlives a restart: what is asked for again comes without its payload', () => {
    const { world, author, profile, stored } = neighborhood();
    const sleeper = present(world.nodes[3], 'there is an assembly');
    world.crash(sleeper, 60_000);
    author.write('people', draftOf(eraseKind, { entries: [profile] }));
    author.write('people', draftOf(profileKind, { name: 'again', description: '', contact: '' }));
    world.run(70_000);
    world.relink();
    world.run(60_000);
    assert.equal(present(stored(sleeper), 'the sleeper holds the entry').payload, undefined);
    world.crash(author, 100);
    world.run(5000);
    assert.equal(present(stored(author), 'the author holds the entry').payload, undefined);
  });
});
