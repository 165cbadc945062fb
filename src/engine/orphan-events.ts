import { bytesToHex } from '@noble/hashes/utils.js';
import type { Id } from '../core/base/id.ts';
import { IdentityEvent } from '../core/wire/messages/identity.ts';
import { ORPHAN_EVENTS_MAX, ORPHAN_EVENTS_PER_IDENTITY_MAX } from './constants.ts';

/**
 * Identity events whose predecessor has not come. Nothing of them can be verified, so the table is small, each form of an event
 * is kept beside the others, and the oldest go first; what went is asked for again with a later round.
 */
export class OrphanEvents {
  /** By identity, then by encoded bytes, each in order of arrival. */
  readonly #events = new Map<Id, Map<string, IdentityEvent>>();
  #count = 0;

  put(event: IdentityEvent): void {
    const own = this.#events.get(event.identity) ?? new Map<string, IdentityEvent>();
    const name = nameOf(event);
    if (own.has(name)) return;
    if (own.size >= ORPHAN_EVENTS_PER_IDENTITY_MAX) this.#dropOldest(event.identity, own);
    else if (this.#count >= ORPHAN_EVENTS_MAX)
      for (const [oldest, events] of this.#events) {
        this.#dropOldest(oldest, events);
        break;
      }
    this.#events.set(event.identity, own.set(name, event));
    this.#count += 1;
  }

  has(event: IdentityEvent): boolean {
    return this.#events.get(event.identity)?.has(nameOf(event)) === true;
  }

  /** Takes all out that wait of one identity. */
  take(identity: Id): readonly IdentityEvent[] {
    const own = this.#events.get(identity);
    if (own === undefined) return [];
    this.#events.delete(identity);
    this.#count -= own.size;
    return [...own.values()];
  }

  #dropOldest(identity: Id, own: Map<string, IdentityEvent>): void {
    const [oldest] = own.keys();
    if (oldest === undefined) return;
    own.delete(oldest);
    this.#count -= 1;
    if (own.size === 0) this.#events.delete(identity);
  }
}

function nameOf(event: IdentityEvent): string {
  return bytesToHex(IdentityEvent.encode(event));
}
