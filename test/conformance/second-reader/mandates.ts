/** Mandates in a member book, section 10 of proto/README.md. Who is a member is known beside the book. */
import { type Entry, readEntry } from './items.ts';
import { KINDS, mayWrite } from './kinds.ts';
import { readEvent, resolve } from './log.ts';
import { note } from './noted.ts';
import { message, printed, type Rows } from './rows.ts';
import { decode, idOf, type Message, messageOf, numberOf, numbersOf } from './schema.ts';

/** What a delegate does in another book, by the numbers of the messages. */
export interface MandatedAct {
  readonly delegate: string;
  readonly at: string;
  readonly matter: number;
  readonly amount: number;
}

/** What is known beside the book. */
export interface MemberBook {
  readonly network: Buffer;
  readonly body: string;
  readonly device: string;
  readonly identityKind: number;
  /** Newest change of a membership up to a sequence and the one before it, 0 for none; whether it is a member or vouched for; and how many there are. */
  readonly standingAt: (
    identity: string,
    sequence: number,
  ) => {
    readonly change: number;
    readonly before: number;
    readonly isMember: boolean;
    readonly isVouched: boolean;
    readonly members: number;
  };
}

const BUDGET = 2;
const TERM_MS_MAX = 126_230_400_000;

/** @returns the rows of mandates after an entry of a member book that is founded, or the code of its refusal. Of other kinds only a Noted is read. */
export function stepMandates(bytes: Buffer, before: Rows, book: MemberBook): Rows | string {
  const entry = readEntry(bytes, book.network);
  const kind = KINDS.get(entry.kind);
  const payload = entry.payload ?? Buffer.alloc(0);
  if (kind === undefined || !mayWrite(kind, book.identityKind, 1)) return 'wrong_writer';
  if (kind.message === 'Noted') return note(payload, before, book.network);
  const rows = new Map(before);
  if (kind.message === 'Mandate') return grant(entry, payload, rows, book) ?? rows;
  if (kind.message === 'Recall' || kind.message === 'MandateEnded') {
    const id = idOf(decode(kind.message, payload), 'mandate');
    return end(id, entry.sequence, kind.message === 'Recall', rows) ?? rows;
  }
  return rows;
}

function grant(entry: Entry, payload: Buffer, rows: Rows, book: MemberBook): string | undefined {
  const content = decode('Mandate', payload);
  const [delegate, at, matters] = [idOf(content, 'delegate'), idOf(content, 'at'), numbersOf(content, 'matters')];
  const standing = book.standingAt(delegate, entry.sequence);
  const log = resolve(notedEvents(delegate, rows));
  const isOwn = delegate === book.body || (standing.members > 1 && log?.devices.get(book.device) === true);
  if (isOwn) return 'own_mandate';
  if (log === undefined || (!standing.isMember && !standing.isVouched)) return 'unknown_delegate';
  const lasts = numberOf(content, 'to') - numberOf(content, 'from');
  if (lasts <= 0 || lasts > TERM_MS_MAX) return 'term_malformed';
  const isRising = matters.every((matter, index) => index === 0 || (matters[index - 1] ?? matter) < matter);
  const isSpending = numberOf(content, 'amount') > 0;
  if (matters.length === 0 || !isRising || matters.includes(BUDGET) !== isSpending) return 'bounds_malformed';
  const key = `mandated/${printed(delegate)}/${printed(at)}`;
  const newest = rows.get(key);
  const row = newest && mandateRow(idOf(decode('MandatedRow', newest), 'mandate'), rows);
  if (row !== undefined && isRunning(row, entry.sequence, book)) return 'already_mandated';
  const fields = [
    [1, payload],
    [2, entry.sequence],
    [5, standing.change],
  ] as const;
  rows.set(`mandates/${printed(entry.id)}`, message(fields));
  rows.set(key, message([[1, entry.id]]));
  return undefined;
}

function end(id: string, sequence: number, isRecall: boolean, rows: Rows): string | undefined {
  const row = mandateRow(id, rows);
  const bytes = rows.get(`mandates/${printed(id)}`);
  if (row === undefined || bytes === undefined) return 'unknown_mandate';
  if (numberOf(row, 'over') > 0) return 'mandate_over';
  const change = numberOf(row, 'change');
  const kept = message([[5, change]]);
  const over = message([
    [3, sequence],
    [4, Number(isRecall)],
  ]);
  rows.set(`mandates/${printed(id)}`, Buffer.concat([bytes.subarray(0, bytes.length - kept.length), over, kept]));
  return undefined;
}

/** @returns why an act does not count, as the rows of a member book say that were left at `sequence` or later. */
export function refusalOf(
  id: string,
  act: MandatedAct,
  sequence: number,
  rows: Rows,
  book: MemberBook,
): string | undefined {
  const row = mandateRow(id, rows);
  const mandate = row && messageOf(row, 'mandate');
  if (row === undefined || mandate === undefined || numberOf(row, 'sequence') > sequence) return 'unknown_mandate';
  if (idOf(mandate, 'delegate') !== act.delegate) return 'unknown_mandate';
  if (!isRunning(row, sequence, book)) return 'mandate_over';
  const isThere = idOf(mandate, 'at') === act.at && numbersOf(mandate, 'matters').includes(act.matter);
  return isThere && act.amount <= numberOf(mandate, 'amount') ? undefined : 'outside_mandate';
}

function isRunning(row: Message, sequence: number, { standingAt }: MemberBook): boolean {
  const [over, change] = [numberOf(row, 'over'), numberOf(row, 'change')];
  if (over > 0 && sequence >= over) return false;
  const now = standingAt(idOf(messageOf(row, 'mandate') ?? {}, 'delegate'), sequence);
  return now.change === change || (now.isMember && now.before === change);
}

function mandateRow(id: string, rows: Rows): Message | undefined {
  const bytes = rows.get(`mandates/${printed(id)}`);
  return bytes && decode('MandateRow', bytes);
}

function notedEvents(identity: string, rows: Rows) {
  const count = rows.get(`logs/${printed(identity)}`);
  const length = count === undefined ? 0 : numberOf(decode('NotedLog', count), 'events');
  return Array.from({ length }, (_, place) =>
    readEvent(rows.get(`logEvents/${printed(identity)}/${place}`) ?? Buffer.alloc(0)),
  );
}
