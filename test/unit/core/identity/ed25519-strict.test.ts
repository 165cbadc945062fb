import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ED25519_TORSION_SUBGROUP, ed25519 } from '@noble/curves/ed25519.js';
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import fc from 'fast-check';
import { isAcceptablePublicKey, isAcceptableSignature } from '../../../../src/core/identity/ed25519-strict.ts';

const { Point } = ed25519;
const FIELD = Point.Fp.ORDER;
const ORDER = Point.Fn.ORDER;
const SIGN = 1n << 255n;

/** A signature that passes: R is the base point and s is 1. */
const GOOD_R = Point.BASE.toBytes();
const GOOD_S = encoded(1n);

describe('what may be looked at as an Ed25519 key or signature', () => {
  it('is not one of the eight points of small order', () => {
    assert.equal(ED25519_TORSION_SUBGROUP.length, 8);
    for (const hex of ED25519_TORSION_SUBGROUP) {
      assert.ok(Point.fromHex(hex).isSmallOrder());
      assertPointRefused(hexToBytes(hex));
    }
  });

  it('is not one of the fourteen encodings that some decoders read as those points', () => {
    const ys = new Set(ED25519_TORSION_SUBGROUP.map((hex) => Point.fromHex(hex).toAffine().y));
    const encodings = [...ys].flatMap((y) => [y, y + FIELD].filter((value) => value < SIGN));
    const withSigns = encodings.flatMap((y) => [encoded(y), encoded(y + SIGN)]);
    assert.equal(withSigns.length, 14);
    for (const bytes of withSigns) {
      assert.ok(Point.fromBytes(bytes, true).isSmallOrder(), 'a lenient decoder reads it so');
      assertPointRefused(bytes);
    }
  });

  it('has y below p, with either sign', () => {
    for (let y = FIELD; y < SIGN; y += 1n) {
      assertPointRefused(encoded(y));
      assertPointRefused(encoded(y + SIGN));
    }
    for (const y of [FIELD - 2n, FIELD - 3n, FIELD - 256n, SIGN - 257n, 2n, 3n]) {
      assertPointPasses(encoded(y));
      assertPointPasses(encoded(y + SIGN));
    }
  });

  it('has s below L', () => {
    for (const s of [ORDER, ORDER + 1n, ORDER + 256n, 1n << 253n, (1n << 256n) - 1n]) {
      assert.equal(isAcceptableSignature(joined(GOOD_R, encoded(s))), false, `s = ${s}`);
    }
    for (const s of [0n, 1n, ORDER - 1n, ORDER - 256n, 1n << 252n]) {
      assert.equal(isAcceptableSignature(joined(GOOD_R, encoded(s))), true, `s = ${s}`);
    }
  });

  it('has the right length', () => {
    for (const length of [0, 31, 33, 64]) assert.equal(isAcceptablePublicKey(new Uint8Array(length).fill(9)), false);
    for (const length of [0, 32, 63, 65]) assert.equal(isAcceptableSignature(new Uint8Array(length).fill(9)), false);
  });

  it('passes every key and signature that is made by the rules', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 32, maxLength: 32 }),
        fc.uint8Array({ maxLength: 40 }),
        (seed, message) => {
          assert.ok(isAcceptablePublicKey(ed25519.getPublicKey(seed)));
          assert.ok(isAcceptableSignature(ed25519.sign(message, seed)));
        },
      ),
    );
  });

  it('passes of arbitrary 32 bytes what is canonical and not of small order, and no more', () => {
    const byte = fc.constantFrom(0x00, 0x01, 0x7f, 0x80, 0xec, 0xed, 0xee, 0xff);
    fc.assert(
      fc.property(byte, byte, fc.constantFrom(0x00, 0xff, 0xfe), (first, last, between) => {
        const bytes = Uint8Array.from({ length: 32 }, (_, index) =>
          index === 0 ? first : index === 31 ? last : between,
        );
        const y = littleEndian(bytes) % SIGN;
        const isSmall = y === 0n || y === 1n || y === FIELD - 1n;
        assert.equal(isAcceptablePublicKey(bytes), y < FIELD && !isSmall);
      }),
      { numRuns: 500 },
    );
  });
});

function assertPointRefused(point: Uint8Array): void {
  assert.equal(isAcceptablePublicKey(point), false, `A = ${bytesToHex(point)}`);
  assert.equal(isAcceptableSignature(joined(point, GOOD_S)), false, `R = ${bytesToHex(point)}`);
}

function assertPointPasses(point: Uint8Array): void {
  assert.equal(isAcceptablePublicKey(point), true, `A = ${bytesToHex(point)}`);
  assert.equal(isAcceptableSignature(joined(point, GOOD_S)), true, `R = ${bytesToHex(point)}`);
}

function joined(r: Uint8Array, s: Uint8Array): Uint8Array {
  return Uint8Array.from([...r, ...s]);
}

function encoded(value: bigint): Uint8Array {
  return Uint8Array.from({ length: 32 }, (_, index) => Number((value >> BigInt(8 * index)) & 0xffn));
}

function littleEndian(bytes: Uint8Array): bigint {
  return bytes.reduceRight((value, byte) => value * 256n + BigInt(byte), 0n);
}
