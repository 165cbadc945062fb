import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import fc from 'fast-check';
import { createNobleSigner, verifyWithNoble } from '../../src/adapters/signatures/noble-signatures.ts';
import { equalBytes } from '../../src/core/base/bytes.ts';
import type { SignatureCheck, Signatures } from '../../src/ports/signatures.ts';
import { speccheckCases, wycheproofCases } from '../conformance/ed25519-cases.ts';

/** Mutations tried for each adapter; the slowest verifies some 500 a second. */
const RUNS = 60;

/** Every adapter of the Signatures port holds this. `close` ends what the adapter started. */
export function describeSignatures(
  name: string,
  create: () => Signatures,
  close?: (made: Signatures) => Promise<void>,
) {
  describe(`Signatures by ${name}`, () => {
    const signatures = create();
    after(() => close?.(signatures));

    it('gives the verdict of Wycheproof on each of its signatures', () => testWycheproof(signatures));
    it('gives the expected verdict on the twelve edge cases', () => testEdgeCases(signatures));
    it('accepts what was signed, and no mutation of it', () => testMutations(signatures));
    it('says on arbitrary bytes what the oracle says', () => testArbitraryBytes(signatures));
    it('answers a large batch in order', () => testLargeBatch(signatures));
    it('answers an empty batch', async () => assert.deepEqual(await signatures.verifyBatch([]), []));
    it('reads views into a larger buffer', () => testViews(signatures));
    it('checks an empty and a long message', () => testMessageLengths(signatures));
    it('refuses wrong lengths without throwing', () => testLengths(signatures));
  });
}

async function testWycheproof(signatures: Signatures): Promise<void> {
  const expected = wycheproofCases.map(({ title, verdict }) => `${title}: ${verdict}`);
  const together = await signatures.verifyBatch(wycheproofCases.map(({ check }) => check));
  assert.equal(expected.length, 151);
  assert.deepEqual(
    wycheproofCases.map(({ title, check }) => `${title}: ${signatures.verify(check)}`),
    expected,
  );
  assert.deepEqual(
    wycheproofCases.map(({ title }, index) => `${title}: ${together[index]}`),
    expected,
  );
}

async function testEdgeCases(signatures: Signatures): Promise<void> {
  const expected = speccheckCases.map(({ title, verdict }) => `${title}: ${verdict}`);
  const together = await signatures.verifyBatch(speccheckCases.map(({ check }) => check));
  assert.equal(expected.length, 12);
  assert.deepEqual(
    speccheckCases.map(({ title, check }) => `${title}: ${signatures.verify(check)}`),
    expected,
  );
  assert.deepEqual(
    speccheckCases.map(({ title }, index) => `${title}: ${together[index]}`),
    expected,
  );
}

async function testMutations(signatures: Signatures): Promise<void> {
  const bit = fc.record({ index: fc.nat(), bit: fc.integer({ min: 0, max: 7 }) });
  const part = fc.constantFrom('publicKey' as const, 'message' as const, 'signature' as const);
  const signed = fc.record({ seed: bytes(32, 32), message: bytes(1, 400) });
  await fc.assert(
    fc.asyncProperty(signed, part, bit, async ({ seed, message }, where, flip) => {
      const good = await signedCheck(seed, message);
      const bad = { ...good, [where]: flipped(good[where], flip.index, flip.bit) };
      assert.equal(signatures.verify(good), true);
      assert.equal(signatures.verify(bad), false);
      assert.deepEqual(await signatures.verifyBatch([bad, good, bad]), [false, true, false]);
    }),
    { numRuns: RUNS },
  );
}

async function testArbitraryBytes(signatures: Signatures): Promise<void> {
  const anything = fc.record({ publicKey: bytes(32, 32), message: bytes(0, 100), signature: bytes(64, 64) });
  await fc.assert(
    fc.asyncProperty(fc.array(anything, { maxLength: 20 }), async (checks) => {
      const expected = checks.map(verifyWithNoble);
      assert.deepEqual(
        checks.map((check) => signatures.verify(check)),
        expected,
      );
      assert.deepEqual(await signatures.verifyBatch(checks), expected);
    }),
    { numRuns: RUNS },
  );
}

async function testLargeBatch(signatures: Signatures): Promise<void> {
  const good = await signedCheck(new Uint8Array(32).fill(1), new Uint8Array(300));
  const bad = { ...good, message: new Uint8Array(301) };
  const malformed = { ...good, signature: new Uint8Array(63) };
  const checks = Array.from({ length: 300 }, (_, index) =>
    index % 7 === 0 ? bad : index % 5 === 0 ? malformed : good,
  );
  const expected = checks.map((check) => check === good);
  assert.deepEqual(await signatures.verifyBatch(checks), expected);
  const batches = [checks.slice(0, 9), checks.slice(9, 80), checks.slice(80, 81)];
  const verdicts = await Promise.all(batches.map((batch) => signatures.verifyBatch(batch)));
  assert.deepEqual(verdicts.flat(), expected.slice(0, 81));
}

async function testViews(signatures: Signatures): Promise<void> {
  const { publicKey, message, signature } = await signedCheck(new Uint8Array(32).fill(2), Uint8Array.of(1, 2, 3));
  const buffer = new Uint8Array(200).fill(0xaa);
  buffer.set(publicKey, 1);
  buffer.set(message, 50);
  buffer.set(signature, 101);
  const check = {
    publicKey: buffer.subarray(1, 33),
    message: buffer.subarray(50, 53),
    signature: buffer.subarray(101, 165),
  };
  assert.equal(signatures.verify(check), true);
  assert.deepEqual(await signatures.verifyBatch([check]), [true]);
  assert.ok(equalBytes(check.publicKey, publicKey), 'the bytes given are left as they are');
}

async function testMessageLengths(signatures: Signatures): Promise<void> {
  const seed = new Uint8Array(32).fill(3);
  const checks = [
    await signedCheck(seed, new Uint8Array(0)),
    await signedCheck(seed, new Uint8Array(2_000_000).fill(7)),
  ];
  assert.deepEqual(
    checks.map((check) => signatures.verify(check)),
    [true, true],
  );
  assert.deepEqual(await signatures.verifyBatch(checks), [true, true]);
}

async function testLengths(signatures: Signatures): Promise<void> {
  const good = await signedCheck(new Uint8Array(32).fill(4), Uint8Array.of(9));
  const checks: SignatureCheck[] = [];
  for (const length of [0, 31, 33, 64]) checks.push({ ...good, publicKey: resized(good.publicKey, length) });
  for (const length of [0, 32, 63, 65]) checks.push({ ...good, signature: resized(good.signature, length) });
  const refused = checks.map(() => false);
  assert.deepEqual(
    checks.map((check) => signatures.verify(check)),
    refused,
  );
  assert.deepEqual(await signatures.verifyBatch(checks), refused);
}

async function signedCheck(seed: Uint8Array, message: Uint8Array): Promise<SignatureCheck> {
  const signer = createNobleSigner(seed);
  return { publicKey: signer.publicKey, message, signature: await signer.sign(message) };
}

function bytes(minLength: number, maxLength: number): fc.Arbitrary<Uint8Array> {
  return fc.uint8Array({ minLength, maxLength });
}

function flipped(original: Uint8Array, index: number, bit: number): Uint8Array {
  const changed = Uint8Array.from(original);
  const place = index % changed.length;
  changed[place] = (changed[place] ?? 0) ^ (1 << bit);
  return changed;
}

function resized(original: Uint8Array, length: number): Uint8Array {
  const result = new Uint8Array(length);
  result.set(original.subarray(0, length));
  return result;
}
