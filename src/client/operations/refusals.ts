import type { ParsedRouteInput, RouteOutput } from '../../api/routes.ts';
import { type Id, parseId } from '../../core/base/id.ts';
import type { BookState } from '../../core/books/state.ts';
import { isStanding } from '../../core/members/refusing.ts';
import { refusalsTable } from '../../core/members/tables.ts';
import { charterAt } from '../../core/members/view.ts';
import { contentOf } from '../../core/wire/entry.ts';
import { appealKind, refusedKind, refusedReasonKind } from '../../core/wire/kinds/people.ts';
import type { RefusalRow } from '../../core/wire/messages/state.ts';
import { applicationOf, notApplied } from '../applications.ts';
import { type OperationContext, peerOf } from '../context.ts';
import { criterionWords } from '../criteria.ts';
import { OperationFault } from '../fault.ts';
import { governedBook, requireKind } from '../lookup.ts';
import { noteOpenings } from '../noting.ts';
import { heldEntry, payloadDigestOf, wordsBefore } from '../words.ts';

/** Answers an application by a criterion of the charter. */
export async function refuseMember(
  context: OperationContext,
  input: ParsedRouteInput<'member.refuse'>,
): Promise<RouteOutput<'member.refuse'>> {
  requireKind(context, 'body', 'refuse applications');
  const { identity, criterion, reason } = input;
  const mail = applicationOf(context, identity);
  if (mail === undefined) throw notApplied(context, identity);
  const { state } = governedBook(context, context.self.identity, 'people', 'body');
  const criteria = charterAt(state, Number.MAX_SAFE_INTEGER)?.criteria ?? 0;
  if (criterion > criteria) {
    const has =
      criteria === 0 ? 'no criteria: only a charter that names some can refuse by them' : `criteria 1 to ${criteria}`;
    throw new OperationFault('unknown_criterion', `The charter in force has ${has}.`, { field: 'criterion' });
  }
  await noteOpenings(context, 'people', [mail.opening]);
  const reasonDigest =
    reason === undefined
      ? undefined
      : await payloadDigestOf(context, await context.acts.write('people', refusedReasonKind, { text: reason }));
  const content = { apply: mail.entry.bytes, criterion, reasonDigest };
  return { entry: await context.acts.write('people', refusedKind, content), identity, criterion };
}

/** Asks a body to look again at its newest refusal. */
export async function appealRefusal(
  context: OperationContext,
  input: ParsedRouteInput<'member.appeal'>,
): Promise<RouteOutput<'member.appeal'>> {
  const { body } = input;
  const { state } = governedBook(context, body, 'people', 'body');
  const newest = refusalsIn(state).findLast(({ row }) => row.identity === context.self.identity);
  if (newest === undefined) {
    const sentence = 'This body has refused no application of yours, or its refusal has not arrived yet.';
    throw new OperationFault('unknown_refusal', sentence, { field: 'body' });
  }
  const { apply, row } = newest;
  if (row.appeal !== undefined) {
    const sentence = 'The body has recorded your appeal already; it answers by admitting you.';
    throw new OperationFault('already_appealed', sentence, { field: 'body' });
  }
  const entry = await context.acts.write('people', appealKind, { body, refused: row.refused, apply });
  return { entry, answer: await context.acts.send(body, entry) };
}

/** A refusal that nothing has come after. */
interface Refusal {
  readonly apply: Id;
  readonly row: RefusalRow;
}

/** @returns the refusals of a member book that nothing has come after, in its order. */
export function refusalsIn(state: BookState): readonly Refusal[] {
  return [...state.rows(refusalsTable)]
    .flatMap(({ key, row }) => {
      const apply = parseId(key.join('/'));
      return apply !== undefined && isStanding(row, state) ? [{ apply, row }] : [];
    })
    .sort((left, right) => left.row.sequence - right.row.sequence);
}

/** @returns the Apply of an identity that this body refused last, to be admitted after all. */
export async function refusedApply(context: OperationContext, identity: Id): Promise<Uint8Array | undefined> {
  const { state } = governedBook(context, context.self.identity, 'people', 'body');
  const newest = refusalsIn(state).findLast(({ row }) => row.identity === identity);
  const held = newest === undefined ? undefined : await heldEntry(context, newest.row.refused);
  return held === undefined ? undefined : contentOf(held.entry, refusedKind)?.apply;
}

/** @returns a refusal as answers print it. */
export async function refusalToJson(
  context: OperationContext,
  body: Id,
  row: RefusalRow,
): Promise<RouteOutput<'member.list'>['refusals'][number]> {
  const { identity, criterion, refused, appeal, reasonDigest } = row;
  const held = reasonDigest === undefined ? undefined : await heldEntry(context, refused);
  const reason =
    held === undefined || reasonDigest === undefined ? undefined : await wordsBefore(context, held.row, reasonDigest);
  return {
    identity,
    name: context.names.of(identity),
    refused,
    criterion,
    sentence: await criterionWords(peerOf(context), context.store, body, row),
    reason: reason === undefined ? undefined : contentOf(reason, refusedReasonKind)?.text,
    appeal,
  };
}
