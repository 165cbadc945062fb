import { type Id, idToBytes } from '../core/base/id.ts';
import type { Topic } from '../core/base/region.ts';
import { HashTrie } from '../core/base/trie.ts';
import { statementLeaf } from '../core/sync/leaf.ts';
import type { Statement } from '../core/wire/statement.ts';
import { STATEMENTS_MAX, STRANGER_STATEMENTS_MAX } from './constants.ts';
import type { World } from './world.ts';

interface Held {
  readonly statement: Statement;
  readonly topics: Set<Topic>;
  /** The identity that it speaks of; of a fork of a book that is not here that book. */
  owner: Id;
}

/**
 * The statements that this peer keeps, with a trie for each topic that they are told on. Those of strangers share a pool, whose
 * oldest make room: anybody can make identities and forks of their own.
 */
export class Statements {
  readonly #world: World;
  readonly #isKnown: (owner: Id) => boolean;
  readonly #held = new Map<Id, Held>();
  /** Digests by owner, of owners whom nobody here knows, in order of arrival. */
  readonly #strangers = new Map<Id, Set<Id>>();
  #strangersCount = 0;
  readonly #tries = new Map<Topic, HashTrie>();

  constructor(world: World, isKnown: (owner: Id) => boolean) {
    this.#world = world;
    this.#isKnown = isKnown;
  }

  get size(): number {
    return this.#held.size;
  }

  get(digest: Id): Statement | undefined {
    return this.#held.get(digest)?.statement;
  }

  /** The trie over a topic's statements. */
  trieOf(topic: Topic): HashTrie {
    const trie = this.#tries.get(topic) ?? new HashTrie();
    this.#tries.set(topic, trie);
    return trie;
  }

  /** Keeps a statement of an owner and tells it on these topics too. @returns false where the table is full. */
  put(statement: Statement, topics: Iterable<Topic>, owner: Id): boolean {
    const held = this.#held.get(statement.digest) ?? { statement, topics: new Set<Topic>(), owner };
    if (!this.#held.has(statement.digest)) {
      if (this.#held.size - this.#strangersCount >= STATEMENTS_MAX) return false;
      this.#held.set(statement.digest, held);
      this.#enterPool(held);
      this.#world.write({
        type: 'putStatement',
        row: { digest: idToBytes(statement.digest), topic: '', kind: statement.kind, bytes: statement.bytes },
      });
    }
    if (held.owner !== owner) this.#move(held, owner);
    for (const topic of topics) {
      if (held.topics.has(topic)) continue;
      held.topics.add(topic);
      const key = idToBytes(statement.digest);
      this.trieOf(topic).set(key, statementLeaf(statement.digest));
    }
    return true;
  }

  /** Forgets a statement that no longer counts. */
  drop(digest: Id): void {
    const held = this.#held.get(digest);
    if (held === undefined) return;
    this.#held.delete(digest);
    this.#leavePool(held);
    for (const topic of held.topics) this.trieOf(topic).delete(idToBytes(digest));
    this.#world.write({ type: 'deleteStatement', digest: idToBytes(digest) });
  }

  /** Forgets a stored statement that was not taken back into the table. */
  forget(digest: Id): void {
    if (this.#held.has(digest)) return;
    this.#world.write({ type: 'deleteStatement', digest: idToBytes(digest) });
  }

  /** Takes statements of owners who are known now out of the strangers' pool. */
  knownChanged(): void {
    for (const [owner, digests] of this.#strangers) {
      if (!this.#isKnown(owner)) continue;
      this.#strangers.delete(owner);
      this.#strangersCount -= digests.size;
    }
  }

  /** Forgets what strangers' statements have no room, an owner at a time. @returns the owners. */
  evict(): readonly Id[] {
    const gone: Id[] = [];
    for (const [owner, digests] of this.#strangers) {
      if (this.#strangersCount <= STRANGER_STATEMENTS_MAX) break;
      for (const digest of digests) this.drop(digest);
      gone.push(owner);
    }
    return gone;
  }

  #move(held: Held, owner: Id): void {
    this.#leavePool(held);
    held.owner = owner;
    this.#enterPool(held);
  }

  #enterPool({ owner, statement }: Held): void {
    if (this.#isKnown(owner)) return;
    this.#strangers.set(owner, (this.#strangers.get(owner) ?? new Set<Id>()).add(statement.digest));
    this.#strangersCount += 1;
  }

  #leavePool({ owner, statement }: Held): void {
    const digests = this.#strangers.get(owner);
    if (digests?.delete(statement.digest) !== true) return;
    this.#strangersCount -= 1;
    if (digests.size === 0) this.#strangers.delete(owner);
  }
}
