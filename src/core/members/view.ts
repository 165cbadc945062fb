import type { Id } from '../base/id.ts';
import { ATTESTORS_DEFAULT } from '../base/limits.ts';
import { present } from '../base/outcome.ts';
import type { MembersAt } from '../books/rules.ts';
import type { StateView } from '../books/state.ts';
import type { Head } from '../wire/messages/book.ts';
import type { IdentityKind } from '../wire/messages/identity.ts';
import type { Charter } from '../wire/messages/people.ts';
import type { DecisionRule } from '../wire/messages/rules.ts';
import type { MemberChange } from '../wire/messages/state.ts';
import { ruleOf } from './decision-rules.ts';
import { mandateAt } from './mandate-view.ts';
import { bodyTable, changesTable, chartersTable, membersTable, vouchedTable } from './tables.ts';

/**
 * Reads a member book as it stood when its entry `sequence` had been applied, out of the state left by that entry or any
 * later one. Before the Founding there are no members. Takes O(log changes) steps, and one for each later change of the
 * identity that is asked for.
 */
export function membersAt(state: StateView, body: Id, kind: IdentityKind, sequence: number): MembersAt {
  const newest = newestChange(state, sequence);
  const charter = charterRowAt(state, sequence);
  return {
    body,
    kind,
    count: newest === 0 ? 0 : changeOf(state, newest).members,
    attestationCount: charter?.charter.attestationCount ?? ATTESTORS_DEFAULT,
    witnesses: charter?.charter.witnesses ?? [],
    charterSequence: charter?.sequence ?? 0,
    ruleFor: (matter) => (charter === undefined ? undefined : ruleOf(charter.charter.rules, matter)),
    isMember: (identity) => isMemberAfter(state, identity, newest),
    mandateFor: (mandate, act) =>
      mandateAt(
        state,
        mandate,
        { sequence, stays: (identity, change) => staysSince(state, identity, change, newest) },
        act,
      ),
    members: () => membersAfter(state, newest),
  };
}

/** @returns whether this identity is a member now. */
export function isMember(state: StateView, identity: Id): boolean {
  return isMemberAfter(state, identity, Number.MAX_SAFE_INTEGER);
}

/** @returns the number of the newest change of an identity's membership, which its next Apply or Leave names; 0 before any. */
export function membershipChange(state: StateView, identity: Id): number {
  return state.get(membersTable, identity)?.change ?? 0;
}

/** The members now, in the order in which they joined. */
export function membersNow(state: StateView): readonly Id[] {
  return membersAfter(state, state.get(bodyTable, 'current')?.changes ?? 0);
}

/** Who joined by a change up to `newest` and did not go again, in the order in which they joined. */
function membersAfter(state: StateView, newest: number): readonly Id[] {
  const joined = new Set<Id>();
  for (let number = 1; number <= newest; number += 1) {
    const { identity, type } = changeOf(state, number);
    if (type === 'joined') joined.add(identity);
    else if (type === 'gone') joined.delete(identity);
  }
  return [...joined];
}

/**
 * Whose books the body makes known: its members now and those that it vouched for, each once, in the order in which they
 * joined or were vouched for (protocol §4, known authors).
 */
export function knownIdentities(state: StateView): readonly Id[] {
  const known = new Set<Id>();
  for (const [index, change] of changesOf(state).entries()) {
    if (change.type === 'vouched' || isStanding(state, change, index + 1)) known.add(change.identity);
  }
  return [...known];
}

/** @returns whether the body vouched for this identity. */
export function isVouched(state: StateView, identity: Id): boolean {
  return state.get(vouchedTable, identity) !== undefined;
}

/** What a member book says of its body now. */
export interface BodyFigures {
  /** The entry that holds the charter in force, to be named by an Apply; undefined before the Founding. */
  readonly charterHead: Head | undefined;
  readonly members: number;
  /** Attestors that the charter asks for; 0 before the Founding. */
  readonly attestationCount: number;
  /** How the body decides; empty before the Founding. */
  readonly rules: readonly DecisionRule[];
}

/** @returns the figures of a member book. */
export function bodyFigures(state: StateView): BodyFigures {
  const body = state.get(bodyTable, 'current');
  const newest = body?.changes ?? 0;
  return {
    charterHead: body?.charterHead,
    members: newest === 0 ? 0 : changeOf(state, newest).members,
    attestationCount: charterAt(state, Number.MAX_SAFE_INTEGER)?.attestationCount ?? 0,
    rules: charterAt(state, Number.MAX_SAFE_INTEGER)?.rules ?? [],
  };
}

/** @returns the charter in force when the entry `sequence` had been applied, undefined before the Founding. */
export function charterAt(state: StateView, sequence: number): Charter | undefined {
  return charterRowAt(state, sequence)?.charter;
}

function charterRowAt(state: StateView, sequence: number): ReturnType<typeof chartersTable.shape.read> | undefined {
  for (let number = state.get(bodyTable, 'current')?.charters ?? 0; number > 0; number -= 1) {
    const row = present(state.get(chartersTable, String(number)), `charter ${number} of a member book is kept`);
    if (row.sequence <= sequence) return row;
  }
  return undefined;
}

/** Number of the newest change by an entry up to `sequence`, 0 for none: binary search, since sequences never fall. */
function newestChange(state: StateView, sequence: number): number {
  let low = 0;
  let high = state.get(bodyTable, 'current')?.changes ?? 0;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (changeOf(state, middle).sequence <= sequence) low = middle;
    else high = middle - 1;
  }
  return low;
}

function isMemberAfter(state: StateView, identity: Id, newest: number): boolean {
  const number = changeAfter(state, identity, newest);
  return number > 0 && changeOf(state, number).type === 'joined';
}

/**
 * @param change the newest change of an identity's membership at some place, 0 before any.
 * @returns whether the identity did not cease to be a member between there and the change `newest`; who was none may have joined.
 */
export function staysSince(state: StateView, identity: Id, change: number, newest: number): boolean {
  const number = changeAfter(state, identity, newest);
  if (number === change) return true;
  const { type, before } = changeOf(state, number);
  return type === 'joined' && before === change;
}

/** Number of the newest change of an identity's membership up to the change `newest`, 0 for none. */
function changeAfter(state: StateView, identity: Id, newest: number): number {
  let number = membershipChange(state, identity);
  while (number > newest) number = changeOf(state, number).before;
  return number;
}

function isStanding(state: StateView, change: MemberChange, number: number): boolean {
  return change.type === 'joined' && state.get(membersTable, change.identity)?.change === number;
}

function changesOf(state: StateView): readonly MemberChange[] {
  const count = state.get(bodyTable, 'current')?.changes ?? 0;
  return Array.from({ length: count }, (_, index) => changeOf(state, index + 1));
}

function changeOf(state: StateView, number: number): MemberChange {
  return present(state.get(changesTable, String(number)), `change ${number} of a member book is kept`);
}
