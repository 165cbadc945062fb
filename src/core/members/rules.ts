import { applied, type Effect, type RuleContext, type RuleSet } from '../books/rules.ts';
import type { StateDraft } from '../books/state.ts';
import { resolveLog } from '../identity/log.ts';
import { contentOf, type Entry, openingOf } from '../wire/entry.ts';
import { charterAmendedKind, expelledKind } from '../wire/kinds/acts.ts';
import {
  admitKind,
  appealedKind,
  foundingKind,
  leftKind,
  mandateEndedKind,
  mandateKind,
  recallKind,
  refusedKind,
  vouchKind,
} from '../wire/kinds/people.ts';
import type { Opening } from '../wire/messages/book.ts';
import { stepCharterAmended, stepExpelled } from './acts.ts';
import { stepAdmit, stepLeft, stepVouch } from './admission.ts';
import { stepFounding } from './founding.ts';
import { stepMandate, stepMandateOver } from './mandates.ts';
import { stepAppealed, stepRefused } from './refusing.ts';
import { bodyTable } from './tables.ts';

/** Rules of member books: the books that bodies keep on `people` (protocol §2, member list). */
export const memberRules: RuleSet = {
  name: 'members',
  governs: (kind, channel) => kind !== 'person' && channel === 'people',
  step(entry: Entry, state: StateDraft, context: RuleContext): Effect {
    const opening = openingOf(entry);
    if (opening !== undefined) return stepOpening(opening, state, context);
    const founding = contentOf(entry, foundingKind);
    if (founding !== undefined) return stepFounding(founding, entry, state, context);
    const admit = contentOf(entry, admitKind);
    if (admit !== undefined) return stepAdmit(admit.apply, entry, state, context);
    const left = contentOf(entry, leftKind);
    if (left !== undefined) return stepLeft(left.leave, entry, state, context);
    const vouch = contentOf(entry, vouchKind);
    if (vouch !== undefined) return stepVouch(vouch.identity, entry, state, context);
    const refusal = contentOf(entry, refusedKind);
    if (refusal !== undefined) return stepRefused(refusal, entry, state, context);
    const appealed = contentOf(entry, appealedKind);
    if (appealed !== undefined) return stepAppealed(appealed.appeal, state, context);
    return stepMandates(entry, state, context);
  },
};

function stepMandates(entry: Entry, state: StateDraft, context: RuleContext): Effect {
  const mandate = contentOf(entry, mandateKind);
  if (mandate !== undefined) return stepMandate(mandate, entry, state, context);
  const recall = contentOf(entry, recallKind);
  if (recall !== undefined) return stepMandateOver(recall.mandate, true, entry, state, context);
  const ended = contentOf(entry, mandateEndedKind);
  return ended === undefined
    ? stepDecided(entry, state, context)
    : stepMandateOver(ended.mandate, false, entry, state, context);
}

function stepDecided(entry: Entry, state: StateDraft, context: RuleContext): Effect {
  const amended = contentOf(entry, charterAmendedKind);
  if (amended !== undefined) return stepCharterAmended(amended.certificate, entry, state, context);
  const expelled = contentOf(entry, expelledKind);
  return expelled === undefined ? applied() : stepExpelled(expelled.certificate, entry, state, context);
}

/**
 * Keeps the root threshold that a Founding needs. An Opening that carries no log (above 8 KiB) leaves no row: a body founds
 * itself while its log still fits its Opening.
 */
function stepOpening(opening: Opening, state: StateDraft, context: RuleContext): Effect {
  const log = resolveLog(opening.identity, opening.log, context.verify);
  if (log !== undefined) {
    state.set(bodyTable, ['current'], {
      threshold: log.threshold,
      charterHead: undefined,
      charters: 0,
      changes: 0,
    });
  }
  return applied();
}
