import type { ParsedRouteInput, RouteOutput } from '../../api/routes.ts';
import { amountToJson } from '../../api/schema.ts';
import { ZERO } from '../../core/base/amount.ts';
import { type Id, parseId } from '../../core/base/id.ts';
import type { RefusalCode } from '../../core/base/refusals.ts';
import { isGranted } from '../../core/books/noted-logs.ts';
import { isRunning } from '../../core/members/mandate-view.ts';
import { mandateRefusal, placeNow } from '../../core/members/mandates.ts';
import { mandatesTable } from '../../core/members/tables.ts';
import { bodyFigures, isMember, isVouched } from '../../core/members/view.ts';
import { mandateKind, recallKind } from '../../core/wire/kinds/people.ts';
import type { Mandate } from '../../core/wire/messages/people.ts';
import { MATTERS } from '../../core/wire/messages/rules.ts';
import type { MandateRow } from '../../core/wire/messages/state.ts';
import { type OperationContext, peerOf } from '../context.ts';
import { faultOfRefusal, OperationFault } from '../fault.ts';
import { type GovernedBook, governedBook, nameOf, requireKind } from '../lookup.ts';
import { noteOpenings } from '../noting.ts';

type Listed = RouteOutput<'mandate.list'>['mandates'][number];

/** The input's field that a refusal speaks of. */
const FIELDS: Partial<Record<RefusalCode, string>> = {
  own_mandate: 'delegate',
  unknown_delegate: 'delegate',
  term_malformed: 'to',
  bounds_malformed: 'amount',
  already_mandated: 'delegate',
};

/** Lets a delegate act for this body. */
export async function grantMandate(
  context: OperationContext,
  input: ParsedRouteInput<'mandate.grant'>,
): Promise<RouteOutput<'mandate.grant'>> {
  requireKind(context, 'body', 'give mandates');
  const { delegate, at, matters, amount } = input;
  const peer = peerOf(context);
  const mandate: Mandate = {
    delegate,
    at,
    matters: MATTERS.filter((matter) => matters.includes(matter)),
    amount: amount ?? ZERO,
    from: input.from === undefined ? context.clock.nowMs() : Date.parse(input.from),
    to: Date.parse(input.to),
  };
  if (mandate.to <= context.clock.nowMs()) throw refusedGrant('term_malformed', 'The term is over before it begins.');
  const log = peer.identities.stateOf(delegate);
  const own = governedBook(context, context.self.identity, 'people', 'body');
  const isOthers = bodyFigures(own.state).members > 1;
  if (isOthers && log !== undefined && isGranted(log, context.self.device)) throw refusedGrant('own_mandate');
  const isKnown = isMember(own.state, delegate) || isVouched(own.state, delegate);
  if (delegate !== context.self.identity && !isKnown) {
    const sentence = `${nameOf(context, delegate)} is neither a member of this body nor vouched for by it.`;
    throw refusedGrant('unknown_delegate', sentence);
  }
  const opening = peer.books.of(delegate).find((book) => book.opening.channel === 'people')?.openingEntry;
  if (opening === undefined) {
    const sentence = `No book of ${nameOf(context, delegate)} is here: connect to somebody who keeps one, and try again.`;
    throw new OperationFault('not_found', sentence, { field: 'delegate' });
  }
  await noteOpenings(context, 'people', [opening]);
  const { verify } = peer.world.verified;
  const { identity: body, device } = context.self;
  const code = mandateRefusal(mandate, own.state, { body, device, verify });
  if (code !== undefined) throw refusedGrant(code);
  const entry = await context.acts.write('people', mandateKind, mandate);
  return { entry, mandate: entry.id };
}

function refusedGrant(code: RefusalCode, sentence = faultOfRefusal(code).message): OperationFault {
  const field = FIELDS[code];
  return new OperationFault(code, sentence, field === undefined ? {} : { field });
}

/** Takes a mandate of this body back. */
export async function recallMandate(
  context: OperationContext,
  input: ParsedRouteInput<'mandate.recall'>,
): Promise<RouteOutput<'mandate.recall'>> {
  requireKind(context, 'body', 'recall mandates');
  const { mandate } = input;
  const { state } = governedBook(context, context.self.identity, 'people', 'body');
  const row = state.get(mandatesTable, mandate);
  if (row === undefined)
    throw new OperationFault('unknown_mandate', 'This body gave no such mandate.', { field: 'mandate' });
  if (row.over > 0) {
    const how = row.recalled ? 'was recalled already' : 'is over already: its term has ended';
    throw new OperationFault('mandate_over', `The mandate ${how}.`, { field: 'mandate' });
  }
  return { entry: await context.acts.write('people', recallKind, { mandate }), mandate };
}

/** Lists mandates, newest first of each body. */
export async function listMandates(
  context: OperationContext,
  { body, delegate, state }: ParsedRouteInput<'mandate.list'>,
): Promise<RouteOutput<'mandate.list'>> {
  const books = body === undefined ? memberBooks(context) : [governedBook(context, body, 'people', 'body')];
  const mandates = books.flatMap((book) => mandatesIn(context, book));
  const isAsked = (one: Listed): boolean =>
    (delegate === undefined || one.delegate === delegate) && (state === undefined || one.state === state);
  return { mandates: mandates.filter(isAsked) };
}

function memberBooks(context: OperationContext): readonly GovernedBook[] {
  const bodies = new Set<Id>();
  for (const { kind, opening, state } of peerOf(context).books.all())
    if (kind !== 'person' && opening.channel === 'people' && state !== undefined) bodies.add(opening.identity);
  return [...bodies].map((body) => governedBook(context, body, 'people', 'body'));
}

function mandatesIn(context: OperationContext, { book, state }: GovernedBook): readonly Listed[] {
  return [...state.rows(mandatesTable)]
    .sort((left, right) => right.row.sequence - left.row.sequence)
    .flatMap(({ key, row }) => {
      const id = parseId(key.join('/'));
      if (id === undefined) return [];
      const { delegate, at, matters, amount, from, to } = row.mandate;
      const { identity: body } = book.opening;
      return {
        mandate: id,
        body,
        bodyName: context.names.of(body),
        delegate,
        delegateName: context.names.of(delegate),
        at,
        atName: context.names.of(at),
        matters: [...matters],
        amount: amount === 0 ? undefined : amountToJson(amount),
        from: new Date(from).toISOString(),
        to: new Date(to).toISOString(),
        state: stateOf(row, placeNow(state), context.clock.nowMs()),
        overAt: row.over === 0 ? undefined : row.over,
      };
    });
}

function stateOf(row: MandateRow, place: ReturnType<typeof placeNow>, nowMs: number): Listed['state'] {
  if (row.over > 0) return row.recalled ? 'recalled' : 'expired';
  if (!isRunning(row, place)) return 'gone';
  if (nowMs >= row.mandate.to) return 'expired';
  return nowMs < row.mandate.from ? 'waiting' : 'running';
}
