import type { Id } from '../core/base/id.ts';
import { mandatedRefusal, takenFor } from '../core/decisions/taken.ts';
import { mandatedTable, mandatesTable } from '../core/members/tables.ts';
import { membersAt } from '../core/members/view.ts';
import { mandatedBallotKind } from '../core/wire/kinds/decisions.ts';
import type { MandatedBallot } from '../core/wire/messages/decisions.ts';
import { newestOwnRow } from './ballots.ts';
import type { OperationContext } from './context.ts';
import { faultOfRefusal, OperationFault } from './fault.ts';
import { governedBook, nameOf } from './lookup.ts';
import { electorsOf, type FoundProposal } from './proposals.ts';

/**
 * @returns the ballot of this identity for a body that mandated it, but for its reason. @throws OperationFault where that body gave it no
 *   mandate that reaches to the proposal, or the ballot would not count.
 */
export async function mandatedBallot(
  context: OperationContext,
  found: FoundProposal,
  elector: Id,
  choice: readonly number[],
): Promise<Omit<MandatedBallot, 'reasonDigest'>> {
  const { proposal, row, body, state } = found;
  const author = context.self.identity;
  const members = governedBook(context, elector, 'people', 'elector');
  const mandate = members.state.get(mandatedTable, author, body)?.mandate;
  if (mandate === undefined) {
    const sentence = `${nameOf(context, elector)} gave this identity no mandate at ${nameOf(context, body)}, or it has not arrived here yet.`;
    throw new OperationFault('unknown_mandate', sentence, { field: 'elector' });
  }
  const taken = takenFor(proposal, elector, state)?.number ?? 0;
  const own = await newestOwnRow(
    context,
    mandatedBallotKind,
    (one) => one.version === row.version && one.elector === elector,
  );
  const number = Math.max(taken, own?.content.number ?? 0) + 1;
  const content = { body, version: row.version, number, choice: [...choice], elector, mandate };
  const at = membersAt(members.state, elector, members.book.kind, Number.MAX_SAFE_INTEGER);
  const electors = electorsOf(context, found) ?? { isMember: () => true };
  const ballot = { content: { ...content, reasonDigest: undefined }, author };
  const code = mandatedRefusal(ballot, { proposal, row, body }, at, electors, state);
  if (code !== undefined) throw faultOfRefusal(code);
  const terms = members.state.get(mandatesTable, mandate)?.mandate;
  const nowMs = context.clock.nowMs();
  if (terms !== undefined && nowMs < terms.from) {
    const sentence = `The mandate begins on ${new Date(terms.from).toISOString()}.`;
    throw new OperationFault('outside_mandate', sentence, { field: 'elector' });
  }
  if (terms !== undefined && nowMs >= terms.to) throw faultOfRefusal('mandate_over');
  return content;
}
