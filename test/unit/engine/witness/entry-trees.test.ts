import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { idToBytes } from '../../../../src/core/base/id.ts';
import { MerkleTree, merkleLeaf } from '../../../../src/core/base/merkle.ts';
import { frontierRoot, verifyConsistency } from '../../../../src/core/base/merkle-growth.ts';
import { present } from '../../../../src/core/base/outcome.ts';
import { profileKind } from '../../../../src/core/wire/kinds/book.ts';
import type { EntryTree } from '../../../../src/core/witness/checkpoint.ts';
import type { Book } from '../../../../src/engine/book.ts';
import { draftOf } from '../../../../src/engine/services/draft.ts';
import { EntryTrees } from '../../../../src/engine/witness/entry-trees.ts';
import { Machine } from '../../../support/machine.ts';
import { Actor } from '../../../support/world.ts';

/** More entries than a book keeps ids of in memory, so that the others are read from the store. */
const ENTRIES = 300;

interface Scene {
  readonly machine: Machine;
  readonly book: Book;
  readonly roots: (size: number) => Uint8Array;
}

async function scene(): Promise<Scene> {
  const machine = await Machine.start(new Actor('Ana', 'person'));
  const draft = draftOf(profileKind, { name: 'Ana', description: '', contact: '' });
  for (let entry = 1; entry < ENTRIES; entry += 1) await machine.write('people', draft);
  const book = present(machine.peer.books.of(machine.actor.identity)[0], 'the book is open');
  const rows = await machine.store.entriesOf(idToBytes(book.id), 0, ENTRIES, 2 ** 26);
  const leaves = rows.map(({ id }) => merkleLeaf(id));
  return { machine, book, roots: (size) => new MerkleTree(leaves.slice(0, size)).root() };
}

/** Trees that read from the machine's store; `reads` counts the entries. */
function treesOf(machine: Machine): { readonly trees: EntryTrees; readonly reads: number[] } {
  const reads: number[] = [];
  const trees = new EntryTrees(machine.peer.world, (query, then) => {
    if (query.type !== 'run') return;
    reads.push(query.limit);
    void machine.store
      .entriesOf(idToBytes(query.book), query.from, query.limit, query.bytesMax)
      .then((rows) => then(rows));
  });
  return { trees, reads };
}

const at = (trees: EntryTrees, book: Book, size: number): Promise<EntryTree | undefined> =>
  new Promise((resolve) => trees.at(book, size, resolve));

describe('the tree over a book', () => {
  test('is that of its entries at every size, from memory or from the store', async () => {
    const { machine, book, roots } = await scene();
    const { trees } = treesOf(machine);
    for (const size of [1, 2, 100, 7, ENTRIES, 255]) {
      const tree = present(await at(trees, book, size), `size ${size}`);
      assert.deepEqual(frontierRoot(tree.frontier), roots(size));
    }
    assert.equal(await at(trees, book, ENTRIES + 1), undefined, 'no entry is made up');
  });

  test('proves that the book grew', async () => {
    const { machine, book, roots } = await scene();
    const { trees } = treesOf(machine);
    for (const [before, size] of [
      [1, 2],
      [6, 150],
      [255, ENTRIES],
    ] as const) {
      const path = await new Promise<readonly Uint8Array[] | undefined>((resolve) =>
        trees.consistency(book, before, size, resolve),
      );
      const heads = [before, size].map((each) => ({ size: each, root: roots(each) }));
      const [left, right] = heads;
      assert.ok(left && right && path !== undefined && verifyConsistency(left, right, path));
    }
  });

  test('is written down, so that a start reads only what came since', async () => {
    const { machine, book, roots } = await scene();
    const { trees } = treesOf(machine);
    await at(trees, book, 280);
    await machine.feed({ type: 'tick' });
    const row = (await machine.store.settings()).find(({ key }) => key === `tree/${book.id}`);
    const again = treesOf(machine);
    assert.equal(again.trees.restore(present(row, 'a row was written')), true);
    const tree = present(await at(again.trees, book, ENTRIES), 'the tree');
    assert.deepEqual(frontierRoot(tree.frontier), roots(ENTRIES));
    assert.deepEqual(again.reads, []);
  });

  test('is made anew where the book goes on from another entry than it ended with', async () => {
    const { machine, book, roots } = await scene();
    const { trees, reads } = treesOf(machine);
    await at(trees, book, 290);
    reads.length = 0;
    const kept = present(book.ids.get(289), 'an id in memory');
    book.ids.set(289, present(book.ids.get(288), 'another'));
    const tree = present(await at(trees, book, ENTRIES), 'the tree');
    book.ids.set(289, kept);
    assert.deepEqual(reads, [ENTRIES], 'every entry was read again');
    assert.deepEqual(frontierRoot(tree.frontier), roots(ENTRIES));
  });
});
