import { type Id, idToBytes } from '../core/base/id.ts';
import type { Topic } from '../core/base/region.ts';
import { HashTrie } from '../core/base/trie.ts';
import { statementLeaf } from '../core/sync/leaf.ts';
import type { Statement } from '../core/wire/statement.ts';
import { STATEMENTS_MAX } from './constants.ts';
import type { World } from './world.ts';

interface Held {
  readonly statement: Statement;
  readonly topics: Set<Topic>;
}

/** The statements that this peer keeps, with a trie for each topic that they are told on. */
export class Statements {
  readonly #world: World;
  readonly #held = new Map<Id, Held>();
  readonly #tries = new Map<Topic, HashTrie>();

  constructor(world: World) {
    this.#world = world;
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

  /** Keeps a statement and tells it on these topics too. @returns false where the table is full. */
  put(statement: Statement, topics: Iterable<Topic>): boolean {
    const held = this.#held.get(statement.digest) ?? { statement, topics: new Set<Topic>() };
    if (!this.#held.has(statement.digest)) {
      if (this.#held.size >= STATEMENTS_MAX) return false;
      this.#held.set(statement.digest, held);
      this.#world.write({
        type: 'putStatement',
        row: { digest: idToBytes(statement.digest), topic: '', kind: statement.kind, bytes: statement.bytes },
      });
    }
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
    for (const topic of held.topics) this.trieOf(topic).delete(idToBytes(digest));
    this.#world.write({ type: 'deleteStatement', digest: idToBytes(digest) });
  }
}
