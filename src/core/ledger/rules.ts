import { applied, type Effect, type RuleContext, type RuleSet } from '../books/rules.ts';
import type { StateDraft } from '../books/state.ts';
import { contentOf, type Entry } from '../wire/entry.ts';
import type { EntryKind } from '../wire/kinds/kind.ts';
import {
  acceptAttestorsKind,
  acceptCooperativeKind,
  accountOpenedKind,
  endCooperativeKind,
  issueKind,
  orderRefusedKind,
  ratePolicyKind,
  rateTakenKind,
  retireKind,
  tickKind,
  transferKind,
} from '../wire/kinds/ledger.ts';
import { stepOrderRefused, stepRetire, stepTransfer } from './answers.ts';
import { stepAcceptAttestors, stepAcceptCooperative, stepAccountOpened, stepEndCooperative, stepTick } from './bank.ts';
import { stepIssue } from './issue.ts';
import { stepRatePolicy, stepRateTaken } from './rates.ts';

/** The rule of one kind. */
type Rule = (entry: Entry, state: StateDraft, context: RuleContext) => Effect;

const RULES: ReadonlyMap<number, Rule> = new Map([
  rule(acceptCooperativeKind, (content, _entry, state) => stepAcceptCooperative(content, state)),
  rule(endCooperativeKind, (content, _entry, state) => stepEndCooperative(content.cooperative, state)),
  rule(acceptAttestorsKind, (content, entry, state, context) =>
    stepAcceptAttestors(content.body, entry, state, context),
  ),
  rule(tickKind, (content, _entry, state) => stepTick(content.minute, state)),
  rule(accountOpenedKind, (content, _entry, state, context) => stepAccountOpened(content, state, context)),
  rule(issueKind, stepIssue),
  rule(transferKind, stepTransfer),
  rule(retireKind, stepRetire),
  rule(orderRefusedKind, stepOrderRefused),
  rule(ratePolicyKind, (content, _entry, state) => stepRatePolicy(content, state)),
  rule(rateTakenKind, (content, _entry, state, context) => stepRateTaken(content, state, context)),
]);

/** Rules of ledgers: the books that banks keep on `transfers` (protocol §6). */
export const ledgerRules: RuleSet = {
  name: 'ledger',
  governs: (kind, channel) => kind === 'bank' && channel === 'transfers',
  step: (entry, state, context) => RULES.get(entry.header.kind)?.(entry, state, context) ?? applied(),
};

function rule<Content>(
  kind: EntryKind<Content>,
  step: (content: Content, entry: Entry, state: StateDraft, context: RuleContext) => Effect,
): readonly [number, Rule] {
  return [
    kind.number,
    (entry, state, context) => {
      const content = contentOf(entry, kind);
      return content === undefined ? applied() : step(content, entry, state, context);
    },
  ];
}
