import { sha256 } from '@noble/hashes/sha2.js';
import { concatBytes, textToBytes } from './bytes.ts';
import { ID_BYTES } from './limits.ts';

const ZERO_BYTE = new Uint8Array(1);

/** What every input under one tag begins with, as bytes and as a hash that has taken them. */
interface Tag {
  readonly prefix: Uint8Array;
  readonly begun: ReturnType<typeof sha256.create>;
}

const tags = new Map<string, Tag>();
/** Hashing never calls hashing, so that one state serves all of it. */
const state = sha256.create();

/** @returns `tag ‖ 0x00 ‖ parts`, the input of every hash and signature (protocol §1). */
export function tagged(tag: string, parts: readonly Uint8Array[]): Uint8Array {
  return concatBytes([tagOf(tag).prefix, ...parts]);
}

/** @returns SHA-256(tag ‖ 0x00 ‖ parts), 32 bytes. */
export function taggedHash(tag: string, parts: readonly Uint8Array[]): Uint8Array {
  tagOf(tag).begun._cloneInto(state);
  for (const part of parts) state.update(part);
  const hash = new Uint8Array(ID_BYTES);
  state.digestInto(hash);
  return hash;
}

function tagOf(name: string): Tag {
  const known = tags.get(name);
  if (known !== undefined) return known;
  const prefix = concatBytes([textToBytes(name), ZERO_BYTE]);
  const tag: Tag = { prefix, begun: sha256.create().update(prefix) };
  tags.set(name, tag);
  return tag;
}
