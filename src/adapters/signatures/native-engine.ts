/** The native libraries that can do the curve arithmetic. */
export type NativeEngineName = 'sodium' | 'node-crypto';

/** Ed25519 in native code on the calling thread. */
export interface NativeEngine {
  readonly name: NativeEngineName;
  /**
   * The equation of RFC 8032 without cofactor. Key and signature have passed `ed25519-strict.ts` before.
   * @returns false also for a key that is no point of the curve; never throws.
   */
  verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean;
  /** Takes a 32-byte seed. @returns its public key and the function that signs with it. */
  openSigner(seed: Uint8Array): NativeSigner;
}

/** One private key inside an engine. */
export interface NativeSigner {
  /** 32 bytes. */
  readonly publicKey: Uint8Array;
  /** @returns the 64-byte signature. */
  sign(message: Uint8Array): Uint8Array;
}
