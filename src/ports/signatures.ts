/** One Ed25519 signature to be checked (RFC 8032). */
export interface SignatureCheck {
  /** 32 bytes. */
  readonly publicKey: Uint8Array;
  /** The signed bytes: tag ‖ 0x00 ‖ content, see `src/core/wire/tags.ts`. */
  readonly message: Uint8Array;
  /** 64 bytes. */
  readonly signature: Uint8Array;
}

/**
 * Verifies Ed25519 signatures. Every adapter gives one and the same verdict on every input: small-order and
 * non-canonical keys and R, and s ≥ L, are refused before the curve equation is looked at (protocol §1).
 */
export interface Signatures {
  /** Checks one signature now; false for anything malformed, never throws. */
  verify(check: SignatureCheck): boolean;
  /**
   * Checks many signatures away from the calling thread where the platform can.
   * @returns one verdict per check, in order; rejects only when the adapter was closed.
   */
  verifyBatch(checks: readonly SignatureCheck[]): Promise<readonly boolean[]>;
}

/** Signs with one private key that never leaves it. */
export interface Signer {
  /** 32 bytes. */
  readonly publicKey: Uint8Array;
  /** @returns the 64-byte signature of `message`. */
  sign(message: Uint8Array): Promise<Uint8Array>;
}
