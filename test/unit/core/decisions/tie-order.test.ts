import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { idToBytes } from '../../../../src/core/base/id.ts';
import { countProposal, tieOrder } from '../../../../src/core/decisions/tally.ts';
import { DecisionScene, YES_OR_NO } from '../../../support/decisions.ts';
import { idNamed } from '../../../support/world.ts';

test('options that stand equal go by the hash of the proposal and their number, which nobody chose', () => {
  const orders = ['one', 'two', 'three'].map((name) => {
    const proposal = idNamed(name);
    const hashes = Array.from({ length: 64 }, (_, index) => {
      const hash = createHash('sha256').update('mutua/1/tie-order\0').update(idToBytes(proposal));
      return { option: index + 1, hash: hash.update(Uint8Array.of(index + 1)).digest('hex') };
    });
    const expected = hashes.sort((left, right) => (left.hash < right.hash ? -1 : 1)).map(({ option }) => option);
    assert.deepEqual(tieOrder(proposal, 64), expected);
    return expected.join();
  });
  assert.equal(new Set(orders).size, orders.length);
});

test('of five who stand equal in an election the first in that order has the seat, however the rows lie', () => {
  const scene = new DecisionScene();
  const members = { count: 5, isMember: () => true };
  const ballots = { question: { ...YES_OR_NO, options: 5, seats: 1 }, rule: scene.rule('election') };
  for (const name of ['spring', 'summer', 'autumn', 'winter']) {
    const proposal = idNamed(name);
    const rows = scene.people.map((voter, index) => scene.row(voter, proposal, [index + 1]));
    const expected = tieOrder(proposal, 5).slice(0, 1);
    for (const list of [rows, rows.toReversed()])
      assert.deepEqual(countProposal(proposal, ballots, members, list).outcome.chosen, expected);
  }
});
