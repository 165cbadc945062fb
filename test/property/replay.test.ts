/** Whatever chains, proofs and revocations a file holds: offline it gets the verdict of a node, in whatever order that gets it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { present } from '../../src/core/base/outcome.ts';
import { proveFork } from '../../src/core/books/fork.ts';
import type { Entry } from '../../src/core/wire/entry.ts';
import { vouchKind } from '../../src/core/wire/kinds/people.ts';
import type { Head } from '../../src/core/wire/messages/book.ts';
import { forkProofKind, sealStatement } from '../../src/core/wire/statement.ts';
import { Chance } from '../simulation/chance.ts';
import { FileScene, headOf } from '../support/file-scene.ts';
import { statementItem } from '../support/files.ts';
import { verdictsOffline, verdictsOfNode } from '../support/two-readers.ts';
import { idNamed, TestBook } from '../support/world.ts';

/** An entry of the tree that a member book's chains make; numbers are taken modulo what there is. */
const nodes = fc.array(fc.record({ parent: fc.nat(20), isMissing: fc.boolean() }), { minLength: 1, maxLength: 9 });
/** Names a place in the tree, sometimes at a sequence where it does not stand, sometimes in another book. */
const place = fc.record({
  node: fc.nat(20),
  off: fc.constantFrom(0, 0, 0, 0, 1),
  book: fc.constantFrom(0, 0, 0, 0, 1, 2, 3),
});
const world = fc.record({
  nodes,
  /** How likely an entry follows the one before it, of ten. */
  straight: fc.nat(10),
  omits: fc.boolean(),
  proofs: fc.array(fc.tuple(fc.nat(20), fc.nat(20)), { maxLength: 2 }),
  heads: fc.array(place, { maxLength: 4 }),
  /** Of an order in which a node gets it, other than that of the file. */
  seed: fc.nat(),
  revocation: fc.option(fc.record({ lastGood: fc.option(place), labor: fc.boolean() })),
});
type Place = ValueOf<typeof place>;
type SmallWorld = ValueOf<typeof world>;
type ValueOf<Source> = Source extends fc.Arbitrary<infer Value> ? Value : never;

/** The entries of the tree, parents before children, and whether each is in the file. */
function grow(scene: FileScene, { nodes, straight, omits }: SmallWorld) {
  const { members } = scene;
  const roots = members.entries.length;
  const chains: { readonly path: readonly Entry[]; readonly inFile: boolean }[] = members.entries.map((_, index) => ({
    path: members.entries.slice(0, index + 1),
    inFile: true,
  }));
  for (const [index, { parent, isMissing }] of nodes.entries()) {
    const at = parent % 10 < straight ? chains.length - 1 : 1 + (parent % (chains.length - 1));
    const { path, inFile } = present(chains[at], 'there is one before it');
    const book = new TestBook(scene.garden.keys, members.opening);
    book.entries.push(...path.slice(1));
    book.write(vouchKind, { identity: idNamed(`member ${index}`) });
    chains.push({ path: [...book.entries], inFile: inFile && !(omits && isMissing) });
  }
  return chains.slice(roots - 1).map(({ path, inFile }) => ({ entry: present(path.at(-1), 'it has entries'), inFile }));
}

function fileOf(small: SmallWorld): Uint8Array {
  const scene = new FileScene();
  const tree = grow(scene, small);
  const nodeAt = (number: number): Entry => present(tree[number % tree.length], 'the tree has entries').entry;
  const people = scene.ana.book('people');
  scene.others.push(people);
  const others = [people.id, scene.bank.memberBook.book.id, scene.forge.memberBook.book.id];
  const headAt = ({ node, off, book }: Place): Head => {
    const head = headOf(nodeAt(node));
    return { ...head, sequence: head.sequence + off, book: others[book - 1] ?? head.book };
  };
  for (const place of small.heads) scene.tell(headAt(place));
  scene.rest.push(...tree.slice(1).flatMap(({ entry, inFile }) => (inFile ? [entry] : [])));
  for (const pair of small.proofs) {
    const [one, other] = pair.map(nodeAt);
    if (one === undefined || other === undefined || one.id === other.id) continue;
    if (one.header.sequence !== other.header.sequence) continue;
    scene.statements.push(statementItem(sealStatement(forkProofKind, proveFork(scene.members.opening, one, other))));
  }
  if (small.revocation !== null) {
    const { lastGood, labor } = small.revocation;
    const places = lastGood === null ? [] : [{ ...headAt(lastGood), book: scene.members.id }];
    scene.revoke(scene.garden, ...places, ...(labor ? [scene.labor.head] : []));
  }
  return scene.file();
}

test('a file gets one verdict, offline and by a node in whatever order it comes, over restarts', {
  timeout: 300_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(world, async (small) => {
      const file = fileOf(small);
      const verdicts = await verdictsOffline(file);
      assert.deepEqual(verdicts, await verdictsOfNode(file));
      assert.deepEqual(verdicts, await verdictsOfNode(file, 'statements last'));
      assert.deepEqual(verdicts, await verdictsOfNode(file, new Chance(small.seed)));
    }),
    { numRuns: 80 },
  );
});
