import type { ParsedRouteInput, RouteOutput } from '../../api/routes.ts';
import { amountToJson } from '../../api/schema.ts';
import { type Amount, addAmounts, numberToAmount, ZERO } from '../../core/base/amount.ts';
import type { Id } from '../../core/base/id.ts';
import { BookState } from '../../core/books/state.ts';
import { composeRecord } from '../../core/labor/compose.ts';
import { contentOf } from '../../core/wire/entry.ts';
import { attestationKind, laborClaimKind, laborRecordKind } from '../../core/wire/kinds/labor.ts';
import type { Head } from '../../core/wire/messages/book.ts';
import type { Interval, LaborClaim } from '../../core/wire/messages/labor.ts';
import { headOf } from '../../engine/book.ts';
import { contextFor } from '../../engine/rule-context.ts';
import type { Mail } from '../../engine/services/service.ts';
import { type OperationContext, peerOf } from '../context.ts';
import { faultOfRefusal, OperationFault } from '../fault.ts';
import { governedBook, ownAccount, requireAddressee, requireKind } from '../lookup.ts';
import { noteOpenings, ownBook } from '../noting.ts';

const MINUTE_MS = 60_000;

/** Claims hours worked in a cooperative. */
export async function claimLabor(
  context: OperationContext,
  input: ParsedRouteInput<'labor.claim'>,
): Promise<RouteOutput<'labor.claim'>> {
  requireKind(context, 'person', 'claim labor');
  requireAddressee(context, input.cooperative, 'cooperative', 'cooperative');
  requireAddressee(context, input.bank, 'bank', 'bank');
  const intervals = input.intervals.map(toInterval).sort((left, right) => left.startMinute - right.startMinute);
  const seconds = input.amount ?? sumOf(intervals);
  const account = input.account ?? ownAccount(context, undefined, input.bank).account;
  const { cooperative, bank, taskClass } = input;
  const content = { worker: context.self.identity, cooperative, taskClass, intervals, seconds, bank, account };
  const entry = await context.acts.write('transfers', laborClaimKind, content);
  const answer = await context.acts.send(cooperative, entry);
  return { claim: entry.id, amount: amountToJson(seconds), entry, answer };
}

function toInterval({ start, minutes }: { start: string; minutes: number }, index: number): Interval {
  const startMs = Date.parse(start);
  if (startMs >= 0 && startMs % MINUTE_MS === 0) return { startMinute: startMs / MINUTE_MS, minutes };
  const sentence = 'Work begins on a whole minute, and after 1970.';
  throw new OperationFault('malformed', sentence, { field: `intervals[${index}].start` });
}

function sumOf(intervals: readonly Interval[]): Amount {
  let sum: Amount | undefined = ZERO;
  for (const { minutes } of intervals) {
    const seconds = numberToAmount(minutes * 60);
    sum = seconds === undefined ? undefined : addAmounts(sum, seconds);
    if (sum === undefined) throw faultOfRefusal('amount_too_large');
  }
  return sum;
}

/** Attests a claim that its cooperative shows. */
export async function attestLabor(
  context: OperationContext,
  input: ParsedRouteInput<'labor.attest'>,
): Promise<RouteOutput<'labor.attest'>> {
  requireKind(context, 'person', 'attest labor');
  const pending = peerOf(context).pending.get(input.claim);
  if (pending === undefined) {
    const sentence = 'No cooperative shows this claim here: it was recorded, or has not arrived yet.';
    throw new OperationFault('not_found', sentence, { field: 'claim' });
  }
  if (pending.content.worker === context.self.identity) throw faultOfRefusal('self_attestation');
  const entry = await context.acts.write('transfers', attestationKind, { claim: input.claim });
  return { entry, answer: await context.acts.send(pending.content.cooperative, entry) };
}

/** Records a claim with its attestations in this cooperative's labor book. */
export async function recordLabor(
  context: OperationContext,
  input: ParsedRouteInput<'labor.record'>,
): Promise<RouteOutput<'labor.record'>> {
  requireKind(context, 'cooperative', 'record labor');
  const peer = peerOf(context);
  const mail = peer.desk.inbox.get(input.claim);
  const claim = mail === undefined ? undefined : contentOf(mail.entry, laborClaimKind);
  if (mail === undefined || claim === undefined) {
    throw new OperationFault('not_found', 'This cooperative does not hold that claim.', { field: 'claim' });
  }
  const attestations = attestationsOf(context, input.claim);
  const memberHead = headOf(governedBook(context, context.self.identity, 'people', 'claim').book);
  const receiverHead = receiverHeadOf(context, input.receiverBody);
  await noteOpenings(context, 'transfers', [mail.opening, ...attestations.map(({ opening }) => opening)]);
  const content = composed(context, mail, attestations, memberHead, receiverHead);
  const entry = await context.acts.write('transfers', laborRecordKind, content);
  const attestors = attestations.filter(({ entry: { bytes } }) => content.attestations.includes(bytes));
  return {
    entry,
    claim: input.claim,
    amount: amountToJson(claim.seconds),
    attestors: attestors.map(({ author }) => author),
  };
}

function receiverHeadOf(context: OperationContext, body: Id | undefined): Head | undefined {
  return body === undefined ? undefined : headOf(governedBook(context, body, 'people', 'receiverBody').book);
}

function attestationsOf(context: OperationContext, claim: Id): readonly Mail[] {
  const mail = peerOf(context).desk.inbox.all();
  return mail.filter(({ entry }) => contentOf(entry, attestationKind)?.claim === claim);
}

function composed(
  context: OperationContext,
  claim: Mail,
  attestations: readonly Mail[],
  memberHead: Head,
  receiverHead: Head | undefined,
): Extract<ReturnType<typeof composeRecord>, { type: 'composed' }>['content'] {
  const peer = peerOf(context);
  const book = ownBook(context, 'transfers');
  if (book === undefined) throw new OperationFault('not_ready', 'The labor book is not open yet; try again.');
  const entries = attestations.map(({ entry }) => entry);
  const request = { claim: claim.entry, attestations: entries, memberHead, receiverHead };
  const state = book.state?.state ?? new BookState();
  const record = composeRecord(state, request, contextFor(peer.world, peer.books, book));
  if (record.type === 'composed') return record.content;
  if (record.type === 'refused') throw faultOfRefusal(record.code);
  throw new OperationFault(
    'not_ready',
    'The member book of the receiver’s body is not here up to its head; try again.',
  );
}

/** @returns a claim as answers print it. */
export function claimToJson(
  context: OperationContext,
  claim: Id,
  content: LaborClaim,
): Omit<RouteOutput<'labor.list'>['pending'][number], 'attestors'> {
  return {
    claim,
    worker: content.worker,
    workerName: context.names.of(content.worker),
    cooperative: content.cooperative,
    taskClass: content.taskClass,
    intervals: content.intervals.map(({ startMinute, minutes }) => {
      return { start: new Date(startMinute * MINUTE_MS).toISOString(), minutes };
    }),
    amount: amountToJson(content.seconds),
    bank: content.bank,
    account: content.account,
  };
}
