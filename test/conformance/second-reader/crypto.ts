/** Section 3 of proto/README.md. */
import { createHash, createPublicKey, verify } from 'node:crypto';

const P = 2n ** 255n - 19n;
const L = 2n ** 252n + 27742317777372353535851937790883648493n;
const SMALL_ORDER = new Set([
  0n,
  1n,
  P - 1n,
  littleEndian(Buffer.from('26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05', 'hex')),
  littleEndian(Buffer.from('c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a', 'hex')),
]);

/** @returns tag ‖ 0 ‖ parts. */
export function tagged(tag: string, ...parts: readonly Buffer[]): Buffer {
  return Buffer.concat([Buffer.from(`${tag}\0`), ...parts]);
}

/** @returns SHA-256(tag ‖ 0 ‖ parts) in hexadecimal. */
export function taggedHash(tag: string, ...parts: readonly Buffer[]): string {
  return createHash('sha256')
    .update(tagged(tag, ...parts))
    .digest('hex');
}

/** @returns whether a key, in hexadecimal, may be one. */
export function isKey(key: string): boolean {
  return isPoint(Buffer.from(key, 'hex'));
}

/** @returns whether the key, in hexadecimal, signed the message, by the strict rules. */
export function isSigned(key: string, message: Buffer, signature: Buffer): boolean {
  if (!isKey(key) || signature.length !== 64 || !isPoint(signature.subarray(0, 32))) return false;
  if (littleEndian(signature.subarray(32)) >= L) return false;
  const der = Buffer.from(`302a300506032b6570032100${key}`, 'hex');
  return verify(null, message, createPublicKey({ key: der, format: 'der', type: 'spki' }), signature);
}

function isPoint(bytes: Buffer): boolean {
  if (bytes.length !== 32) return false;
  const y = littleEndian(bytes) & (2n ** 255n - 1n);
  return y < P && !SMALL_ORDER.has(y);
}

function littleEndian(bytes: Buffer): bigint {
  return BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`);
}
