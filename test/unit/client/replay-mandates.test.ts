/** A file with mandates and the ballots under them: offline it gets the verdict of a node, in whatever order its books come. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { proposalEndedKind } from '../../../src/core/wire/kinds/decisions.ts';
import { CouncilScene } from '../../support/council.ts';
import { entryItem, fileOf } from '../../support/files.ts';
import { verdictsOffline, verdictsOfNode } from '../../support/two-readers.ts';
import type { TestBook } from '../../support/world.ts';

/** A council that has taken a ballot, refused others, and closed. */
function closedCouncil(): CouncilScene {
  const scene = new CouncilScene();
  const [proposal, mandate] = [scene.open(), scene.grant()];
  assert.equal(scene.take(proposal, mandate).type, 'applied');
  scene.recall(mandate);
  assert.equal(scene.take(proposal, mandate, { number: 2 }).type, 'refused');
  const anew = scene.grant();
  assert.equal(scene.take(proposal, anew, { number: 3, choice: [3] }).type, 'applied');
  assert.equal(scene.take(proposal, anew, { number: 4 }, scene.bea).type, 'refused');
  scene.page(proposal, [scene.row(scene.mill, proposal, [1])]);
  scene.council.decisions.apply(proposalEndedKind, { proposal: proposal.id });
  assert.equal(scene.close(proposal).type, 'applied');
  return scene;
}

describe('a file with mandates', () => {
  const scene = closedCouncil();
  const { garden, forge, mill, council } = scene;
  const members = [garden, forge, mill, council].map(({ memberBook }) => memberBook.book);
  const orders: readonly (readonly [name: string, books: readonly TestBook[]])[] = [
    ['member books first', [...members, council.decisions.book]],
    ['the decision book first', [council.decisions.book, ...members.toReversed()]],
    ['without the member book that gave the mandate', [council.decisions.book, ...members.slice(1)]],
  ];
  for (const [name, books] of orders) {
    it(`${name}: offline and by a node the same`, async () => {
      const file = fileOf(books.flatMap(({ entries }) => entries.map(entryItem)));
      const [offline, node] = [await verdictsOffline(file), await verdictsOfNode(file)];
      assert.deepEqual(offline, node);
      const rules = offline[council.decisions.book.id]?.rules;
      const isWhole = books.includes(garden.memberBook.book);
      assert.deepEqual(rules?.refused, isWhole ? ['mandate_over', 'unknown_mandate'] : []);
      assert.equal(rules?.waits, !isWhole);
    });
  }
});
