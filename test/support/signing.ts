import { createPrivateKey, createPublicKey, type KeyObject, sign as signNode, verify as verifyNode } from 'node:crypto';
import { bytesToId, type Id } from '../../src/core/base/id.ts';
import { isAcceptablePublicKey, isAcceptableSignature } from '../../src/core/identity/ed25519-strict.ts';
import type { SignatureCheck } from '../../src/ports/signatures.ts';

/** What stands before the seed in the PKCS #8 form of an Ed25519 private key (RFC 8410). */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');
/** What stands before the key in the SubjectPublicKeyInfo form of an Ed25519 public key (RFC 8410). */
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

/** A key pair of a test, the same for the same name. */
export interface TestKey {
  readonly id: Id;
  readonly publicKey: Uint8Array;
  readonly sign: (message: Uint8Array) => Uint8Array;
}

const keys = new Map<string, TestKey>();

/** @returns the key with this name; its seed is the name, padded with zero bytes. */
export function keyOf(name: string): TestKey {
  const known = keys.get(name);
  if (known !== undefined) return known;
  const seed = Buffer.alloc(32);
  seed.write(name);
  const privateKey = createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, seed]), format: 'der', type: 'pkcs8' });
  const spki = createPublicKey(privateKey).export({ format: 'der', type: 'spki' });
  const publicKey = new Uint8Array(spki.subarray(SPKI_PREFIX.length));
  const key: TestKey = {
    id: bytesToId(publicKey),
    publicKey,
    sign: (message) => new Uint8Array(signNode(null, message, privateKey)),
  };
  keys.set(name, key);
  return key;
}

const publicKeys = new Map<string, KeyObject>();

/** Checks a signature by the strict rules and the platform's Ed25519. */
export function verifySignature({ publicKey, message, signature }: SignatureCheck): boolean {
  if (!isAcceptablePublicKey(publicKey) || !isAcceptableSignature(signature)) return false;
  return verifyNode(null, message, publicKeyObject(publicKey), signature);
}

function publicKeyObject(bytes: Uint8Array): KeyObject {
  const hex = Buffer.from(bytes).toString('hex');
  const known = publicKeys.get(hex);
  if (known !== undefined) return known;
  const key = createPublicKey({ key: Buffer.concat([SPKI_PREFIX, bytes]), format: 'der', type: 'spki' });
  publicKeys.set(hex, key);
  return key;
}
