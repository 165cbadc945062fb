import { type Amount, multiplyAmount } from '../base/amount.ts';
import { type Id, parseId } from '../base/id.ts';
import { restOn } from '../books/body-books.ts';
import { nameHead, newestNamed } from '../books/noted.ts';
import { applied, type Effect, type RuleContext, refused, waiting } from '../books/rules.ts';
import type { BookState, StateDraft, StateView } from '../books/state.ts';
import { endMinuteOf } from '../labor-record/intervals.ts';
import type { Interval, LaborClaim } from '../wire/messages/labor.ts';
import type { RatePolicy, RateTaken } from '../wire/messages/ledger.ts';
import type { RateRow } from '../wire/messages/state.ts';
import { readDecision } from '../witness/decision.ts';
import { ratePoliciesTable, ratesTable } from './tables.ts';

/** At which ratio a line issues, and by which decision: the id of its Close, undefined at 1 of 1. */
export interface LineRate {
  readonly ratioNumerator: number;
  readonly ratioDenominator: number;
  readonly rate: Id | undefined;
}

/** An hour for an hour. */
export const AT_PAR: LineRate = { ratioNumerator: 1, ratioDenominator: 1, rate: undefined };

/** Rule of `RatePolicy`: it takes the place of the one before for that body (protocol §6). Refusal: `already_accepted`. */
export function stepRatePolicy({ body, ...terms }: RatePolicy, state: StateDraft): Effect {
  const before = state.get(ratePoliciesTable, body);
  const same =
    before !== undefined &&
    before.maxNumerator === terms.maxNumerator &&
    before.maxDenominator === terms.maxDenominator &&
    before.startMinute === terms.startMinute &&
    before.minutes === terms.minutes;
  if (same) return refused('already_accepted');
  state.set(ratePoliciesTable, [body], terms);
  return applied([{ type: 'ratesAccepted', body, ...terms }]);
}

/**
 * Rule of `RateTaken`: a rate once taken stays, whatever policy follows (protocol §6).
 * Refusals, in order: those of `readDecision`, `already_accepted`, `rate_not_accepted`.
 */
export function stepRateTaken({ certificate }: RateTaken, state: StateDraft, context: RuleContext): Effect {
  const reading = readDecision(certificate, state, context);
  if (reading.type === 'refused') return reading;
  if (reading.type === 'waiting') return waiting(reading.heads);
  const { entry, author: body, content } = reading.close;
  if (state.get(ratesTable, entry.id) !== undefined) return refused('already_accepted');
  const rate = content.act?.rate;
  if (rate === undefined || !isWithinPolicy({ body, ...rate }, state)) return refused('rate_not_accepted');
  restOn(state, body, 'proposals', entry.book);
  restOn(state, body, 'people', reading.charterHead.book);
  nameHead(newestNamed(reading.charterHead, state), state);
  state.set(ratesTable, [entry.id], { body, ...rate });
  return applied([{ type: 'rateTaken', close: entry.id, body, ...rate }]);
}

/** Both products stay safe integers: no term is above RATIO_TERM_MAX. */
function isWithinPolicy(rate: RateRow, state: StateView): boolean {
  const policy = state.get(ratePoliciesTable, rate.body);
  if (policy === undefined || !holds(policy, rate)) return false;
  return rate.numerator * policy.maxDenominator <= policy.maxNumerator * rate.denominator;
}

function holds(time: Interval, part: Interval): boolean {
  return time.startMinute <= part.startMinute && endMinuteOf(part) <= endMinuteOf(time);
}

/** @returns the rate at which a ledger issues on a claim: of those that it has taken for that work and time the highest, else an hour for an hour. */
export function rateFor(claim: LaborClaim, state: BookState): LineRate {
  let best = AT_PAR;
  for (const { key, row } of state.rows(ratesTable)) {
    const { numerator: ratioNumerator, denominator: ratioDenominator } = row;
    const line = { ratioNumerator, ratioDenominator, rate: parseId(key.join('/')) };
    // Both products stay safe integers: no term is above RATIO_TERM_MAX.
    const isHigher = ratioNumerator * best.ratioDenominator > best.ratioNumerator * ratioDenominator;
    if (isHigher && isDecided(line, claim, state)) best = line;
  }
  return best;
}

/** @returns whether a line may issue on this claim at this rate, as far as this ledger has taken rates. */
export function isDecided(line: LineRate, claim: LaborClaim, state: StateView): boolean {
  const isPar = line.ratioNumerator === 1 && line.ratioDenominator === 1;
  if (line.rate === undefined || isPar) return isPar && line.rate === undefined;
  const taken = state.get(ratesTable, line.rate);
  return (
    taken !== undefined &&
    taken.numerator === line.ratioNumerator &&
    taken.denominator === line.ratioDenominator &&
    taken.taskClass === claim.taskClass &&
    claim.intervals.every((interval) => holds(taken, interval))
  );
}

/** @returns labor-seconds to issue on these at a decided rate, rounded down; undefined above AMOUNT_MAX. */
export function amountAt(seconds: Amount, { ratioNumerator, ratioDenominator }: LineRate): Amount | undefined {
  return multiplyAmount(seconds, ratioNumerator, ratioDenominator);
}
