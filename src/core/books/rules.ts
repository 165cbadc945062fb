import type { SignatureCheck } from '../../ports/signatures.ts';
import type { Amount } from '../base/amount.ts';
import type { Id } from '../base/id.ts';
import type { Outcome } from '../base/outcome.ts';
import type { RefusalCode } from '../base/refusals.ts';
import type { Channel } from '../base/region.ts';
import type { Entry, EntryFault } from '../wire/entry.ts';
import type { Head } from '../wire/messages/book.ts';
import type { IdentityKind } from '../wire/messages/identity.ts';
import type { Mandate } from '../wire/messages/people.ts';
import type { DecisionRule, Matter } from '../wire/messages/rules.ts';
import type { StateDraft } from './state.ts';

/** What an entry of a body's book did (protocol §3, "effect"). */
export type Effect =
  | { readonly type: 'applied'; readonly facts: readonly Fact[] }
  | { readonly type: 'refused'; readonly code: RefusalCode }
  | { readonly type: 'waiting'; readonly heads: readonly Head[] };

/**
 * Something that an applied entry made true, told to people and programs in the event stream; plain JSON values, amounts
 * as numbers of labor-seconds. No rule reads a fact.
 */
export interface Fact {
  readonly type: string;
  readonly [field: string]: string | number | readonly string[] | readonly number[] | undefined;
}

/** The members of a body as its member book stood at one head. */
export interface MembersAt {
  /** The body whose member book it is. */
  readonly body: Id;
  readonly kind: IdentityKind;
  /** Number of members. */
  readonly count: number;
  /** Attestors that the charter asks for. */
  readonly attestationCount: number;
  /** Who witnesses the body's books by the charter. */
  readonly witnesses: readonly Id[];
  /** Sequence of the entry that holds the charter; 0 before the Founding. */
  readonly charterSequence: number;
  /** The charter's rule for a matter, or for general ones; undefined before the Founding. */
  ruleFor(matter: Matter): DecisionRule | undefined;
  isMember(identity: Id): boolean;
  /** @returns the mandate of that id under which an act of a delegate counts as the body's, as the member book shows it there, or why none does. */
  mandateFor(mandate: Id, act: MandatedAct): Outcome<Mandate, MandateRefusal>;
  /** @returns the members, in the order in which they joined. */
  members(): readonly Id[];
}

/** Something that a delegate does for the body that mandated it. */
export interface MandatedAct {
  readonly delegate: Id;
  /** In whose book it is taken. */
  readonly at: Id;
  readonly matter: Matter;
  /** Labor-seconds that it binds, 0 for none. */
  readonly amount: Amount;
}

/** Why an act does not count as that of the body that mandated, in order of precedence. */
export type MandateRefusal = Extract<RefusalCode, 'unknown_mandate' | 'mandate_over' | 'outside_mandate'>;

/** Everything outside its own book's state that a rule may look at: pure functions of the entry (protocol §0.4). */
export interface RuleContext {
  readonly network: Uint8Array;
  /** Whose book it is. */
  readonly body: Id;
  readonly kind: IdentityKind;
  readonly channel: Channel;
  /** The device that writes it. */
  readonly device: Id;
  /** @returns whether an Ed25519 signature holds; the same answer always, from a cache where it was checked before. */
  verify(check: SignatureCheck): boolean;
  /** Reads a carried entry as `readEntry` does, where given from a cache of those that were read before. */
  readonly readCarried?: (bytes: Uint8Array) => Outcome<Entry, EntryFault>;
  /**
   * Reads a member book up to a head.
   * @returns the members there; `waiting` where the book, or its entry with that id at that sequence, is not here; `wrong_head`
   *   where the book is here and is no member book, whatever the sequence and id.
   */
  membersAt(head: Head): MembersAt | 'waiting' | 'wrong_head';
}

/** One folder of rules: what the entries of one sort of book mean. */
export interface RuleSet {
  readonly name: string;
  /** Whether it governs the books that identities of this kind keep on this channel. */
  governs(kind: IdentityKind, channel: Channel): boolean;
  /**
   * Judges the next entry of a book. Writes its changes into `state`; the caller drops them unless the effect is `applied`.
   * Reads no clock, no chance, no order of arrival. Kinds it does not know are applied without change.
   */
  step(entry: Entry, state: StateDraft, context: RuleContext): Effect;
}

/** @returns the effect of an entry that applies. */
export function applied(facts: readonly Fact[] = []): Effect {
  return { type: 'applied', facts };
}

/** @returns the effect of an entry that breaks a rule. */
export function refused(code: RefusalCode): Effect {
  return { type: 'refused', code };
}

/** @returns the effect of an entry that reads what is not here yet. */
export function waiting(heads: readonly Head[]): Effect {
  return { type: 'waiting', heads };
}
