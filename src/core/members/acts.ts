import { restOn } from '../books/body-books.ts';
import type { Carried } from '../books/carried.ts';
import { applied, type Effect, type RuleContext, refused, waiting } from '../books/rules.ts';
import type { StateDraft } from '../books/state.ts';
import type { Entry } from '../wire/entry.ts';
import type { Act, Close, DecisionCertificate } from '../wire/messages/decisions.ts';
import { readDecision } from '../witness/decision.ts';
import { recordChange } from './changes.ts';
import { areRulesSound } from './decision-rules.ts';
import { bodyTable, chartersTable, decidedTable } from './tables.ts';
import { isMember } from './view.ts';

/**
 * Rule of `CharterAmended`: the charter that the body adopted is in force from this entry on; who applied under the one before applies
 * again. Refusals, in order: those of `readDecision`, `wrong_decision`, `decision_used`, `act_impossible`.
 */
export function stepCharterAmended(
  certificate: DecisionCertificate,
  entry: Entry,
  state: StateDraft,
  context: RuleContext,
): Effect {
  return carryOut(certificate, 'charter', entry, state, context, ({ content: { act } }) => {
    const body = state.get(bodyTable, 'current');
    const charter = act?.charter;
    if (body === undefined || charter === undefined || !areRulesSound(charter.rules)) return undefined;
    const { sequence } = entry.header;
    const charters = body.charters + 1;
    const charterHead = { book: entry.book, sequence, id: entry.id };
    state.set(bodyTable, ['current'], { ...body, charterHead, charters });
    state.set(chartersTable, [String(charters)], { sequence, charter });
    return { type: 'charterAmended', charter: entry.id };
  });
}

/**
 * Rule of `Expelled`: whom the body decided to expel is a member no more. It may apply again.
 * Refusals, in order: those of `readDecision`, `wrong_decision`, `decision_used`, `act_impossible`.
 */
export function stepExpelled(
  certificate: DecisionCertificate,
  entry: Entry,
  state: StateDraft,
  context: RuleContext,
): Effect {
  return carryOut(certificate, 'expulsion', entry, state, context, ({ content: { act } }) => {
    const member = act?.expulsion?.member;
    if (member === undefined || !isMember(state, member)) return undefined;
    recordChange(state, entry, member, 'gone');
    return { type: 'memberExpelled', identity: member };
  });
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
  const reading = readDecision(certificate, state, context);
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
