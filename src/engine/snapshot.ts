import type { Id } from '../core/base/id.ts';
import type { BookRow, EntryRow, SettingRow, StatementRow, StateRow } from '../ports/store.ts';

/** Everything that a machine needs from the store before it handles its first event. */
export interface Snapshot {
  readonly books: readonly BookRow[];
  readonly statements: readonly StatementRow[];
  readonly settings: readonly SettingRow[];
  /** Rule state rows of each governed book. */
  readonly states: ReadonlyMap<Id, readonly StateRow[]>;
  /** Entries of bodies' member books, whose ids others name. */
  readonly memberEntries: ReadonlyMap<Id, readonly EntryRow[]>;
}

/** @returns the snapshot of a peer that has never run. */
export function emptySnapshot(): Snapshot {
  return { books: [], statements: [], settings: [], states: new Map(), memberEntries: new Map() };
}
