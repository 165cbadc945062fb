import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { bytesToId, compareIds, type Id } from '../../../../src/core/base/id.ts';
import { TIME_MS_MAX } from '../../../../src/core/base/limits.ts';
import { EntryMessage, Erase, Head, Header, Opening, Profile } from '../../../../src/core/wire/messages/book.ts';
import type { DeviceRevoke, IdentityEvent } from '../../../../src/core/wire/messages/identity.ts';
import { TransferOrder } from '../../../../src/core/wire/messages/ledger.ts';
import { NotedBook } from '../../../../src/core/wire/messages/state.ts';
import { FieldFault } from '../../../../src/core/wire/shape.ts';
import { amountOf, NETWORK } from '../../../support/books.ts';
import { REGION } from '../../../support/identities.ts';

const idOf = (byte: number): Id => bytesToId(new Uint8Array(32).fill(byte));
const head = { book: idOf(1), sequence: 5, id: idOf(2) };
const order = { bank: idOf(1), account: idOf(2), to: [idOf(3)], amounts: [amountOf(1)], memoDigest: undefined };
const header: Header = {
  version: 1,
  network: NETWORK,
  book: idOf(1),
  sequence: 1,
  previous: idOf(2),
  kind: 2,
  payloadDigest: idOf(3),
  payloadLength: 0,
  after: [],
  claimedAt: 0,
};

/** A value of a type that the compiler would refuse, as a program without types may pass it. */
function untyped(value: unknown): never {
  return value as never;
}

function assertFault(act: () => unknown, at: string): void {
  assert.throws(act, (error) => {
    assert.ok(error instanceof FieldFault, String(error));
    assert.equal(error.at, at);
    assert.ok(error.message.startsWith(at));
    return true;
  });
}

describe('encoding refuses what decoding would', () => {
  const faults: readonly (readonly [string, () => unknown, string])[] = [
    ['a BigInt for a uint64', () => Head.encode({ ...head, sequence: untyped(5n) }), 'sequence'],
    [
      'a Long-like object',
      () => Head.encode({ ...head, sequence: untyped({ low: 1, high: 0, unsigned: true }) }),
      'sequence',
    ],
    ['a number as text', () => Head.encode({ ...head, sequence: untyped('5') }), 'sequence'],
    ['2^53', () => Head.encode({ ...head, sequence: 2 ** 53 }), 'sequence'],
    ['a negative number', () => Head.encode({ ...head, sequence: -1 }), 'sequence'],
    ['a fraction', () => Head.encode({ ...head, sequence: 0.5 }), 'sequence'],
    ['no number', () => Head.encode({ ...head, sequence: Number.NaN }), 'sequence'],
    [
      'a BigInt amount in a list',
      () => TransferOrder.encode({ ...order, amounts: [amountOf(1), untyped(2n)] }),
      'amounts[1]',
    ],
    ['an amount above 2^53−1', () => TransferOrder.encode({ ...order, amounts: [untyped(2 ** 53)] }), 'amounts[0]'],
    ['a uint32 above its range', () => Header.encode({ ...header, kind: 2 ** 32 }), 'kind'],
    ['a network of 15 bytes', () => Header.encode({ ...header, network: new Uint8Array(15) }), 'network'],
    ['an id that is none', () => Head.encode({ ...head, id: untyped('bad') }), 'id'],
    ['an id that is missing', () => Head.encode({ ...head, id: untyped(undefined) }), 'id'],
    ['ids out of order', () => Erase.encode({ entries: [idOf(2), idOf(1)] }), 'entries'],
    ['an id twice', () => Erase.encode({ entries: [idOf(1), idOf(1)] }), 'entries'],
    ['an empty list that needs one', () => Erase.encode({ entries: [] }), 'entries'],
    ['a lone surrogate', () => Profile.encode({ name: '\ud800', description: '', contact: '' }), 'name'],
    ['text that is not NFC', () => Profile.encode({ name: 'e\u0301', description: '', contact: '' }), 'name'],
    ['a control character', () => Profile.encode({ name: 'a\u0000', description: '', contact: '' }), 'name'],
    ['text over its bytes', () => Profile.encode({ name: 'é'.repeat(61), description: '', contact: '' }), 'name'],
    ['an empty name', () => Profile.encode({ name: '', description: '', contact: '' }), 'name'],
    ['a bool that is none', () => NotedBook.encode(untyped({ ...notedBook, stopped: 1 })), 'stopped'],
    ['a time that nobody could print', () => Header.encode({ ...header, claimedAt: TIME_MS_MAX + 1 }), 'claimedAt'],
    ['an enum that is none', () => NotedBook.encode({ ...notedBook, kind: untyped('king') }), 'kind'],
    ['a region that is none', () => Opening.encode({ ...opening, region: untyped('Cascadia') }), 'region'],
    [
      'a fault deep inside',
      () => Opening.encode({ ...opening, log: [event, deepFault] }),
      'log[1].body.deviceRevoke.lastGood[0].sequence',
    ],
  ];
  const notedBook = {
    identity: idOf(1),
    kind: 'person' as const,
    device: idOf(2),
    channel: 'people' as const,
    stopped: false,
  };
  const event: IdentityEvent = {
    identity: idOf(1),
    number: 1,
    previousDigest: idOf(2),
    body: {
      inception: undefined,
      rotation: undefined,
      deviceGrant: { device: idOf(3) },
      deviceRevoke: undefined,
      nodeBinding: undefined,
    },
    rootSignatures: [],
  };
  const revoke: DeviceRevoke = { device: idOf(3), lastGood: [{ ...head, sequence: untyped(1n) }] };
  const deepFault: IdentityEvent = { ...event, body: { ...event.body, deviceGrant: undefined, deviceRevoke: revoke } };
  const opening: Opening = {
    identity: idOf(1),
    device: idOf(2),
    region: REGION,
    channel: 'people',
    logNumber: 1,
    logDigest: idOf(3),
    log: [],
    continues: undefined,
  };
  for (const [what, act, at] of faults) it(what, () => assertFault(act, at));
});

describe('decoding', () => {
  it('gives plain byte arrays, from Buffers too', () => {
    const bytes = EntryMessage.encode({
      header: new Uint8Array([1]),
      payload: new Uint8Array([2]),
      salt: new Uint8Array(16),
      signature: new Uint8Array(64),
    });
    assert.equal(Object.getPrototypeOf(bytes), Uint8Array.prototype);
    const decoded = EntryMessage.decode(Buffer.from(bytes), 1000);
    assert.ok(decoded.ok);
    for (const field of Object.values(decoded.value)) assert.equal(Object.getPrototypeOf(field), Uint8Array.prototype);
  });

  it('refuses before it decodes what is too large', () => {
    const bytes = Head.encode(head);
    assert.ok(Head.decode(bytes, bytes.length).ok);
    const decoded = Head.decode(bytes, bytes.length - 1);
    assert.ok(!decoded.ok && decoded.reason.code === 'too_large');
  });

  it('leaves defaults out, and reads them back', () => {
    const zero = { ...header, book: undefined, previous: undefined, sequence: 0 };
    const decoded = Header.decode(Header.encode(zero), 1024);
    assert.ok(decoded.ok);
    assert.deepEqual(decoded.value, zero);
    assert.deepEqual(TransferOrder.decode(TransferOrder.encode({ ...order, to: [], amounts: [] }), 1000), {
      ok: true,
      value: { ...order, to: [], amounts: [] },
    });
  });

  it('gives back every header that is encoded', () => {
    const id = fc.uint8Array({ minLength: 32, maxLength: 32 }).map(bytesToId);
    const uint32 = fc.integer({ min: 1, max: 2 ** 32 - 1 });
    const any = fc.record(
      {
        version: uint32,
        network: fc.uint8Array({ minLength: 16, maxLength: 16 }),
        book: fc.option(id, { nil: undefined }),
        sequence: fc.maxSafeNat(),
        previous: fc.option(id, { nil: undefined }),
        kind: uint32,
        payloadDigest: id,
        payloadLength: fc.nat(48 * 1024),
        after: fc.uniqueArray(id, { maxLength: 16 }).map((ids) => ids.toSorted(compareIds)),
        claimedAt: fc.oneof(
          fc.nat(),
          fc.maxSafeNat().map((at) => at % TIME_MS_MAX),
          fc.constant(TIME_MS_MAX),
        ),
      },
      { noNullPrototype: true },
    );
    fc.assert(
      fc.property(any, (value) => {
        const bytes = Header.encode(value);
        assert.deepEqual(Header.decode(bytes, 1024), { ok: true, value });
        assert.ok(bytes.length <= 1024, 'the largest header fits');
      }),
    );
  });

  it('gives back every order that is encoded, zero amounts among others', () => {
    const amounts = fc.array(fc.oneof(fc.constant(0), fc.maxSafeNat()), { maxLength: 20 });
    fc.assert(
      fc.property(amounts, (numbers) => {
        const value = { ...order, amounts: numbers.map(amountOf) };
        assert.deepEqual(TransferOrder.decode(TransferOrder.encode(value), 8192), { ok: true, value });
      }),
    );
  });

  it('gives back every text that is encoded', () => {
    const text = fc
      .string({ unit: 'binary', maxLength: 20 })
      .map((raw) => raw.replace(/\p{Cc}/gu, '').normalize('NFC'));
    fc.assert(
      fc.property(text, (description) => {
        const value = { name: 'n', description, contact: 'a\nb' };
        assert.deepEqual(Profile.decode(Profile.encode(value), 8192), { ok: true, value });
      }),
    );
  });
});
