import { ID_BYTES } from './limits.ts';

declare const idBrand: unique symbol;

/**
 * A 32-byte id or key, printed as multibase base32 (`b` and 52 letters, RFC 4648 lower case without padding):
 * of a book, an entry, an identity, a key, a digest. One form in memory, in JSON and on paper.
 */
export type Id = string & { readonly [idBrand]: true };

const ID_TEXT = /^b[a-z2-7]{51}[aq]$/;

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';
/** Each pair of letters by the ten bits that it stands for. */
const PAIRS: readonly string[] = [...ALPHABET].flatMap((first) => [...ALPHABET].map((second) => first + second));
/** Marks what is no letter of the alphabet. */
const NO_LETTER = 255;
const VALUE_OF_CODE = Uint8Array.from({ length: 128 }, (_, code) => {
  const value = ALPHABET.indexOf(String.fromCharCode(code));
  return value < 0 ? NO_LETTER : value;
});
/** `b` and 52 letters. */
const ID_LETTERS = 53;
/** Five bytes make eight letters; the last two of 32 bytes make four. */
const WHOLE_GROUPS_BYTES = 30;

/**
 * Written out for 32 bytes, since ids are read and printed a dozen times for every entry: with its check a third of the time
 * of a general coder.
 * @returns the printed form. @throws RangeError when `bytes` is not 32 long: a caller checks lengths first.
 */
export function bytesToId(bytes: Uint8Array): Id {
  if (bytes.length !== ID_BYTES) throw new RangeError(`an id has ${ID_BYTES} bytes, not ${bytes.length}`);
  const at = (index: number): number => bytes[index] ?? 0;
  const pair = (bits: number): string => PAIRS[bits & 1023] ?? '';
  let text = 'b';
  for (let start = 0; start < WHOLE_GROUPS_BYTES; start += 5) {
    const [b0, b1, b2, b3, b4] = [at(start), at(start + 1), at(start + 2), at(start + 3), at(start + 4)];
    text +=
      pair((b0 << 2) | (b1 >> 6)) + pair((b1 << 4) | (b2 >> 4)) + pair((b2 << 6) | (b3 >> 2)) + pair((b3 << 8) | b4);
  }
  return (text + pair((at(30) << 2) | (at(31) >> 6)) + pair(at(31) << 4)) as Id;
}

/** @returns the 32 bytes of an id. @throws RangeError when the text is not one, which the type rules out. */
export function idToBytes(id: Id): Uint8Array {
  const bytes = textToIdBytes(id);
  if (bytes === undefined) throw new RangeError('the text is not an id');
  return bytes;
}

/** @returns the 32 bytes of an id, or undefined when `text` is not one. */
export function textToIdBytes(text: string): Uint8Array | undefined {
  if (text.length !== ID_LETTERS || text[0] !== 'b') return undefined;
  const bytes = new Uint8Array(ID_BYTES);
  let bits = 0;
  let bitCount = 0;
  let next = 0;
  for (let index = 1; index < ID_LETTERS; index += 1) {
    const value = VALUE_OF_CODE[text.charCodeAt(index)] ?? NO_LETTER;
    if (value === NO_LETTER) return undefined;
    bits = ((bits << 5) | value) & 0xfff;
    bitCount += 5;
    if (bitCount < 8) continue;
    bitCount -= 8;
    bytes[next] = bits >> bitCount;
    next += 1;
  }
  return (bits & 15) === 0 ? bytes : undefined;
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
