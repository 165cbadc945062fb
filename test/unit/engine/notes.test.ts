import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PAYLOAD_BYTES_MAX } from '../../../src/core/base/limits.ts';
import { stepNoted } from '../../../src/core/books/noted.ts';
import { notedEventsOf } from '../../../src/core/books/noted-logs.ts';
import { BookState, StateDraft } from '../../../src/core/books/state.ts';
import { resolveLog } from '../../../src/core/identity/log.ts';
import { Noted } from '../../../src/core/wire/messages/book.ts';
import type { IdentityEvent } from '../../../src/core/wire/messages/identity.ts';
import { Identities } from '../../../src/engine/identities.ts';
import { missingNotes } from '../../../src/engine/notes.ts';
import { openBook } from '../../support/books.ts';
import { eventAfter, grantOf, personOf, revokeOf } from '../../support/identities.ts';
import { contextOf } from '../../support/rules.ts';
import { verifySignature } from '../../support/signing.ts';

const context = contextOf();

/** A log of this many events: grants and revocations in turn. */
function longLog(name: string, length: number): readonly IdentityEvent[] {
  const log: IdentityEvent[] = [...personOf(name).log];
  for (let number = log.length; number < length; number += 1) {
    const last = log.at(-1);
    assert.ok(last !== undefined);
    const device = `${name}-device-${Math.floor((number - 1) / 2)}`;
    log.push(eventAfter(last, number % 2 === 1 ? grantOf(device) : revokeOf(device), [`${name}-root`]));
  }
  return log;
}

test('logs of any length are noted in parts, and whose log does not hold keeps nobody else from being noted', () => {
  const identities = new Identities(verifySignature);
  const logs = ['ana', 'bea'].map((name) => longLog(name, 150));
  for (const log of logs) {
    const [inception] = log;
    assert.ok(inception !== undefined);
    identities.add(inception.identity, log);
  }
  const openings = ['ana', 'bea'].map((name) =>
    openBook({ log: personOf(name).log, device: `${name}-device`, channel: 'transfers' }),
  );
  const unknown = openBook({ log: longLog('carla', 4), device: 'carla-device', channel: 'transfers', carried: false });
  const state = new BookState();
  const facts = {
    stateOf: (identity: (typeof logs)[0][0]['identity']) => identities.stateOf(identity),
    eventsOf: (identity: (typeof logs)[0][0]['identity']) => identities.eventsOf(identity),
    proofOf: () => undefined,
  };
  let notes = 0;
  for (;;) {
    const noted = missingNotes([unknown, ...openings], state, facts, context);
    if (noted === undefined) break;
    notes += 1;
    const bytes = Noted.encode(noted);
    assert.ok(bytes.length <= PAYLOAD_BYTES_MAX && Noted.decode(bytes, PAYLOAD_BYTES_MAX).ok);
    const draft = new StateDraft(state);
    assert.equal(stepNoted(noted, draft, context).type, 'applied');
    state.apply(draft);
    assert.ok(notes < 10, 'noting comes to an end');
  }
  for (const log of logs) {
    const identity = log[0]?.identity;
    assert.ok(identity !== undefined);
    assert.equal(resolveLog(identity, notedEventsOf(identity, state), verifySignature)?.number, 149);
  }
  assert.ok(notes >= 2);
});
