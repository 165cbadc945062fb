import { compareIds, type Id } from '../base/id.ts';
import { no, type Outcome, ok } from '../base/outcome.ts';
import type { RefusalCode } from '../base/refusals.ts';
import { restOn, restsOnAnother } from '../books/body-books.ts';
import { type Carried, readCarried } from '../books/carried.ts';
import { nameHead } from '../books/noted.ts';
import { applied, type Effect, type MembersAt, type RuleContext, refused, waiting } from '../books/rules.ts';
import type { StateDraft, StateView } from '../books/state.ts';
import type { Entry } from '../wire/entry.ts';
import type { EntryKind } from '../wire/kinds/kind.ts';
import { lotCommitmentKind, lotSecretKind } from '../wire/kinds/lots.ts';
import type { Head } from '../wire/messages/book.ts';
import type { Lot, LotDrawn, LotRow, LotSealed, LotState } from '../wire/messages/lots.ts';
import { drawLot, type LotResult } from './methods/lot.ts';
import { lotsTable } from './tables.ts';

/**
 * Rule of `Lot`: whose secrets make the draw, how many are drawn, and who cannot be. Refusals, in order: `head_went_back`,
 * `wrong_head`, `not_elector` (a party that is no member at the head).
 */
export function stepLot(lot: Lot, entry: Entry, state: StateDraft, context: RuleContext): Effect {
  const members = ownMembersAt(lot.memberHead, state, context);
  if (!members.ok) return members.reason;
  if (!lot.parties.every((party) => members.value.isMember(party))) return refused('not_elector');
  restOn(state, context.body, 'people', lot.memberHead.book);
  const { memberHead: _, ...called } = lot;
  const begun = { committed: [], pool: undefined, drawn: [], withheld: [], weak: false };
  state.set(lotsTable, [entry.id], { ...called, ...begun, state: 'called', sequence: entry.header.sequence });
  const { count, parties } = lot;
  return applied([{ type: 'lotCalled', body: context.body, lot: entry.id, parties, count }]);
}

/**
 * Rule of `LotSealed`: commitments of parties, after which nobody can commit, and the head of the pool, which nobody who committed could
 * know. Refusals, in order: those of a carried entry, `unknown_lot`, `lot_not_open`, `head_went_back`, `wrong_head`, `wrong_body`,
 * `lot_malformed`.
 */
export function stepLotSealed(sealed: LotSealed, state: StateDraft, context: RuleContext): Effect {
  const carried = readAll(sealed.commitments, lotCommitmentKind, state, context);
  if (!carried.ok) return refused(carried.reason);
  const found = findLot(sealed.lot, 'called', state);
  if (!found.ok) return refused(found.reason);
  const members = ownMembersAt(sealed.pool, state, context);
  if (!members.ok) return members.reason;
  const row = found.value;
  const fault = partiesFault(carried.value, sealed.lot, row.parties, context.body);
  if (fault !== undefined) return refused(fault);
  const { pool } = sealed;
  if (poolOf(row, members.value).length === 0) return refused('lot_malformed');
  restOn(state, context.body, 'people', pool.book);
  const committed = carried.value.map(({ author, content }) => ({ party: author, commitment: content.commitment }));
  state.set(lotsTable, [sealed.lot], { ...row, state: 'sealed', committed, pool });
  const parties = committed.map(({ party }) => party);
  return applied([{ type: 'lotSealed', body: context.body, lot: sealed.lot, parties }]);
}

/**
 * Rule of `LotDrawn`: who is drawn by the secrets that were shown. Refusals, in order: those of a carried entry, `unknown_lot`,
 * `lot_not_open`, `wrong_body`, `lot_malformed`, `wrong_result`.
 */
export function stepLotDrawn(content: LotDrawn, state: StateDraft, context: RuleContext): Effect {
  const carried = readAll(content.secrets, lotSecretKind, state, context);
  if (!carried.ok) return refused(carried.reason);
  const found = findLot(content.lot, 'sealed', state);
  if (!found.ok) return refused(found.reason);
  const row = found.value;
  const parties = row.committed.map(({ party }) => party);
  const fault = partiesFault(carried.value, content.lot, parties, context.body);
  if (fault !== undefined) return refused(fault);
  const secrets = new Map(carried.value.map(({ author, content: { secret } }) => [author, secret]));
  const result = resultOf(row, secrets, context);
  if ('type' in result) return result;
  if (!isResult(content, result)) return refused('wrong_result');
  const { drawn, withheld, weak } = content;
  state.set(lotsTable, [content.lot], { ...row, state: 'drawn', drawn, withheld, weak });
  return applied([
    { type: 'lotDrawn', body: context.body, lot: content.lot, drawn, withheld, weak: weak ? 'weak' : undefined },
  ]);
}

/**
 * Draws a lot that is sealed.
 * @param secrets what the parties have shown, by party.
 * @returns the draw, or what it waits for where the member book is not here up to the head of the pool.
 */
export function resultOf(
  row: LotRow,
  secrets: ReadonlyMap<Id, Uint8Array>,
  context: Pick<RuleContext, 'membersAt'>,
): LotResult | Extract<Effect, { readonly type: 'waiting' }> {
  const { pool, count, committed } = row;
  const members = pool === undefined ? 'waiting' : context.membersAt(pool);
  if (pool === undefined || typeof members === 'string')
    return { type: 'waiting', heads: pool === undefined ? [] : [pool] };
  const parts = committed.map(({ party, commitment }) => [party, { commitment, secret: secrets.get(party) }] as const);
  return drawLot({ parts: new Map(parts), pool: poolOf(row, members), poolHead: pool.id, count });
}

/** @returns who can be drawn: the members, but for those who were left out. */
export function poolOf({ excluded }: Pick<LotRow, 'excluded'>, members: Pick<MembersAt, 'members'>): readonly Id[] {
  const out = new Set(excluded);
  return members.members().filter((member) => !out.has(member));
}

function isResult({ drawn, withheld, weak }: LotDrawn, result: LotResult): boolean {
  return weak === result.isWeak && isSame(drawn, result.drawn) && isSame(withheld, result.withheld);
}

function isSame(left: readonly Id[], right: readonly Id[]): boolean {
  return left.length === right.length && left.every((id, index) => id === right[index]);
}

/** @returns a lot in this state, or the refusal. */
export function findLot(
  id: Id,
  at: LotState,
  state: StateView,
): Outcome<LotRow, Extract<RefusalCode, 'unknown_lot' | 'lot_not_open'>> {
  const row = state.get(lotsTable, id);
  if (row === undefined) return no('unknown_lot');
  return row.state === at ? ok(row) : no('lot_not_open');
}

/** Reads the members of the own body at a head that this book names. */
function ownMembersAt(head: Head, state: StateDraft, context: RuleContext): Outcome<MembersAt, Effect> {
  if (!nameHead(head, state)) return no(refused('head_went_back'));
  const members = context.membersAt(head);
  if (members === 'waiting') return no(waiting([head]));
  if (members === 'wrong_head' || members.body !== context.body) return no(refused('wrong_head'));
  if (restsOnAnother(state, context.body, 'people', head.book)) return no(refused('wrong_head'));
  return ok(members);
}

function readAll<Content>(
  list: readonly Uint8Array[],
  kind: EntryKind<Content>,
  state: StateView,
  context: RuleContext,
): Outcome<readonly Carried<Content>[], RefusalCode> {
  const all: Carried<Content>[] = [];
  for (const bytes of list) {
    const carried = readCarried(bytes, kind, state, context);
    if (!carried.ok) return carried;
    all.push(carried.value);
  }
  return ok(all);
}

/** Why what is carried is not what parties of this lot sent, each at most once and rising by party. */
function partiesFault(
  carried: readonly Carried<{ readonly body: Id; readonly lot: Id }>[],
  lot: Id,
  parties: readonly Id[],
  body: Id,
): Extract<RefusalCode, 'wrong_body' | 'lot_malformed'> | undefined {
  if (carried.some(({ content }) => content.body !== body)) return 'wrong_body';
  const isFitting = carried.every(({ author, content }, index) => {
    const before = carried[index - 1]?.author;
    return content.lot === lot && parties.includes(author) && (before === undefined || compareIds(before, author) < 0);
  });
  return isFitting ? undefined : 'lot_malformed';
}
