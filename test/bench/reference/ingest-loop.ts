import { createHash } from 'node:crypto';
import { openNativeEngine } from '../../../src/adapters/signatures/open-native-engine.ts';
import type { SignatureCheck } from '../../../src/ports/signatures.ts';
import { PlainStore } from './plain-store.ts';

/** An entry with every signature in it, its own and those of what it carries. */
export interface SignedBytes {
  readonly bytes: Uint8Array;
  readonly checks: readonly SignatureCheck[];
}

/** Verifies, hashes and stores entries on one thread with the fastest verifier: no forms, no rules, no peer. */
export function ingestLoop(folder: string, entries: readonly SignedBytes[]): void {
  const engine = openNativeEngine();
  using store = new PlainStore(folder);
  for (const [sequence, { bytes, checks }] of entries.entries()) {
    for (const { publicKey, message, signature } of checks)
      if (!engine.verify(publicKey, message, signature)) throw new Error('a signature of the scene does not hold');
    store.add(1, sequence, new Uint8Array(createHash('sha256').update(bytes).digest()), bytes);
  }
  store.flush();
}
