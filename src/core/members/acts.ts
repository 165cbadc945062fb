import { restOn } from '../books/body-books.ts';
import type { Carried } from '../books/carried.ts';
import { applied, type Effect, type RuleContext, refused, waiting } from '../books/rules.ts';
import type { StateDraft, StateView } from '../books/state.ts';
import type { Entry } from '../wire/entry.ts';
import type { Head } from '../wire/messages/book.ts';
import type { Act, Close, DecisionCertificate, ExpulsionAct } from '../wire/messages/decisions.ts';
import type { Charter } from '../wire/messages/people.ts';
import { readDecision } from '../witness/decision.ts';
import { recordChange } from './changes.ts';
import { areRulesSound } from './decision-rules.ts';
import { bodyTable, chartersTable, decidedTable } from './tables.ts';
import { bodyFigures, isMember, membershipChange } from './view.ts';

/**
 * Rule of `CharterAmended`: the charter that the body adopted is in force from this entry on, in the place of the one that it was drawn
 * from and of no other; who applied under the one before applies again. Refusals, in order: those of `readDecision`, `wrong_decision`, `decision_used`, `act_impossible`.
 */
export function stepCharterAmended(
  certificate: DecisionCertificate,
  entry: Entry,
  state: StateDraft,
  context: RuleContext,
): Effect {
  return carryOut(certificate, 'charter', entry, state, context, ({ content: { act } }) => {
    const body = state.get(bodyTable, 'current');
    const { charter, charterHead: before } = act?.charter ?? {};
    if (body === undefined || charter === undefined || !canAmend(state, charter, before)) return undefined;
    const { sequence } = entry.header;
    const charters = body.charters + 1;
    const charterHead = { book: entry.book, sequence, id: entry.id };
    state.set(bodyTable, ['current'], { ...body, charterHead, charters });
    state.set(chartersTable, [String(charters)], { sequence, charter });
    return { type: 'charterAmended', charter: entry.id };
  });
}

/**
 * Rule of `Expelled`: whom the body decided to expel is a member no more. It may apply again; that membership is another one. The last
 * member stays: nobody could decide anything any more.
 * Refusals, in order: those of `readDecision`, `wrong_decision`, `decision_used`, `act_impossible`.
 */
export function stepExpelled(
  certificate: DecisionCertificate,
  entry: Entry,
  state: StateDraft,
  context: RuleContext,
): Effect {
  return carryOut(certificate, 'expulsion', entry, state, context, ({ content: { act } }) => {
    if (act?.expulsion === undefined || !canExpel(state, act.expulsion)) return undefined;
    const { member } = act.expulsion;
    recordChange(state, entry, member, 'gone');
    return { type: 'memberExpelled', identity: member };
  });
}

/** @returns whether what a body decided on itself can be done in its member book as that stands now. */
export function isPossible(state: StateView, { charter, expulsion }: Act): boolean {
  if (charter !== undefined) return canAmend(state, charter.charter, charter.charterHead);
  return expulsion !== undefined && canExpel(state, expulsion);
}

function canAmend(state: StateView, charter: Charter, before: Head | undefined): boolean {
  return before !== undefined && before.id === bodyFigures(state).charterHead?.id && areRulesSound(charter.rules);
}

function canExpel(state: StateView, { member, afterChange }: ExpulsionAct): boolean {
  const isThatMembership = isMember(state, member) && membershipChange(state, member) === afterChange;
  return isThatMembership && bodyFigures(state).members > 1;
}

type Done = { readonly type: string; readonly [field: string]: string };

/** Does once what a decision of the own body says; `perform` gives nothing where that cannot be done. */
function carryOut(
  certificate: DecisionCertificate,
  act: keyof Act,
  entry: Entry,
  state: StateDraft,
  context: RuleContext,
  perform: (close: Carried<Close>) => Done | undefined,
): Effect {
  const { charterHead } = bodyFigures(state);
  const reading = readDecision(certificate, state, context, { body: context.body, charterHead });
  if (reading.type === 'refused') return reading;
  if (reading.type === 'waiting') return waiting(reading.heads);
  const { close } = reading;
  if (close.author !== context.body || close.content.act?.[act] === undefined) return refused('wrong_decision');
  if (state.get(decidedTable, close.entry.id) !== undefined) return refused('decision_used');
  const done = perform(close);
  if (done === undefined) return refused('act_impossible');
  restOn(state, close.author, 'proposals', close.entry.book);
  state.set(decidedTable, [close.entry.id], { sequence: entry.header.sequence });
  return applied([{ ...done, body: context.body, close: close.entry.id }]);
}
