import { ORDERS_PER_ENTRY_MAX, PAYLOAD_BYTES_MAX, RECORDS_PER_ENTRY_MAX } from '../base/limits.ts';
import { present } from '../base/outcome.ts';
import { type RefusalCode, refusalNumber } from '../base/refusals.ts';
import { readCarriedEntry } from '../books/carried.ts';
import type { RuleContext } from '../books/rules.ts';
import { type BookState, StateDraft } from '../books/state.ts';
import { contentOf, type Entry } from '../wire/entry.ts';
import { laborClaimKind, laborRecordKind } from '../wire/kinds/labor.ts';
import type { Head } from '../wire/messages/book.ts';
import type {
  AccountOpened,
  Issue,
  IssueLine,
  OrderRefused,
  Retire,
  Transfer,
  TransferLine,
} from '../wire/messages/ledger.ts';
import { judgeRequest, openAccount } from './bank.ts';
import { applyIssue, judgeIssue } from './issue.ts';
import { applyOrder, judgeOrder, judgeRetire, judgeTransfer, type OrderFault } from './orders.ts';
import { AT_PAR, type LineRate, rateFor } from './rates.ts';
import { totalsOf } from './tables.ts';

/** An entry in hand that has no effect, and why. */
export interface RefusedEntry {
  readonly entry: Entry;
  readonly code: RefusalCode;
}

/** What a bank can write next of the entries that it has in hand. */
export interface Composition<Content> {
  /** What applies, undefined where nothing does. */
  readonly content: Content | undefined;
  /** Orders that the ledger must answer with `composeRefusals`, once `content` was written. */
  readonly refused: readonly RefusedEntry[];
  /** What no entry of this ledger can answer: told to the sender only. `unknown_book` may be mended by noting the book. */
  readonly unanswerable: readonly RefusedEntry[];
  /** Records that wait for member books. */
  readonly waiting: readonly { readonly entry: Entry; readonly heads: readonly Head[] }[];
  /** What is to be tried again after `content` and the refusals were written. */
  readonly left: readonly Entry[];
}

/** The most that a line adds to what it carries, apart from the balances of payees: tags, lengths, numbers. */
const LINE_BYTES_MAX = 40;

/** Room in the payload of one entry. */
class Room {
  #bytes = PAYLOAD_BYTES_MAX;
  #lines: number;

  constructor(lines: number) {
    this.#lines = lines;
  }

  /** @returns whether there was room for one more line. */
  take(bytes: number): boolean {
    if (this.#lines === 0 || bytes > this.#bytes) return false;
    this.#lines -= 1;
    this.#bytes -= bytes;
    return true;
  }
}

/** @returns the length of a number as a varint; no balance is longer than that of all that was issued. */
function varintBytes(number: number): number {
  let bytes = 1;
  for (let rest = number; rest >= 128; rest /= 128) bytes += 1;
  return bytes;
}

/**
 * Composes a Transfer of as many orders as fit one entry, in their order. Each is judged after those before it. An order that
 * is refused may depend on those that apply: the refusals are those that hold after `content`. After a refused order, later
 * ones from its book for its account are left, since answering them first would use up its number.
 */
export function composeTransfer(
  state: BookState,
  orders: readonly Entry[],
  context: RuleContext,
): Composition<Transfer> {
  const draft = new StateDraft(state);
  const room = new Room(ORDERS_PER_ENTRY_MAX);
  const balanceBytes = varintBytes(totalsOf(state).issued);
  const lines: TransferLine[] = [];
  const faulty: { readonly entry: Entry; readonly fault: OrderFault }[] = [];
  const left: Entry[] = [];
  const held = new Set<string>();
  for (const [index, entry] of orders.entries()) {
    const judged = judgeTransfer(entry, draft, context);
    const order = judged.ok ? judged.value.order : judged.reason.answerable ? judged.reason.order : undefined;
    const number = `${order?.content.account}/${entry.book}`;
    if (held.has(number)) {
      left.push(entry);
    } else if (!judged.ok) {
      faulty.push({ entry, fault: judged.reason });
      if (order !== undefined) held.add(number);
    } else if (room.take(entry.bytes.length + LINE_BYTES_MAX + balanceBytes * judged.value.order.content.to.length)) {
      const { payer, payees } = applyOrder(judged.value, entry.id, draft);
      lines.push({ order: entry.bytes, payerBalanceAfter: payer, payeeBalancesAfter: payees });
    } else {
      left.push(...orders.slice(index));
      break;
    }
  }
  const content = lines.length === 0 ? undefined : { lines };
  return { content, waiting: [], ...answersAfter(draft, faulty, left, context) };
}

/** Judges what was refused once more, on the state that the new entry leaves. */
function answersAfter(
  draft: StateDraft,
  faulty: readonly { readonly entry: Entry; readonly fault: OrderFault }[],
  left: readonly Entry[],
  context: RuleContext,
): Pick<Composition<never>, 'refused' | 'unanswerable' | 'left'> {
  const refused: RefusedEntry[] = [];
  const unanswerable: RefusedEntry[] = [];
  const again: Entry[] = [];
  for (const { entry, fault } of faulty) {
    if (!fault.answerable) {
      unanswerable.push({ entry, code: fault.code });
      continue;
    }
    const judged = judgeOrder(entry, draft, context);
    if (judged.ok) again.push(entry);
    else (judged.reason.answerable ? refused : unanswerable).push({ entry, code: judged.reason.code });
  }
  return { refused, unanswerable, left: [...again, ...left] };
}

/** Composes a Retire of one order, which an entry carries alone. */
export function composeRetire(state: BookState, order: Entry, context: RuleContext): Composition<Retire> {
  const draft = new StateDraft(state);
  const judged = judgeRetire(order, draft, context);
  if (!judged.ok) {
    const answers = answersAfter(draft, [{ entry: order, fault: judged.reason }], [], context);
    return { content: undefined, waiting: [], ...answers };
  }
  const balanceAfter = applyOrder(judged.value, order.id, draft).payer;
  return { content: { order: order.bytes, balanceAfter }, refused: [], unanswerable: [], waiting: [], left: [] };
}

/** Composes the answers to refused orders, in as many entries as they need. */
export function composeRefusals(refused: readonly RefusedEntry[]): readonly OrderRefused[] {
  const entries: { order: Uint8Array; code: number }[][] = [];
  let room: Room | undefined;
  for (const { entry, code } of refused) {
    const bytes = entry.bytes.length + LINE_BYTES_MAX;
    if (room?.take(bytes) !== true) {
      room = new Room(ORDERS_PER_ENTRY_MAX);
      room.take(bytes);
      entries.push([]);
    }
    present(entries.at(-1), 'an entry was begun').push({ order: entry.bytes, code: refusalNumber(code) });
  }
  return entries.map((orders) => ({ orders }));
}

/** Composes an AccountOpened of as many requests as fit one entry. */
export function composeAccounts(
  state: BookState,
  requests: readonly Entry[],
  context: RuleContext,
): Composition<AccountOpened> {
  const draft = new StateDraft(state);
  const room = new Room(ORDERS_PER_ENTRY_MAX);
  const opened: Uint8Array[] = [];
  const unanswerable: RefusedEntry[] = [];
  const left: Entry[] = [];
  for (const entry of requests) {
    const request = judgeRequest(entry, draft, context);
    if (!request.ok) unanswerable.push({ entry, code: request.reason });
    else if (!room.take(entry.bytes.length + LINE_BYTES_MAX)) left.push(entry);
    else {
      openAccount(request.value, draft);
      opened.push(entry.bytes);
    }
  }
  return {
    content: opened.length === 0 ? undefined : { requests: opened },
    refused: [],
    unanswerable,
    waiting: [],
    left,
  };
}

/** Composes an Issue on as many records as fit one entry, each at the best rate that the ledger has taken for its work. */
export function composeIssue(state: BookState, records: readonly Entry[], context: RuleContext): Composition<Issue> {
  const draft = new StateDraft(state);
  const room = new Room(RECORDS_PER_ENTRY_MAX);
  const lines: IssueLine[] = [];
  const unanswerable: RefusedEntry[] = [];
  const waiting: { readonly entry: Entry; readonly heads: readonly Head[] }[] = [];
  const left: Entry[] = [];
  for (const entry of records) {
    const rate = rateOfRecord(entry, state, context);
    const verdict = judgeIssue(entry, draft, context, rate);
    if (verdict.type === 'refused') unanswerable.push({ entry, code: verdict.code });
    else if (verdict.type === 'waiting') waiting.push({ entry, heads: verdict.heads });
    else if (!room.take(entry.bytes.length + LINE_BYTES_MAX)) left.push(entry);
    else {
      const balanceAfter = applyIssue(verdict.judged, 0, draft);
      lines.push({
        record: entry.bytes,
        ...rate,
        amount: verdict.judged.amount,
        balanceAfter,
      });
    }
  }
  return { content: lines.length === 0 ? undefined : { lines }, refused: [], unanswerable, waiting, left };
}

function rateOfRecord(entry: Entry, state: BookState, context: RuleContext): LineRate {
  const record = contentOf(entry, laborRecordKind);
  const claim = record === undefined ? undefined : readCarriedEntry(record.claim, context);
  const content = claim?.ok === true ? contentOf(claim.value, laborClaimKind) : undefined;
  return content === undefined ? AT_PAR : rateFor(content, state);
}
