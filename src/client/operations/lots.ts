import type { ParsedRouteInput, RouteOutput } from '../../api/routes.ts';
import { compareIds, type Id } from '../../core/base/id.ts';
import { poolOf } from '../../core/decisions/lots.ts';
import { membersAt } from '../../core/members/view.ts';
import { proposalTextKind } from '../../core/wire/kinds/decisions.ts';
import { lotKind } from '../../core/wire/kinds/lots.ts';
import { LOT_PARTIES_MAX } from '../../core/wire/messages/lots.ts';
import { headOf } from '../../engine/book.ts';
import type { OperationContext } from '../context.ts';
import { faultOfRefusal, OperationFault } from '../fault.ts';
import { governedBook, requireKind } from '../lookup.ts';
import { findLotHere, lotsIn, lotToJson, poolSizeOf, textOfLot } from '../lots.ts';
import { payloadDigestOf } from '../words.ts';

const HOUR_MS = 3_600_000;
/** How long parties have to commit, and after that to show their secrets, where nobody says otherwise: a node is started once a day. */
const COMMIT_MS = 24 * HOUR_MS;
const REVEAL_MS = 24 * HOUR_MS;

/** Calls a lot of this body; its node draws it when the parties have sent what they have to. */
export async function drawLot(
  context: OperationContext,
  input: ParsedRouteInput<'lot.draw'>,
): Promise<RouteOutput<'lot.draw'>> {
  requireKind(context, 'body', 'draw lots');
  const { identity: body } = context.self;
  const { book, state } = governedBook(context, body, 'people', 'body');
  const members = membersAt(state, body, book.kind, Number.MAX_SAFE_INTEGER);
  const parties = partiesOf(input.parties, members.members());
  if (!parties.every((party) => members.isMember(party))) throw faultOfRefusal('not_elector');
  const excluded = sorted(input.without ?? []);
  const pool = poolOf({ excluded }, members);
  if (pool.length < input.count) {
    const sentence = `Only ${pool.length} can be drawn: ask for fewer, or leave fewer out.`;
    throw new OperationFault('malformed', sentence, { field: 'count' });
  }
  const commitBy = timeOf(context, input.commitBy, 'commitBy', COMMIT_MS);
  const revealBy = timeOf(context, input.revealBy, 'revealBy', commitBy - context.clock.nowMs() + REVEAL_MS);
  if (revealBy <= commitBy)
    throw new OperationFault('malformed', 'Secrets are shown after the commitments: give a later time.', {
      field: 'revealBy',
    });
  const { title, text = '', count } = input;
  const words = await context.acts.write('proposals', proposalTextKind, { title, text, options: [] });
  const textDigest = await payloadDigestOf(context, words);
  const terms = { memberHead: headOf(book), parties, excluded, count, textDigest, commitBy, revealBy };
  const entry = await context.acts.write('proposals', lotKind, terms);
  return { entry, lot: entry.id };
}

function partiesOf(given: readonly Id[] | undefined, members: readonly Id[]): readonly Id[] {
  const parties = sorted(given ?? members);
  if (parties.length >= 1 && parties.length <= LOT_PARTIES_MAX) return parties;
  const sentence = `A lot has 1 to ${LOT_PARTIES_MAX} parties, whose secrets make the draw: name so many members.`;
  throw new OperationFault('malformed', sentence, { field: 'parties' });
}

function sorted(identities: readonly Id[]): readonly Id[] {
  return [...new Set(identities)].sort(compareIds);
}

function timeOf({ clock }: OperationContext, given: string | undefined, field: string, elseMs: number): number {
  const timeMs = given === undefined ? clock.nowMs() + elseMs : Date.parse(given);
  if (timeMs > clock.nowMs()) return timeMs;
  throw new OperationFault('malformed', 'This time has passed already: give a later one.', { field });
}

/** Lists lots. */
export async function listLots(
  context: OperationContext,
  { body, limit }: ParsedRouteInput<'lot.list'>,
): Promise<RouteOutput<'lot.list'>> {
  const found = lotsIn(context, body).slice(0, limit);
  return { lots: await Promise.all(found.map((lot) => lotToJson(context, lot))) };
}

/** Shows a lot. */
export async function showLot(
  context: OperationContext,
  input: ParsedRouteInput<'lot.show'>,
): Promise<RouteOutput<'lot.show'>> {
  const found = findLotHere(context, input.lot);
  const { row } = found;
  const committed = new Set(row.committed.map(({ party }) => party));
  const name = (identity: Id) => ({ identity, name: context.names.of(identity) });
  return {
    ...(await lotToJson(context, found)),
    text: (await textOfLot(context, found))?.text,
    parties: row.parties.map((party) => ({
      ...name(party),
      committed: row.state === 'called' ? undefined : committed.has(party),
      withheld: row.state === 'drawn' ? row.withheld.includes(party) : undefined,
    })),
    without: row.excluded.map(name),
    commitBy: new Date(row.commitBy).toISOString(),
    revealBy: new Date(row.revealBy).toISOString(),
    pool: poolSizeOf(context, found),
  };
}
