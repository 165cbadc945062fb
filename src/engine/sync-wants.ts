import type { Id } from '../core/base/id.ts';
import { SYNC_WANTED_MAX, type SyncRow, type SyncRun, type SyncWant } from '../core/wire/messages/sync.ts';
import { UNWANTED_MS } from './constants.ts';

/** Entries asked for in one Want: at 330 bytes about 80 kB, well within one frame. */
const WANT_ENTRIES = 256;
/** Books, digests and ids that wait to be asked for: about 200 bytes each. What is over it comes with the next round. */
const WAITING_MAX = 65_536;

/** One Want, numbered when it is sent. */
export type Want = Omit<SyncWant, 'number'>;

/** What an answer brought. */
export interface Brought {
  /** The newest sequence of each book in it. */
  readonly last: ReadonlyMap<Id, number>;
  /** Ids of entries and digests of statements in it. */
  readonly ids: ReadonlySet<Id>;
}

/** What is still to be asked of one peer, each thing once: a book as the sequences that are missing, however many the peer claims. */
export class SyncWants {
  readonly #runs = new Map<Id, { next: number; until: number }>();
  readonly #digests = new Set<Id>();
  readonly #ids = new Set<Id>();
  /** Statements that the peer told of and this one would not keep. */
  readonly #unwanted = new Set<Id>();
  #unwantedAtMs = 0;

  get empty(): boolean {
    return this.#runs.size === 0 && this.#digests.size === 0 && this.#ids.size === 0;
  }

  /** A round begins: what was not worth keeping some time ago may be now. */
  begin(nowMs: number): void {
    if (Math.abs(nowMs - this.#unwantedAtMs) < UNWANTED_MS) return;
    this.#unwantedAtMs = nowMs;
    this.#unwanted.clear();
  }

  /** Wants the entries of a book from `from` up to what the peer's row says. */
  addRun(row: SyncRow, from: number): void {
    if (this.#runs.size < WAITING_MAX && row.sequence >= from)
      this.#runs.set(row.book, { next: from, until: row.sequence });
  }

  addDigest(digest: Id): void {
    if (this.#digests.size < WAITING_MAX && !this.#unwanted.has(digest)) this.#digests.add(digest);
  }

  addId(id: Id): void {
    if (this.#ids.size < WAITING_MAX) this.#ids.add(id);
  }

  /** Takes out the next Want: statements, then single entries, then runs. */
  take(): Want | undefined {
    const digests = takeSome(this.#digests);
    if (digests.length > 0) return { runs: [], digests, ids: [] };
    const ids = takeSome(this.#ids);
    if (ids.length > 0) return { runs: [], digests: [], ids };
    const runs = this.#takeRuns();
    return runs.length > 0 ? { runs, digests: [], ids: [] } : undefined;
  }

  /** Puts back what an answer did not reach; a peer that brought nothing has nothing more. */
  answered(want: Want, { last, ids }: Brought, isKept: (digest: Id) => boolean): void {
    const something = last.size > 0 || ids.size > 0;
    for (const run of want.runs) {
      const reached = last.get(run.book) ?? run.from - 1;
      const end = run.from + run.limit - 1;
      if (!something) this.#runs.delete(run.book);
      else if (reached < end) this.#putBack(run.book, reached + 1, end);
    }
    for (const digest of want.digests) {
      if (ids.has(digest) || !something) {
        if (!isKept(digest) && this.#unwanted.size < WAITING_MAX) this.#unwanted.add(digest);
      } else this.addDigest(digest);
    }
    for (const id of want.ids) if (something && !ids.has(id)) this.addId(id);
  }

  clear(): void {
    this.#runs.clear();
    this.#digests.clear();
    this.#ids.clear();
    this.#unwanted.clear();
  }

  #putBack(book: Id, from: number, until: number): void {
    const open = this.#runs.get(book);
    this.#runs.set(book, { next: Math.min(from, open?.next ?? from), until: Math.max(until, open?.until ?? until) });
  }

  #takeRuns(): readonly SyncRun[] {
    const runs: SyncRun[] = [];
    let room = WANT_ENTRIES;
    for (const [book, open] of this.#runs) {
      if (room === 0 || runs.length >= SYNC_WANTED_MAX) break;
      const limit = Math.min(room, open.until - open.next + 1);
      runs.push({ book, from: open.next, limit });
      room -= limit;
      open.next += limit;
      if (open.next > open.until) this.#runs.delete(book);
    }
    return runs;
  }
}

function takeSome(set: Set<Id>): readonly Id[] {
  const some: Id[] = [];
  for (const id of set) {
    if (some.length >= SYNC_WANTED_MAX) break;
    some.push(id);
    set.delete(id);
  }
  return some;
}
