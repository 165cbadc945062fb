import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMemoryHub } from '../../../src/adapters/memory/memory-network.ts';
import { createMemoryStore } from '../../../src/adapters/memory/memory-store.ts';
import { createNobleSignatures } from '../../../src/adapters/signatures/noble-signatures.ts';
import { systemClock } from '../../../src/adapters/system/system-clock.ts';
import { systemRandom } from '../../../src/adapters/system/system-random.ts';
import { PeerDriver } from '../../../src/client/driver.ts';
import { present } from '../../../src/core/base/outcome.ts';
import type { Entry } from '../../../src/core/wire/entry.ts';
import { laborRecordKind } from '../../../src/core/wire/kinds/labor.ts';
import { vouchKind } from '../../../src/core/wire/kinds/people.ts';
import { entryToItem } from '../../../src/engine/reading.ts';
import type { Network } from '../../../src/ports/network.ts';
import type { Store } from '../../../src/ports/store.ts';
import { SILENT } from '../../support/api-nodes.ts';
import { BankScene } from '../../support/bank.ts';
import { NETWORK } from '../../support/books.ts';
import { REGION } from '../../support/identities.ts';
import { until } from '../../support/processes.ts';
import { attestWork, recordOf } from '../../support/work.ts';
import { Actor, RULE_SETS, TestBook } from '../../support/world.ts';

/** A bank issues on labor attested by Dora, whom the garden admitted on one of the two chains of its member book. */
class ForkedScene extends BankScene {
  readonly trunk: readonly Entry[] = [...this.garden.memberBook.book.entries];
  readonly #rival = new TestBook(this.garden.keys, this.garden.memberBook.book.opening);
  readonly issued: Entry;

  constructor() {
    super();
    this.#rival.entries.push(...this.trunk.slice(1));
    this.#rival.write(vouchKind, { identity: this.assembly.identity });
    this.#rival.write(vouchKind, { identity: this.bank.identity });
    this.garden.admit(this.dora);
    const claim = this.claim(this.ana);
    const content = recordOf(claim, attestWork(claim, this.bea, this.dora), this.garden.memberHead);
    assert.equal(this.issue(this.garden.book('transfers').write(laborRecordKind, content)).type, 'applied');
    this.issued = present(this.ledger.book.entries.at(-1), 'the ledger has entries');
  }

  get chain(): readonly Entry[] {
    return this.garden.memberBook.book.entries.slice(this.trunk.length);
  }

  get rivals(): readonly Entry[] {
    return this.#rival.entries.slice(this.trunk.length);
  }
}

async function openReader(name: string, scene: ForkedScene, network: Network, store: Store): Promise<PeerDriver> {
  const { identity, kind, log, keys } = new Actor(name, 'person');
  const self = { identity, kind, device: keys.id, log, region: REGION };
  const signatures = createNobleSignatures();
  const driver = await PeerDriver.open({
    world: { network: NETWORK, self, ruleSets: RULE_SETS, clock: systemClock, random: systemRandom, signatures },
    store,
    network,
    signer: { publicKey: keys.publicKey, sign: async (message) => keys.sign(message) },
    logger: SILENT,
  });
  await driver.tell({ type: 'addRoots', roots: [scene.bank.identity, scene.garden.identity] });
  await driver.tell({ type: 'join', region: REGION, channels: ['people', 'transfers'] });
  await driver.start();
  return driver;
}

async function take(driver: PeerDriver, ...entries: readonly Entry[]): Promise<void> {
  await driver.take(
    entries.map(({ bytes }) => entryToItem(bytes)),
    { door: 'file' },
  );
}

function ledgerOf(driver: PeerDriver, scene: ForkedScene): { readonly judged: number; readonly root: string } {
  const book = present(driver.peer.books.get(scene.ledger.book.id), 'the ledger is here');
  return { judged: book.judged, root: Buffer.from(present(book.state, 'it is governed').root()).toString('hex') };
}

test('what a ledger read on one chain of a forked member book, everybody reads there, whichever chain they saw first', async () => {
  const scene = new ForkedScene();
  const hub = createMemoryHub();
  const { entries } = scene.ledger.book;
  await using first = await openReader('First', scene, hub.createNetwork('First'), createMemoryStore());
  await take(first, ...scene.trunk, ...scene.chain, ...entries);
  const { judged, root } = ledgerOf(first, scene);
  assert.equal(judged, entries.length);
  await take(first, ...scene.rivals);
  await until('the fork is known', () => first.peer.endings.forks()[0]);
  assert.deepEqual(ledgerOf(first, scene), { judged, root });

  const store = createMemoryStore();
  {
    const network = hub.createNetwork('Second');
    await using second = await openReader('Second', scene, network, store);
    await take(second, ...scene.trunk, ...scene.rivals, ...entries);
    assert.equal(ledgerOf(second, scene).judged, entries.length - 1);
    await network.dial('First');
    await until('the ledger is judged', () => (ledgerOf(second, scene).judged === entries.length ? true : undefined));
    assert.equal(ledgerOf(second, scene).root, root);
    assert.equal(second.peer.endings.forks().length, 1);
  }
  await using again = await openReader('Second', scene, hub.createNetwork('Second again'), store);
  assert.deepEqual(ledgerOf(again, scene), { judged, root });
});
