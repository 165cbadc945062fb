import type { ParsedRouteInput, RouteOutput } from '../../api/routes.ts';
import type { Id } from '../../core/base/id.ts';
import { takesMember } from '../../core/members/founding.ts';
import { bodyFigures, isMember, membershipChange, membersNow } from '../../core/members/view.ts';
import { contentOf } from '../../core/wire/entry.ts';
import { admitKind, applyKind, leaveKind, leftKind } from '../../core/wire/kinds/people.ts';
import type { Mail } from '../../engine/services/service.ts';
import { type OperationContext, peerOf } from '../context.ts';
import { faultOfRefusal, OperationFault } from '../fault.ts';
import { governedBook, nameOf, requireKind } from '../lookup.ts';
import { noteOpenings } from '../noting.ts';

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
  const mail = applicationsTo(context).findLast(({ author }) => author === input.identity);
  if (mail === undefined) {
    const sentence = `${nameOf(context, input.identity)} has not applied here, or its application has not arrived yet.`;
    throw new OperationFault('not_found', sentence, { field: 'identity' });
  }
  await noteOpenings(context, 'people', [mail.opening]);
  const entry = await context.acts.write('people', admitKind, { apply: mail.entry.bytes });
  return { entry, identity: mail.author };
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
  return {
    body,
    name: context.names.of(body),
    kind: book.kind,
    charterHead,
    attestationCount,
    members: membersNow(state).filter(isAsked).map(party),
    ...(identity === undefined ? {} : { afterChange: membershipChange(state, identity) }),
    applications: applications.map(({ entry, author }) => ({ ...party(author), apply: entry.id })),
  };
}

/** Carries every Leave that this body holds into its member book: nobody has to decide that. */
export async function carryLeaves(context: OperationContext): Promise<void> {
  const { inbox } = peerOf(context).desk;
  for (const mail of inbox.all()) {
    const leave = contentOf(mail.entry, leaveKind);
    if (leave?.body !== context.self.identity) continue;
    const { state } = governedBook(context, context.self.identity, 'people', 'body');
    if (!isMember(state, mail.author)) continue;
    await noteOpenings(context, 'people', [mail.opening]);
    await context.acts.write('people', leftKind, { leave: mail.entry.bytes });
  }
}

function applicationsTo(context: OperationContext): readonly Mail[] {
  return peerOf(context)
    .desk.inbox.all()
    .filter(({ entry }) => contentOf(entry, applyKind)?.body === context.self.identity);
}
