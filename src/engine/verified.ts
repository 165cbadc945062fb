import { equalBytes } from '../core/base/bytes.ts';
import type { SignatureCheck, Signatures } from '../ports/signatures.ts';
import { VERIFIED_MAX } from './constants.ts';

/**
 * Remembers signatures that held, so that what was checked off the main thread is not checked again when a rule asks. A rule's
 * question is always answered: what is not remembered is checked on the spot, so the memory never changes a verdict.
 */
export class VerifiedSignatures {
  readonly #signatures: Signatures;
  readonly #held = new Map<string, SignatureCheck>();

  constructor(signatures: Signatures) {
    this.#signatures = signatures;
  }

  /** @returns whether the signature holds. */
  readonly verify = (check: SignatureCheck): boolean => {
    if (this.holds(check)) return true;
    const valid = this.#signatures.verify(check);
    if (valid) this.add(check);
    return valid;
  };

  /** @returns whether it is remembered to hold. */
  holds(check: SignatureCheck): boolean {
    const held = this.#held.get(keyOf(check));
    return (
      held !== undefined &&
      equalBytes(held.signature, check.signature) &&
      equalBytes(held.publicKey, check.publicKey) &&
      equalBytes(held.message, check.message)
    );
  }

  /** Remembers a check that held; forgets the oldest half when full. */
  add(check: SignatureCheck): void {
    if (this.#held.size >= VERIFIED_MAX) this.#forgetOldest();
    this.#held.set(keyOf(check), check);
  }

  #forgetOldest(): void {
    let left = VERIFIED_MAX / 2;
    for (const key of this.#held.keys()) {
      if (left === 0) return;
      this.#held.delete(key);
      left -= 1;
    }
  }
}

/** The first 24 bytes of a signature (part of R): two that share them are compared in full by the caller. */
function keyOf(check: SignatureCheck): string {
  let key = '';
  for (let index = 0; index < 24; index += 1) key += String.fromCharCode(check.signature[index] ?? 0);
  return key;
}
