import { type Id, idToBytes } from '../core/base/id.ts';
import { type Entry, readEntry } from '../core/wire/entry.ts';
import type { Written } from '../engine/events.ts';
import type { EntryRow } from '../ports/store.ts';
import { type OperationContext, peerOf } from './context.ts';
import { OperationFault } from './fault.ts';

/** An entry follows the words that it names in its writer's book, at once or after what was written meanwhile. */
const WORDS_BEFORE_MAX = 64;
const WORDS_BYTES_MAX = 2 ** 22;

/** @returns the entry of the same book that stands shortly before a row and whose payload has this digest, undefined where it is not here. */
export async function wordsBefore(context: OperationContext, row: EntryRow, digest: Id): Promise<Entry | undefined> {
  const from = Math.max(1, row.sequence - WORDS_BEFORE_MAX);
  const rows = await context.store.entriesOf(row.book, from, row.sequence - from, WORDS_BYTES_MAX);
  for (const { bytes } of rows.toReversed()) {
    const read = readEntry(bytes, peerOf(context).world.network);
    if (read.ok && read.value.header.payloadDigest === digest) return read.value;
  }
  return undefined;
}

/** @returns an entry that is held here, with its row. */
export async function heldEntry(
  context: OperationContext,
  id: Id,
): Promise<{ readonly entry: Entry; readonly row: EntryRow } | undefined> {
  const [row] = await context.store.entriesByIds([idToBytes(id)]);
  const read = row === undefined ? undefined : readEntry(row.bytes, peerOf(context).world.network);
  return row === undefined || read?.ok !== true ? undefined : { entry: read.value, row };
}

/** @returns the payload digest of an own entry that was just written, by which others name it. @throws OperationFault not_found. */
export async function payloadDigestOf(context: OperationContext, written: Written): Promise<Id> {
  const held = await heldEntry(context, written.id);
  if (held !== undefined) return held.entry.header.payloadDigest;
  throw new OperationFault(
    'not_found',
    'The entry was written and is not found again; look whether the store is whole.',
  );
}
