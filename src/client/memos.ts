import { bytesToId, type Id, idToBytes } from '../core/base/id.ts';
import { notedEventsOf } from '../core/books/noted-logs.ts';
import { resolveLog } from '../core/identity/log.ts';
import { accountOf } from '../core/ledger/figures.ts';
import { contentOf } from '../core/wire/entry.ts';
import { takes } from '../core/wire/fields.ts';
import { memoKind } from '../core/wire/kinds/ledger.ts';
import { memoTextField } from '../core/wire/messages/ledger.ts';
import type { Written } from '../engine/events.ts';
import { type OperationContext, peerOf } from './context.ts';
import { OperationFault } from './fault.ts';
import { type FoundAccount, ledgerOf } from './lookup.ts';
import { payloadDigestOf, wordsBefore } from './words.ts';

/** Devices of a payee that a memo is sealed for, the newest: with this one's own a memo of full length fits its entry. */
const READERS_MAX = 12;

/** A memo that stands in an own book. */
export interface WrittenMemo {
  readonly written: Written;
  /** By which the order names it. */
  readonly digest: Id;
  readonly to: Id;
}

/**
 * Writes a memo, sealed for the devices of the payee that the bank's ledger has noted, and for this one.
 * @throws OperationFault `malformed` where the order has several payees, `not_found` where the payee has no account there,
 *   `unclear` where this peer has no key to seal with.
 */
export async function writeMemo(
  context: OperationContext,
  { bank }: FoundAccount,
  accounts: readonly Id[],
  text: string,
): Promise<WrittenMemo> {
  const { memoBox } = context;
  if (memoBox === undefined)
    throw new OperationFault('unclear', 'This peer was opened without a memo box, and can seal no memo.', {
      field: 'memo',
    });
  const [account, second] = accounts;
  const { state } = ledgerOf(context, bank);
  const to = account === undefined ? undefined : accountOf(state, account)?.holder;
  if (second !== undefined)
    throw new OperationFault('malformed', 'A memo is for one payee: pay each alone to write one.', { field: 'memo' });
  if (to === undefined)
    throw new OperationFault('not_found', 'The payee has no account in this ledger.', { field: 'memo' });
  const { verify } = peerOf(context).world.verified;
  const devices = resolveLog(to, notedEventsOf(to, state), verify)?.devices.values() ?? [];
  const held = [...devices].filter(({ revoked }) => revoked === undefined).slice(-READERS_MAX);
  const readers = new Set([...held.map(({ device }) => device), context.self.device]);
  const sealed = await memoBox.seal(text, [...readers].map(idToBytes));
  const written = await context.acts.write('transfers', memoKind, { sealed, to });
  return { written, digest: await payloadDigestOf(context, written), to };
}

/**
 * @returns the memo of an order in words, where it was sealed for this device and is here; its writer's own memos too. Nobody has looked
 *   at what was sealed: what is no text, such as commands to a terminal, is left out.
 */
export async function memoOf(context: OperationContext, order: Id, digest: Id): Promise<string | undefined> {
  const sealed = peerOf(context).desk.memos.get(digest) ?? (await ownMemo(context, order, digest));
  const text = sealed === undefined ? undefined : await context.memoBox?.open(sealed);
  return text !== undefined && takes(memoTextField, text) ? text : undefined;
}

async function ownMemo(context: OperationContext, order: Id, digest: Id): Promise<Uint8Array | undefined> {
  const [row] = await context.store.entriesByIds([idToBytes(order)]);
  if (row === undefined || peerOf(context).books.get(bytesToId(row.book))?.opening.identity !== context.self.identity)
    return undefined;
  const memo = await wordsBefore(context, row, digest);
  return memo === undefined ? undefined : contentOf(memo, memoKind)?.sealed;
}
