import type { ParsedRouteInput, RouteOutput } from '../api/routes.ts';
import { taggedHash } from '../core/base/hash.ts';
import { bytesToId, compareIds, type Id } from '../core/base/id.ts';
import { isPossible } from '../core/members/acts.ts';
import { areRulesSound } from '../core/members/decision-rules.ts';
import { decidedTable } from '../core/members/tables.ts';
import { bodyFigures, charterAt, isMember, membershipChange } from '../core/members/view.ts';
import { type Act, NO_ACT, type RateAct } from '../core/wire/messages/decisions.ts';
import { type Charter, CharterText } from '../core/wire/messages/people.ts';
import type { DecisionRule } from '../core/wire/messages/rules.ts';
import { TAGS } from '../core/wire/tags.ts';
import { type OperationContext, peerOf } from './context.ts';
import { charterTextOf } from './criteria.ts';
import { OperationFault } from './fault.ts';
import { governedBook, nameOf } from './lookup.ts';
import type { FoundProposal } from './proposals.ts';
import { ruleToJson } from './question-words.ts';

const MINUTE_MS = 60_000;

/** What is to be done, as somebody proposes it. */
type Proposed = Pick<ParsedRouteInput<'proposal.open'>, 'rate' | 'charter' | 'expel'>;
type Shown = Pick<RouteOutput<'proposal.show'>, 'rate' | 'charter' | 'expel' | 'carriedOut'>;

/** An Act, and the words that its charter names, which its proposer publishes. */
export interface ReadAct {
  readonly act: Act | undefined;
  readonly charterText: CharterText | undefined;
}

/**
 * Reads what is to be done when a proposal is adopted; of a charter what is not given stays as it is.
 * @returns no act where nothing was given. @throws OperationFault where it cannot be done, or is more than one thing.
 */
export async function readAct(context: OperationContext, body: Id, proposed: Proposed): Promise<ReadAct> {
  const { rate, charter, expel } = proposed;
  if ([rate, charter, expel].filter((each) => each !== undefined).length > 1)
    throw new OperationFault('unclear', 'Propose a rate, a charter or an expulsion, and only one of them.');
  if (rate !== undefined) return { act: { ...NO_ACT, rate: rateOf(rate) }, charterText: undefined };
  if (expel !== undefined) return { act: expulsionOf(context, body, expel), charterText: undefined };
  return charter === undefined ? { act: undefined, charterText: undefined } : charterOf(context, body, charter);
}

function rateOf({ start, ...rate }: NonNullable<Proposed['rate']>): RateAct {
  const startMs = Date.parse(start);
  if (startMs >= 0 && startMs % MINUTE_MS === 0) return { ...rate, startMinute: startMs / MINUTE_MS };
  throw new OperationFault('malformed', 'A rate begins on a whole minute, and after 1970.', { field: 'rate.start' });
}

function expulsionOf(context: OperationContext, body: Id, member: Id): Act {
  const { state } = governedBook(context, body, 'people', 'body');
  if (isMember(state, member))
    return { ...NO_ACT, expulsion: { member, afterChange: membershipChange(state, member) } };
  throw new OperationFault('not_member', `${nameOf(context, member)} is no member of this body.`, { field: 'expel' });
}

async function charterOf(
  context: OperationContext,
  body: Id,
  given: NonNullable<Proposed['charter']>,
): Promise<ReadAct> {
  const { book, state } = governedBook(context, body, 'people', 'body');
  const before = charterAt(state, Number.MAX_SAFE_INTEGER);
  const words = before && (await charterTextOf(peerOf(context), context.store, book.id, before.textDigest));
  const purpose = given.purpose ?? words?.purpose;
  const criteria = given.criteria ?? words?.criteria;
  const { charterHead } = bodyFigures(state);
  if (before === undefined || charterHead === undefined || purpose === undefined || criteria === undefined)
    throw new OperationFault('malformed', 'The words of the charter are not here: give its purpose and its criteria.', {
      field: 'charter',
    });
  const charterText = { purpose, criteria };
  const charter: Charter = {
    textDigest: bytesToId(taggedHash(TAGS.charterText, [CharterText.encode(charterText)])),
    criteria: criteria.length,
    attestationCount: given.attestationCount ?? before.attestationCount,
    rules: given.rules?.map(ruleOf) ?? before.rules,
    witnesses: given.witnesses === undefined ? before.witnesses : [...new Set(given.witnesses)].sort(compareIds),
  };
  if (areRulesSound(charter.rules)) return { act: { ...NO_ACT, charter: { charterHead, charter } }, charterText };
  const sentence =
    'Rules rise by matter in the order of their list, the first for general; shares are at most one, the threshold of a supermajority at least a half; only a consensus bears blocks, and silence assents only in a consensus or consent.';
  throw new OperationFault('no_decision_rule', sentence, { field: 'charter.rules' });
}

function ruleOf(rule: NonNullable<NonNullable<Proposed['charter']>['rules']>[number]): DecisionRule {
  const [quorumNumerator, quorumDenominator] = shareOf(rule.quorum);
  const [thresholdNumerator, thresholdDenominator] = shareOf(rule.threshold ?? '1/1');
  const { matter, method, blocksMax = 0, silence } = rule;
  const shares = { quorumNumerator, quorumDenominator, thresholdNumerator, thresholdDenominator };
  return { matter, method, ...shares, blocksMax, silence };
}

/** The two numbers of a fraction that the route has looked at. */
function shareOf(text: string): readonly [number, number] {
  const [numerator = 0, denominator = 1] = text.split('/').map(Number);
  return [numerator, denominator];
}

/** @returns what is to be done, as answers print it. */
export async function actToJson(
  context: OperationContext,
  body: Id,
  act: Act | undefined,
): Promise<Omit<Shown, 'carriedOut'>> {
  return {
    rate: act?.rate === undefined ? undefined : rateToJson(act.rate),
    expel:
      act?.expulsion === undefined
        ? undefined
        : { identity: act.expulsion.member, name: context.names.of(act.expulsion.member) },
    charter: act?.charter === undefined ? undefined : await charterToJson(context, body, act.charter.charter),
  };
}

/**
 * @returns whether a body's member book, as far as it is here, does what was adopted on its charter or members; undefined where nothing
 *   of that kind was.
 */
export function carriedOutIn(context: OperationContext, { body, row }: FoundProposal): Shown['carriedOut'] {
  const { close, question, state: result } = row;
  if (result !== 'adopted' || close === undefined || question.act === undefined || question.act.rate !== undefined)
    return undefined;
  const { state } = governedBook(context, body, 'people', 'body');
  if (state.get(decidedTable, close) !== undefined) return 'done';
  return isPossible(state, question.act) ? 'waiting' : 'impossible';
}

/** @returns a rate as answers print it. */
export function rateToJson({
  taskClass,
  numerator,
  denominator,
  startMinute,
  minutes,
}: RateAct): NonNullable<Shown['rate']> {
  const start = new Date(startMinute * MINUTE_MS).toISOString();
  return { taskClass, ratio: `${numerator}/${denominator}`, start, minutes };
}

/** @returns a charter as answers print it; its words where they are here. */
export async function charterToJson(
  context: OperationContext,
  body: Id,
  charter: Charter,
): Promise<NonNullable<Shown['charter']>> {
  const { book } = governedBook(context, body, 'people', 'body');
  const text = await charterTextOf(peerOf(context), context.store, book.id, charter.textDigest);
  return {
    attestationCount: charter.attestationCount,
    purpose: text?.purpose,
    criteria: Array.from({ length: charter.criteria }, (_, index) => {
      return { number: index + 1, sentence: text?.criteria[index] };
    }),
    rules: charter.rules.map((rule) => ({ matter: rule.matter, method: rule.method, ...ruleToJson(rule) })),
    witnesses: charter.witnesses.map((identity) => ({ identity, name: context.names.of(identity) })),
  };
}
