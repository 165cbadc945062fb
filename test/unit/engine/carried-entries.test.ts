import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CarriedEntries } from '../../../src/engine/carried-entries.ts';
import { CARRIED_REMEMBERED_MAX } from '../../../src/engine/constants.ts';
import { BankScene } from '../../support/bank.ts';
import { NETWORK } from '../../support/books.ts';

describe('entries remembered as read', () => {
  const scene = new BankScene();
  const order = scene.order(60);

  it('gives the very entry again for the same bytes', () => {
    const carried = new CarriedEntries(NETWORK);
    const first = carried.read(new Uint8Array(order.bytes));
    const second = carried.read(new Uint8Array(order.bytes));
    assert.ok(first.ok && second.ok);
    assert.equal(second.value, first.value);
    assert.equal(first.value.id, order.id);
  });

  it('reads bytes anew that differ only before their end', () => {
    const carried = new CarriedEntries(NETWORK);
    carried.add(order);
    const altered = new Uint8Array(order.bytes);
    altered[5] = 255 - (altered[5] ?? 0);
    assert.equal(carried.read(altered).ok, false);
  });

  it('forgets the oldest when there are many', () => {
    const carried = new CarriedEntries(NETWORK);
    carried.add(order);
    for (let number = 0; number < CARRIED_REMEMBERED_MAX; number += 1) {
      const bytes = new Uint8Array(order.bytes);
      new DataView(bytes.buffer).setUint32(bytes.length - 8, number);
      carried.add({ ...order, bytes });
    }
    const again = carried.read(order.bytes);
    assert.ok(again.ok);
    assert.notEqual(again.value, order);
    assert.deepEqual(again.value.header, order.header);
  });
});
