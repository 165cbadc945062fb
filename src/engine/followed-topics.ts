import { TOPICS_MAX } from '../core/base/limits.ts';
import { type Channel, type Region, type Topic, topicsOfRegion } from '../core/base/region.ts';
import type { Settings } from './settings.ts';
import type { World } from './world.ts';

/** Channels of a region. */
export interface Place {
  readonly region: Region;
  readonly channels: readonly Channel[];
}

/** The topics of the regions that this peer has joined; the network is told which begin and which end. */
export class FollowedTopics {
  readonly #world: World;
  readonly #settings: Settings;
  readonly #changed: () => void;
  readonly #topics = new Set<Topic>();

  /** @param changed called when topics have begun or ended. */
  constructor(world: World, settings: Settings, changed: () => void) {
    this.#world = world;
    this.#settings = settings;
    this.#changed = changed;
  }

  has(topic: Topic): boolean {
    return this.#topics.has(topic);
  }

  all(): readonly Topic[] {
    return [...this.#topics];
  }

  /** @returns whether these can be followed beside what is followed already. */
  hasRoomFor(places: readonly Place[]): boolean {
    return this.#topics.size + this.#newOf(places).size <= TOPICS_MAX;
  }

  /** Follows these channels of each region, and what comes with them of the wider ones. @returns false where there is no room, and none is followed. */
  join(places: readonly Place[]): boolean {
    if (!this.hasRoomFor(places)) return false;
    for (const topic of this.#newOf(places)) {
      this.#topics.add(topic);
      this.#world.effect({ type: 'subscribe', topic });
    }
    this.#changed();
    return true;
  }

  /** Follows no longer what no joined region brings. */
  leaveOthers(): void {
    const kept = new Set(
      [...this.#settings.joined].flatMap(([region, channels]) =>
        topicsOfRegion(this.#world.networkHex, region, channels),
      ),
    );
    for (const topic of [...this.#topics]) {
      if (kept.has(topic)) continue;
      this.#topics.delete(topic);
      this.#world.effect({ type: 'unsubscribe', topic });
    }
    this.#changed();
  }

  #newOf(places: readonly Place[]): ReadonlySet<Topic> {
    const all = places.flatMap(({ region, channels }) => topicsOfRegion(this.#world.networkHex, region, channels));
    return new Set(all.filter((topic) => !this.#topics.has(topic)));
  }
}
