import type { Id } from '../core/base/id.ts';
import { eventDigest } from '../core/identity/event.ts';
import { type IdentityState, resolveLog, type Verify } from '../core/identity/log.ts';
import type { IdentityEvent } from '../core/wire/messages/identity.ts';
import { EVENTS_PER_IDENTITY_MAX } from './constants.ts';

/** What changed when an event was added: which events now count, and which no longer do. */
export interface IdentityUpdate {
  readonly state: IdentityState;
  readonly added: readonly IdentityEvent[];
  readonly dropped: readonly IdentityEvent[];
}

interface Held {
  readonly events: Map<Id, IdentityEvent>;
  state: IdentityState;
}

/** The identity logs that this peer holds, whatever door their events came in by. */
export class Identities {
  readonly #verify: Verify;
  readonly #held = new Map<Id, Held>();

  constructor(verify: Verify) {
    this.#verify = verify;
  }

  /** @returns what the valid events of an identity say, undefined where it is not known here. */
  stateOf(identity: Id): IdentityState | undefined {
    return this.#held.get(identity)?.state;
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
   * Takes events of one identity. Only those that count, or that contest the log's end, are kept, so that peers which saw
   * them in another order keep the same ones.
   * @returns what changed, or undefined when nothing did.
   */
  add(identity: Id, events: readonly IdentityEvent[]): IdentityUpdate | undefined {
    const before = this.#held.get(identity);
    const candidates = new Map(before?.events);
    for (const event of events)
      if (event.identity === identity) candidates.set(eventDigest(event), candidates.get(eventDigest(event)) ?? event);
    if (candidates.size === (before?.events.size ?? 0)) return undefined;
    const state = resolveLog(identity, [...candidates.values()], this.#verify);
    if (state === undefined) return undefined;
    const kept = this.#keep(state, candidates);
    const added = [...kept].filter(([digest]) => before?.events.has(digest) !== true).map(([, event]) => event);
    const dropped = [...(before?.events ?? [])].filter(([digest]) => !kept.has(digest)).map(([, event]) => event);
    if (added.length === 0 && dropped.length === 0) return undefined;
    this.#held.set(identity, { events: kept, state });
    return { state, added, dropped };
  }

  #keep(state: IdentityState, candidates: ReadonlyMap<Id, IdentityEvent>): Map<Id, IdentityEvent> {
    const kept = new Map(state.events.slice(0, EVENTS_PER_IDENTITY_MAX).map((event) => [eventDigest(event), event]));
    if (state.contestedAt === undefined) return kept;
    for (const [digest, event] of candidates) {
      const contests = event.number === state.contestedAt && event.previousDigest === state.digest;
      if (contests && kept.size < EVENTS_PER_IDENTITY_MAX) kept.set(digest, event);
    }
    return kept;
  }
}
