import type { ParsedRouteInput, RouteOutput } from '../../api/routes.ts';
import type { Id } from '../../core/base/id.ts';
import { rowRefusal } from '../../core/decisions/ballots.ts';
import { ballotKind, ballotReasonKind, mandatedBallotKind } from '../../core/wire/kinds/decisions.ts';
import type { ProposalRow } from '../../core/wire/messages/decisions.ts';
import { VOICES } from '../../core/wire/messages/rules.ts';
import { newestBallot } from '../ballots.ts';
import type { OperationContext } from '../context.ts';
import { faultOfRefusal, OperationFault } from '../fault.ts';
import { mandatedBallot } from '../mandated-ballots.ts';
import { electorsOf, type FoundProposal, findProposal } from '../proposals.ts';
import { choiceNeeds } from '../question-words.ts';
import { payloadDigestOf } from '../words.ts';

type Cast = ParsedRouteInput<'ballot.cast'>;

/** Casts a ballot. */
export async function castBallot(context: OperationContext, input: Cast): Promise<RouteOutput<'ballot.cast'>> {
  const found = findProposal(context, input.proposal);
  const { row, body } = found;
  if (row.state !== 'open') throw faultOfRefusal('proposal_not_open');
  const choice = choiceOf(input, row);
  const { delegate, elector } = input;
  if (elector !== undefined) return castMandated(context, found, elector, input, choice);
  const electors = electorsOf(context, found);
  const voter = context.self.identity;
  const refused =
    electors === undefined ? undefined : rowRefusal({ voter, choice, delegate }, row.question, row.rule, electors);
  if (refused === 'choice_malformed')
    throw new OperationFault(refused, choiceNeeds(row), { field: delegate === undefined ? 'choice' : 'delegate' });
  if (refused !== undefined) throw faultOfRefusal(refused);
  const reasonDigest = input.reason === undefined ? undefined : await writeReason(context, input.reason);
  const number = ((await newestBallot(context, row.version))?.number ?? 0) + 1;
  const content = { body, version: row.version, number, choice: [...choice], delegate, reasonDigest };
  const entry = await context.acts.write('proposals', ballotKind, content);
  const answer = await context.acts.send(body, entry);
  return { entry, answer, proposal: found.proposal, ballot: entry.id, number };
}

/** Casts a ballot for a body that mandated this identity. */
async function castMandated(
  context: OperationContext,
  found: FoundProposal,
  elector: Id,
  { delegate, reason }: Cast,
  choice: readonly number[],
): Promise<RouteOutput<'ballot.cast'>> {
  if (delegate !== undefined)
    throw new OperationFault('unclear', 'A delegate chooses itself: give a voice or a choice.', { field: 'delegate' });
  const ballot = await mandatedBallot(context, found, elector, choice);
  const reasonDigest = reason === undefined ? undefined : await writeReason(context, reason);
  const entry = await context.acts.write('proposals', mandatedBallotKind, { ...ballot, reasonDigest });
  const answer = await context.acts.send(found.body, entry);
  return { entry, answer, proposal: found.proposal, ballot: entry.id, number: ballot.number };
}

function choiceOf({ voice, choice, delegate, reason }: Cast, { rule }: ProposalRow): readonly number[] {
  const given = [voice, choice, delegate].filter((part) => part !== undefined);
  if (given.length !== 1)
    throw new OperationFault('unclear', 'Give a voice, a choice or a delegate, and only one of them.', {
      field: 'choice',
    });
  if (voice === 'block' && rule.method === 'consensus' && reason === undefined)
    throw new OperationFault('choice_malformed', 'A block states its reason: give one.', { field: 'reason' });
  return voice === undefined ? (choice ?? []) : [VOICES.indexOf(voice) + 1];
}

async function writeReason(context: OperationContext, text: string): Promise<Id> {
  return payloadDigestOf(context, await context.acts.write('proposals', ballotReasonKind, { text }));
}
