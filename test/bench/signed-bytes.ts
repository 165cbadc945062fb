import type { Id } from '../../src/core/base/id.ts';
import { type Entry, openingOf } from '../../src/core/wire/entry.ts';
import { CarriedEntries } from '../../src/engine/carried-entries.ts';
import { CheckGatherer } from '../../src/engine/reading.ts';
import { NETWORK } from '../support/books.ts';
import type { SignedBytes } from './reference/ingest-loop.ts';

/** @returns every entry with the signatures in it; `openings` are of the books that stand outside of the entries. */
export function withSignatures(entries: readonly Entry[], openings: readonly Entry[]): readonly SignedBytes[] {
  const devices = new Map<Id, Id>();
  for (const entry of [...openings, ...entries]) {
    const opening = openingOf(entry);
    if (opening !== undefined) devices.set(entry.id, opening.device);
  }
  const carried = new CarriedEntries(NETWORK);
  return entries.map((entry) => {
    const gatherer = new CheckGatherer(NETWORK, carried, (book) => devices.get(book));
    gatherer.add({ type: 'entry', entry });
    return { bytes: entry.bytes, checks: gatherer.checks };
  });
}

/** @returns how many signatures stand in the entries. */
export function signatureCount(entries: readonly SignedBytes[]): number {
  return entries.reduce((sum, { checks }) => sum + checks.length, 0);
}
