import type { Id } from '../core/base/id.ts';
import { present } from '../core/base/outcome.ts';
import { openingOf, readEntry } from '../core/wire/entry.ts';
import { kindOfNumber } from '../core/wire/kinds/table.ts';
import { InboxItem } from '../core/wire/messages/peer.ts';
import { INBOX_MAX } from './constants.ts';
import { kindName } from './events.ts';
import type { Mail } from './services/service.ts';
import type { World } from './world.ts';

const PREFIX = 'inbox/';
/** An Opening and a carried entry with their frame. */
export const INBOX_ITEM_BYTES_MAX = 20 * 1024;

/** Mail that this body has acknowledged and not yet carried: durable, in order of arrival. */
export class Inbox {
  readonly #world: World;
  readonly #items = new Map<Id, Mail>();

  constructor(world: World) {
    this.#world = world;
  }

  /** Everything that waits, oldest first. */
  all(): readonly Mail[] {
    return [...this.#items.values()];
  }

  get(entry: Id): Mail | undefined {
    return this.#items.get(entry);
  }

  /** Keeps a piece of mail. @returns false when there is no room. */
  keep(mail: Mail): boolean {
    if (this.#items.has(mail.entry.id)) return true;
    if (this.#items.size >= INBOX_MAX) return false;
    this.#items.set(mail.entry.id, mail);
    const value = InboxItem.encode({ opening: mail.opening.bytes, entry: mail.entry.bytes });
    const key = PREFIX + mail.entry.id;
    this.#world.writeRow(key, { type: 'putSetting', row: { key, value } });
    const { kind } = mail.entry.header;
    this.#world.tell({ type: 'inbox', id: mail.entry.id, kind: kindName(kindOfNumber(kind), kind), from: mail.author });
    return true;
  }

  /** Lets go of what was carried or refused. */
  drop(entry: Id): void {
    if (!this.#items.delete(entry)) return;
    const key = PREFIX + entry;
    this.#world.writeRow(key, { type: 'deleteSetting', key });
  }

  /** Takes back what was stored before a restart. @returns whether the setting is an inbox item. */
  restore(key: string, value: Uint8Array): boolean {
    if (!key.startsWith(PREFIX)) return false;
    const decoded = InboxItem.decode(value, INBOX_ITEM_BYTES_MAX);
    const item = present(decoded.ok ? decoded.value : undefined, 'a stored inbox item is canonical');
    const [opening, entry] = [readEntry(item.opening, this.#world.network), readEntry(item.entry, this.#world.network)];
    if (!opening.ok || !entry.ok) return true;
    const author = openingOf(opening.value)?.identity;
    if (author !== undefined) this.#items.set(entry.value.id, { opening: opening.value, entry: entry.value, author });
    return true;
  }
}
