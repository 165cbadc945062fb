import type { Id } from '../core/base/id.ts';
import { present } from '../core/base/outcome.ts';
import { contentOf, type Entry, openingOf, readEntry } from '../core/wire/entry.ts';
import { ballotKind } from '../core/wire/kinds/decisions.ts';
import type { BallotRow } from '../core/wire/messages/decisions.ts';
import { InboxItem } from '../core/wire/messages/peer.ts';
import type { SettingRow } from '../ports/store.ts';
import { BALLOTS_MAX } from './constants.ts';
import { INBOX_ITEM_BYTES_MAX } from './inbox.ts';
import type { Mail } from './services/service.ts';
import type { World } from './world.ts';

const PREFIX = 'ballot/';
/** Counted ballots that are remembered: one comes again within minutes, or its voter finds its receipt in the book. */
const COUNTED_MAX = 10_000;

/**
 * The ballots that a body holds until it closes their proposal: durable, and of each voter only what can count. That is the ballot
 * with the highest number; where a voter cast two with one number, both, since then neither counts (protocol §8).
 */
export class BallotBox {
  readonly #world: World;
  /** By version and voter. */
  readonly #rows = new Map<Id, Map<Id, readonly BallotRow[]>>();
  /** Ballots that were counted since the start, for those that come by a second door. */
  readonly #counted = new Set<Id>();
  #size = 0;

  constructor(world: World) {
    this.#world = world;
  }

  /** The ballots for one version of a proposal, in no order. */
  of(version: Id): readonly BallotRow[] {
    return [...(this.#rows.get(version)?.values() ?? [])].flat();
  }

  /** How many voters have a ballot for a version. */
  votersOf(version: Id): number {
    return this.#rows.get(version)?.size ?? 0;
  }

  /** Versions for which there are ballots. */
  versions(): readonly Id[] {
    return [...this.#rows.keys()];
  }

  /**
   * Keeps a ballot. One that a newer ballot of its voter has overtaken is kept no more than it counts.
   * @returns false when there is no room.
   */
  keep({ entry, opening, author }: Mail): boolean {
    const ballot = present(contentOf(entry, ballotKind), 'only ballots are brought to the box');
    const before = this.#rows.get(ballot.version)?.get(author) ?? [];
    const highest = before[0]?.number ?? 0;
    const isKnown = before.some((row) => row.ballot === entry.id);
    const isVoid = ballot.number === highest && before.length > 1;
    if (isKnown || isVoid || ballot.number < highest) return true;
    if (this.#size >= BALLOTS_MAX && before.length === 0) return false;
    this.#put(entry, author);
    const value = InboxItem.encode({ opening: opening.bytes, entry: entry.bytes });
    const key = PREFIX + entry.id;
    this.#world.writeRow(key, { type: 'putSetting', row: { key, value } });
    if (ballot.number > highest) for (const row of before) this.#forget(row.ballot);
    return true;
  }

  /** Whether a ballot for this version is held. */
  holds(version: Id, voter: Id, ballot: Id): boolean {
    return (
      this.#rows
        .get(version)
        ?.get(voter)
        ?.some((row) => row.ballot === ballot) === true
    );
  }

  /** Whether a ballot stands on the pages of a proposal that was closed not long ago. */
  wasCounted(ballot: Id): boolean {
    return this.#counted.has(ballot);
  }

  /** Lets go of the ballots for a version that was closed. */
  count(version: Id): void {
    for (const { ballot } of this.of(version)) this.#counted.add(ballot);
    for (const [oldest] of this.#counted.entries()) {
      if (this.#counted.size <= COUNTED_MAX) break;
      this.#counted.delete(oldest);
    }
    this.drop(version);
  }

  /** Lets go of the ballots for a version: it was withdrawn or amended. */
  drop(version: Id): void {
    for (const row of this.of(version)) this.#forget(row.ballot);
    this.#rows.delete(version);
  }

  /** Takes back what was stored before a restart. @returns whether the setting is a ballot. */
  restore({ key, value }: SettingRow): boolean {
    if (!key.startsWith(PREFIX)) return false;
    const decoded = InboxItem.decode(value, INBOX_ITEM_BYTES_MAX);
    const item = present(decoded.ok ? decoded.value : undefined, 'a stored ballot is canonical');
    const [opening, entry] = [readEntry(item.opening, this.#world.network), readEntry(item.entry, this.#world.network)];
    const author = opening.ok ? openingOf(opening.value)?.identity : undefined;
    if (entry.ok && author !== undefined) this.#put(entry.value, author);
    return true;
  }

  #put(entry: Entry, voter: Id): void {
    const { version, ...said } = present(contentOf(entry, ballotKind), 'a ballot holds one');
    const { number, choice, delegate, commitment } = said;
    const voters = this.#rows.get(version) ?? new Map<Id, readonly BallotRow[]>();
    this.#rows.set(version, voters);
    const same = (voters.get(voter) ?? []).filter((row) => row.number === number);
    voters.set(voter, [...same, { voter, number, ballot: entry.id, choice, delegate, commitment }]);
    this.#size += 1;
  }

  #forget(ballot: Id): void {
    this.#size -= 1;
    const key = PREFIX + ballot;
    this.#world.writeRow(key, { type: 'deleteSetting', key });
  }
}
