import { compareBytes } from '../base/bytes.ts';
import type { Id } from '../base/id.ts';
import { IdentityEvent } from '../wire/messages/identity.ts';
import { changeOf, eventDigest } from './event.ts';
import type { IdentityState, Verify } from './state.ts';
import { stateAfter, stateOfInception } from './step.ts';

export type { Device, IdentityState, Verify } from './state.ts';

/** Events by the digest that they name as `previousDigest`; undefined for event 0. */
type Candidates = ReadonlyMap<Id | undefined, readonly IdentityEvent[]>;

/**
 * Reads an identity log out of any set of its events, whatever their order: the same set gives the same state, and events
 * that do not verify change nothing (protocol §2; KERI, pre-rotation).
 *
 * An announcement of next keys is used once. Of all that follows it, a Rotation out of it wins with the events that it
 * follows; other events beside that chain, of the same or a higher number, are superseded, so keys that were rotated away
 * can do nothing more. Two Rotations out of one announcement stop the log for good where they part, whatever their
 * numbers: whoever stole the keys that the first one revealed could write the second. Without a Rotation two events with
 * one number stop the log there until one supersedes them.
 * @returns the state, or undefined when no valid Inception of that identity is among the events.
 */
export function resolveLog(identity: Id, events: readonly IdentityEvent[], verify: Verify): IdentityState | undefined {
  const candidates = groupCandidates(identity, events);
  let state = firstOf(candidates.get(undefined) ?? [], (event) => stateOfInception(event, verify));
  while (state !== undefined) {
    const { trunk, contested, rotations } = exploreAnnouncement(state, candidates, verify);
    const [first, ...others] = rotations;
    if (first === undefined) return contested ? { ...trunk, contestedAt: trunk.number + 1 } : trunk;
    if (others.length > 0) return whereTheyPart(rotations, verify);
    state = first;
  }
  return undefined;
}

/**
 * Reads an identity log as far as the event with this digest, and by the events on the chain to it alone, so that the
 * answer never changes with what is learned later.
 * @returns the state there, or undefined where an event of that chain is missing or does not verify.
 */
export function resolveLogUpTo(
  identity: Id,
  digest: Id,
  events: readonly IdentityEvent[],
  verify: Verify,
): IdentityState | undefined {
  const state = resolveLog(identity, chainTo(digest, events), verify);
  return state?.digest === digest ? state : undefined;
}

/**
 * The valid events that follow a state, on whatever branch: a contested log is decided by a Rotation after any of them.
 * @returns them by digest, and the digests of those that lead to a Rotation.
 */
export function validAfter(
  start: IdentityState,
  events: readonly IdentityEvent[],
  verify: Verify,
): { readonly events: ReadonlyMap<Id, IdentityEvent>; readonly toRotations: ReadonlySet<Id> } {
  const candidates = groupCandidates(start.identity, events);
  const valid = new Map<Id, IdentityEvent>();
  const toRotations = new Set<Id>();
  const frontier = [start];
  for (let state = frontier.pop(); state !== undefined; state = frontier.pop()) {
    const { rotations, others } = statesAfter(state, candidates.get(state.digest) ?? [], verify);
    for (const next of [...rotations, ...others]) {
      for (const event of next.events.slice(-1)) valid.set(next.digest, event);
      frontier.push(next);
    }
    for (const { events: chain } of rotations) for (const event of chain) toRotations.add(eventDigest(event));
  }
  return { events: valid, toRotations };
}

/** Every form of the events on the chain to this digest: one event may be there with several sets of signatures, of which some are junk. */
function chainTo(digest: Id, events: readonly IdentityEvent[]): readonly IdentityEvent[] {
  const byDigest = Map.groupBy(events, eventDigest);
  const chain: IdentityEvent[] = [];
  for (let next: Id | undefined = digest; next !== undefined; ) {
    const forms: readonly IdentityEvent[] = byDigest.get(next) ?? [];
    chain.push(...forms);
    next = forms[0]?.previousDigest;
  }
  return chain;
}

/** Sorts by encoded bytes, so that of two signed forms of one event always the same one is taken. */
function groupCandidates(identity: Id, events: readonly IdentityEvent[]): Candidates {
  const own = events
    .filter((event) => event.identity === identity)
    .map((event) => ({ event, bytes: IdentityEvent.encode(event) }))
    .sort((left, right) => compareBytes(left.bytes, right.bytes));
  const groups = new Map<Id | undefined, IdentityEvent[]>();
  for (const { event } of own) {
    const group = groups.get(event.previousDigest);
    if (group === undefined) groups.set(event.previousDigest, [event]);
    else group.push(event);
  }
  return groups;
}

function firstOf<From, To>(candidates: readonly From[], read: (candidate: From) => To | undefined): To | undefined {
  for (const candidate of candidates) {
    const value = read(candidate);
    if (value !== undefined) return value;
  }
  return undefined;
}

interface Announcement {
  /** As far as exactly one event follows another, Rotations aside. */
  readonly trunk: IdentityState;
  /** Whether more than one event follows the trunk. */
  readonly contested: boolean;
  /** The state after each Rotation out of this announcement, wherever it hangs. */
  readonly rotations: readonly IdentityState[];
}

function exploreAnnouncement(start: IdentityState, candidates: Candidates, verify: Verify): Announcement {
  const rotations: IdentityState[] = [];
  const frontier = [start];
  let trunk = start;
  let contested = false;
  for (let state = frontier.pop(); state !== undefined; state = frontier.pop()) {
    const next = statesAfter(state, candidates.get(state.digest) ?? [], verify);
    rotations.push(...next.rotations);
    frontier.push(...next.others);
    if (state !== trunk) continue;
    contested = next.others.length > 1;
    if (!contested) trunk = next.others[0] ?? trunk;
  }
  return { trunk, contested, rotations };
}

function statesAfter(
  state: IdentityState,
  candidates: readonly IdentityEvent[],
  verify: Verify,
): { readonly rotations: readonly IdentityState[]; readonly others: readonly IdentityState[] } {
  const rotations = new Map<Id, IdentityState>();
  const others = new Map<Id, IdentityState>();
  for (const event of candidates) {
    const group = changeOf(event)?.type === 'rotation' ? rotations : others;
    const digest = eventDigest(event);
    const next = group.has(digest) ? undefined : stateAfter(state, event, verify);
    if (next !== undefined) group.set(digest, next);
  }
  return { rotations: [...rotations.values()], others: [...others.values()] };
}

/** @returns the state before the first event that the Rotations' chains do not share. */
function whereTheyPart(rotations: readonly IdentityState[], verify: Verify): IdentityState | undefined {
  const chains = rotations.map((rotation) => rotation.events);
  let state: IdentityState | undefined;
  for (const event of chains[0] ?? []) {
    const number = event.number;
    if (!chains.every((chain) => chain[number] === event)) break;
    state = state === undefined ? stateOfInception(event, verify) : stateAfter(state, event, verify);
  }
  return state === undefined ? undefined : { ...state, contestedAt: state.number + 1 };
}
