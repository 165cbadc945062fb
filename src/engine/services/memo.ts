import { type Id, parseId } from '../../core/base/id.ts';
import { contentOf, readEntry } from '../../core/wire/entry.ts';
import { memoKind } from '../../core/wire/kinds/ledger.ts';
import type { SettingRow } from '../../ports/store.ts';
import type { BookTable } from '../book-table.ts';
import { MEMOS_MAX } from '../constants.ts';
import type { ItemOutcome } from '../events.ts';
import type { World } from '../world.ts';
import { kept, later, type Mail, type Service } from './service.ts';

const PREFIX = 'memo/';

/** Keeps the memos that payers sent to this identity, under the payload digest that their orders name; durable. */
export class MemoService implements Service {
  readonly name = 'memo';
  readonly #world: World;
  readonly #books: BookTable;
  readonly #sealed = new Map<Id, Uint8Array>();

  constructor(world: World, books: BookTable) {
    this.#world = world;
    this.#books = books;
  }

  /** The sealed memo with this payload digest. */
  get(digest: Id): Uint8Array | undefined {
    return this.#sealed.get(digest);
  }

  /** Takes back a stored setting. @returns whether it is a memo. */
  restore({ key, value }: SettingRow): boolean {
    const digest = key.startsWith(PREFIX) ? parseId(key.slice(PREFIX.length)) : undefined;
    const entry = digest === undefined ? undefined : readEntry(value, this.#world.network);
    const sealed = entry?.ok === true ? contentOf(entry.value, memoKind)?.sealed : undefined;
    if (digest !== undefined && sealed !== undefined) this.#sealed.set(digest, sealed);
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
    if (this.#sealed.has(digest)) return kept(entry);
    if (!this.#books.isKnown(author))
      return later(entry, 'Memos are taken of known identities only; ask a member to vouch for you.');
    if (this.#sealed.size >= MEMOS_MAX) return later(entry, 'There is no room for more memos here.');
    this.#sealed.set(digest, sealed);
    const key = PREFIX + digest;
    this.#world.writeRow(key, { type: 'putSetting', row: { key, value: entry.bytes } });
    return kept(entry);
  }
}
