import type { ParsedRouteInput, RouteOutput } from '../../api/routes.ts';
import type { Id } from '../../core/base/id.ts';
import { takesMember } from '../../core/members/founding.ts';
import { findAppealed } from '../../core/members/refusing.ts';
import { bodyFigures, isMember, membershipChange, membersNow } from '../../core/members/view.ts';
import { contentOf } from '../../core/wire/entry.ts';
import type { AnyEntryKind } from '../../core/wire/kinds/kind.ts';
import { admitKind, appealedKind, appealKind, applyKind, leaveKind, leftKind } from '../../core/wire/kinds/people.ts';
import { applicationOf, applicationsTo, notApplied } from '../applications.ts';
import { type OperationContext, peerOf } from '../context.ts';
import { faultOfRefusal, OperationFault } from '../fault.ts';
import { governedBook, requireKind } from '../lookup.ts';
import { noteOpenings } from '../noting.ts';
import { refusalsIn, refusalToJson, refusedApply } from './refusals.ts';

/** Asks a body to admit this identity under the charter in force. */
export async function applyToBody(
  context: OperationContext,
  input: ParsedRouteInput<'member.apply'>,
): Promise<RouteOutput<'member.apply'>> {
  const { state, book } = governedBook(context, input.body, 'people', 'body');
  if (!takesMember(book.kind, context.self.kind)) throw faultOfRefusal('wrong_member_kind');
  const { charterHead } = bodyFigures(state);
  if (charterHead === undefined) throw faultOfRefusal('not_founded');
  if (isMember(state, context.self.identity)) throw faultOfRefusal('already_member');
  const entry = await context.acts.write('people', applyKind, {
    body: input.body,
    charterHead,
    afterChange: membershipChange(state, context.self.identity),
  });
  return { entry, answer: await context.acts.send(input.body, entry) };
}

/** Leaves a body; it cannot refuse. */
export async function leaveBody(
  context: OperationContext,
  input: ParsedRouteInput<'member.leave'>,
): Promise<RouteOutput<'member.leave'>> {
  const { state } = governedBook(context, input.body, 'people', 'body');
  if (!isMember(state, context.self.identity)) throw faultOfRefusal('not_member');
  const entry = await context.acts.write('people', leaveKind, {
    body: input.body,
    afterChange: membershipChange(state, context.self.identity),
  });
  return { entry, answer: await context.acts.send(input.body, entry) };
}

/** Admits an identity whose application this body holds. */
export async function admitMember(
  context: OperationContext,
  input: ParsedRouteInput<'member.admit'>,
): Promise<RouteOutput<'member.admit'>> {
  requireKind(context, 'body', 'admit members');
  const mail = applicationOf(context, input.identity);
  const apply = mail?.entry.bytes ?? (await refusedApply(context, input.identity));
  if (apply === undefined) throw notApplied(context, input.identity);
  if (mail !== undefined) await noteOpenings(context, 'people', [mail.opening]);
  const entry = await context.acts.write('people', admitKind, { apply });
  return { entry, identity: input.identity };
}

/** Lists the members of a body, and who has applied to this one. */
export async function listMembers(
  context: OperationContext,
  input: ParsedRouteInput<'member.list'>,
): Promise<RouteOutput<'member.list'>> {
  const own = context.self.kind === 'person' ? undefined : context.self.identity;
  const body = input.body ?? own;
  if (body === undefined) throw new OperationFault('unclear', 'Say of which body.', { field: 'body' });
  const { state, book } = governedBook(context, body, 'people', 'body');
  const { charterHead, attestationCount } = bodyFigures(state);
  const party = (identity: Id): { identity: Id; name: string | undefined } => {
    return { identity, name: context.names.of(identity) };
  };
  const { identity } = input;
  const isAsked = (one: Id): boolean => identity === undefined || one === identity;
  const applications = body === own ? applicationsTo(context).filter(({ author }) => isAsked(author)) : [];
  const refusals = refusalsIn(state).filter(({ row }) => isAsked(row.identity));
  return {
    body,
    name: context.names.of(body),
    kind: book.kind,
    charterHead,
    attestationCount,
    members: membersNow(state).filter(isAsked).map(party),
    ...(identity === undefined ? {} : { afterChange: membershipChange(state, identity) }),
    applications: applications.map(({ entry, author }) => ({ ...party(author), apply: entry.id })),
    refusals: await Promise.all(refusals.map(({ row }) => refusalToJson(context, body, row))),
  };
}

/** Kinds of mail that a body carries into its member book whoever is there: nobody has to decide that. */
export const CARRIED_BY_ITSELF: readonly AnyEntryKind[] = [leaveKind, appealKind];

/** Carries every Leave and Appeal that this body holds into its member book. */
export async function carryConsents(context: OperationContext): Promise<void> {
  const { inbox } = peerOf(context).desk;
  for (const mail of inbox.all()) {
    const leave = contentOf(mail.entry, leaveKind);
    const appeal = contentOf(mail.entry, appealKind);
    if ((leave ?? appeal)?.body !== context.self.identity) continue;
    const { state } = governedBook(context, context.self.identity, 'people', 'body');
    const counts = appeal === undefined ? isMember(state, mail.author) : findAppealed(appeal, mail.author, state).ok;
    if (!counts) continue;
    await noteOpenings(context, 'people', [mail.opening]);
    if (appeal === undefined) await context.acts.write('people', leftKind, { leave: mail.entry.bytes });
    else await context.acts.write('people', appealedKind, { appeal: mail.entry.bytes });
  }
}
