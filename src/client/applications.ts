import type { Id } from '../core/base/id.ts';
import { contentOf } from '../core/wire/entry.ts';
import { applyKind } from '../core/wire/kinds/people.ts';
import type { Mail } from '../engine/services/service.ts';
import { type OperationContext, peerOf } from './context.ts';
import { OperationFault } from './fault.ts';
import { nameOf } from './lookup.ts';

/** @returns the applications that this body holds unanswered, oldest first. */
export function applicationsTo(context: OperationContext): readonly Mail[] {
  return peerOf(context)
    .desk.inbox.all()
    .filter(({ entry }) => contentOf(entry, applyKind)?.body === context.self.identity);
}

/** @returns the newest application of an identity that this body holds unanswered. */
export function applicationOf(context: OperationContext, identity: Id): Mail | undefined {
  return applicationsTo(context).findLast(({ author }) => author === identity);
}

/** @returns the fault that says that there is no application to answer. */
export function notApplied(context: OperationContext, identity: Id): OperationFault {
  const sentence = `${nameOf(context, identity)} has not applied here, or its application has not arrived yet.`;
  return new OperationFault('not_found', sentence, { field: 'identity' });
}
