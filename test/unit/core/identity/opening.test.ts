import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { eventDigest, signedEvent } from '../../../../src/core/identity/event.ts';
import { verifyOpening } from '../../../../src/core/identity/opening.ts';
import { eraseKind } from '../../../../src/core/wire/kinds/book.ts';
import type { IdentityEvent } from '../../../../src/core/wire/messages/identity.ts';
import { type OpeningOf, openBook, writeEntry } from '../../../support/books.ts';
import {
  eventAfter,
  grantOf,
  identityNamed,
  personOf,
  regionOf,
  revokeOf,
  rotationTo,
} from '../../../support/identities.ts';
import { keyOf, verifySignature } from '../../../support/signing.ts';

const ada = personOf('ada');
const [inception] = ada.log;
const grant = eventAfter(inception, grantOf('laptop'), ['ada-root']);
const revoke = eventAfter(grant, revokeOf('laptop'), ['ada-root']);

function verdict(opening: OpeningOf, known: readonly IdentityEvent[] = []): string {
  const verified = verifyOpening(openBook(opening), known, verifySignature);
  return verified.ok ? 'ok' : verified.reason;
}

describe('verifyOpening', () => {
  it('takes the first device and a granted one, under the log that it carries', () => {
    assert.equal(verdict({ log: [inception], device: 'ada-device' }), 'ok');
    assert.equal(verdict({ log: [inception, grant], device: 'laptop' }), 'ok');
  });

  it('tells the identity as far as the named head, whatever is known beyond', () => {
    const entry = openBook({ log: [inception, grant], device: 'laptop', carried: false });
    const verified = verifyOpening(entry, [revoke, grant, inception], verifySignature);
    assert.ok(verified.ok);
    assert.equal(verified.value.identity.number, 1);
    assert.equal(verified.value.identity.identity, ada.id);
    assert.equal(verified.value.opening.channel, 'people');
  });

  it('asks for events that are missing', () => {
    assert.equal(verdict({ log: [inception, grant], device: 'laptop', carried: false }), 'log_missing');
    assert.equal(verdict({ log: [inception, grant], device: 'laptop', carried: false }, [inception]), 'log_missing');
    assert.equal(verdict({ log: [inception, grant], device: 'laptop', carried: false }, [grant]), 'log_missing');
  });

  it('is not kept from the valid events by junk forms of them, before or after', () => {
    const junk = [signedEvent(inception, []), signedEvent(grant, []), { ...grant, identity: keyOf('thief').id }];
    const opening = { log: [inception, grant], device: 'laptop', carried: false };
    assert.equal(verdict(opening, junk), 'log_missing');
    assert.equal(verdict(opening, [...junk, inception, grant]), 'ok');
    assert.equal(verdict(opening, [inception, grant, ...junk]), 'ok');
  });

  const refused: readonly (readonly [string, OpeningOf, string])[] = [
    ['a device that was not granted', { log: [inception], device: 'laptop' }, 'device_not_granted'],
    ['a device revoked by then', { log: [inception, grant, revoke], device: 'laptop' }, 'device_not_granted'],
    [
      'a wrong number for the head',
      { log: [inception], device: 'ada-device', change: { logNumber: 1 } },
      'device_not_granted',
    ],
    [
      'another identity’s log',
      { log: [inception], device: 'ada-device', change: { identity: keyOf('x').id } },
      'device_not_granted',
    ],
    [
      'a carried log in another order',
      { log: [inception, grant], device: 'laptop', change: { log: [grant, inception] } },
      'device_not_granted',
    ],
    [
      'a carried log with more than leads to the head',
      { log: [inception], device: 'ada-device', change: { log: [inception, grant] } },
      'device_not_granted',
    ],
    [
      'a carried log with an event missing',
      { log: [inception, grant], device: 'laptop', change: { log: [grant] } },
      'device_not_granted',
    ],
    [
      'a carried log without signatures',
      { log: [inception], device: 'ada-device', change: { log: [signedEvent(inception, [])] } },
      'device_not_granted',
    ],
    [
      'another device than signs',
      { log: [inception], device: 'laptop', change: { device: keyOf('ada-device').id } },
      'bad_signature',
    ],
  ];
  for (const [what, opening, reason] of refused) it(`refuses ${what}`, () => assert.equal(verdict(opening), reason));

  it('holds a body to its home region, a person to none', () => {
    const bank = identityNamed('bank', 'bank');
    const elsewhere = regionOf('cascadia/puget');
    assert.equal(verdict({ log: bank.log, device: bank.device }), 'ok');
    assert.equal(verdict({ log: bank.log, device: bank.device, region: elsewhere }), 'wrong_region');
    assert.equal(verdict({ log: ada.log, device: ada.device, region: elsewhere }), 'ok');
  });

  it('refuses what is no Opening', () => {
    const opening = openBook({ log: [inception], device: 'ada-device' });
    const erase = writeEntry('ada-device', eraseKind, { entries: [opening.id] }, opening);
    const verified = verifyOpening(erase, [], verifySignature);
    assert.ok(!verified.ok && verified.reason === 'not_an_opening');
  });

  it('keeps its verdict when the keys that granted were rotated away since', () => {
    const rotated = eventAfter(inception, rotationTo({ keys: ['ada-root2'], next: ['ada-root3'] }), ['ada-root2']);
    const other = eventAfter(inception, grantOf('tablet'), ['ada-root']);
    const opening = { log: [inception, grant], device: 'laptop', carried: false };
    assert.equal(verdict(opening, [inception, grant, rotated, other]), 'ok');
    assert.equal(eventDigest(rotated) === eventDigest(grant), false);
  });
});
