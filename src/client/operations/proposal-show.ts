import type { ParsedRouteInput, RouteOutput } from '../../api/routes.ts';
import { amountToJson } from '../../api/schema.ts';
import { takenRows } from '../../core/decisions/pages.ts';
import type { Ballot, ProposalRow, ProposalText } from '../../core/wire/messages/decisions.ts';
import { type DecisionRule, VOICES } from '../../core/wire/messages/rules.ts';
import { actToJson, carriedOutIn } from '../acts.ts';
import { newestBallot } from '../ballots.ts';
import { type OperationContext, peerOf } from '../context.ts';
import { findProposal, proposalsIn, proposalToJson, textOf } from '../proposals.ts';
import { ruleToJson } from '../question-words.ts';
import { openChoice } from '../sealed-ballots.ts';

type Shown = RouteOutput<'proposal.show'>;

/** Votes of a ranked choice are counted in this many parts. */
const VOTE_PARTS = 100_000;

/** Lists proposals, newest first. */
export async function listProposals(
  context: OperationContext,
  input: ParsedRouteInput<'proposal.list'>,
): Promise<RouteOutput<'proposal.list'>> {
  const found = proposalsIn(context, input.body).filter(
    ({ row }) => input.state === undefined || row.state === input.state,
  );
  const shown = await Promise.all(found.slice(0, input.limit).map((each) => proposalToJson(context, each)));
  const proposals = shown.map(({ version: _, ...proposal }) => proposal);
  return { proposals };
}

/** Shows one proposal. */
export async function showProposal(
  context: OperationContext,
  input: ParsedRouteInput<'proposal.show'>,
): Promise<RouteOutput<'proposal.show'>> {
  const found = findProposal(context, input.proposal);
  const { row, body } = found;
  const { question, rule, outcome } = row;
  const text = await textOf(context, row.propose);
  const own = await newestBallot(context, row.version);
  const isOwn = body === context.self.identity && row.state === 'open';
  const [forIt = 0, against = 0, standAside = 0, block = 0] = outcome?.counts ?? [];
  const isYesOrNo = question.options === 0;
  return {
    ...(await proposalToJson(context, found)),
    text: text?.text,
    proposer: row.author,
    proposerName: context.names.of(row.author),
    rule: ruleToJson(rule),
    seats: question.seats === 0 ? undefined : question.seats,
    scoreMax: question.scoreMax === 0 ? undefined : question.scoreMax,
    sealed: question.sealed,
    budget: question.budget === 0 ? undefined : amountToJson(question.budget),
    ...(await actToJson(context, body, question.act)),
    carriedOut: carriedOutIn(context, found),
    ownBallot: own === undefined ? undefined : await ownInWords(context, own, row),
    mandated: takenRows(found.proposal, row, found.state).map(({ voter, ...ballot }) => ({
      elector: voter,
      electorName: context.names.of(voter),
      choice: ballotInWords(context, ballot, row),
    })),
    ballotsHeld: isOwn ? peerOf(context).desk.decisions?.ballots.votersOf(row.version) : undefined,
    voices: outcome === undefined || !isYesOrNo ? undefined : { for: forIt, against, standAside, block },
    options: optionsToJson(row, text),
  };
}

function optionsToJson({ question, rule, outcome }: ProposalRow, text: ProposalText | undefined): Shown['options'] {
  return Array.from({ length: question.options }, (_, index) => {
    const cost = question.costs[index];
    const count = outcome?.counts[index];
    const place = outcome?.chosen.indexOf(index + 1) ?? -1;
    return {
      number: index + 1,
      name: text?.options[index],
      cost: cost === undefined ? undefined : amountToJson(cost),
      count: count === undefined ? undefined : countInWords(count, rule),
      chosen: place < 0 ? undefined : place + 1,
    };
  });
}

/** Votes are whole 1/100,000: five digits after the point, without zeros at their end. */
function countInWords(count: number, { method }: DecisionRule): string {
  if (method !== 'rankedChoice') return String(count);
  const part = String(count % VOTE_PARTS)
    .padStart(5, '0')
    .replace(/0+$/, '');
  const whole = Math.floor(count / VOTE_PARTS);
  return part === '' ? String(whole) : `${whole}.${part}`;
}

async function ownInWords(context: OperationContext, own: Ballot, row: ProposalRow): Promise<string> {
  if (own.commitment === undefined) return ballotInWords(context, own, row);
  const choice = await openChoice(context, row.version);
  return choice === undefined ? 'sealed on another device' : `${ballotInWords(context, choice, row)} (sealed)`;
}

function ballotInWords(
  context: OperationContext,
  { choice, delegate }: Pick<Ballot, 'choice' | 'delegate'>,
  { question }: ProposalRow,
): string {
  if (delegate !== undefined) return `as ${context.names.of(delegate) ?? delegate}`;
  if (question.options === 0) return VOICES[(choice[0] ?? 0) - 1] ?? String(choice[0]);
  return choice.join(', ');
}
