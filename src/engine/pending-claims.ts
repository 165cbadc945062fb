import { textToBytes } from '../core/base/bytes.ts';
import { type Id, parseId } from '../core/base/id.ts';
import { contentOf, type Entry, entryCheck, openingOf, readEntry } from '../core/wire/entry.ts';
import { laborClaimKind } from '../core/wire/kinds/labor.ts';
import type { ClaimPending, LaborClaim } from '../core/wire/messages/labor.ts';
import type { Statement } from '../core/wire/statement.ts';
import type { SettingRow } from '../ports/store.ts';
import type { BookTable } from './book-table.ts';
import { CLOCK_AHEAD_MS_MAX, PENDING_CLAIM_MS } from './constants.ts';
import type { Statements } from './statements.ts';
import type { World } from './world.ts';

const PREFIX = 'recorded/';

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
  /** Claims that a record carries, with their time: an old showing of one must not bring it back. */
  readonly #recorded = new Map<Id, number>();

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
    const expired = isPast(claim.value.header.claimedAt, this.#world.clock.nowMs());
    if (this.#recorded.has(claim.value.id) || expired) return 'known';
    if (!this.#statements.put(statement, [book.topic], book.opening.identity)) return 'later';
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
  recorded(claim: Entry): void {
    if (this.#recorded.has(claim.id)) return;
    this.#recorded.set(claim.id, claim.header.claimedAt);
    const value = textToBytes(String(claim.header.claimedAt));
    this.#world.write({ type: 'putSetting', row: { key: PREFIX + claim.id, value } });
    this.#drop(claim.id);
  }

  /** Takes back a stored setting. @returns whether it is one of these. */
  restore(row: SettingRow): boolean {
    const claim = row.key.startsWith(PREFIX) ? parseId(row.key.slice(PREFIX.length)) : undefined;
    if (claim !== undefined) this.#recorded.set(claim, Number(String.fromCharCode(...row.value)));
    return claim !== undefined;
  }

  tick(nowMs: number): void {
    const isOld = (claimedAtMs: number): boolean => isPast(claimedAtMs, nowMs);
    for (const [id, { claim }] of this.#pending) if (isOld(claim.header.claimedAt)) this.#drop(id);
    for (const [id, claimedAtMs] of this.#recorded) {
      if (!isOld(claimedAtMs)) continue;
      this.#recorded.delete(id);
      this.#world.write({ type: 'deleteSetting', key: PREFIX + id });
    }
  }

  #drop(claim: Id): void {
    const pending = this.#pending.get(claim);
    if (pending === undefined) return;
    this.#pending.delete(claim);
    this.#statements.drop(pending.digest);
  }
}

/** What is dated years ahead would never become old, so that it counts as old at once. */
function isPast(claimedAtMs: number, nowMs: number): boolean {
  return claimedAtMs + PENDING_CLAIM_MS < nowMs || claimedAtMs > nowMs + CLOCK_AHEAD_MS_MAX;
}
