import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { createNativeSignatures, createNativeSigner } from '../../src/adapters/signatures/native-signatures.ts';
import { createNobleSignatures, createNobleSigner } from '../../src/adapters/signatures/noble-signatures.ts';
import { createWebCryptoSignatures, type SubtleVerifier } from '../../src/adapters/signatures/web-crypto-signatures.ts';
import { describeSignatures } from './signatures-contract.ts';

const seeds = fc.uint8Array({ minLength: 32, maxLength: 32 });

const withoutEd25519: SubtleVerifier = {
  importKey: () => Promise.reject(new DOMException('Unrecognized name.', 'NotSupportedError')),
  verify: () => Promise.reject(new DOMException('Unrecognized name.', 'NotSupportedError')),
};

describeSignatures('noble', createNobleSignatures);
describeSignatures('WebCrypto', () => createWebCryptoSignatures());
describeSignatures('WebCrypto of a browser without Ed25519', () => createWebCryptoSignatures(withoutEd25519));
for (const engine of ['sodium', 'node-crypto'] as const) {
  const native = createNativeSignatures({ engine, threads: 2 });
  describeSignatures(
    `native code with ${engine}`,
    () => native,
    () => native.close(),
  );
}

describe('Signers', () => {
  it('make the same signature with every library, which holds', async () => {
    const native = createNativeSignatures();
    await fc.assert(
      fc.asyncProperty(seeds, fc.uint8Array({ maxLength: 200 }), async (seed, message) => {
        const signers = [
          createNobleSigner(seed),
          createNativeSigner(seed),
          createNativeSigner(seed, 'sodium'),
          createNativeSigner(seed, 'node-crypto'),
        ];
        const made = await Promise.all(signers.map((signer) => signer.sign(message)));
        for (const [index, signature] of made.entries()) {
          const publicKey = signers[index]?.publicKey;
          assert.deepEqual(publicKey, signers[0]?.publicKey);
          assert.deepEqual(signature, made[0]);
          assert.ok(publicKey !== undefined && native.verify({ publicKey, message, signature }));
        }
      }),
      { numRuns: 30 },
    );
  });

  it('keep a copy of the seed', async () => {
    for (const create of [createNobleSigner, createNativeSigner, nodeCryptoSigner]) {
      const seed = new Uint8Array(32).fill(5);
      const signer = create(seed);
      const before = await signer.sign(Uint8Array.of(1));
      seed.fill(0);
      assert.deepEqual(await signer.sign(Uint8Array.of(1)), before);
    }
  });

  it('refuse a seed of another length', () => {
    for (const create of [createNobleSigner, createNativeSigner, nodeCryptoSigner]) {
      assert.throws(() => create(new Uint8Array(31)), { name: 'RangeError', message: /has 32 bytes; this one has 31/ });
    }
  });
});

function nodeCryptoSigner(seed: Uint8Array) {
  return createNativeSigner(seed, 'node-crypto');
}
