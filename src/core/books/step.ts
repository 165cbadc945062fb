import { contentOf, type Entry } from '../wire/entry.ts';
import { eraseKind, notedKind, openingKind } from '../wire/kinds/book.ts';
import type { AnyEntryKind } from '../wire/kinds/kind.ts';
import { kindOfNumber } from '../wire/kinds/table.ts';
import { stepNoted } from './noted.ts';
import { applied, type Effect, refused, type RuleContext, type RuleSet } from './rules.ts';
import type { StateDraft } from './state.ts';

/**
 * Judges the next entry of a body's book: first what holds for every book (who may write what where, `Noted`), then the rule
 * set that governs it, which also sees the Opening. An entry of an unknown kind stands and changes nothing (protocol §3).
 */
export function stepBook(ruleSets: readonly RuleSet[], entry: Entry, state: StateDraft, context: RuleContext): Effect {
  const kind = kindOfNumber(entry.header.kind);
  if (kind === undefined || kind.number === eraseKind.number) return applied();
  if (kind.number !== openingKind.number && !mayWrite(kind, context)) return refused('wrong_writer');
  const noted = contentOf(entry, notedKind);
  if (noted !== undefined) return stepNoted(noted, state, context);
  if (kind.keeping === 'erasable') return applied();
  const rules = ruleSets.find((candidate) => candidate.governs(context.kind, context.channel));
  return rules === undefined ? applied() : rules.step(entry, state, context);
}

function mayWrite(kind: AnyEntryKind, context: RuleContext): boolean {
  return kind.writers.includes(context.kind) && kind.channels.includes(context.channel);
}
