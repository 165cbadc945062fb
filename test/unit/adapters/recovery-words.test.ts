import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { hexToBytes } from '@noble/hashes/utils.js';
import fc from 'fast-check';
import { recoverRootSeeds, seedToWords, wordsToSeed } from '../../../src/adapters/keystore/recovery-words.ts';

const seeds = fc.uint8Array({ minLength: 32, maxLength: 32 });

/** Test vectors of the BIP-39 reference implementation, trezor/python-mnemonic `vectors.json`. */
const VECTORS = [
  ['00'.repeat(32), `${'abandon '.repeat(23)}art`],
  [
    '7f'.repeat(32),
    `${'legal winner thank year wave sausage worth useful '.repeat(2)}legal winner thank year wave sausage worth title`,
  ],
  ['ff'.repeat(32), `${'zoo '.repeat(23)}vote`],
] as const;

describe('recovery words', () => {
  it('are those of BIP-39', () => {
    for (const [hex, words] of VECTORS) {
      assert.equal(seedToWords(hexToBytes(hex)), words);
      assert.deepEqual(wordsToSeed(words), { ok: true, value: hexToBytes(hex) });
    }
  });

  it('give back every seed, however they are typed', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const typed = `  ${seedToWords(seed).toUpperCase().replaceAll(' ', '\n ')}\t`;
        assert.deepEqual(wordsToSeed(typed), { ok: true, value: seed });
      }),
    );
  });

  it('are 24', () => {
    for (const [text, count] of [
      ['', 0],
      ['zoo zoo', 2],
      ['zoo '.repeat(25), 25],
    ] as const) {
      const sentence = `There are 24 recovery words; these are ${count}.`;
      assert.deepEqual(wordsToSeed(text), { ok: false, reason: { code: 'word_count', sentence } });
    }
  });

  it('name the first word that is unknown', () => {
    const words = seedToWords(new Uint8Array(32)).split(' ').with(6, 'abandonn').with(9, 'nonsense').join(' ');
    const sentence = 'Word 7, “abandonn”, is not in the list of recovery words.';
    assert.deepEqual(wordsToSeed(words), { ok: false, reason: { code: 'unknown_word', sentence, position: 7 } });
  });

  it('are refused when one was taken for another word', () => {
    const outcome = wordsToSeed(seedToWords(new Uint8Array(32)).split(' ').with(3, 'zoo').join(' '));
    assert.equal(outcome.ok ? 'accepted' : outcome.reason.code, 'checksum');
  });

  it('need a seed of 32 bytes', () => {
    assert.throws(() => seedToWords(new Uint8Array(16)), {
      name: 'RangeError',
      message: /has 32 bytes; this one has 16/,
    });
  });
});

describe('root keys from recovery words', () => {
  it('are HKDF-SHA256 with the number in the tag (from Python: hmac over the formulas of RFC 5869)', () => {
    const { rootSeed, nextSeed } = recoverRootSeeds(new Uint8Array(32).fill(1), 0);
    assert.deepEqual(rootSeed, hexToBytes('4641f6587d0069c971d8977728b55b2d93ca4ea30c458173e8b442c62cbf7991'));
    assert.deepEqual(nextSeed, hexToBytes('9c9f0a4eb232540ccf10fb70ea9e7b41d839ef46cc9b8c369129cad8f97c3e03'));
  });

  it('follow one another, so that the next one is in force after a rotation', () => {
    fc.assert(
      fc.property(seeds, fc.nat(1000), (seed, number) => {
        const before = recoverRootSeeds(seed, number);
        const later = recoverRootSeeds(seed, number + 1);
        assert.deepEqual(before.nextSeed, later.rootSeed);
        assert.notDeepEqual(before.rootSeed, later.rootSeed);
      }),
    );
  });

  it('need a whole number from 0 and a seed of 32 bytes', () => {
    for (const number of [-1, 0.5, Number.NaN, Number.MAX_SAFE_INTEGER]) {
      assert.throws(() => recoverRootSeeds(new Uint8Array(32), number), { name: 'RangeError', message: /no number/ });
    }
    assert.throws(() => recoverRootSeeds(new Uint8Array(31), 0), { name: 'RangeError', message: /has 32 bytes/ });
  });
});
