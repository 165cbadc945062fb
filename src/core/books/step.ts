import { contentOf, type Entry } from '../wire/entry.ts';
import { eraseKind, notedKind } from '../wire/kinds/book.ts';
import { kindOfNumber } from '../wire/kinds/table.ts';
import { stepNoted } from './noted.ts';
import { applied, type Effect, type RuleContext, type RuleSet, refused } from './rules.ts';
import type { StateDraft } from './state.ts';

/**
 * Judges the next entry of a body's book: first what holds for every book (who may write what where, `Noted`), then the rule
 * set that governs it, which also sees the Opening. An entry of an unknown kind stands and changes nothing (protocol §3).
 */
export function stepBook(ruleSets: readonly RuleSet[], entry: Entry, state: StateDraft, context: RuleContext): Effect {
  const kind = kindOfNumber(entry.header.kind);
  if (kind === undefined || kind.number === eraseKind.number) return applied();
  if (!kind.writers.includes(context.kind) || !kind.channels.includes(context.channel)) return refused('wrong_writer');
  const noted = contentOf(entry, notedKind);
  if (noted !== undefined) return stepNoted(noted, state, context);
  if (kind.keeping === 'erasable') return applied();
  const rules = ruleSets.find((candidate) => candidate.governs(context.kind, context.channel));
  return rules === undefined ? applied() : rules.step(entry, state, context);
}
