import { sha256 } from '@noble/hashes/sha2.js';
import { concatBytes, textToBytes } from './bytes.ts';

const ZERO_BYTE = new Uint8Array(1);

/** @returns `tag ‖ 0x00 ‖ parts`, the input of every hash and signature (protocol §1). */
export function tagged(tag: string, parts: readonly Uint8Array[]): Uint8Array {
  return concatBytes([tagBytes(tag), ZERO_BYTE, ...parts]);
}

/** @returns SHA-256(tag ‖ 0x00 ‖ parts), 32 bytes. */
export function taggedHash(tag: string, parts: readonly Uint8Array[]): Uint8Array {
  return sha256(tagged(tag, parts));
}

const tagCache = new Map<string, Uint8Array>();

function tagBytes(tag: string): Uint8Array {
  const known = tagCache.get(tag);
  if (known !== undefined) return known;
  const bytes = textToBytes(tag);
  tagCache.set(tag, bytes);
  return bytes;
}
