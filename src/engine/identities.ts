import type { Id } from '../core/base/id.ts';
import { eventDigest } from '../core/identity/event.ts';
import { heldEvents } from '../core/identity/held.ts';
import { type IdentityState, resolveLog, type Verify } from '../core/identity/log.ts';
import type { IdentityEvent, LastGood } from '../core/wire/messages/identity.ts';
import { OrphanEvents } from './orphan-events.ts';

/** What changed when an event was added: which events now count, and which no longer do. */
export interface IdentityUpdate {
  readonly state: IdentityState;
  readonly added: readonly IdentityEvent[];
  readonly dropped: readonly IdentityEvent[];
}

interface Held {
  readonly events: ReadonlyMap<Id, IdentityEvent>;
  readonly state: IdentityState;
}

/** The identity logs that this peer holds, whatever door their events came in by. */
export class Identities {
  readonly #verify: Verify;
  readonly #held = new Map<Id, Held>();
  readonly #orphans = new OrphanEvents();

  constructor(verify: Verify) {
    this.#verify = verify;
  }

  /** @returns what the valid events of an identity say, undefined where it is not known here. */
  stateOf(identity: Id): IdentityState | undefined {
    return this.#held.get(identity)?.state;
  }

  /**
   * @returns what was revoked of a device, undefined where nothing was. A device that the log grants no more, since a Rotation
   *   superseded its grant or its log is contested from there, has no good book.
   */
  revocationOf(identity: Id, device: Id): { readonly lastGood: readonly LastGood[] } | undefined {
    const state = this.#held.get(identity)?.state;
    if (state === undefined) return undefined;
    const known = state.devices.get(device);
    return known === undefined ? { lastGood: [] } : known.revoked;
  }

  /** @returns the events held of an identity, contested ones included. */
  eventsOf(identity: Id): readonly IdentityEvent[] {
    return [...(this.#held.get(identity)?.events.values() ?? [])];
  }

  /** Forgets an identity. */
  forget(identity: Id): void {
    this.#held.delete(identity);
  }

  /** Every identity held. */
  all(): IterableIterator<Id> {
    return this.#held.keys();
  }

  /**
   * Takes events of one identity, in whatever order they come. Only those that count, or that contest the log's end, are held,
   * so that peers which saw them in another order hold the same ones; one that follows an event not here waits for it.
   * @returns what changed, or undefined when nothing did.
   */
  add(identity: Id, events: readonly IdentityEvent[]): IdentityUpdate | undefined {
    const before = this.#held.get(identity);
    const isNew = (event: IdentityEvent): boolean =>
      event.identity === identity && before?.events.has(eventDigest(event)) !== true;
    const fresh = events.filter(isNew);
    if (fresh.length === 0) return undefined;
    const unplaced = [...this.#orphans.take(identity).filter(isNew), ...fresh];
    const candidates = [...(before?.events.values() ?? []), ...unplaced];
    const state = resolveLog(identity, candidates, this.#verify);
    const held = state === undefined ? new Map<Id, IdentityEvent>() : heldEvents(state, candidates, this.#verify);
    for (const event of unplaced)
      if (event.previousDigest !== undefined && !held.has(event.previousDigest)) this.#orphans.put(event);
    if (state === undefined) return undefined;
    const added = [...held].filter(([digest]) => before?.events.has(digest) !== true).map(([, event]) => event);
    const dropped = [...(before?.events ?? [])].filter(([digest]) => !held.has(digest)).map(([, event]) => event);
    if (added.length === 0 && dropped.length === 0) return undefined;
    this.#held.set(identity, { events: held, state });
    return { state, added, dropped };
  }

  /** Whether this event waits for the one before it. */
  awaitsOthers(event: IdentityEvent): boolean {
    return this.#orphans.has(event);
  }
}
