import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Encrypter } from 'age-encryption';
import { createMemoBox } from '../../../src/adapters/keystore/memo-box.ts';
import { createNobleSigner } from '../../../src/adapters/signatures/noble-signatures.ts';
import { MEMO_TEXT_BYTES_MAX } from '../../../src/core/base/limits.ts';
import { Memo } from '../../../src/core/wire/messages/ledger.ts';
import { keyOf } from '../../support/signing.ts';

const [ana, bea, eve] = [1, 2, 3].map((number) => new Uint8Array(32).fill(number)) as [
  Uint8Array,
  Uint8Array,
  Uint8Array,
];
const keyFor = (seed: Uint8Array): Uint8Array => createNobleSigner(seed).publicKey;

test('a memo is read with the devices that it was sealed for, and by nobody else', async () => {
  const sealed = await createMemoBox(ana).seal('für die Äpfel 🍎', [keyFor(bea), keyFor(ana)]);
  const texts = await Promise.all([ana, bea, eve].map((seed) => createMemoBox(seed).open(sealed)));
  assert.deepEqual(texts, ['für die Äpfel 🍎', 'für die Äpfel 🍎', undefined]);
});

test('what is no memo of anybody’s is not read, and does not throw', async () => {
  const sealed = await createMemoBox(ana).seal('rent', [keyFor(bea)]);
  const damaged = sealed.slice();
  damaged[damaged.length - 1] = 255 - (damaged.at(-1) ?? 0);
  const passphrase = new Encrypter();
  passphrase.setPassphrase('no');
  passphrase.setScryptWorkFactor(2);
  const others = [damaged, new Uint8Array(0), new Uint8Array(50), await passphrase.encrypt('hidden')];
  for (const bytes of others) assert.equal(await createMemoBox(bea).open(bytes), undefined);
});

test('the longest text, sealed for as many devices as one is, fits its entry', async () => {
  const readers = Array.from({ length: 13 }, (_, index) => keyFor(new Uint8Array(32).fill(10 + index)));
  const sealed = await createMemoBox(ana).seal('x'.repeat(MEMO_TEXT_BYTES_MAX), readers);
  assert.ok(Memo.decode(Memo.encode({ sealed, to: keyOf('payee').id }), 8192).ok, `${sealed.length} bytes`);
});
