import { hkdf } from '@noble/hashes/hkdf.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { entropyToMnemonic, mnemonicToEntropy } from '@scure/bip39';
import { wordlist } from '@scure/bip39/wordlists/english.js';
import { textToBytes } from '../../core/base/bytes.ts';
import { no, type Outcome, ok } from '../../core/base/outcome.ts';
import type { RootSeeds } from './key-set.ts';
import { SEED_BYTES } from './key-set.ts';

/** Words for a recovery seed of 32 bytes (BIP-39). */
export const RECOVERY_WORDS = 24;

/** HKDF info of a root seed, followed by its number: 0 at Inception, one more at each Rotation. */
const ROOT_KEY_TAG = 'mutua/1/root-key/';

/** What is wrong with words that somebody typed. */
export interface WordsProblem {
  readonly code: 'word_count' | 'unknown_word' | 'checksum';
  /** For people. */
  readonly sentence: string;
  /** Of the first unknown word, counted from 1. */
  readonly position?: number;
}

/** @returns 24 English words (BIP-39) for a recovery seed, one space between them. @throws RangeError unless 32 bytes. */
export function seedToWords(recoverySeed: Uint8Array): string {
  requireRecoverySeed(recoverySeed);
  return entropyToMnemonic(recoverySeed, wordlist);
}

/**
 * Reads recovery words as people type them: any spaces and lines between them, any case.
 *
 * @returns the 32-byte recovery seed, or the first thing that is wrong.
 */
export function wordsToSeed(text: string): Outcome<Uint8Array, WordsProblem> {
  const words = text
    .normalize('NFKD')
    .toLowerCase()
    .split(/\s+/u)
    .filter((word) => word !== '');
  if (words.length !== RECOVERY_WORDS) {
    return no({
      code: 'word_count',
      sentence: `There are ${RECOVERY_WORDS} recovery words; these are ${words.length}.`,
    });
  }
  const unknown = words.findIndex((word) => !wordlist.includes(word));
  if (unknown !== -1) {
    const sentence = `Word ${unknown + 1}, “${words[unknown]}”, is not in the list of recovery words.`;
    return no({ code: 'unknown_word', sentence, position: unknown + 1 });
  }
  try {
    return ok(mnemonicToEntropy(words.join(' '), wordlist));
  } catch {
    const sentence = 'The recovery words do not fit together: one is another word of the list, or two changed places.';
    return no({ code: 'checksum', sentence });
  }
}

/**
 * Derives a person's root keys from its recovery seed (HKDF-SHA256, RFC 5869, without salt). Device and node keys are
 * never derived: whoever has the words can rotate the identity, and cannot sign for its devices unseen.
 *
 * @param number 0 at Inception, one more after each Rotation.
 * @returns the root seed of that number and, as the next one, that of `number + 1`.
 * @throws RangeError unless the seed has 32 bytes and `number` is a whole number from 0.
 */
export function recoverRootSeeds(recoverySeed: Uint8Array, number: number): RootSeeds {
  return { rootSeed: rootSeedOf(recoverySeed, number), nextSeed: rootSeedOf(recoverySeed, number + 1) };
}

function rootSeedOf(recoverySeed: Uint8Array, number: number): Uint8Array {
  requireRecoverySeed(recoverySeed);
  if (!Number.isSafeInteger(number) || number < 0) throw new RangeError(`${number} is no number of a root key.`);
  return hkdf(sha256, recoverySeed, undefined, textToBytes(`${ROOT_KEY_TAG}${number}`), SEED_BYTES);
}

function requireRecoverySeed(recoverySeed: Uint8Array): void {
  if (recoverySeed.length === SEED_BYTES) return;
  throw new RangeError(`A recovery seed has ${SEED_BYTES} bytes; this one has ${recoverySeed.length}.`);
}
