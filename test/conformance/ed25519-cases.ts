import { readFileSync } from 'node:fs';
import { hexToBytes } from '@noble/hashes/utils.js';
import { z } from 'zod';
import type { SignatureCheck } from '../../src/ports/signatures.ts';

/** A signature and what every verifier must say of it. */
export interface Ed25519Case {
  readonly title: string;
  readonly check: SignatureCheck;
  readonly verdict: boolean;
}

/**
 * What protocol §1 says of each edge case, by its number. Without cofactor, 4 and 5 do not hold; with it they would, so
 * verifiers that differ there would split the network.
 */
const SPECCHECK_VERDICTS: readonly (readonly [boolean, string])[] = [
  [false, 'A and R of small order, s = 0'],
  [false, 'A of small order, R of mixed order'],
  [false, 'R of small order, A of mixed order'],
  [true, 'A and R of mixed order; the equation holds without cofactor'],
  [false, 'A and R of mixed order; the equation holds only with cofactor'],
  [false, 'A of mixed order, R of order L; the equation holds only with cofactor'],
  [false, 's > L'],
  [false, 's far above L'],
  [false, 'R not canonical (x = 0 with a sign), of small order; holds where R is reduced before it is hashed'],
  [false, 'R not canonical (x = 0 with a sign), of small order; holds where R is hashed as it is'],
  [false, 'A not canonical (x = 0 with a sign), of small order; holds where A is reduced before it is hashed'],
  [false, 'A not canonical (x = 0 with a sign), of small order; holds where A is hashed as it is'],
];

const hex = z.string().transform((text) => hexToBytes(text));

const speccheckFile = z.array(z.object({ message: hex, pub_key: hex, signature: hex }));

const wycheproofFile = z.object({
  testGroups: z.array(
    z.object({
      publicKey: z.object({ pk: hex }),
      tests: z.array(
        z.object({
          tcId: z.number(),
          comment: z.string(),
          msg: hex,
          sig: hex,
          result: z.enum(['valid', 'invalid']),
        }),
      ),
    }),
  ),
});

/** The twelve cases of ed25519-speccheck with our verdicts. */
export const speccheckCases: readonly Ed25519Case[] = speccheckFile
  .parse(read('speccheck-cases.json'))
  .map(({ message, pub_key, signature }, index) => {
    const [verdict, reason] = SPECCHECK_VERDICTS[index] ?? [false, 'unknown'];
    return { title: `${index} ${reason}`, verdict, check: { publicKey: pub_key, message, signature } };
  });

/** The cases of Wycheproof with its verdicts. */
export const wycheproofCases: readonly Ed25519Case[] = wycheproofFile
  .parse(read('wycheproof-ed25519.json'))
  .testGroups.flatMap(({ publicKey, tests }) =>
    tests.map(({ tcId, comment, msg, sig, result }) => ({
      title: `${tcId} ${comment}`,
      verdict: result === 'valid',
      check: { publicKey: publicKey.pk, message: msg, signature: sig },
    })),
  );

function read(file: string): unknown {
  return JSON.parse(readFileSync(new URL(`./vectors/ed25519/${file}`, import.meta.url), 'utf8'));
}
