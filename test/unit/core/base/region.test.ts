import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ancestorsOf, CHANNELS, parseRegion, topicOf, topicsOfRegion } from '../../../../src/core/base/region.ts';
import { regionOf } from '../../../support/identities.ts';

describe('regions', () => {
  for (const text of [
    'cascadia',
    'cascadia/willamette/sellwood',
    'a/b/c/d/e',
    '0-9/a-b-c',
    `${'a'.repeat(40)}/${'b'.repeat(40)}`,
  ]) {
    it(`are paths such as ${text}`, () => assert.equal(parseRegion(text), text));
  }
  const wrong = [
    '',
    '/',
    'a/',
    '/a',
    'a//b',
    'a/b/c/d/e/f',
    'Cascadia',
    'a_b',
    'a b',
    '-a',
    'a-',
    'a--b',
    'é',
    'a.b',
    '../a',
    'a\n',
    'a'.repeat(41),
  ];
  for (const text of wrong) it(`are not ${JSON.stringify(text)}`, () => assert.equal(parseRegion(text), undefined));

  it('have ancestors, widest first', () => {
    assert.deepEqual(ancestorsOf(regionOf('a/b/c')), ['a', 'a/b']);
    assert.deepEqual(ancestorsOf(regionOf('a')), []);
  });

  it('are joined with people and emergency of their ancestors', () => {
    const topics = topicsOfRegion('00', regionOf('a/b'));
    assert.deepEqual(topics.slice(0, 2), ['/mutua/1/00/a/people', '/mutua/1/00/a/emergency']);
    assert.deepEqual(
      topics.slice(2),
      CHANNELS.map((channel) => topicOf('00', regionOf('a/b'), channel)),
    );
    assert.deepEqual(topicsOfRegion('00', regionOf('a'), ['offers']), [
      '/mutua/1/00/a/people',
      '/mutua/1/00/a/offers',
      '/mutua/1/00/a/emergency',
    ]);
    assert.deepEqual(topicsOfRegion('00', regionOf('a'), []), ['/mutua/1/00/a/people', '/mutua/1/00/a/emergency']);
  });
});
