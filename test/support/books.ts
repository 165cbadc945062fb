import { createHash } from 'node:crypto';
import { type Amount, numberToAmount } from '../../src/core/base/amount.ts';
import type { Id } from '../../src/core/base/id.ts';
import type { Channel, Region } from '../../src/core/base/region.ts';
import { eventDigest } from '../../src/core/identity/event.ts';
import { draftEntry, type Entry, readEntry, sealEntry } from '../../src/core/wire/entry.ts';
import { openingKind } from '../../src/core/wire/kinds/book.ts';
import type { EntryKind } from '../../src/core/wire/kinds/kind.ts';
import type { Opening } from '../../src/core/wire/messages/book.ts';
import type { IdentityEvent } from '../../src/core/wire/messages/identity.ts';
import { REGION } from './identities.ts';
import { keyOf } from './signing.ts';

/** The network of tests. */
export const NETWORK: Uint8Array = new Uint8Array(16).fill(7);

/** The claimed time of entries in tests: 2026-11-02T12:00:00Z. */
export const CLAIMED_AT = 1_793_620_800_000;

/** @returns 16 bytes, the same for the same text. */
export function saltOf(text: string): Uint8Array {
  return new Uint8Array(createHash('sha256').update(text).digest().subarray(0, 16));
}

/** @returns a signed entry, read back. @throws Error when it is refused. */
export function writeEntry<Content>(
  device: string,
  kind: EntryKind<Content>,
  content: Content,
  previous: Entry | undefined,
  network = NETWORK,
): Entry {
  const draft = draftEntry({
    network,
    kind,
    content,
    previous: previous && { book: previous.book, sequence: previous.header.sequence, id: previous.id },
    salt: saltOf(`${previous?.id ?? 'opening'} ${kind.name}`),
    claimedAt: CLAIMED_AT,
  });
  return parseEntry(sealEntry(draft, keyOf(device).sign(draft.message)), network);
}

/** @returns the entry of these bytes. @throws Error with the reason when they are none. */
export function parseEntry(bytes: Uint8Array, network = NETWORK): Entry {
  const entry = readEntry(bytes, network);
  if (!entry.ok) throw new Error(entry.reason.sentence);
  return entry.value;
}

/** What an Opening of a test says beside its log. */
export interface OpeningOf {
  readonly log: readonly IdentityEvent[];
  readonly device: string;
  readonly channel?: Channel;
  readonly region?: Region;
  /** Whether the Opening carries the log; else it only names its head. */
  readonly carried?: boolean;
  readonly change?: Partial<Opening>;
}

/** @returns a signed Opening by a device, under a log whose last event is its head. @throws Error without events. */
export function openBook({
  log,
  device,
  channel = 'people',
  region = REGION,
  carried = true,
  change = {},
}: OpeningOf): Entry {
  const head = log.at(-1);
  if (head === undefined) throw new Error('a log has events');
  const content: Opening = {
    identity: head.identity,
    device: keyOf(device).id,
    region,
    channel,
    logNumber: head.number,
    logDigest: eventDigest(head),
    log: carried ? log : [],
    continues: undefined,
    ...change,
  };
  return writeEntry(device, openingKind, content, undefined);
}

/** @returns a place in a book, as payloads name it. */
export function headOf(entry: Entry): { readonly book: Id; readonly sequence: number; readonly id: Id } {
  return { book: entry.book, sequence: entry.header.sequence, id: entry.id };
}

/** @returns an amount. @throws Error when the number is none: the test is wrong. */
export function amountOf(number: number): Amount {
  const amount = numberToAmount(number);
  if (amount === undefined) throw new Error(`${number} is no amount`);
  return amount;
}
