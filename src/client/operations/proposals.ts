import type { ParsedRouteInput, RouteOutput } from '../../api/routes.ts';
import { type Amount, ZERO } from '../../core/base/amount.ts';
import type { Id } from '../../core/base/id.ts';
import { isQuestionSound } from '../../core/decisions/question.ts';
import { membersAt } from '../../core/members/view.ts';
import { proposalEndedKind, proposalTextKind, proposeKind, withdrawKind } from '../../core/wire/kinds/decisions.ts';
import { charterTextKind } from '../../core/wire/kinds/people.ts';
import type { ProposalText, Propose, Question } from '../../core/wire/messages/decisions.ts';
import type { CharterText } from '../../core/wire/messages/people.ts';
import type { DecisionRule } from '../../core/wire/messages/rules.ts';
import { readAct } from '../acts.ts';
import { type OperationContext, peerOf } from '../context.ts';
import { faultOfRefusal, OperationFault } from '../fault.ts';
import { governedBook, requireKind } from '../lookup.ts';
import { electorsOf, type FoundProposal, findProposal, proposalToJson, textOf } from '../proposals.ts';
import { questionNeeds } from '../question-words.ts';
import { payloadDigestOf } from '../words.ts';

type Version = Omit<ParsedRouteInput<'proposal.amend'>, 'proposal'>;

/** How long a caller waits for the Close after the ballots were ended; it comes by itself later too. */
const CLOSE_WAIT_MS = 10_000;

/** Proposes something to a body. */
export async function openProposal(
  context: OperationContext,
  input: ParsedRouteInput<'proposal.open'>,
): Promise<RouteOutput<'proposal.open'>> {
  const { body, matter } = input;
  const { book, state } = governedBook(context, body, 'people', 'body');
  const members = membersAt(state, body, book.kind, Number.MAX_SAFE_INTEGER);
  if (!members.isMember(context.self.identity)) throw faultOfRefusal('not_elector');
  const rule = members.ruleFor(matter);
  if (rule === undefined) throw faultOfRefusal('not_founded');
  const { act, charterText } = await readAct(context, body, input);
  const question = { ...questionOf(input, undefined), act };
  const text = textFrom(input, undefined);
  const terms = { body, matter, question, deadline: deadlineOf(context, input, 0), amends: undefined };
  requireSound(terms, rule, members.count);
  const { entry, answer } = await sendVersion(context, terms, text, charterText);
  return { entry, answer, proposal: answer.carrier?.id, version: answer.carrier?.id };
}

/** Puts a newer version in the place of an own proposal; what is not given stays. */
export async function amendProposal(
  context: OperationContext,
  input: ParsedRouteInput<'proposal.amend'>,
): Promise<RouteOutput<'proposal.amend'>> {
  const found = findOwn(context, input.proposal);
  const { row, body, proposal } = found;
  if (row.state !== 'open') throw faultOfRefusal('proposal_not_open');
  const before = await textOf(context, row.propose);
  const { act, charterText } = await readAct(context, body, input);
  const question = { ...questionOf(input, row.question), act: act ?? row.question.act };
  const text = textFrom(input, before);
  const deadline = deadlineOf(context, input, row.deadline);
  const terms = { body, matter: row.matter, question, deadline, amends: proposal };
  requireSound(terms, row.rule, electorsOf(context, found)?.count ?? 1);
  const { entry, answer } = await sendVersion(context, terms, text, charterText);
  return { entry, answer, proposal, version: answer.carrier?.id };
}

/** Takes an own proposal back. */
export async function withdrawProposal(
  context: OperationContext,
  input: ParsedRouteInput<'proposal.withdraw'>,
): Promise<RouteOutput<'proposal.withdraw'>> {
  const { row, body, proposal } = findOwn(context, input.proposal);
  if (row.state !== 'open' && row.state !== 'closing') throw faultOfRefusal('proposal_not_open');
  const entry = await context.acts.write('proposals', withdrawKind, { body, proposal });
  return { entry, proposal, answer: await context.acts.send(body, entry) };
}

/** Ends the ballots for a proposal of this body, and waits for its result. */
export async function closeProposal(
  context: OperationContext,
  input: ParsedRouteInput<'proposal.close'>,
): Promise<RouteOutput<'proposal.close'>> {
  requireKind(context, 'body', 'close its proposals');
  const { proposal, row, body } = findProposal(context, input.proposal);
  if (body !== context.self.identity)
    throw new OperationFault('not_yours', 'It is a proposal of another body, which closes it.', { field: 'proposal' });
  if (row.state !== 'open') throw faultOfRefusal('proposal_not_open');
  const isDecided = peerOf(context).desk.decisions?.isDecided(proposal) === true;
  if (row.deadline > context.clock.nowMs() && !isDecided) {
    const until = new Date(row.deadline).toISOString();
    const sentence = `Members may vote until ${until}, and ballots that are missing could change the result; it closes by itself then.`;
    throw new OperationFault('too_early', sentence, { field: 'proposal' });
  }
  using closing = listenForClose(context, proposal);
  const entry = await context.acts.write('proposals', proposalEndedKind, { proposal });
  await closing.done;
  return { entry, ...(await proposalToJson(context, findProposal(context, proposal))) };
}

interface Closing extends Disposable {
  /** Resolves when the proposal is closed, or after a while. */
  readonly done: Promise<void>;
}

function listenForClose(context: OperationContext, proposal: Id): Closing {
  const { promise: done, resolve } = Promise.withResolvers<void>();
  const late = setTimeout(resolve, CLOSE_WAIT_MS);
  const stop = context.driver.listen((notice) => {
    if (notice.type !== 'effect' || notice.effect !== 'applied') return;
    if (notice.facts.some((fact) => fact.type === 'proposalClosed' && fact['proposal'] === proposal)) resolve();
  });
  const end = (): void => {
    stop();
    clearTimeout(late);
  };
  return { done, [Symbol.dispose]: end };
}

function findOwn(context: OperationContext, id: Id): FoundProposal {
  const found = findProposal(context, id);
  if (found.row.author === context.self.identity) return found;
  throw faultOfRefusal('not_proposer');
}

function requireSound(terms: Omit<Propose, 'textDigest'>, rule: DecisionRule, electors: number): void {
  if (isQuestionSound(terms, rule, electors)) return;
  throw new OperationFault(
    'question_malformed',
    questionNeeds({ ...rule, matter: terms.matter }, terms.question.sealed),
  );
}

async function sendVersion(
  context: OperationContext,
  terms: Omit<Propose, 'textDigest'>,
  text: ProposalText,
  charterText: CharterText | undefined,
): Promise<Pick<RouteOutput<'proposal.open'>, 'entry' | 'answer'>> {
  if (charterText !== undefined) await context.acts.write('proposals', charterTextKind, charterText);
  const textDigest = await payloadDigestOf(context, await context.acts.write('proposals', proposalTextKind, text));
  const entry = await context.acts.write('proposals', proposeKind, { ...terms, textDigest });
  return { entry, answer: await context.acts.send(terms.body, entry) };
}

function textFrom({ title, text, options }: Version, before: ProposalText | undefined): ProposalText {
  const named = title ?? before?.title;
  if (named === undefined)
    throw new OperationFault('malformed', 'The text before is not here: give the title, text and options anew.', {
      field: 'title',
    });
  return {
    title: named,
    text: text ?? before?.text ?? '',
    options: options?.map(({ name }) => name) ?? before?.options ?? [],
  };
}

function questionOf(
  { options, seats, scoreMax, budget, sealed }: Version,
  before: Question | undefined,
): Omit<Question, 'act'> {
  const costs = options?.map(({ cost }) => cost).filter((cost): cost is Amount => cost !== undefined);
  if (costs !== undefined && costs.length > 0 && costs.length < (options?.length ?? 0))
    throw new OperationFault('malformed', 'Every option has a cost, or none.', { field: 'options' });
  return {
    options: options?.length ?? before?.options ?? 0,
    seats: seats ?? before?.seats ?? 0,
    scoreMax: scoreMax ?? before?.scoreMax ?? 0,
    costs: costs ?? before?.costs ?? [],
    budget: budget ?? before?.budget ?? ZERO,
    sealed: sealed ?? before?.sealed ?? false,
  };
}

function deadlineOf({ clock }: OperationContext, { deadline }: Version, before: number): number {
  if (deadline === undefined) return before;
  const timeMs = Date.parse(deadline);
  if (timeMs > clock.nowMs()) return timeMs;
  throw new OperationFault('malformed', 'The deadline has passed already: give a later one.', { field: 'deadline' });
}
