import type { NativeEngine, NativeEngineName } from './native-engine.ts';
import { createNodeCryptoEngine } from './node-crypto-engine.ts';
import { loadSodiumEngine } from './sodium-engine.ts';

/**
 * Opens an engine: the named one, or without a name sodium, which verifies and signs about twice as fast, and
 * node:crypto where sodium-native has no build for the platform.
 *
 * @throws Error when sodium is asked for by name and cannot be loaded here.
 */
export function openNativeEngine(name?: NativeEngineName): NativeEngine {
  if (name === 'node-crypto') return createNodeCryptoEngine();
  const sodium = loadSodiumEngine();
  if (sodium.ok) return sodium.value;
  if (name === undefined) return createNodeCryptoEngine();
  throw new Error('sodium-native cannot be loaded on this platform; use the engine node-crypto.', {
    cause: sodium.reason,
  });
}
