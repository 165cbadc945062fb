import type { Id } from '../core/base/id.ts';
import { present } from '../core/base/outcome.ts';
import { type Topic, topicOf } from '../core/base/region.ts';
import { eventDigest } from '../core/identity/event.ts';
import type { IdentityEvent } from '../core/wire/messages/identity.ts';
import { identityEventKind, readStatement, type Statement, sealStatement } from '../core/wire/statement.ts';
import type { Book } from './book.ts';
import type { BookTable } from './book-table.ts';
import type { Identities, IdentityUpdate } from './identities.ts';
import type { Statements } from './statements.ts';
import type { World } from './world.ts';

/** What the keeper needs of the machine around it. */
export interface KeeperHooks {
  publish(topic: Topic, statement: Statement): void;
  /** What is known of the device that signs this book changed: it may end elsewhere, or not at all. */
  settle(book: Book): void;
}

/**
 * Keeps identity logs as statements on the `people` topics of the regions where the identity keeps books, and ends the books
 * of revoked devices where their revocation says (protocol §2).
 */
export class IdentityKeeper {
  readonly #world: World;
  readonly #books: BookTable;
  readonly #identities: Identities;
  readonly #statements: Statements;
  readonly #hooks: KeeperHooks;
  /** Digest of the statement that holds the event with the digest of the key. */
  readonly #statementOf = new Map<Id, Id>();

  constructor(world: World, books: BookTable, identities: Identities, statements: Statements, hooks: KeeperHooks) {
    this.#world = world;
    this.#books = books;
    this.#identities = identities;
    this.#statements = statements;
    this.#hooks = hooks;
  }

  /** Learns events by whatever door. @returns `later` where nothing changed and one of them waits for the event before it. */
  learn(identity: Id, events: readonly IdentityEvent[]): 'stored' | 'known' | 'later' {
    const update = this.#identities.add(identity, events);
    if (update === undefined) return events.some((event) => this.#identities.awaitsOthers(event)) ? 'later' : 'known';
    this.#keep(identity, update);
    for (const book of this.#books.of(identity)) this.#hooks.settle(book);
    return 'stored';
  }

  /** Takes back events that were stored, telling nobody. */
  restore(identity: Id, events: readonly IdentityEvent[]): void {
    const update = this.#identities.add(identity, events);
    for (const event of update?.added ?? []) this.#put(event, this.#topicsOf(identity));
    for (const event of update?.dropped ?? []) this.#drop(event);
  }

  /** A book of an identity became known: its log is told on that region's `people` topic too. */
  opened(book: Book): void {
    const topic = topicOf(this.#world.networkHex, book.opening.region, 'people');
    for (const event of this.#identities.eventsOf(book.opening.identity)) this.#put(event, [topic]);
  }

  #keep(identity: Id, update: IdentityUpdate): void {
    const topics = this.#topicsOf(identity);
    for (const event of update.dropped) this.#drop(event);
    for (const event of update.added) {
      const statement = this.#put(event, topics);
      const news = event.number > 0;
      if (news) for (const topic of topics) this.#world.afterCommit(() => this.#hooks.publish(topic, statement));
    }
  }

  #put(event: IdentityEvent, topics: readonly Topic[]): Statement {
    const read = readStatement(sealStatement(identityEventKind, event));
    const statement = present(read.ok ? read.value : undefined, 'a held identity event makes a statement');
    this.#statementOf.set(eventDigest(event), statement.digest);
    this.#statements.put(statement, topics, event.identity);
    return statement;
  }

  #drop(event: IdentityEvent): void {
    const digest = this.#statementOf.get(eventDigest(event));
    if (digest !== undefined) this.#statements.drop(digest);
  }

  /** Forgets an identity whose statements made room for others', unless a book of it is held. */
  forget(identity: Id): void {
    if (this.#books.of(identity).length > 0) return;
    for (const event of this.#identities.eventsOf(identity)) this.#statementOf.delete(eventDigest(event));
    this.#identities.forget(identity);
  }

  #topicsOf(identity: Id): readonly Topic[] {
    const regions = new Set(this.#books.of(identity).map((book) => book.opening.region));
    return [...regions].map((region) => topicOf(this.#world.networkHex, region, 'people'));
  }
}
