import { type Id, idToBytes } from '../../../src/core/base/id.ts';
import { proveFork } from '../../../src/core/books/fork.ts';
import { draftEvent, eventDigest, signedEvent } from '../../../src/core/identity/event.ts';
import type { Entry } from '../../../src/core/wire/entry.ts';
import { retireOrderKind } from '../../../src/core/wire/kinds/ledger.ts';
import { Noted } from '../../../src/core/wire/messages/book.ts';
import { IdentityEvent } from '../../../src/core/wire/messages/identity.ts';
import { amountOf, NETWORK, openBook, writeEntry } from '../../support/books.ts';
import {
  eventAfter,
  grantOf,
  inceptionOf,
  personOf,
  revokeOf,
  rotationTo,
  signEvent,
} from '../../support/identities.ts';
import { block, hex, join, uint } from '../../support/proto-bytes.ts';
import { keyOf } from '../../support/signing.ts';

/** One Noted, and why it is refused. */
interface Step {
  readonly noted: string;
  readonly code: string | null;
}

/** Rows by their keys, as the book has them after all steps. */
type Rows = Readonly<Record<string, string>>;

const first = inceptionOf('person', 'phone', { keys: ['k1'], next: ['k2'] });
const id = first.identity;
const laptop = eventAfter(first, grantOf('laptop'), ['k1']);
const tablet = eventAfter(first, grantOf('tablet'), ['k1']);
const theft = eventAfter(first, revokeOf('phone'), ['k1']);
const revoke = eventAfter(laptop, revokeOf('phone'), ['k1']);
const rotation = eventAfter(laptop, rotationTo({ keys: ['k2'], next: ['k3'] }), ['k2']);
const afterRotation = eventAfter(rotation, grantOf('watch'), ['k2']);
const rotationBefore = eventAfter(first, rotationTo({ keys: ['k2'], next: ['k4'] }), ['k2']);
const later = eventAfter(rotationBefore, grantOf('watch'), ['k2']);
const opening = openBook({ log: [first], device: 'phone' });
const byLaptop = openBook({ log: [first, laptop], device: 'laptop' });
const long = openBook({ log: [first, laptop], device: 'laptop', channel: 'offers', carried: false });
const orderOf = (seconds: number) =>
  writeEntry('phone', retireOrderKind, { bank: id, account: id, amount: amountOf(seconds) }, opening);
const fork = proveFork(opening, orderOf(1), orderOf(2));
const stranger = personOf('ada');
const ofStranger = openBook({ log: stranger.log, device: stranger.device });
const bank = inceptionOf('bank', 'phone', { keys: ['k1', 'k5', 'k6'], threshold: 2, next: ['k2'] }, ['k1', 'k5']);
const grantBy = (signers: readonly string[], indices: readonly number[]) =>
  eventAfter(bank, grantOf('laptop'), signers, indices);
/** Two signed forms of one event, and a third that does not hold. */
const forms = [grantBy(['k1', 'k5'], [0, 1]), grantBy(['k5', 'k6'], [1, 2])].toSorted((left, right) =>
  Buffer.compare(IdentityEvent.encode(left), IdentityEvent.encode(right)),
);
const [smaller = first, larger = first] = forms;
const junk = signedEvent(smaller, []);

function step(noted: Partial<Noted>, code: string | null = null): Step {
  return { noted: hex(Noted.encode({ openings: [], identityEvents: [], forkProofs: [], ...noted })), code };
}

const events = (...identityEvents: readonly IdentityEvent[]): Step => step({ identityEvents });
const openings = (...entries: readonly Entry[]): Step => step({ openings: entries.map(({ bytes }) => bytes) });

/** Unsigned numbers as canonical fields: 0 is left out. */
const number = (field: number, value: number): Buffer => (value === 0 ? Buffer.alloc(0) : uint(field, value));

function logRows(head: IdentityEvent, contestedAt: number, kept: readonly IdentityEvent[]): Rows {
  const log = join(block(1, idToBytes(eventDigest(head))), number(2, contestedAt), number(3, kept.length));
  const rows = kept.map((event, place) => [`logEvents/${head.identity}/${place}`, hex(IdentityEvent.encode(event))]);
  return { [`logs/${head.identity}`]: hex(log), ...Object.fromEntries(rows) };
}

function deviceRow(name: string, atNumber: number, identity: Id = id): Rows {
  return { [`devices/${identity}/${keyOf(name).id}`]: hex(number(1, atNumber)) };
}

function bookRow(entry: Entry, device: string, channel: number, stopped = 0, identity: Id = id): Rows {
  const device32 = block(3, keyOf(device).publicKey);
  const row = join(block(1, idToBytes(identity)), uint(2, 1), device32, uint(4, channel), number(5, stopped));
  return { [`books/${entry.id}`]: hex(row) };
}

/** Rising by digest. */
function byDigest(...some: readonly IdentityEvent[]): readonly IdentityEvent[] {
  return some.toSorted((left, right) => Buffer.compare(idToBytes(eventDigest(left)), idToBytes(eventDigest(right))));
}

function noting(name: string, steps: readonly Step[], ...rows: readonly Rows[]) {
  return { name, steps, rows: Object.assign({}, ...rows) };
}

const opened = [bookRow(opening, 'phone', 1), logRows(first, 0, [first])];

const LOGS = [
  noting('an Opening with its log', [openings(opening)], ...opened),
  noting('an Opening noted already', [openings(opening), openings(opening, opening)], ...opened),
  noting(
    'an Opening noted already, of a device that is revoked since',
    [openings(opening), events(theft), openings(opening)],
    bookRow(opening, 'phone', 1),
    logRows(theft, 0, [first, theft]),
    deviceRow('phone', 1),
  ),
  noting(
    'an Opening without log, under events noted before it',
    [events(first, laptop), openings(long)],
    bookRow(long, 'laptop', 3),
    logRows(laptop, 0, [first, laptop]),
  ),
  noting(
    'a revoked device, by the number of the revoking event',
    [openings(opening), events(revoke, laptop)],
    bookRow(opening, 'phone', 1),
    logRows(revoke, 0, [first, laptop, revoke]),
    deviceRow('phone', 2),
  ),
  noting(
    'a device whose grant a Rotation superseded, by the number of the newest event',
    [openings(byLaptop), events(rotationBefore, later)],
    bookRow(byLaptop, 'laptop', 1),
    logRows(later, 0, [first, rotationBefore, later]),
    deviceRow('laptop', 2),
  ),
  noting(
    'a row of a device stays as it is while the log goes on',
    [openings(byLaptop), events(rotationBefore), events(later)],
    bookRow(byLaptop, 'laptop', 1),
    logRows(later, 0, [first, rotationBefore, later]),
    deviceRow('laptop', 1),
  ),
  noting(
    'a device never granted by what counts before or after has no row',
    [events(first, laptop, rotationBefore)],
    logRows(rotationBefore, 0, [first, rotationBefore]),
  ),
  noting(
    'a revocation that a Rotation superseded',
    [openings(opening), events(theft), events(rotationBefore)],
    bookRow(opening, 'phone', 1),
    logRows(rotationBefore, 0, [first, rotationBefore]),
  ),
  noting(
    'two grants with one number',
    [openings(opening), events(tablet), events(laptop)],
    bookRow(opening, 'phone', 1),
    logRows(first, 1, [first, ...byDigest(tablet, laptop)]),
    deviceRow('tablet', 0),
  ),
  noting(
    'a Rotation after one of two contested grants',
    [openings(opening), events(tablet), events(laptop), events(rotation)],
    bookRow(opening, 'phone', 1),
    logRows(rotation, 0, [first, laptop, rotation]),
    deviceRow('tablet', 0),
  ),
  noting(
    'two Rotations: what leads to them first, then by number, then by digest',
    [openings(opening), events(tablet, afterRotation, laptop, theft, rotation), events(rotationBefore)],
    bookRow(opening, 'phone', 1),
    logRows(first, 1, [first, ...byDigest(laptop, rotationBefore), rotation, afterRotation]),
    deviceRow('laptop', 0),
    deviceRow('watch', 0),
  ),
  noting(
    'a contested log keeps what leads nowhere after what leads to Rotations',
    [events(first, laptop, rotation, rotationBefore, afterRotation, tablet, theft, revoke)],
    logRows(first, 1, [
      first,
      ...byDigest(laptop, rotationBefore),
      rotation,
      ...byDigest(tablet, theft),
      revoke,
      afterRotation,
    ]),
  ),
  noting(
    'the smaller of two signed forms, later',
    [events(bank, larger), events(smaller)],
    logRows(smaller, 0, [bank, smaller]),
  ),
  noting(
    'the smaller of two signed forms, before',
    [events(bank, smaller), events(larger)],
    logRows(smaller, 0, [bank, smaller]),
  ),
  noting(
    'a form that does not hold, beside one that does',
    [events(bank, smaller), events(junk)],
    logRows(smaller, 0, [bank, smaller]),
  ),
];

const noInception = signEvent(draftEvent(id, 0, undefined, grantOf('tablet')), ['k1']);
const malformed = 'identity_event_malformed';
const other = { ...fork, second: fork.first };

const CODES = [
  noting(
    'an Opening by a device that the noted log does not hold',
    [events(first, rotationBefore), step({ openings: [byLaptop.bytes] }, 'device_revoked')],
    logRows(rotationBefore, 0, [first, rotationBefore]),
  ),
  noting('an Opening by a device that is revoked beside it', [
    step({ openings: [opening.bytes], identityEvents: [first, theft] }, 'device_revoked'),
  ]),
  noting('an event twice', [step({ identityEvents: [first, first] }, malformed)]),
  noting('an event in two forms', [step({ identityEvents: [bank, smaller, larger] }, malformed)]),
  noting('an event noted already', [events(first), events(first)], logRows(first, 0, [first])),
  noting('an event that follows none', [step({ identityEvents: [first, revoke] }, malformed)]),
  noting('an event without signatures', [step({ identityEvents: [bank, junk] }, malformed)]),
  noting(
    'an event 0 that is no Inception',
    [events(first), step({ identityEvents: [noInception] }, malformed)],
    logRows(first, 0, [first]),
  ),
  noting('an Opening that is none', [step({ openings: [orderOf(1).bytes] }, 'opening_malformed')]),
  noting('an Opening without log, and no events', [step({ openings: [long.bytes] }, 'opening_malformed')]),
  noting('an Opening under events that are refused', [
    step({ openings: [long.bytes], identityEvents: [first, laptop, laptop] }, 'opening_malformed'),
  ]),
  noting('a fork of a book not noted', [step({ forkProofs: [fork] }, 'unknown_book')]),
  noting(
    'a fork of a book noted beside it',
    [step({ openings: [opening.bytes], forkProofs: [fork, fork] })],
    bookRow(opening, 'phone', 1, 1),
    logRows(first, 0, [first]),
  ),
  noting(
    'a fork proof that proves nothing',
    [openings(opening), step({ forkProofs: [other] }, 'fork_proof_malformed')],
    ...opened,
  ),
  noting('the refusal that stands first in the table, wherever its cause stands', [
    step({ openings: [orderOf(1).bytes], identityEvents: [laptop], forkProofs: [other, fork] }, 'unknown_book'),
  ]),
  noting('all or nothing', [
    step({ openings: [opening.bytes, ofStranger.bytes], identityEvents: [laptop] }, malformed),
  ]),
];

/** Vectors of what Noted entries do to the state of a body's book. */
export function notedVectors(): Readonly<Record<string, unknown>> {
  return {
    'noted.json': {
      about:
        'Noted payloads, one after the other in one book: the code of each that is refused, and every row after all of them, by its key.',
      network: hex(NETWORK),
      cases: [...LOGS, ...CODES],
    },
  };
}
