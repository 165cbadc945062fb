import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bytesToId } from '../../../src/core/base/id.ts';
import { present } from '../../../src/core/base/outcome.ts';
import type { Entry } from '../../../src/core/wire/entry.ts';
import { VerifiedSignatures } from '../../../src/engine/verified.ts';
import { BankScene } from '../../support/bank.ts';
import { parseEntry } from '../../support/books.ts';
import { Machine } from '../../support/machine.ts';
import { keyOf, verifySignature } from '../../support/signing.ts';
import { Actor } from '../../support/world.ts';

/** The same entry, with another last byte of its signature. */
function broken(entry: Entry): Entry {
  const bytes = Uint8Array.from(entry.bytes);
  bytes[bytes.length - 1] = present(bytes.at(-1), 'an entry has bytes') ^ 1;
  return parseEntry(bytes);
}

test('a signature of which one byte differs does not hold because the true one did', () => {
  const key = keyOf('somebody');
  const message = Uint8Array.of(1, 2, 3);
  const verified = new VerifiedSignatures({
    verify: verifySignature,
    verifyBatch: async (checks) => checks.map(verifySignature),
  });
  const signature = key.sign(message);
  const { publicKey } = key;
  assert.ok(verified.verify({ publicKey, message, signature }));
  for (let place = 0; place < signature.length; place += 1) {
    const other = Uint8Array.from(signature, (byte, index) => (index === place ? byte ^ 1 : byte));
    assert.ok(!verified.verify({ publicKey, message, signature: other }), `byte ${place}`);
  }
});

test('an order with a broken signature moves nothing, whether or not the true one was seen before', async () => {
  const scene = new BankScene();
  assert.equal(scene.issue(scene.record()).type, 'applied');
  const order = scene.order(3600);
  assert.equal(scene.transfer([broken(order), 3600, [3600]]).type, 'refused');
  const roots: unknown[] = [];
  for (const seen of [[], [order]]) {
    const machine = await Machine.start(new Actor('Follower', 'person'));
    await machine.feed({ type: 'addRoots', roots: [scene.bank.identity] });
    await machine.entries([scene.ana.book('transfers').opening, ...seen]);
    for (const { book } of [scene.bank.memberBook, scene.garden.memberBook, scene.ledger])
      await machine.entries(book.entries);
    const ledger = present(machine.peer.books.get(scene.ledger.book.id), 'the ledger is here');
    assert.equal(ledger.judged, scene.ledger.book.entries.length);
    roots.push(bytesToId(present(ledger.state, 'it is governed').root()));
  }
  assert.equal(roots[0], roots[1]);
});
