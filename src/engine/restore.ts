import type { Continues } from '../core/wire/messages/book.ts';
import type { PeerName } from '../ports/network.ts';
import type { Book } from './book.ts';
import { RESTORE_PEERS_MIN } from './constants.ts';
import type { Writer } from './writer.ts';

/** Why a peer may not trust that its own books are complete. */
export type RestoreReason = 'copied' | 'rolledBack';

/**
 * The restore guard (protocol §3): a data folder that may be a copy writes nothing until two peers have been asked for the
 * heads of its own books. A person's `transfers` book, which peers don't hold, is then continued in a new book; all books
 * are when the operator accepts the risk of a fork instead of asking.
 */
export class RestoreGuard {
  readonly #writer: Writer;
  readonly #asked = new Set<PeerName>();
  readonly #stale = new Set<string>();
  #waiting = false;

  constructor(writer: Writer) {
    this.#writer = writer;
  }

  /** Whether writing still waits for peers. */
  get waiting(): boolean {
    return this.#waiting;
  }

  /**
   * Starts guarding. `own` are this peer's books. With `acceptForkRisk` every one of them is continued at once; otherwise only
   * those that no peer could hold.
   */
  begin(own: readonly Book[], acceptForkRisk: boolean): void {
    const unseen = (book: Book): boolean => book.kind === 'person' && book.opening.channel === 'transfers';
    for (const book of own) if (acceptForkRisk || unseen(book)) this.#stale.add(book.id);
    if (acceptForkRisk || own.length === 0) return;
    this.#waiting = true;
    const sentence = `This data folder may be a copy. Nothing is written until ${RESTORE_PEERS_MIN} peers have told what they hold of its books; connect to them, or start with --accept-fork-risk.`;
    this.#writer.setReadOnly(sentence);
  }

  /** A peer has told everything that it holds in the topics in common. */
  caughtUp(peer: PeerName): void {
    if (!this.#waiting) return;
    this.#asked.add(peer);
    if (this.#asked.size < RESTORE_PEERS_MIN) return;
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
