import { base32 } from 'multiformats/bases/base32';
import { ID_BYTES } from './limits.ts';

declare const idBrand: unique symbol;

/**
 * A 32-byte id or key, printed as multibase base32 (`b` and 52 letters, RFC 4648 lower case without padding):
 * of a book, an entry, an identity, a key, a digest. One form in memory, in JSON and on paper.
 */
export type Id = string & { readonly [idBrand]: true };

const ID_TEXT = /^b[a-z2-7]{51}[aq]$/;

/** @returns the printed form. @throws RangeError when `bytes` is not 32 long: a caller checks lengths first. */
export function bytesToId(bytes: Uint8Array): Id {
  if (bytes.length !== ID_BYTES) throw new RangeError(`an id has ${ID_BYTES} bytes, not ${bytes.length}`);
  return base32.encode(bytes) as string as Id;
}

/** @returns the 32 bytes of an id. */
export function idToBytes(id: Id): Uint8Array {
  return base32.decode(id);
}

/** Parses what a person typed or JSON brought. @returns the id, or undefined when `text` is not one. */
export function parseId(text: string): Id | undefined {
  return ID_TEXT.test(text) ? (text as Id) : undefined;
}

/** Orders ids as their bytes are ordered (not as their letters are). @returns −1, 0 or 1. */
export function compareIds(left: Id, right: Id): number {
  if (left === right) return 0;
  for (let index = 0; index < left.length; index += 1) {
    const difference = letterValue(left, index) - letterValue(right, index);
    if (difference !== 0) return difference < 0 ? -1 : 1;
  }
  return 0;
}

function letterValue(id: Id, index: number): number {
  const code = id.charCodeAt(index);
  return code >= 97 ? code : code + 128;
}
