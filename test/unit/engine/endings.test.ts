import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createMemoryHub } from '../../../src/adapters/memory/memory-network.ts';
import { createMemoryStore } from '../../../src/adapters/memory/memory-store.ts';
import { createNobleSignatures } from '../../../src/adapters/signatures/noble-signatures.ts';
import { systemClock } from '../../../src/adapters/system/system-clock.ts';
import { systemRandom } from '../../../src/adapters/system/system-random.ts';
import { PeerDriver } from '../../../src/client/driver.ts';
import { idToBytes } from '../../../src/core/base/id.ts';
import { present } from '../../../src/core/base/outcome.ts';
import { proveFork } from '../../../src/core/books/fork.ts';
import type { Entry } from '../../../src/core/wire/entry.ts';
import { profileKind } from '../../../src/core/wire/kinds/book.ts';
import type { IdentityEvent } from '../../../src/core/wire/messages/identity.ts';
import { forkProofKind, identityEventKind, sealStatement } from '../../../src/core/wire/statement.ts';
import { entryToItem, statementToItem } from '../../../src/engine/reading.ts';
import type { Network } from '../../../src/ports/network.ts';
import type { Store } from '../../../src/ports/store.ts';
import { SILENT } from '../../support/api-nodes.ts';
import { NETWORK, openBook, writeEntry } from '../../support/books.ts';
import { eventAfter, personOf, REGION, revokeOf, rotationTo } from '../../support/identities.ts';
import { Machine } from '../../support/machine.ts';
import { until } from '../../support/processes.ts';
import { keyOf } from '../../support/signing.ts';
import { Actor, RULE_SETS } from '../../support/world.ts';

const bo = personOf('bo');
const opening = openBook({ log: bo.log, device: bo.device });
const profileAfter = (previous: Entry, name: string): Entry =>
  writeEntry(bo.device, profileKind, { name, description: '', contact: '' }, previous);

function chainAfter(first: Entry, names: readonly string[]): readonly Entry[] {
  const chain: Entry[] = [];
  for (const name of names) chain.push(profileAfter(chain.at(-1) ?? first, name));
  return chain;
}

const first = profileAfter(opening, 'one');
const honest = [opening, first, ...chainAfter(first, ['two', 'three', 'four', 'five'])];
const head = present(honest.at(-1), 'the book has entries');
const stolen = chainAfter(first, ['stolen two', 'stolen three', 'stolen four', 'stolen five', 'stolen six']);
const revoked = eventAfter(bo.log[0], revokeOf(bo.device), ['bo-root']);
const rotated = eventAfter(bo.log[0], rotationTo({ keys: ['bo-root2'], next: ['bo-root3'] }), ['bo-root2']);
const lastGood = { book: opening.id, sequence: 5, id: head.id };
const protectedRevoke = eventAfter(
  bo.log[0],
  { type: 'deviceRevoke', value: { device: keyOf(bo.device).id, lastGood: [lastGood] } },
  ['bo-root'],
);

const eventItem = (event: IdentityEvent): Uint8Array => statementToItem(sealStatement(identityEventKind, event));
const entryItem = ({ bytes }: Entry): Uint8Array => entryToItem(bytes);

async function openReader(name: string, store: Store, network: Network): Promise<PeerDriver> {
  const { identity, kind, log, keys } = new Actor(name, 'person');
  const driver = await PeerDriver.open({
    world: {
      network: NETWORK,
      self: { identity, kind, device: keys.id, log, region: REGION },
      ruleSets: RULE_SETS,
      clock: systemClock,
      random: systemRandom,
      signatures: createNobleSignatures(),
    },
    store,
    network,
    signer: { publicKey: keys.publicKey, sign: async (message) => keys.sign(message) },
    logger: SILENT,
  });
  await driver.tell({ type: 'addRoots', roots: [bo.id] });
  await driver.tell({ type: 'join', region: REGION, channels: ['people', 'transfers'] });
  await driver.start();
  return driver;
}

async function take(driver: PeerDriver, ...items: readonly Uint8Array[]): Promise<void> {
  await driver.take(items, { door: 'file' });
}

function endOf(driver: PeerDriver) {
  const book = present(driver.peer.books.get(opening.id), 'the book is here');
  return { head: book.head, forkSequence: book.forkSequence };
}

async function comesTo(driver: PeerDriver, sequence: number, id: string, forkSequence: number): Promise<void> {
  await until(`the book ends at ${sequence}`, () => {
    const end = endOf(driver);
    const ended = end.head.sequence === sequence && end.head.id === id && end.forkSequence === forkSequence;
    return ended ? true : undefined;
  });
}

async function startMachine(): Promise<Machine> {
  const machine = await Machine.start(new Actor('Reader', 'person'));
  await machine.feed({ type: 'addRoots', roots: [bo.id] });
  return machine;
}

function placeOf(machine: Machine) {
  const book = present(machine.peer.books.get(opening.id), 'the book is here');
  return { sequence: book.head.sequence, forkSequence: book.forkSequence };
}

describe('the end of a book', () => {
  it('by a revocation is taken back with it, as if it had never come', async () => {
    const store = createMemoryStore();
    const hub = createMemoryHub();
    {
      await using driver = await openReader('Reader', store, hub.createNetwork('Reader'));
      await take(driver, ...honest.map(entryItem));
      await take(driver, eventItem(revoked));
      await comesTo(driver, 0, opening.id, 1);
      await take(driver, eventItem(rotated));
      await comesTo(driver, 5, head.id, 0);
    }
    await using again = await openReader('Reader', store, hub.createNetwork('Reader again'));
    assert.deepEqual(endOf(again), { head: { sequence: 5, id: head.id }, forkSequence: 0 });
    await take(again, entryItem(profileAfter(head, 'six')));
    assert.equal(endOf(again).head.sequence, 6);
  });

  it('by a fork comes back when the revocation that lay below it is superseded', async () => {
    await using driver = await openReader('Reader', createMemoryStore(), createMemoryHub().createNetwork('Reader'));
    await take(driver, ...honest.map(entryItem));
    await take(driver, ...stolen.slice(0, 1).map(entryItem));
    await comesTo(driver, 1, first.id, 2);
    await take(driver, eventItem(revoked));
    await comesTo(driver, 0, opening.id, 1);
    await take(driver, eventItem(rotated));
    await comesTo(driver, 1, first.id, 2);
  });

  it('is where a revocation says, whatever the thief signs below that', async () => {
    const store = createMemoryStore();
    const hub = createMemoryHub();
    {
      await using driver = await openReader('Reader', store, hub.createNetwork('Reader'));
      await take(driver, ...honest.map(entryItem), eventItem(protectedRevoke));
      await take(driver, ...stolen.map(entryItem));
      await comesTo(driver, 5, head.id, 6);
      assert.deepEqual(driver.peer.endings.forks(), []);
    }
    await using again = await openReader('Reader', store, hub.createNetwork('Reader again'));
    await comesTo(again, 5, head.id, 6);
  });

  it('is that of the chain to `lastGood` where a fork came before the revocation', async () => {
    await using driver = await openReader('Reader', createMemoryStore(), createMemoryHub().createNetwork('Reader'));
    await take(driver, ...honest.map(entryItem));
    await take(driver, ...stolen.map(entryItem));
    await comesTo(driver, 1, first.id, 2);
    await take(driver, eventItem(protectedRevoke));
    await comesTo(driver, 5, head.id, 6);
  });

  it('is that of the chain to `lastGood` where the thief’s came first', async () => {
    const hub = createMemoryHub();
    const store = createMemoryStore();
    await using honestReader = await openReader('Honest', createMemoryStore(), hub.createNetwork('Honest'));
    await take(honestReader, ...honest.map(entryItem), eventItem(protectedRevoke));
    {
      const network = hub.createNetwork('Deceived');
      await using driver = await openReader('Deceived', store, network);
      await take(driver, ...[opening, first, ...stolen].map(entryItem));
      await comesTo(driver, 6, present(stolen.at(-1), 'there is one').id, 0);
      await network.dial('Honest');
      await comesTo(driver, 5, head.id, 6);
      assert.deepEqual(driver.peer.endings.forks(), []);
    }
    await using again = await openReader('Deceived', store, hub.createNetwork('Deceived again'));
    await comesTo(again, 5, head.id, 6);
    const rows = await store.entriesOf(idToBytes(opening.id), 0, 10, 100_000);
    assert.equal(rows.length, 6);
  });

  it('is that of the chain to `lastGood` where what stands below that comes last', async () => {
    const machine = await startMachine();
    const theft = present(stolen[0], 'the thief wrote');
    const two = present(honest[2], 'there is a second entry');
    const proof = statementToItem(sealStatement(forkProofKind, proveFork(opening, theft, two)));
    await machine.items([entryItem(opening), eventItem(protectedRevoke), proof]);
    await machine.items(honest.slice(2).toReversed().map(entryItem));
    assert.deepEqual(placeOf(machine), { sequence: 0, forkSequence: 2 });
    await machine.items([entryItem(first)]);
    assert.deepEqual(placeOf(machine), { sequence: 5, forkSequence: 6 });
  });

  it('is that of the chain to `lastGood` where the fork is found after a restart', async () => {
    const machine = await startMachine();
    await machine.items([...[opening, first, ...stolen].map(entryItem), eventItem(protectedRevoke)]);
    await machine.restart();
    await machine.items(honest.slice(2, 3).map(entryItem));
    assert.deepEqual(placeOf(machine), { sequence: 1, forkSequence: 2 });
    assert.deepEqual(machine.peer.endings.wanted(), [head.id]);
    await machine.items(honest.slice(2).toReversed().map(entryItem));
    assert.deepEqual(placeOf(machine), { sequence: 5, forkSequence: 6 });
  });
});
