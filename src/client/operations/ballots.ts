import type { ParsedRouteInput, RouteOutput } from '../../api/routes.ts';
import type { Id } from '../../core/base/id.ts';
import { rowRefusal } from '../../core/decisions/ballots.ts';
import { ballotKind, ballotReasonKind, mandatedBallotKind } from '../../core/wire/kinds/decisions.ts';
import type { Ballot, ProposalRow } from '../../core/wire/messages/decisions.ts';
import { VOICES } from '../../core/wire/messages/rules.ts';
import { newestBallot } from '../ballots.ts';
import type { OperationContext } from '../context.ts';
import { faultOfRefusal, OperationFault } from '../fault.ts';
import { mandatedBallot } from '../mandated-ballots.ts';
import { electorsOf, type FoundProposal, findProposal } from '../proposals.ts';
import { choiceNeeds } from '../question-words.ts';
import { reveal, sealChoice } from '../sealed-ballots.ts';
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
  const voice = { voter, choice, delegate, commitment: undefined };
  const refused = electors === undefined ? undefined : rowRefusal(voice, row.question, row.rule, electors);
  if (refused === 'choice_malformed')
    throw new OperationFault(refused, choiceNeeds(row), { field: delegate === undefined ? 'choice' : 'delegate' });
  if (refused !== undefined) throw faultOfRefusal(refused);
  const number = ((await newestBallot(context, row.version))?.number ?? 0) + 1;
  const said = { body, version: row.version, number, choice, delegate };
  const content = row.question.sealed
    ? await sealedBallot(context, said, input)
    : { ...said, ...OPEN_BALLOT, reasonDigest: await reasonOf(context, input) };
  const entry = await context.acts.write('proposals', ballotKind, content);
  const answer = await context.acts.send(body, entry);
  return {
    entry,
    answer,
    proposal: found.proposal,
    ballot: entry.id,
    number,
    sealed: row.question.sealed ? SEALED_SENTENCE : undefined,
  };
}

const OPEN_BALLOT = { commitment: undefined, sealedDigest: undefined };
const SEALED_SENTENCE =
  'The choice is sealed until the body has all ballots; this node shows it then by itself, and who does not show it abstains. Sealing hides no choice for good: whoever follows the body reads afterwards who chose what, and sees from the first who has voted.';

/** A reason would tell the choice before its time. */
async function sealedBallot(
  context: OperationContext,
  said: Pick<Ballot, 'body' | 'version' | 'number' | 'choice' | 'delegate'>,
  { reason }: Cast,
): Promise<Ballot> {
  if (reason !== undefined)
    throw new OperationFault('unclear', 'A reason tells the choice: a sealed ballot has none.', { field: 'reason' });
  const hidden = await sealChoice(context, said);
  return { ...said, ...hidden, choice: [], delegate: undefined, reasonDigest: undefined };
}

/** Shows what the own sealed ballot commits to; nodes do so by themselves. */
export async function revealBallot(
  context: OperationContext,
  input: ParsedRouteInput<'ballot.reveal'>,
): Promise<RouteOutput<'ballot.reveal'>> {
  const found = findProposal(context, input.proposal);
  const { state, question } = found.row;
  if (!question.sealed)
    throw new OperationFault('unclear', 'Its ballots are open: there is nothing to reveal.', { field: 'proposal' });
  if (state === 'open' || state === 'closing') {
    const sentence = 'The ballots are not all in yet: what they commit to is shown when the body has fixed them.';
    throw new OperationFault('too_early', sentence, { field: 'proposal' });
  }
  if (state !== 'revealing') throw faultOfRefusal('proposal_not_open');
  return { proposal: found.proposal, ...(await reveal(context, found)) };
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
  const reasonDigest = await reasonOf(context, { reason });
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

async function reasonOf(context: OperationContext, { reason: text }: Pick<Cast, 'reason'>): Promise<Id | undefined> {
  if (text === undefined) return undefined;
  return payloadDigestOf(context, await context.acts.write('proposals', ballotReasonKind, { text }));
}
