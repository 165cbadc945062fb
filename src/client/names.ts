import type { Id } from '../core/base/id.ts';
import { idToBytes } from '../core/base/id.ts';
import { contentOf, readEntry } from '../core/wire/entry.ts';
import { profileKind } from '../core/wire/kinds/book.ts';
import type { EntryRow, Store } from '../ports/store.ts';
import type { PeerDriver } from './driver.ts';

/** Profiles remembered, newest first, about 200 bytes each; without a name people see the id. */
const PROFILES_MAX = 20_000;

/** The names that identities give themselves in their profiles: display only, and nobody's proof of anything. */
export class Names implements Disposable {
  readonly #driver: PeerDriver;
  readonly #store: Store;
  readonly #network: Uint8Array;
  readonly #names = new Map<Id, string>();
  readonly #stop: () => void;

  private constructor(driver: PeerDriver, store: Store, network: Uint8Array) {
    this.#driver = driver;
    this.#store = store;
    this.#network = network;
    this.#stop = driver.listen((notice) => {
      if (notice.type === 'entry' && notice.kind === profileKind.name) void this.#learn(notice.id);
    });
  }

  /** Reads the names that the store holds, and hears of new ones. */
  static async open(driver: PeerDriver, store: Store, network: Uint8Array): Promise<Names> {
    const names = new Names(driver, store, network);
    const rows = await store.entriesOfKind(profileKind.number, PROFILES_MAX);
    for (const row of rows.toReversed()) names.#take(row);
    return names;
  }

  /** @returns the newest name that an identity gave itself. */
  of(identity: Id): string | undefined {
    return this.#names.get(identity);
  }

  [Symbol.dispose](): void {
    this.#stop();
  }

  async #learn(entry: Id): Promise<void> {
    for (const row of await this.#store.entriesByIds([idToBytes(entry)]).catch(() => [])) this.#take(row);
  }

  #take(row: EntryRow): void {
    const entry = readEntry(row.bytes, this.#network);
    const profile = entry.ok ? contentOf(entry.value, profileKind) : undefined;
    const identity = entry.ok ? this.#driver.peer.books.get(entry.value.book)?.opening.identity : undefined;
    if (profile === undefined || identity === undefined) return;
    if (this.#names.size < PROFILES_MAX || this.#names.has(identity)) this.#names.set(identity, profile.name);
  }
}
