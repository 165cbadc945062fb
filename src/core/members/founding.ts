import type { SignatureCheck } from '../../ports/signatures.ts';
import { tagged, taggedHash } from '../base/hash.ts';
import { bytesToId, compareIds, type Id, idToBytes } from '../base/id.ts';
import type { RefusalCode } from '../base/refusals.ts';
import { applied, type Effect, type RuleContext, refused } from '../books/rules.ts';
import type { StateDraft } from '../books/state.ts';
import { resolveLog } from '../identity/log.ts';
import type { Entry } from '../wire/entry.ts';
import type { IdentityKind } from '../wire/messages/identity.ts';
import { type Acceptance, Charter, type Founding, FoundingTerms } from '../wire/messages/people.ts';
import { TAGS } from '../wire/tags.ts';
import { recordChange } from './changes.ts';
import { areRulesSound } from './decision-rules.ts';
import { bodyTable, chartersTable } from './tables.ts';

/** @returns the bytes that each founder's device signs. @throws FieldFault when the founders are not sorted and distinct. */
export function acceptanceMessage(body: Id, charter: Charter, founders: readonly Id[]): Uint8Array {
  const charterDigest = bytesToId(taggedHash(TAGS.charter, [Charter.encode(charter)]));
  return tagged(TAGS.acceptance, [FoundingTerms.encode({ body, charterDigest, founders })]);
}

/** @returns whether a body of this kind takes identities of `kind` as members: a federation bodies, others persons. */
export function takesMember(body: IdentityKind, kind: IdentityKind): boolean {
  return (body === 'federation') === (kind !== 'person');
}

/**
 * Rule of `Founding`, the first entry after the Opening (protocol §2).
 * Refusals, in order: `already_founded`, `no_decision_rule`, `founders_unsorted`, `too_few_founders` (fewer than the body's root threshold; the
 * Opening carries the log that says it), `bad_acceptance`, `wrong_member_kind`.
 */
export function stepFounding(founding: Founding, entry: Entry, state: StateDraft, context: RuleContext): Effect {
  const body = state.get(bodyTable, 'current');
  if (body?.charterHead !== undefined || entry.header.sequence !== 1) return refused('already_founded');
  if (!areRulesSound(founding.charter.rules)) return refused('no_decision_rule');
  const founders = founding.acceptances.map((acceptance) => acceptance.founder);
  if (!isRising(founders)) return refused('founders_unsorted');
  if (body === undefined || founders.length < body.threshold) return refused('too_few_founders');
  const message = acceptanceMessage(context.body, founding.charter, founders);
  const codes = founding.acceptances.map((acceptance) => acceptanceRefusal(acceptance, message, context));
  if (codes.includes('bad_acceptance')) return refused('bad_acceptance');
  if (codes.includes('wrong_member_kind')) return refused('wrong_member_kind');
  state.set(bodyTable, ['current'], {
    ...body,
    charterHead: { book: entry.book, sequence: entry.header.sequence, id: entry.id },
    charters: 1,
  });
  state.set(chartersTable, ['1'], { sequence: entry.header.sequence, charter: founding.charter });
  for (const founder of founders) recordChange(state, entry, founder, 'joined');
  const { attestationCount } = founding.charter;
  return applied([{ type: 'founded', body: context.body, founders, attestationCount }]);
}

function isRising(ids: readonly Id[]): boolean {
  return ids.every((id, index) => index === 0 || compareIds(ids[index - 1] ?? id, id) < 0);
}

type AcceptanceRefusal = Extract<RefusalCode, 'bad_acceptance' | 'wrong_member_kind'>;

/** An acceptance holds when its founder's log, carried whole and in good order, grants the device that signed. */
function acceptanceRefusal(
  acceptance: Acceptance,
  message: Uint8Array,
  context: RuleContext,
): AcceptanceRefusal | undefined {
  const { founder, device, log, signature } = acceptance;
  const check: SignatureCheck = { publicKey: idToBytes(device), message, signature };
  const identity = resolveLog(founder, log, context.verify);
  const granted = identity?.events.length === log.length ? identity.devices.get(device) : undefined;
  if (identity === undefined || granted === undefined || granted.revoked !== undefined) return 'bad_acceptance';
  if (!context.verify(check)) return 'bad_acceptance';
  return founder !== context.body && takesMember(context.kind, identity.kind) ? undefined : 'wrong_member_kind';
}
