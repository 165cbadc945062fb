import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { bytesToId } from '../../../src/core/base/id.ts';
import { KNOWN_PER_BODY_MAX } from '../../../src/engine/constants.ts';
import { knownAuthors, rootsDigest } from '../../../src/engine/known-authors.ts';
import { idNamed } from '../../support/world.ts';

const [root, member, guest, friend, stranger] = ['root', 'member', 'guest', 'friend', 'stranger'].map(idNamed);

describe('known authors', () => {
  it('are the roots, and whom their member books name, to depth 3', () => {
    const names = new Map([
      [root, [member]],
      [member, [guest]],
      [guest, [friend]],
      [friend, [stranger]],
    ]);
    const known = knownAuthors([root ?? idNamed('')], (identity) =>
      (names.get(identity) ?? []).filter((id) => id !== undefined),
    );
    assert.deepEqual([...known], [root, member, guest, friend]);
  });

  it('come to an end where bodies name each other', () => {
    const [a, b] = [idNamed('a'), idNamed('b')];
    assert.equal(knownAuthors([a], (identity) => (identity === a ? [b] : [a])).size, 2);
  });

  it('are of each body the first 2,000', () => {
    const many = Array.from({ length: KNOWN_PER_BODY_MAX + 5 }, (_, number) => idNamed(`member ${number}`));
    const body = idNamed('body');
    assert.equal(knownAuthors([body], (identity) => (identity === body ? many : [])).size, KNOWN_PER_BODY_MAX + 1);
  });

  it('have one digest for one set of roots, in whatever order', () => {
    const [a, b] = [idNamed('a'), idNamed('b')];
    assert.equal(bytesToId(rootsDigest([a, b])), bytesToId(rootsDigest([b, a])));
    assert.notEqual(bytesToId(rootsDigest([a])), bytesToId(rootsDigest([a, b])));
  });
});
