import { NO_BYTES } from '../core/base/bytes.ts';
import { type Id, parseId } from '../core/base/id.ts';
import { type Channel, type Topic, topicOf } from '../core/base/region.ts';
import type { Continues } from '../core/wire/messages/book.ts';
import type { PeerName } from '../ports/network.ts';
import type { SettingRow } from '../ports/store.ts';
import { type Book, travelsAsMail } from './book.ts';
import { RESTORE_PEERS_MIN } from './constants.ts';
import type { World } from './world.ts';
import type { Writer } from './writer.ts';

const STALE_PREFIX = 'stale/';

/** Why a peer may not trust that its own books are complete. */
export type RestoreReason = 'copied' | 'rolledBack';

/**
 * The restore guard (protocol §3): a data folder that may be a copy writes nothing until two peers have been asked for the
 * heads of its own books. A person's `transfers` book, which peers don't hold, is then continued in a new book; all books
 * are when the operator accepts the risk of a fork instead of asking.
 */
export class RestoreGuard {
  readonly #world: World;
  readonly #writer: Writer;
  /** Books that are continued rather than appended to. */
  readonly #stale = new Set<Id>();
  /** Topics in which peers may hold own books, with the peers that have told what they hold there. */
  #topics: ReadonlyMap<Topic, Set<PeerName>> = new Map();
  #waiting = false;

  constructor(world: World, writer: Writer) {
    this.#world = world;
    this.#writer = writer;
  }

  /** Whether writing still waits for peers. */
  get waiting(): boolean {
    return this.#waiting;
  }

  /**
   * Starts guarding. `own` are this peer's books; where none is left, peers tell of the topics of its home region. With `acceptForkRisk` every one of a person's is continued at once; otherwise
   * only those that no peer could hold. A body's book cannot be continued by the risk of its operator alone: its members rest on
   * the state that the book leaves.
   */
  begin(own: readonly Book[], acceptForkRisk: boolean): void {
    const { kind } = this.#world.self;
    const risks = acceptForkRisk && kind === 'person';
    for (const book of own) if (risks || travelsAsMail(book)) this.#markStale(book.id);
    if (risks) return;
    this.#waiting = true;
    const held = own.filter((book) => !travelsAsMail(book)).map(({ topic }) => topic);
    this.#topics = new Map((held.length > 0 ? held : this.#homeTopics()).map((topic) => [topic, new Set()]));
    const asked = `This data folder may be a copy. Nothing is written until of each of its topics ${RESTORE_PEERS_MIN} peers have told what they hold of its books; connect to them`;
    this.#writer.setReadOnly(
      kind !== 'person'
        ? `${asked}. A body’s books cannot be continued otherwise.`
        : `${asked}, or start with --accept-fork-risk.`,
    );
  }

  /** Where peers may hold books of a node that holds none of its own any more. */
  #homeTopics(): readonly Topic[] {
    const { networkHex, self } = this.#world;
    const channels: readonly Channel[] = self.kind === 'person' ? ['people'] : ['people', 'transfers', 'proposals'];
    return channels.map((channel) => topicOf(networkHex, self.region, channel));
  }

  /** Takes back a stored setting. @returns whether it is one of these. */
  restore(row: SettingRow): boolean {
    const book = row.key.startsWith(STALE_PREFIX) ? parseId(row.key.slice(STALE_PREFIX.length)) : undefined;
    if (book !== undefined) this.#stale.add(book);
    return book !== undefined;
  }

  /** Remembered over restarts: the folder is trusted again before the book that continues another is opened. */
  #markStale(book: Id): void {
    this.#stale.add(book);
    const key = STALE_PREFIX + book;
    this.#world.writeRow(key, { type: 'putSetting', row: { key, value: NO_BYTES } });
  }

  /** A peer has told everything that it holds in these topics. */
  caughtUp(peer: PeerName, topics: ReadonlySet<string>): void {
    if (!this.#waiting) return;
    for (const [topic, told] of this.#topics) if (topics.has(topic)) told.add(peer);
    if ([...this.#topics.values()].some((told) => told.size < RESTORE_PEERS_MIN)) return;
    this.#waiting = false;
    this.#writer.setReadOnly(undefined);
  }

  /** @returns what a new Opening continues, where this own book must not be appended to. */
  continuesFor(book: Book | undefined): Continues | undefined {
    if (book === undefined || !this.#stale.has(book.id)) return undefined;
    const epoch = (book.opening.continues?.epoch ?? 0) + 1;
    return { book: book.id, sequence: book.head.sequence, id: book.head.id, epoch };
  }
}
