import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { DEVICES_MAX, IDENTITY_EVENT_BYTES_MAX } from '../../../../src/core/base/limits.ts';
import { draftInception, eventDigest, nodeBindingMessage, signedEvent } from '../../../../src/core/identity/event.ts';
import { type IdentityState, resolveLog } from '../../../../src/core/identity/log.ts';
import { IdentityEvent, type IdentityKind } from '../../../../src/core/wire/messages/identity.ts';
import {
  eventAfter,
  grantOf,
  inceptionOf,
  keySet,
  REGION,
  revokeOf,
  rotationTo,
  signEvent,
} from '../../../support/identities.ts';
import { keyOf, verifySignature } from '../../../support/signing.ts';

const inception = inceptionOf('person', 'phone', { keys: ['k1'], next: ['k2'] });

function resolve(...events: readonly IdentityEvent[]): IdentityState | undefined {
  return resolveLog(inception.identity, events, verifySignature);
}

function devicesOf(state: IdentityState | undefined): readonly string[] {
  const held = [...(state?.devices.values() ?? [])].filter((device) => device.revoked === undefined);
  return held.map((device) => names.get(device.device) ?? device.device);
}

const names = new Map(['phone', 'laptop', 'tablet', 'thief'].map((name) => [keyOf(name).id, name]));

describe('inception', () => {
  it('grants the first device', () => {
    const state = resolve(inception);
    assert.equal(state?.number, 0);
    assert.equal(state?.digest, eventDigest(inception));
    assert.deepEqual(devicesOf(state), ['phone']);
    assert.equal(state?.contestedAt, undefined);
  });

  it('needs its threshold of root signatures', () => {
    const keys = { keys: ['k1', 'k5', 'k6'], threshold: 2, next: ['k2'] };
    const identity = inceptionOf('bank', 'phone', keys).identity;
    const twoOf = (signers: readonly string[], indices: readonly number[]) =>
      signEvent(inceptionOf('bank', 'phone', keys, []), signers, indices);
    const verdict = (event: IdentityEvent) => resolveLog(identity, [event], verifySignature) !== undefined;
    assert.ok(verdict(twoOf(['k1', 'k6'], [0, 2])));
    assert.ok(!verdict(twoOf(['k1'], [0])), 'one of two');
    assert.ok(!verdict(twoOf(['k1', 'k1'], [0, 0])), 'one key twice');
    assert.ok(!verdict(twoOf(['k1', 'k6'], [0, 1])), 'a signature under another key’s index');
    assert.ok(!verdict(twoOf(['k1', 'k5', 'phone'], [0, 1, 2])), 'a bad signature beside two good ones');
    assert.ok(!verdict(twoOf(['k1', 'k5', 'k6'], [0, 1, 3])), 'an index without a key');
  });

  const wrong: readonly (readonly [string, Partial<Parameters<typeof draftInception>[0]>])[] = [
    ['a threshold above its keys', { threshold: 2 }],
    ['a next threshold above its digests', { nextThreshold: 2 }],
    ['one key twice', { rootKeys: [keyOf('k1').id, keyOf('k1').id] }],
    ['one digest twice', { nextDigests: [keyOf('k2').id, keyOf('k2').id] }],
    ['a person with a home region', { region: REGION }],
    ['a body without home region', { kind: 'bank' as IdentityKind }],
  ];
  for (const [what, change] of wrong) {
    it(`refuses ${what}`, () => {
      const fields = {
        kind: 'person' as const,
        ...keySet({ keys: ['k1'], next: ['k2'] }),
        device: keyOf('phone').id,
        region: undefined,
      };
      const event = signEvent(draftInception({ ...fields, ...change }), ['k1']);
      assert.equal(resolveLog(event.identity, [event], verifySignature), undefined);
    });
  }

  it('keeps a body’s home region', () => {
    const body = inceptionOf('cooperative', 'phone', { keys: ['k1'], next: ['k2'] });
    const state = resolveLog(body.identity, [body], verifySignature);
    assert.equal(state?.region, REGION);
    assert.equal(state?.kind, 'cooperative');
  });

  it('is not taken under another identity', () => {
    const stolen = { ...inception, identity: keyOf('thief').id };
    assert.equal(resolveLog(stolen.identity, [signEvent(stolen, ['k1'])], verifySignature), undefined);
  });
});

describe('devices', () => {
  const grant = eventAfter(inception, grantOf('laptop'), ['k1']);

  it('are granted and revoked, once each', () => {
    const revoke = eventAfter(grant, revokeOf('phone'), ['k1']);
    assert.deepEqual(devicesOf(resolve(inception, grant)), ['phone', 'laptop']);
    const state = resolve(inception, grant, revoke);
    assert.deepEqual(devicesOf(state), ['laptop']);
    assert.equal(state?.devices.get(keyOf('phone').id)?.revoked?.number, 2);
    for (const change of [grantOf('phone'), grantOf('laptop'), revokeOf('phone'), revokeOf('tablet')]) {
      assert.equal(resolve(inception, grant, revoke, eventAfter(revoke, change, ['k1']))?.number, 2);
    }
  });

  it('are not granted by device keys, nor by nobody', () => {
    assert.equal(resolve(inception, eventAfter(inception, grantOf('thief'), ['phone']))?.number, 0);
    assert.equal(resolve(inception, eventAfter(inception, grantOf('thief'), []))?.number, 0);
  });

  it('are 64 at once, however many were revoked before', () => {
    const events = [inception];
    const add = (change: Parameters<typeof eventAfter>[1]) =>
      events.push(eventAfter(events.at(-1) ?? inception, change, ['k1']));
    for (let index = 1; index < DEVICES_MAX; index += 1) add(grantOf(`device ${index}`));
    assert.equal(resolve(...events)?.number, DEVICES_MAX - 1);
    add(grantOf('one too many'));
    assert.equal(resolve(...events)?.number, DEVICES_MAX - 1);
    events.pop();
    add(revokeOf('device 1'));
    add(grantOf('one too many'));
    assert.equal(resolve(...events)?.number, DEVICES_MAX + 1);
  });

  it('leave the log where a number or a digest is missing', () => {
    const next = eventAfter(grant, grantOf('tablet'), ['k1']);
    assert.equal(resolve(inception, next)?.number, 0);
    assert.equal(resolve(inception, signEvent({ ...grant, number: 2 }, ['k1']))?.number, 0);
    assert.equal(resolve(grant, next), undefined);
  });
});

describe('events', () => {
  it('fit their limit, however many books, keys and signatures they hold', () => {
    const many = Array.from({ length: 16 }, (_, index) => `root ${index}`);
    const lastGood = Array.from({ length: 48 }, () => {
      return { book: inception.identity, sequence: Number.MAX_SAFE_INTEGER, id: inception.identity };
    });
    const change = { type: 'deviceRevoke', value: { device: inception.identity, lastGood } } as const;
    const largest = [eventAfter(inception, change, many), inceptionOf('bank', 'phone', { keys: many, next: many })];
    for (const event of largest) assert.ok(IdentityEvent.encode(event).length <= IDENTITY_EVENT_BYTES_MAX);
  });
});

describe('node bindings', () => {
  it('need the node’s own signature', () => {
    const bind = (signer: string) =>
      eventAfter(
        inception,
        {
          type: 'nodeBinding',
          value: { nodeKey: keyOf('node').id, proof: keyOf(signer).sign(nodeBindingMessage(inception.identity)) },
        },
        ['k1'],
      );
    assert.deepEqual(resolve(inception, bind('node'))?.nodeKeys, [keyOf('node').id]);
    assert.equal(resolve(inception, bind('thief'))?.number, 0);
  });
});

describe('rotation', () => {
  const rotation = eventAfter(inception, rotationTo({ keys: ['k2'], next: ['k3'] }), ['k2']);

  it('replaces the root keys by those announced', () => {
    const state = resolve(inception, rotation, eventAfter(rotation, grantOf('laptop'), ['k2']));
    assert.equal(state?.number, 2);
    assert.deepEqual(state?.rootKeys, [keyOf('k2').id]);
    assert.equal(resolve(inception, rotation, eventAfter(rotation, grantOf('laptop'), ['k1']))?.number, 1);
  });

  it('is not made by the current keys, nor by keys never announced', () => {
    for (const key of ['k1', 'k3', 'thief']) {
      const event = eventAfter(inception, rotationTo({ keys: [key], next: ['k4'] }), [key]);
      assert.equal(resolve(inception, event)?.number, 0, key);
    }
    const unsigned = eventAfter(inception, rotationTo({ keys: ['k2'], next: ['k3'] }), ['k1']);
    assert.equal(resolve(inception, unsigned)?.number, 0);
  });

  it('meets the new threshold and the one announced before', () => {
    const first = inceptionOf('bank', 'phone', { keys: ['k1'], next: ['k2', 'k3', 'k4'], nextThreshold: 2 });
    const rotate = (
      keys: readonly string[],
      threshold: number,
      signers: readonly string[],
      indices: readonly number[],
    ) => {
      const event = eventAfter(first, rotationTo({ keys, threshold, next: ['k9'] }), signers, indices);
      return resolveLog(first.identity, [first, event], verifySignature)?.number;
    };
    assert.equal(rotate(['k2', 'k3'], 1, ['k2', 'k3'], [0, 1]), 1);
    assert.equal(rotate(['k2', 'k3'], 1, ['k2'], [0]), 0, 'announced threshold missed');
    assert.equal(rotate(['k2', 'k3', 'k5'], 3, ['k2', 'k3'], [0, 1]), 0, 'new threshold missed');
    assert.equal(rotate(['k5', 'k6'], 2, ['k5', 'k6'], [0, 1]), 0, 'none announced');
    assert.equal(rotate(['k2', 'k4', 'k5'], 3, ['k2', 'k4', 'k5'], [0, 1, 2]), 1, 'a new key beside two announced');
  });

  it('supersedes what a thief of the current keys did, of the same and of higher numbers', () => {
    const grant = eventAfter(inception, grantOf('laptop'), ['k1']);
    const stolen = eventAfter(grant, grantOf('thief'), ['k1']);
    const more = eventAfter(stolen, revokeOf('phone'), ['k1']);
    const answer = eventAfter(grant, rotationTo({ keys: ['k2'], next: ['k3'] }), ['k2']);
    assert.deepEqual(devicesOf(resolve(inception, grant, stolen, more)), ['laptop', 'thief']);
    const state = resolve(inception, grant, stolen, more, answer);
    assert.equal(state?.number, 2);
    assert.deepEqual(devicesOf(state), ['phone', 'laptop']);
    assert.equal(state?.contestedAt, undefined);
  });

  it('leaves nothing to a thief of keys that were rotated away', () => {
    const grant = eventAfter(inception, grantOf('laptop'), ['k1']);
    const rotated = eventAfter(grant, rotationTo({ keys: ['k2'], next: ['k3'] }), ['k2']);
    const whole = resolve(inception, grant, rotated);
    const late = eventAfter(inception, grantOf('thief'), ['k1']);
    const beside = eventAfter(grant, grantOf('thief'), ['k1']);
    assert.deepEqual(
      resolve(inception, grant, rotated, late, beside, eventAfter(late, grantOf('tablet'), ['k1'])),
      whole,
    );
  });

  it('cannot be written anew by a thief of the keys that it revealed: contested, not taken over', () => {
    const grant = eventAfter(inception, grantOf('laptop'), ['k1']);
    const rotated = eventAfter(grant, rotationTo({ keys: ['k2'], next: ['k3'] }), ['k2']);
    const earlier = eventAfter(inception, rotationTo({ keys: ['k2'], next: ['thief'] }), ['k2']);
    const state = resolve(inception, grant, rotated, earlier, eventAfter(earlier, grantOf('thief'), ['k2']));
    assert.equal(state?.number, 0);
    assert.equal(state?.contestedAt, 1);
    assert.deepEqual(devicesOf(state), ['phone']);
  });

  it('twice with one number is contested for good', () => {
    const other = eventAfter(inception, rotationTo({ keys: ['k2'], next: ['k4'] }), ['k2']);
    const state = resolve(
      inception,
      rotation,
      other,
      eventAfter(rotation, rotationTo({ keys: ['k3'], next: ['k5'] }), ['k3']),
    );
    assert.equal(state?.contestedAt, 1);
    assert.equal(state?.number, 0);
  });

  it('signed twice with other keys is one and the same', () => {
    const first = inceptionOf('bank', 'phone', { keys: ['k1'], next: ['k2', 'k3'], nextThreshold: 1 });
    const change = rotationTo({ keys: ['k2', 'k3'], threshold: 1, next: ['k9'] });
    const [one, two] = [eventAfter(first, change, ['k2'], [0]), eventAfter(first, change, ['k3'], [1])];
    const states = [
      [first, one, two],
      [two, one, first],
    ].map((events) => resolveLog(first.identity, events, verifySignature));
    assert.equal(states[0]?.contestedAt, undefined);
    assert.equal(states[0]?.number, 1);
    assert.deepEqual(states[0], states[1]);
  });
});

describe('two grants with one number', () => {
  const laptop = eventAfter(inception, grantOf('laptop'), ['k1']);
  const tablet = eventAfter(inception, grantOf('tablet'), ['k1']);
  const onLaptop = eventAfter(laptop, grantOf('thief'), ['k1']);

  it('stop the log before them', () => {
    const state = resolve(inception, laptop, tablet, onLaptop);
    assert.equal(state?.number, 0);
    assert.equal(state?.contestedAt, 1);
  });

  it('are both superseded by a rotation with their number', () => {
    const state = resolve(
      inception,
      laptop,
      tablet,
      onLaptop,
      eventAfter(inception, rotationTo({ keys: ['k2'], next: ['k3'] }), ['k2']),
    );
    assert.equal(state?.number, 1);
    assert.equal(state?.contestedAt, undefined);
    assert.deepEqual(devicesOf(state), ['phone']);
  });

  it('are decided by a rotation that follows one of them', () => {
    const state = resolve(
      inception,
      laptop,
      tablet,
      onLaptop,
      eventAfter(laptop, rotationTo({ keys: ['k2'], next: ['k3'] }), ['k2']),
    );
    assert.equal(state?.number, 2);
    assert.deepEqual(devicesOf(state), ['phone', 'laptop']);
  });
});

describe('property', () => {
  const grant = eventAfter(inception, grantOf('laptop'), ['k1']);
  const rotated = eventAfter(grant, rotationTo({ keys: ['k2'], next: ['k3'] }), ['k2']);
  const revoke = eventAfter(rotated, revokeOf('phone'), ['k2']);
  const honest = [inception, grant, rotated, revoke];
  const unsigned = honest.map((event) => signedEvent(event, []));
  const junk = [
    ...unsigned,
    ...honest.map((event) => signEvent(event, ['thief'])),
    ...honest.map((event) => signEvent({ ...event, number: event.number + 1 }, ['k1'])),
    signEvent({ ...grant, previousDigest: eventDigest(revoke) }, ['k1']),
    eventAfter(inception, grantOf('thief'), ['k1']),
    eventAfter(revoke, grantOf('thief'), ['k1']),
    eventAfter(revoke, rotationTo({ keys: ['thief'], next: ['thief'] }), ['thief']),
    inceptionOf('person', 'thief', { keys: ['thief'], next: ['thief'] }),
    { ...revoke, body: { ...revoke.body, deviceGrant: { device: keyOf('thief').id } } },
    { ...revoke, body: { ...revoke.body, deviceRevoke: undefined } },
  ];
  const contested = [
    eventAfter(rotated, grantOf('tablet'), ['k2']),
    eventAfter(grant, rotationTo({ keys: ['k2'], next: ['k9'] }), ['k2']),
  ];

  it('any order, repetition and junk gives the same state', () => {
    const whole = resolve(...honest);
    assert.equal(whole?.number, 3);
    const anyMix = fc
      .subarray(junk)
      .chain((extra) => fc.shuffledSubarray([...honest, ...honest, ...extra], { minLength: 8 + extra.length }));
    fc.assert(
      fc.property(anyMix, (events) => assert.deepEqual(resolve(...events), whole)),
      { numRuns: 60 },
    );
  });

  it('the order of contested events changes nothing either', () => {
    const all = [...honest, ...contested, ...junk.slice(0, 4)];
    for (const extra of [[...honest, ...contested.slice(0, 1)], all]) {
      const whole = resolve(...extra);
      assert.notEqual(whole?.contestedAt, undefined);
      const shuffled = fc.shuffledSubarray(extra, { minLength: extra.length });
      fc.assert(
        fc.property(shuffled, (events) => assert.deepEqual(resolve(...events), whole)),
        { numRuns: 40 },
      );
    }
  });
});
