import { compareIds, type Id } from '../base/id.ts';
import { type IdentityState, resolveLog, type Verify } from '../identity/log.ts';
import { stateAfter, stateOfInception } from '../identity/step.ts';
import type { IdentityEvent } from '../wire/messages/identity.ts';

/** An event that stood in the file as a statement, and where. */
interface StatedEvent {
  readonly event: IdentityEvent;
  readonly offset: number;
}

/** The identity events of a file: those of statements, and those that Openings carry. */
export class KnownLogs {
  readonly #stated = new Map<Id, StatedEvent[]>();
  readonly #carried = new Map<Id, readonly IdentityEvent[][]>();

  addStatement(event: IdentityEvent, offset: number): void {
    const events = this.#stated.get(event.identity);
    if (events === undefined) this.#stated.set(event.identity, [{ event, offset }]);
    else events.push({ event, offset });
  }

  /** Keeps a carried log that verified, once for each head. */
  addCarried(identity: Id, log: readonly IdentityEvent[]): void {
    const logs = this.#carried.get(identity) ?? [];
    const head = log.at(-1);
    if (head === undefined || logs.some((known) => known.at(-1) === head)) return;
    this.#carried.set(identity, [...logs, [...log]]);
  }

  /** @returns the events of statements so far, under which an Opening that carries no log is verified. */
  statedOf(identity: Id): readonly IdentityEvent[] {
    return (this.#stated.get(identity) ?? []).map(({ event }) => event);
  }

  /** @returns what all logs say, ordered by identity. */
  resolve(verify: Verify): readonly IdentityState[] {
    const identities = [...new Set([...this.#stated.keys(), ...this.#carried.keys()])].sort(compareIds);
    return identities
      .map((identity) => resolveLog(identity, this.#eventsOf(identity), verify))
      .filter((state) => state !== undefined);
  }

  /** @returns the byte offsets of statements whose event verifies on no chain from its Inception; superseded ones do. */
  unfounded(verify: Verify): readonly number[] {
    const offsets = [...this.#stated.keys()].flatMap((identity) => this.#unfoundedOf(identity, verify));
    return offsets.sort((left, right) => left - right);
  }

  /** Each state is kept without the events before it, so that a long log takes little memory. */
  #unfoundedOf(identity: Id, verify: Verify): readonly number[] {
    const offsets = new Map(this.#stated.get(identity)?.map(({ event, offset }) => [event, offset]));
    const states = new Map<Id | undefined, IdentityState>();
    const unfounded: number[] = [];
    for (const event of this.#eventsOf(identity).toSorted((left, right) => left.number - right.number)) {
      const before = states.get(event.previousDigest);
      const state = before === undefined ? stateOfInception(event, verify) : stateAfter(before, event, verify);
      const offset = offsets.get(event);
      if (state !== undefined) states.set(state.digest, { ...state, events: [] });
      else if (offset !== undefined) unfounded.push(offset);
    }
    return unfounded;
  }

  #eventsOf(identity: Id): readonly IdentityEvent[] {
    return [...this.statedOf(identity), ...(this.#carried.get(identity) ?? []).flat()];
  }
}
