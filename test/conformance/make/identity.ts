import { bytesToId } from '../../../src/core/base/id.ts';
import { draftInception, nodeBindingMessage, signedEvent } from '../../../src/core/identity/event.ts';
import { IdentityEvent } from '../../../src/core/wire/messages/identity.ts';
import { openBook } from '../../support/books.ts';
import {
  eventAfter,
  grantOf,
  identityNamed,
  inceptionOf,
  keySet,
  REGION,
  regionOf,
  revokeOf,
  rotationTo,
  signEvent,
} from '../../support/identities.ts';
import { hex, taggedSha256 } from '../../support/proto-bytes.ts';
import { keyOf } from '../../support/signing.ts';

const first = inceptionOf('person', 'phone', { keys: ['k1'], next: ['k2'] });
const laptop = eventAfter(first, grantOf('laptop'), ['k1']);
const tablet = eventAfter(first, grantOf('tablet'), ['k1']);
const thief = eventAfter(laptop, grantOf('thief'), ['k1']);
const revoke = eventAfter(laptop, revokeOf('phone'), ['k1']);
const rotation = eventAfter(laptop, rotationTo({ keys: ['k2'], next: ['k3'] }), ['k2']);
const rotationBeside = eventAfter(laptop, rotationTo({ keys: ['k2'], next: ['k4'] }), ['k2']);
const rotationBefore = eventAfter(first, rotationTo({ keys: ['k2'], next: ['k4'] }), ['k2']);
const afterRotation = eventAfter(rotation, grantOf('tablet'), ['k2']);
const bank = inceptionOf(
  'bank',
  'phone',
  { keys: ['k1', 'k5', 'k6'], threshold: 2, next: ['k2', 'k3', 'k4'], nextThreshold: 2 },
  [],
);
const bankBy = (signers: readonly string[], indices: readonly number[]) => signEvent(bank, signers, indices);
const signedBank = bankBy(['k1', 'k6'], [0, 2]);
const rotateBank = (
  keys: readonly string[],
  threshold: number,
  signers: readonly string[],
  indices: readonly number[],
) => eventAfter(signedBank, rotationTo({ keys, threshold, next: ['k9'] }), signers, indices);
const bindingBy = (signer: string) =>
  eventAfter(
    first,
    {
      type: 'nodeBinding',
      value: { nodeKey: keyOf('node').id, proof: keyOf(signer).sign(nodeBindingMessage(first.identity)) },
    },
    ['k1'],
  );

/** y = 1, the neutral element: anybody could sign for it. */
const SMALL_ORDER_GRANT = {
  type: 'deviceGrant',
  value: { device: bytesToId(Uint8Array.of(1, ...new Uint8Array(31))) },
} as const;

/** What a log is expected to say. */
interface Expected {
  readonly head: IdentityEvent;
  readonly keys?: readonly string[];
  readonly devices: readonly string[];
  readonly nodes?: readonly string[];
  readonly contestedAt?: number;
}

const bytesOf = (event: IdentityEvent) => hex(IdentityEvent.encode(event));
const keyHex = (name: string) => hex(keyOf(name).publicKey);

function log(name: string, events: readonly IdentityEvent[], expected: Expected | undefined) {
  return {
    name,
    identity: hex(identityBytes(events)),
    events: events.map(bytesOf),
    state:
      expected === undefined
        ? null
        : {
            number: expected.head.number,
            digest: hex(
              taggedSha256('mutua/1/identity-event-digest', IdentityEvent.encode(signedEvent(expected.head, []))),
            ),
            rootKeys: (expected.keys ?? ['k1']).map(keyHex),
            devices: expected.devices.map(keyHex).sort(),
            nodeKeys: (expected.nodes ?? []).map(keyHex),
            contestedAt: expected.contestedAt ?? null,
          },
  };
}

/** The identity stands first in every event, after a tag and a length of one byte each. */
function identityBytes(events: readonly IdentityEvent[]): Uint8Array {
  const [event] = events;
  return event === undefined ? Buffer.alloc(32) : IdentityEvent.encode(event).subarray(2, 34);
}

function badInception(name: string, change: Partial<Parameters<typeof draftInception>[0]>) {
  const fields = {
    kind: 'person' as const,
    ...keySet({ keys: ['k1'], next: ['k2'] }),
    device: keyOf('phone').id,
    region: undefined,
  };
  return log(name, [signEvent(draftInception({ ...fields, ...change }), ['k1'])], undefined);
}

/** Keys that every strict check refuses. */
const SMALL_ORDER = [
  ['the neutral point', '0100000000000000000000000000000000000000000000000000000000000000'],
  ['a key of order 2', 'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f'],
  ['a key of order 4', '0000000000000000000000000000000000000000000000000000000000000080'],
  ['a key of order 8', 'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a'],
  ['a key whose y is not below 2^255 − 19', 'f0ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f'],
].map(([name = '', key = '']) => [name, bytesToId(new Uint8Array(Buffer.from(key, 'hex')))] as const);

const LOGS = [
  log('no event', [], undefined),
  log('an inception', [first], { head: first, devices: ['phone'] }),
  log('an inception without signature', [signedEvent(first, [])], undefined),
  log('an inception of a body', [signedBank], { head: bank, keys: ['k1', 'k5', 'k6'], devices: ['phone'] }),
  log('fewer signatures than the threshold', [bankBy(['k1'], [0])], undefined),
  log('one key signed twice', [bankBy(['k1', 'k1'], [0, 0])], undefined),
  log('a good signature under another index', [bankBy(['k1', 'k6'], [0, 1])], undefined),
  log('enough good signatures and a bad one', [bankBy(['k1', 'k5', 'thief'], [0, 1, 2])], undefined),
  log('an index without a key', [bankBy(['k1', 'k5', 'k6'], [0, 1, 3])], undefined),
  badInception('a threshold above the keys', { threshold: 2 }),
  badInception('a next threshold above the digests', { nextThreshold: 2 }),
  badInception('a root key twice', { rootKeys: [keyOf('k1').id, keyOf('k1').id] }),
  badInception('a next digest twice', { nextDigests: [keyOf('k2').id, keyOf('k2').id] }),
  badInception('a person with a home region', { region: REGION }),
  badInception('a body without home region', { kind: 'cooperative' }),
  log('events in any order, and twice', [revoke, first, laptop, first], { head: revoke, devices: ['laptop'] }),
  log('an event missing', [first, thief], { head: first, devices: ['phone'] }),
  log('an event signed by a device key', [first, eventAfter(first, grantOf('thief'), ['phone'])], {
    head: first,
    devices: ['phone'],
  }),
  log('a device granted twice', [first, laptop, eventAfter(laptop, grantOf('laptop'), ['k1'])], {
    head: laptop,
    devices: ['phone', 'laptop'],
  }),
  log('a revoked device granted again', [first, laptop, revoke, eventAfter(revoke, grantOf('phone'), ['k1'])], {
    head: revoke,
    devices: ['laptop'],
  }),
  log('a device of a small-order key granted', [first, eventAfter(first, SMALL_ORDER_GRANT, ['k1'])], {
    head: first,
    devices: ['phone'],
  }),
  log('a device revoked that was never granted', [first, eventAfter(first, revokeOf('laptop'), ['k1'])], {
    head: first,
    devices: ['phone'],
  }),
  ...SMALL_ORDER.map(([name, device]) =>
    log(`a grant of ${name}`, [first, eventAfter(first, { type: 'deviceGrant', value: { device } }, ['k1'])], {
      head: first,
      devices: ['phone'],
    }),
  ),
  ...SMALL_ORDER.map(([name, device]) => badInception(`a first device of ${name}`, { device })),
  log('a node that agreed', [first, bindingBy('node')], {
    head: bindingBy('node'),
    devices: ['phone'],
    nodes: ['node'],
  }),
  log('a node that did not agree', [first, bindingBy('thief')], { head: first, devices: ['phone'] }),
  log('a rotation to the announced key', [first, laptop, rotation, afterRotation], {
    head: afterRotation,
    keys: ['k2'],
    devices: ['phone', 'laptop', 'tablet'],
  }),
  log('a rotation by the current key', [first, eventAfter(first, rotationTo({ keys: ['k1'], next: ['k3'] }), ['k1'])], {
    head: first,
    devices: ['phone'],
  }),
  log(
    'a rotation to a key never announced',
    [first, eventAfter(first, rotationTo({ keys: ['thief'], next: ['k3'] }), ['thief'])],
    { head: first, devices: ['phone'] },
  ),
  log(
    'a rotation that the old key signed',
    [first, eventAfter(first, rotationTo({ keys: ['k2'], next: ['k3'] }), ['k1'])],
    { head: first, devices: ['phone'] },
  ),
  log('both thresholds met', [signedBank, rotateBank(['k2', 'k3'], 1, ['k2', 'k3'], [0, 1])], {
    head: rotateBank(['k2', 'k3'], 1, [], []),
    keys: ['k2', 'k3'],
    devices: ['phone'],
  }),
  log('the announced threshold missed', [signedBank, rotateBank(['k2', 'k3'], 1, ['k2'], [0])], {
    head: bank,
    keys: ['k1', 'k5', 'k6'],
    devices: ['phone'],
  }),
  log('the new threshold missed', [signedBank, rotateBank(['k2', 'k3', 'k7'], 3, ['k2', 'k3'], [0, 1])], {
    head: bank,
    keys: ['k1', 'k5', 'k6'],
    devices: ['phone'],
  }),
  log('the old key after a rotation', [first, laptop, rotation, eventAfter(rotation, grantOf('thief'), ['k1'])], {
    head: rotation,
    keys: ['k2'],
    devices: ['phone', 'laptop'],
  }),
  log(
    'a thief of the current key, superseded by a rotation',
    [first, laptop, thief, eventAfter(thief, revokeOf('phone'), ['k1']), rotation],
    {
      head: rotation,
      keys: ['k2'],
      devices: ['phone', 'laptop'],
    },
  ),
  log('a thief of the old key, before the rotation', [first, laptop, rotation, tablet], {
    head: rotation,
    keys: ['k2'],
    devices: ['phone', 'laptop'],
  }),
  log('two rotations with one number', [first, laptop, rotation, rotationBeside], {
    head: laptop,
    devices: ['phone', 'laptop'],
    contestedAt: 2,
  }),
  log(
    'two rotations out of one announcement, with two numbers',
    [first, laptop, rotation, afterRotation, rotationBefore],
    { head: first, devices: ['phone'], contestedAt: 1 },
  ),
  log(
    'a contested rotation is not mended by the next',
    [first, laptop, rotation, rotationBeside, eventAfter(rotation, rotationTo({ keys: ['k3'], next: ['k7'] }), ['k3'])],
    {
      head: laptop,
      devices: ['phone', 'laptop'],
      contestedAt: 2,
    },
  ),
  log('two grants with one number', [first, laptop, tablet, thief], {
    head: first,
    devices: ['phone'],
    contestedAt: 1,
  }),
  log('two grants superseded by a rotation with their number', [first, laptop, tablet, rotationBefore], {
    head: rotationBefore,
    keys: ['k2'],
    devices: ['phone'],
  }),
  log('two grants decided by a rotation after one', [first, laptop, tablet, rotation], {
    head: rotation,
    keys: ['k2'],
    devices: ['phone', 'laptop'],
  }),
];

const bankOne = identityNamed('bank', 'bank');
const openingCase = (
  name: string,
  parts: Parameters<typeof openBook>[0],
  verdict: string,
  known: readonly IdentityEvent[] = [],
) => ({
  name,
  entry: hex(openBook(parts).bytes),
  known: known.map(bytesOf),
  verdict,
});

const OPENINGS = [
  openingCase('the first device', { log: [first], device: 'phone' }, 'ok'),
  openingCase('a granted device', { log: [first, laptop], device: 'laptop' }, 'ok'),
  openingCase('under known events', { log: [first, laptop], device: 'laptop', carried: false }, 'ok', [first, laptop]),
  openingCase(
    'under known events, of which some are junk',
    { log: [first, laptop], device: 'laptop', carried: false },
    'ok',
    [signedEvent(laptop, []), laptop, signedEvent(first, []), first, signedEvent(laptop, [])],
  ),
  openingCase(
    'known events beyond the head change nothing',
    { log: [first, laptop], device: 'laptop', carried: false },
    'ok',
    [first, laptop, eventAfter(laptop, revokeOf('laptop'), ['k1']), rotationBefore],
  ),
  openingCase('no events', { log: [first], device: 'phone', carried: false }, 'log_missing'),
  openingCase('an event missing', { log: [first, laptop], device: 'laptop', carried: false }, 'log_missing', [laptop]),
  openingCase('a device not granted', { log: [first], device: 'laptop' }, 'device_not_granted'),
  openingCase('a device revoked by then', { log: [first, laptop, revoke], device: 'phone' }, 'device_not_granted'),
  openingCase(
    'a carried log in another order',
    { log: [first, laptop], device: 'laptop', change: { log: [laptop, first] } },
    'device_not_granted',
  ),
  openingCase(
    'a carried log with more than leads to the head',
    { log: [first], device: 'phone', change: { log: [first, laptop] } },
    'device_not_granted',
  ),
  openingCase(
    'a wrong number for the head',
    { log: [first], device: 'phone', change: { logNumber: 1 } },
    'device_not_granted',
  ),
  openingCase(
    'another identity',
    { log: [first], device: 'phone', change: { identity: keyOf('x').id } },
    'device_not_granted',
  ),
  openingCase(
    'another device than signs',
    { log: [first], device: 'thief', change: { device: keyOf('phone').id } },
    'bad_signature',
  ),
  openingCase('a body at home', { log: bankOne.log, device: bankOne.device }, 'ok'),
  openingCase(
    'a body elsewhere',
    { log: bankOne.log, device: bankOne.device, region: regionOf('cascadia/puget') },
    'wrong_region',
  ),
];

/** Vectors of identity logs and Openings. */
export function identityVectors(): Readonly<Record<string, unknown>> {
  return {
    'logs.json': {
      about:
        'Any set of canonical IdentityEvents of one identity, and what they say together; state null: nothing. devices: those held, sorted.',
      cases: LOGS,
    },
    'openings.json': {
      about: 'An Opening as an Entry of network 07 × 16, identity events known beside it, and the verdict.',
      network: '07'.repeat(16),
      cases: OPENINGS,
    },
  };
}
