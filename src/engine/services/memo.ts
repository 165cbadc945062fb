import { type Id, parseId } from '../../core/base/id.ts';
import { contentOf, type Entry, readEntry } from '../../core/wire/entry.ts';
import { memoKind } from '../../core/wire/kinds/ledger.ts';
import type { SettingRow } from '../../ports/store.ts';
import type { BookTable } from '../book-table.ts';
import { MEMOS_MAX, MEMOS_PER_BOOK_MAX } from '../constants.ts';
import type { ItemOutcome } from '../events.ts';
import type { World } from '../world.ts';
import { kept, later, type Mail, type Service } from './service.ts';

const PREFIX = 'memo/';

interface KeptMemo {
  readonly sealed: Uint8Array;
  /** The payer's book that it stands in. */
  readonly book: Id;
  readonly claimedAt: number;
}

/** Keeps the memos that payers sent to this identity, under the payload digest that their orders name; durable. */
export class MemoService implements Service {
  readonly name = 'memo';
  readonly #world: World;
  readonly #books: BookTable;
  readonly #kept = new Map<Id, KeptMemo>();
  readonly #countOf = new Map<Id, number>();

  constructor(world: World, books: BookTable) {
    this.#world = world;
    this.#books = books;
  }

  /** The sealed memo with this payload digest. */
  get(digest: Id): Uint8Array | undefined {
    return this.#kept.get(digest)?.sealed;
  }

  /** Takes back a stored setting. @returns whether it is a memo. */
  restore({ key, value }: SettingRow): boolean {
    const digest = key.startsWith(PREFIX) ? parseId(key.slice(PREFIX.length)) : undefined;
    const entry = digest === undefined ? undefined : readEntry(value, this.#world.network);
    const sealed = entry?.ok === true ? contentOf(entry.value, memoKind)?.sealed : undefined;
    if (digest !== undefined && entry?.ok === true && sealed !== undefined) this.#put(digest, entry.value, sealed);
    return key.startsWith(PREFIX);
  }

  receive(mail: Mail, answer: (outcome: ItemOutcome) => void): boolean {
    const memo = contentOf(mail.entry, memoKind);
    if (memo?.to !== this.#world.self.identity) return false;
    const outcome = this.#keep(mail, memo.sealed);
    this.#world.afterCommit(() => answer(outcome));
    return true;
  }

  judged(): void {}

  tick(): void {}

  #keep({ entry, author }: Mail, sealed: Uint8Array): ItemOutcome {
    const { payloadDigest: digest } = entry.header;
    if (this.#kept.has(digest)) return kept(entry);
    if (!this.#books.isKnown(author))
      return later(entry, 'Memos are taken of known identities only; ask a member to vouch for you.');
    this.#makeRoom(entry.book);
    this.#put(digest, entry, sealed);
    const key = PREFIX + digest;
    this.#world.writeRow(key, { type: 'putSetting', row: { key, value: entry.bytes } });
    return kept(entry);
  }

  #put(digest: Id, { book, header }: Entry, sealed: Uint8Array): void {
    this.#kept.set(digest, { sealed, book, claimedAt: header.claimedAt });
    this.#countOf.set(book, (this.#countOf.get(book) ?? 0) + 1);
  }

  /** The oldest memo of whoever has most gives way, so that nobody can fill the room of others. */
  #makeRoom(book: Id): void {
    if ((this.#countOf.get(book) ?? 0) >= MEMOS_PER_BOOK_MAX) return this.#dropOldest(book);
    if (this.#kept.size < MEMOS_MAX) return;
    const [most] = [...this.#countOf].sort(([, left], [, right]) => right - left)[0] ?? [];
    if (most !== undefined) this.#dropOldest(most);
  }

  #dropOldest(book: Id): void {
    const own = [...this.#kept].filter(([, memo]) => memo.book === book);
    const [oldest] = own.sort(([, left], [, right]) => left.claimedAt - right.claimedAt);
    if (oldest === undefined) return;
    this.#kept.delete(oldest[0]);
    this.#countOf.set(book, own.length - 1);
    const key = PREFIX + oldest[0];
    this.#world.writeRow(key, { type: 'deleteSetting', key });
  }
}
