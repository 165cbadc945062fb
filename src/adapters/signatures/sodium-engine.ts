import { createRequire } from 'node:module';
import { KEY_BYTES, SIGNATURE_BYTES } from '../../core/base/limits.ts';
import { no, type Outcome, ok } from '../../core/base/outcome.ts';
import type { NativeEngine } from './native-engine.ts';

/** The three functions used of sodium-native, under libsodium's names. */
interface Sodium {
  crypto_sign_verify_detached(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean;
  crypto_sign_detached(signature: Uint8Array, message: Uint8Array, secretKey: Uint8Array): void;
  crypto_sign_seed_keypair(publicKey: Uint8Array, secretKey: Uint8Array, seed: Uint8Array): void;
}

/** libsodium keeps seed ‖ public key as its secret key. */
const SECRET_KEY_BYTES = 64;

/**
 * Loads libsodium through the prebuilt addon of sodium-native, in each thread once.
 *
 * @returns the engine, or what went wrong where the platform has no build.
 */
export function loadSodiumEngine(): Outcome<NativeEngine, unknown> {
  try {
    const loaded: unknown = createRequire(import.meta.url)('sodium-native');
    return isSodium(loaded) ? ok(engineOf(loaded)) : no(new TypeError('sodium-native lacks the Ed25519 functions.'));
  } catch (cause) {
    return no(cause);
  }
}

function engineOf(sodium: Sodium): NativeEngine {
  return {
    name: 'sodium',
    verify: (publicKey, message, signature) => sodium.crypto_sign_verify_detached(signature, message, publicKey),
    openSigner: (seed) => {
      const publicKey = new Uint8Array(KEY_BYTES);
      const secretKey = new Uint8Array(SECRET_KEY_BYTES);
      sodium.crypto_sign_seed_keypair(publicKey, secretKey, seed);
      return {
        publicKey,
        sign: (message) => {
          const signature = new Uint8Array(SIGNATURE_BYTES);
          sodium.crypto_sign_detached(signature, message, secretKey);
          return signature;
        },
      };
    },
  };
}

function isSodium(value: unknown): value is Sodium {
  const names = ['crypto_sign_verify_detached', 'crypto_sign_detached', 'crypto_sign_seed_keypair'];
  if (typeof value !== 'object' || value === null) return false;
  return names.every((name) => typeof Reflect.get(value, name) === 'function');
}
