import type { Id } from '../core/base/id.ts';
import { overlapsWorked } from '../core/labor-record/worked-days.ts';
import { contentOf, type Entry, entryCheck, openingOf, readEntry } from '../core/wire/entry.ts';
import { laborClaimKind } from '../core/wire/kinds/labor.ts';
import type { ClaimPending, LaborClaim } from '../core/wire/messages/labor.ts';
import type { Statement } from '../core/wire/statement.ts';
import type { BookTable } from './book-table.ts';
import { PENDING_CLAIM_MS } from './constants.ts';
import type { Statements } from './statements.ts';
import type { World } from './world.ts';

/** A claim that waits for attestors, as its cooperative shows it. */
export interface PendingClaim {
  readonly claim: Entry;
  readonly content: LaborClaim;
  readonly opening: Entry;
  readonly digest: Id;
}

/** Claims shown by cooperatives, until a labor record carries them or 30 days pass (protocol §4; display only). */
export class PendingClaims {
  readonly #world: World;
  readonly #books: BookTable;
  readonly #statements: Statements;
  readonly #pending = new Map<Id, PendingClaim>();
  readonly #done = new Set<Id>();

  constructor(world: World, books: BookTable, statements: Statements) {
    this.#world = world;
    this.#books = books;
    this.#statements = statements;
  }

  all(): readonly PendingClaim[] {
    return [...this.#pending.values()];
  }

  get(claim: Id): PendingClaim | undefined {
    return this.#pending.get(claim);
  }

  /** Takes a ClaimPending statement whose author's signature holds. */
  take(statement: Statement, shown: ClaimPending): 'stored' | 'known' | 'later' | 'bad' {
    const book = this.#books.get(shown.cooperativeBook);
    if (book === undefined) return 'later';
    const [claim, opening] = [
      readEntry(shown.claim, this.#world.network),
      readEntry(shown.opening, this.#world.network),
    ];
    if (!claim.ok || !opening.ok || claim.value.book !== opening.value.id) return 'bad';
    const content = contentOf(claim.value, laborClaimKind);
    const device = openingOf(opening.value)?.device;
    const authorFits = statement.author === book.opening.device && content?.cooperative === book.opening.identity;
    if (content === undefined || device === undefined || !authorFits) return 'bad';
    if (!this.#world.verified.verify(entryCheck(claim.value, device))) return 'bad';
    if (this.#pending.has(claim.value.id)) return 'known';
    const expired = claim.value.header.claimedAt + PENDING_CLAIM_MS < this.#world.clock.nowMs();
    const recorded = book.state !== undefined && overlapsWorked(book.state.state, content.worker, content.intervals);
    if (this.#done.has(claim.value.id) || recorded || expired) return 'known';
    if (!this.#statements.put(statement, [book.topic])) return 'later';
    this.#pending.set(claim.value.id, {
      claim: claim.value,
      content,
      opening: opening.value,
      digest: statement.digest,
    });
    this.#world.tell({ type: 'pending', claim: claim.value.id, cooperative: book.opening.identity });
    return 'stored';
  }

  /** A record carries the claim: it waits no longer. */
  recorded(claim: Id): void {
    this.#done.add(claim);
    this.#drop(claim);
  }

  tick(nowMs: number): void {
    for (const [id, { claim }] of this.#pending) if (claim.header.claimedAt + PENDING_CLAIM_MS < nowMs) this.#drop(id);
  }

  #drop(claim: Id): void {
    const pending = this.#pending.get(claim);
    if (pending === undefined) return;
    this.#pending.delete(claim);
    this.#statements.drop(pending.digest);
  }
}
