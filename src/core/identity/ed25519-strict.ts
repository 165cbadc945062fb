import { KEY_BYTES, SIGNATURE_BYTES } from '../base/limits.ts';

/** Length of the encoding of a point; R is the first half of a signature. */
const POINT_BYTES = 32;

/** The bit of the last byte that holds the sign of x; the other 255 bits are y, little-endian. */
const SIGN_BIT = 0x80;

/** The lowest byte of p = 2^255 − 19. The others are ff, and 7f at the end. */
const FIELD_LOWEST_BYTE = 0xed;

/**
 * The y of all points of order 1, 2, 4 and 8, little-endian, without the sign bit: 0 (order 4), 1 (order 1), p − 1
 * (order 2) and two of order 8. With either sign bit these are the eight points and the two encodings that claim a sign
 * for x = 0. Encodings with y ≥ p are refused before this table is read. A test derives it from the curve.
 */
const SMALL_ORDER_Y: readonly (readonly number[])[] = [
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
].map(hexToByteList);

/** The order L = 2^252 + 27742317777372353535851937790883648493 of the base point, little-endian (RFC 8032 §5.1). */
const GROUP_ORDER: readonly number[] = hexToByteList(
  'edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010',
);

/**
 * Tells whether bytes may be looked at as a public key at all: 32 bytes, y < p, not of small order. Whether they name
 * a point of the curve is left to the verifier (protocol §1; "Taming the many EdDSAs", Chalkias et al. 2020).
 */
export function isAcceptablePublicKey(bytes: Uint8Array): boolean {
  return bytes.length === KEY_BYTES && isAcceptablePoint(bytes);
}

/**
 * Tells whether bytes may be looked at as a signature at all: 64 bytes, R with y < p and not of small order, s < L.
 * What is left has one verdict everywhere when verifiers compare the bytes of [s]B − [k]A with R, without cofactor.
 */
export function isAcceptableSignature(bytes: Uint8Array): boolean {
  return bytes.length === SIGNATURE_BYTES && isAcceptablePoint(bytes) && isScalarBelowOrder(bytes);
}

function isAcceptablePoint(bytes: Uint8Array): boolean {
  return isCanonicalY(bytes) && !SMALL_ORDER_Y.some((y) => hasY(bytes, y));
}

function isCanonicalY(bytes: Uint8Array): boolean {
  if (((bytes[POINT_BYTES - 1] ?? 0) | SIGN_BIT) !== 0xff) return true;
  for (let index = POINT_BYTES - 2; index > 0; index -= 1) if (bytes[index] !== 0xff) return true;
  return (bytes[0] ?? 0) < FIELD_LOWEST_BYTE;
}

function hasY(bytes: Uint8Array, y: readonly number[]): boolean {
  for (let index = 0; index < POINT_BYTES - 1; index += 1) if (bytes[index] !== y[index]) return false;
  return ((bytes[POINT_BYTES - 1] ?? 0) & ~SIGN_BIT) === y[POINT_BYTES - 1];
}

function isScalarBelowOrder(signature: Uint8Array): boolean {
  for (let index = POINT_BYTES - 1; index >= 0; index -= 1) {
    const difference = (signature[POINT_BYTES + index] ?? 0) - (GROUP_ORDER[index] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}

function hexToByteList(hex: string): readonly number[] {
  return Array.from({ length: hex.length / 2 }, (_, index) => Number.parseInt(hex.slice(index * 2, index * 2 + 2), 16));
}
