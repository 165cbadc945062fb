import { ed25519 } from '@noble/curves/ed25519.js';
import { sha512 } from '@noble/hashes/sha2.js';
import { concatBytes, equalBytes } from '../../core/base/bytes.ts';
import { isAcceptablePublicKey, isAcceptableSignature } from '../../core/identity/ed25519-strict.ts';
import type { SignatureCheck, Signatures, Signer } from '../../ports/signatures.ts';

const { Point } = ed25519;

/** Length of R, the first half of a signature. */
const R_BYTES = 32;

/**
 * The oracle in plain JavaScript, for browsers without Ed25519 and for tests of the other adapters; some twenty times
 * slower than native code, and `verifyBatch` works on the calling thread.
 */
export function createNobleSignatures(): Signatures {
  return {
    verify: verifyWithNoble,
    verifyBatch: async (checks) => checks.map(verifyWithNoble),
  };
}

/**
 * Checks one signature as RFC 8032 implementations such as OpenSSL do, without cofactor: the bytes of [s]B − [k]A must
 * be R. `ed25519.verify` of @noble/curves multiplies by the cofactor also with `zip215: false` and so accepts more.
 *
 * @returns false for anything malformed.
 */
export function verifyWithNoble({ publicKey, message, signature }: SignatureCheck): boolean {
  if (!isAcceptablePublicKey(publicKey) || !isAcceptableSignature(signature)) return false;
  const rBytes = signature.subarray(0, R_BYTES);
  const negatedKey = decodeNegated(publicKey);
  if (negatedKey === undefined) return false;
  const k = scalarOf(sha512(concatBytes([rBytes, publicKey, message])));
  const s = scalarOf(signature.subarray(R_BYTES));
  return equalBytes(Point.BASE.multiplyUnsafe(s).add(negatedKey.multiplyUnsafe(k)).toBytes(), rBytes);
}

/**
 * A signer in plain JavaScript.
 *
 * @param seed 32 bytes, the private key of RFC 8032 §5.1.5; copied.
 * @throws RangeError when the seed has another length.
 */
export function createNobleSigner(seed: Uint8Array): Signer {
  const secret = ed25519.utils.isValidSecretKey(seed) ? Uint8Array.from(seed) : undefined;
  if (secret === undefined) throw new RangeError(`An Ed25519 seed has 32 bytes; this one has ${seed.length}.`);
  return {
    publicKey: ed25519.getPublicKey(secret),
    sign: async (message) => ed25519.sign(message, secret),
  };
}

function decodeNegated(publicKey: Uint8Array) {
  try {
    return Point.fromBytes(publicKey).negate();
  } catch {
    return undefined; // Not a point of the curve.
  }
}

function scalarOf(littleEndian: Uint8Array): bigint {
  let value = 0n;
  for (const byte of littleEndian.toReversed()) value = value * 256n + BigInt(byte);
  return Point.Fn.create(value);
}
