import { ed25519 } from '@noble/curves/ed25519.js';
import { bech32 } from '@scure/base';
import { Decrypter, Encrypter } from 'age-encryption';
import type { MemoBox } from '../../ports/memo-box.ts';

/**
 * Memos as age files for X25519 recipients, each the Montgomery form of a device's Ed25519 key (RFC 7748 §4.1): who holds the
 * device seed can open them, also with `age` itself.
 *
 * @param seed of the device key, 32 bytes.
 */
export function createMemoBox(seed: Uint8Array): MemoBox {
  const identity = bech32.encodeFromBytes('age-secret-key-', ed25519.utils.toMontgomerySecret(seed)).toUpperCase();
  return {
    async seal(text, readers) {
      const encrypter = new Encrypter();
      for (const key of readers) encrypter.addRecipient(bech32.encodeFromBytes('age', ed25519.utils.toMontgomery(key)));
      return await encrypter.encrypt(text);
    },
    async open(sealed) {
      const decrypter = new Decrypter();
      decrypter.addIdentity(identity);
      try {
        return await decrypter.decrypt(sealed, 'text');
      } catch {
        // Somebody else sealed it: whatever is wrong with it, there is nothing to read.
        return undefined;
      }
    },
  };
}
