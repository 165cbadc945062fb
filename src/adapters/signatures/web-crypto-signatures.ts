import { bytesToHex } from '@noble/hashes/utils.js';
import { isAcceptablePublicKey, isAcceptableSignature } from '../../core/identity/ed25519-strict.ts';
import type { SignatureCheck, Signatures } from '../../ports/signatures.ts';
import { verifyWithNoble } from './noble-signatures.ts';
import { createRecentMap, type RecentMap } from './recent-map.ts';

/** Kept keys: a page follows fewer writers than a daemon. */
const KEPT_KEYS_MAX = 1024;

/** Checks given to the platform at once, so that a large batch does not hold all its copies and promises together. */
const IN_FLIGHT_MAX = 64;

/** The part of SubtleCrypto that is used. */
export type SubtleVerifier = Pick<SubtleCrypto, 'importKey' | 'verify'>;

/**
 * Verifies with the Ed25519 of WebCrypto, whose equation is without cofactor as well (Secure Curves in the Web
 * Cryptography API, §Ed25519 verify). WebCrypto is asynchronous, so `verify` works in plain JavaScript; so does what the
 * platform cannot do, as browsers without Ed25519 cannot.
 *
 * @param subtle default: that of the platform, which pages have only in a secure context.
 */
export function createWebCryptoSignatures(subtle: SubtleVerifier | undefined = globalThis.crypto?.subtle): Signatures {
  const keptKeys = createRecentMap<string, CryptoKey>(KEPT_KEYS_MAX);
  return {
    verify: verifyWithNoble,
    verifyBatch: async (checks) => {
      if (subtle === undefined) return checks.map(verifyWithNoble);
      const verdicts: boolean[] = [];
      for (let start = 0; start < checks.length; start += IN_FLIGHT_MAX) {
        const slice = checks.slice(start, start + IN_FLIGHT_MAX);
        verdicts.push(...(await Promise.all(slice.map((check) => verifyOne(subtle, keptKeys, check)))));
      }
      return verdicts;
    },
  };
}

async function verifyOne(
  subtle: SubtleVerifier,
  keptKeys: RecentMap<string, CryptoKey>,
  check: SignatureCheck,
): Promise<boolean> {
  if (!isAcceptablePublicKey(check.publicKey) || !isAcceptableSignature(check.signature)) return false;
  const signature = Uint8Array.from(check.signature);
  const message = Uint8Array.from(check.message);
  try {
    const hex = bytesToHex(check.publicKey);
    const kept = keptKeys.get(hex);
    const key = kept ?? (await subtle.importKey('raw', Uint8Array.from(check.publicKey), 'Ed25519', false, ['verify']));
    if (kept === undefined) keptKeys.set(hex, key);
    return await subtle.verify('Ed25519', key, signature, message);
  } catch {
    return verifyWithNoble(check); // The platform lacks Ed25519, or says by throwing that the key is no point.
  }
}
