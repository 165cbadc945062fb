import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createMemoryHub } from '../../../src/adapters/memory/memory-network.ts';
import { createMemoryStore } from '../../../src/adapters/memory/memory-store.ts';
import { createNobleSignatures } from '../../../src/adapters/signatures/noble-signatures.ts';
import { systemClock } from '../../../src/adapters/system/system-clock.ts';
import { systemRandom } from '../../../src/adapters/system/system-random.ts';
import { PeerDriver } from '../../../src/client/driver.ts';
import type { IdentityEvent } from '../../../src/core/wire/messages/identity.ts';
import { identityEventKind, sealStatement } from '../../../src/core/wire/statement.ts';
import { ORPHAN_EVENTS_MAX, ORPHAN_EVENTS_PER_IDENTITY_MAX } from '../../../src/engine/constants.ts';
import { Identities } from '../../../src/engine/identities.ts';
import { OrphanEvents } from '../../../src/engine/orphan-events.ts';
import { statementToItem } from '../../../src/engine/reading.ts';
import type { Store } from '../../../src/ports/store.ts';
import { SILENT } from '../../support/api-nodes.ts';
import { NETWORK } from '../../support/books.ts';
import { eventAfter, grantOf, personOf, REGION, revokeOf, rotationTo } from '../../support/identities.ts';
import { keyOf, verifySignature } from '../../support/signing.ts';
import { Actor, idNamed, RULE_SETS } from '../../support/world.ts';

async function openReader(store: Store): Promise<PeerDriver> {
  const { identity, kind, log, keys } = new Actor('Reader', 'person');
  return PeerDriver.open({
    world: {
      network: NETWORK,
      self: { identity, kind, device: keys.id, log, region: REGION },
      ruleSets: RULE_SETS,
      clock: systemClock,
      random: systemRandom,
      signatures: createNobleSignatures(),
    },
    store,
    network: createMemoryHub().createNetwork('Reader'),
    signer: { publicKey: keys.publicKey, sign: async (message) => keys.sign(message) },
    logger: SILENT,
  });
}

async function take(driver: PeerDriver, events: readonly IdentityEvent[]) {
  const outcomes = await driver.take(
    events.map((event) => statementToItem(sealStatement(identityEventKind, event))),
    { door: 'file' },
  );
  return outcomes.map(({ word }) => word);
}

/** A person who grants a device and revokes it. */
function revoker(name: string) {
  const { id, log } = personOf(name);
  const granted = eventAfter(log[0], grantOf(`${name}-phone`), [`${name}-root`]);
  const revoked = eventAfter(granted, revokeOf(`${name}-phone`), [`${name}-root`]);
  return { id, log: [log[0], granted, revoked], phone: keyOf(`${name}-phone`).id };
}

function junkOf(event: IdentityEvent): IdentityEvent {
  const rootSignatures = event.rootSignatures.map(({ keyIndex, signature }) => ({
    keyIndex,
    signature: signature.map((byte) => byte ^ 1),
  }));
  return { ...event, rootSignatures };
}

describe('identity events in any order', () => {
  it('are learned when the one before them comes', async () => {
    await using driver = await openReader(createMemoryStore());
    const { id, log, phone } = revoker('ana');
    assert.deepEqual(await take(driver, [...log].reverse()), ['later', 'later', 'stored']);
    const state = driver.peer.identities.stateOf(id);
    assert.equal(state?.number, 2);
    assert.ok(state?.devices.get(phone)?.revoked !== undefined);
    assert.equal([...driver.peer.identities.eventsOf(id)].length, 3);
  });

  it('are all there again after a restart, whatever their digests', async () => {
    const store = createMemoryStore();
    const people = ['ana', 'bea', 'carla', 'dora', 'eva', 'fay', 'gil', 'hal'].map(revoker);
    const numbers = (driver: PeerDriver) => people.map(({ id }) => driver.peer.identities.stateOf(id)?.number);
    {
      await using driver = await openReader(store);
      for (const { log } of people) await take(driver, log);
      assert.deepEqual(
        numbers(driver),
        people.map(() => 2),
      );
    }
    await using again = await openReader(store);
    assert.deepEqual(
      numbers(again),
      people.map(() => 2),
    );
  });
});

describe('identities', () => {
  const { id, log } = personOf('cy');
  const [inception] = log;
  const left = eventAfter(inception, grantOf('left'), ['cy-root']);
  const right = eventAfter(inception, grantOf('right'), ['cy-root']);
  const further = eventAfter(right, grantOf('further'), ['cy-root']);
  const healing = eventAfter(further, rotationTo({ keys: ['cy-root2'], next: ['cy-root3'] }), ['cy-root2']);

  it('hold no junk beside a contested log, and take the true event after it', () => {
    const identities = new Identities(verifySignature);
    identities.add(id, [inception, left, right, further]);
    assert.equal(identities.stateOf(id)?.contestedAt, 1);
    assert.equal(identities.add(id, [junkOf(healing)]), undefined);
    assert.equal(identities.eventsOf(id).length, 4);
    assert.ok(identities.add(id, [healing]) !== undefined);
    assert.equal(identities.stateOf(id)?.number, 3);
  });

  it('take the true form of an event of which junk waited for its predecessor', () => {
    const identities = new Identities(verifySignature);
    identities.add(id, [inception]);
    identities.add(id, [junkOf(further)]);
    identities.add(id, [further]);
    identities.add(id, [right]);
    assert.equal(identities.stateOf(id)?.number, 2);
    assert.deepEqual(identities.eventsOf(id), [inception, right, further]);
  });

  it('hold two Rotations that exclude each other, whatever their numbers and order', () => {
    const early = eventAfter(inception, rotationTo({ keys: ['cy-root2'], next: ['x'] }), ['cy-root2']);
    const orders = [
      [inception, right, further, healing, early],
      [early, healing, further, right, inception],
      [inception, early, healing, further, right],
    ];
    const held = orders.map((order) => {
      const identities = new Identities(verifySignature);
      for (const event of order) identities.add(id, [event]);
      assert.equal(identities.stateOf(id)?.contestedAt, 1);
      return new Set(identities.eventsOf(id));
    });
    assert.deepEqual(held[0], new Set(orders[0]));
    assert.deepEqual(held[1], held[0]);
    assert.deepEqual(held[2], held[0]);
  });
});

describe('events that wait', () => {
  const event = eventAfter(personOf('cy').log[0], grantOf('left'), ['cy-root']);
  const eventOf = (identity: string, number: number): IdentityEvent => ({
    ...event,
    identity: idNamed(identity),
    number,
  });

  it('are bounded for each identity, the oldest going first', () => {
    const orphans = new OrphanEvents();
    for (let number = 0; number <= ORPHAN_EVENTS_PER_IDENTITY_MAX; number += 1) orphans.put(eventOf('cy', number));
    assert.equal(orphans.has(eventOf('cy', 0)), false);
    assert.equal(orphans.take(idNamed('cy')).length, ORPHAN_EVENTS_PER_IDENTITY_MAX);
    assert.equal(orphans.take(idNamed('cy')).length, 0);
  });

  it('are bounded in all', () => {
    const orphans = new OrphanEvents();
    for (let index = 0; index <= ORPHAN_EVENTS_MAX; index += 1) orphans.put(eventOf(`cy ${index}`, 1));
    assert.equal(orphans.has(eventOf('cy 0', 1)), false);
    assert.ok(orphans.has(eventOf('cy 1', 1)) && orphans.has(eventOf(`cy ${ORPHAN_EVENTS_MAX}`, 1)));
  });
});
