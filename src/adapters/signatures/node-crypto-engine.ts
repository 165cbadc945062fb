import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import { concatBytes } from '../../core/base/bytes.ts';
import { KEY_BYTES } from '../../core/base/limits.ts';
import type { NativeEngine } from './native-engine.ts';
import { createRecentMap } from './recent-map.ts';

/** Kept key objects of one thread. One takes about 2 KiB of native memory, so all take 8 MiB; building one costs 30 µs. */
const KEPT_KEYS_MAX = 4096;

/** What stands before the 32 bytes of a public key in SubjectPublicKeyInfo (RFC 8410 §4). */
const SPKI_PREFIX = hexToBytes('302a300506032b6570032100');

/** What stands before the 32 bytes of a seed in PKCS #8 (RFC 8410 §7). */
const PKCS8_PREFIX = hexToBytes('302e020100300506032b657004220420');

/** OpenSSL through node:crypto; public keys are kept by their hex text, since building one again halves the speed. */
export function createNodeCryptoEngine(): NativeEngine {
  const keptKeys = createRecentMap<string, KeyObject>(KEPT_KEYS_MAX);
  const keyOf = (publicKey: Uint8Array): KeyObject | undefined => {
    const hex = bytesToHex(publicKey);
    const kept = keptKeys.get(hex);
    if (kept !== undefined) return kept;
    const built = importPublicKey(publicKey);
    if (built !== undefined) keptKeys.set(hex, built);
    return built;
  };
  return {
    name: 'node-crypto',
    verify: (publicKey, message, signature) => {
      const key = keyOf(publicKey);
      return key !== undefined && verify(null, message, key, signature);
    },
    openSigner: (seed) => {
      const key = createPrivateKey({ key: der(PKCS8_PREFIX, seed), format: 'der', type: 'pkcs8' });
      const exported = createPublicKey(key).export({ format: 'der', type: 'spki' });
      return {
        publicKey: Uint8Array.from(exported.subarray(-KEY_BYTES)),
        sign: (message) => Uint8Array.from(sign(null, message, key)),
      };
    },
  };
}

function importPublicKey(publicKey: Uint8Array): KeyObject | undefined {
  try {
    return createPublicKey({ key: der(SPKI_PREFIX, publicKey), format: 'der', type: 'spki' });
  } catch {
    return undefined; // OpenSSL says that this is no key.
  }
}

function der(prefix: Uint8Array, key: Uint8Array): Buffer {
  return Buffer.from(concatBytes([prefix, key]));
}
