import type { Id } from '../base/id.ts';
import { no, type Outcome, ok } from '../base/outcome.ts';
import type { MandatedAct, MandateRefusal } from '../books/rules.ts';
import type { StateView } from '../books/state.ts';
import type { Mandate } from '../wire/messages/people.ts';
import type { MandateRow } from '../wire/messages/state.ts';
import { mandatesTable } from './tables.ts';

/** A place of a member book at which a mandate is looked at. */
export interface MandatePlace {
  /** Sequence of the last entry that is read. */
  readonly sequence: number;
  /** @returns whether an identity did not cease to be a member between a change of its membership, 0 for before any, and there. */
  stays(identity: Id, change: number): boolean;
}

/**
 * Reads a mandate as a member book shows it at a place, out of the state left there or later (protocol §8).
 * @returns the mandate under which the act may be taken, or why it may not, in order: no such Mandate of this delegate stands there
 *   yet; it was recalled, has ended, or its delegate went; it does not reach to this body, matter or amount. Its times are kept by the
 *   nodes and not looked at.
 */
export function mandateAt(
  state: StateView,
  id: Id,
  place: MandatePlace,
  { delegate, at, matter, amount }: MandatedAct,
): Outcome<Mandate, MandateRefusal> {
  const row = state.get(mandatesTable, id);
  if (row === undefined || row.sequence > place.sequence || row.mandate.delegate !== delegate)
    return no('unknown_mandate');
  if (!isRunning(row, place)) return no('mandate_over');
  const { mandate } = row;
  const isWithin = mandate.at === at && mandate.matters.includes(matter) && amount <= mandate.amount;
  return isWithin ? ok(mandate) : no('outside_mandate');
}

/** @returns whether a mandate was not over at a place: neither recalled nor ended, and its delegate has not gone since. */
export function isRunning({ mandate, over, change }: MandateRow, place: MandatePlace): boolean {
  if (over > 0 && over <= place.sequence) return false;
  return place.stays(mandate.delegate, change);
}
