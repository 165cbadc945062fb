/** A peer as a daemon runs it, on a store in a folder that goes with it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMemoryHub } from '../../src/adapters/memory/memory-network.ts';
import {
  createNativeSignatures,
  createNativeSigner,
  type NativeSignatures,
} from '../../src/adapters/signatures/native-signatures.ts';
import { openSqliteStore, type SqliteStore } from '../../src/adapters/sqlite/sqlite-store.ts';
import { systemClock } from '../../src/adapters/system/system-clock.ts';
import { systemRandom } from '../../src/adapters/system/system-random.ts';
import { PeerDriver } from '../../src/client/driver.ts';
import type { Id } from '../../src/core/base/id.ts';
import type { Entry } from '../../src/core/wire/entry.ts';
import type { ItemOutcome } from '../../src/engine/events.ts';
import { entryToItem } from '../../src/engine/reading.ts';
import type { Logger } from '../../src/ports/logger.ts';
import type { Network } from '../../src/ports/network.ts';
import { NETWORK } from '../support/books.ts';
import { REGION } from '../support/identities.ts';
import { type Actor, RULE_SETS } from '../support/world.ts';

const SEED_BYTES = 32;

const silence = (): void => {};
/** Says nothing but what is wrong. */
export const logger: Logger = { debug: silence, info: silence, warn: console.warn, error: console.error };

/** A folder that is deleted with it. */
export class TemporaryFolder implements AsyncDisposable {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  static async make(): Promise<TemporaryFolder> {
    return new TemporaryFolder(await mkdtemp(join(tmpdir(), 'mutua-bench-')));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.path, { recursive: true, force: true });
  }
}

/** @returns the seed of an actor's device key, as `keyOf` has it. */
function seedOf(actor: Actor): Uint8Array {
  const seed = Buffer.alloc(SEED_BYTES);
  seed.write(`${actor.name} device`);
  return new Uint8Array(seed);
}

/** What a bench peer is made with. */
export interface BenchPeerOptions {
  readonly actor: Actor;
  readonly roots: readonly Id[];
  readonly folder: string;
  readonly network?: Network;
}

/** A running peer with its store and verifier. */
export class BenchPeer implements AsyncDisposable {
  readonly driver: PeerDriver;
  readonly store: SqliteStore;
  readonly signatures: NativeSignatures;

  private constructor(driver: PeerDriver, store: SqliteStore, signatures: NativeSignatures) {
    this.driver = driver;
    this.store = store;
    this.signatures = signatures;
  }

  static async open({ actor, roots, folder, network }: BenchPeerOptions): Promise<BenchPeer> {
    const store = await openSqliteStore({ path: join(folder, 'mutua.sqlite') });
    const signatures = createNativeSignatures();
    const { identity, kind, log } = actor;
    const self = { identity, kind, device: actor.keys.id, log, region: REGION };
    const driver = await PeerDriver.open({
      world: { network: NETWORK, self, ruleSets: RULE_SETS, clock: systemClock, random: systemRandom, signatures },
      store,
      network: network ?? createMemoryHub().createNetwork(),
      signer: createNativeSigner(seedOf(actor)),
      logger,
    });
    const peer = new BenchPeer(driver, store, signatures);
    await driver.tell({ type: 'addRoots', roots });
    await driver.tell({ type: 'join', region: REGION, channels: ['people', 'transfers'] });
    return peer;
  }

  /** Takes entries that must all become part of their books. */
  async takeAll(entries: readonly Entry[]): Promise<void> {
    const outcomes = await this.driver.take(
      entries.map(({ bytes }) => entryToItem(bytes)),
      { door: 'file' },
    );
    assertWords(outcomes, ['stored', 'known', 'passing']);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.driver[Symbol.asyncDispose]();
    await this.store.close();
    await this.signatures.close();
  }
}

/** @throws Error when an outcome is none of these: then the bench measured something else. */
export function assertWords(outcomes: readonly ItemOutcome[], words: readonly ItemOutcome['word'][]): void {
  const other = outcomes.find(({ word }) => !words.includes(word));
  if (other !== undefined) throw new Error(`an item became ${other.word}: ${other.sentence ?? ''}`);
}
