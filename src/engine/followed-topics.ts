import { type Channel, type Region, type Topic, topicsOfRegion } from '../core/base/region.ts';
import type { Settings } from './settings.ts';
import type { World } from './world.ts';

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

  /** Follows these channels of a region, and what comes with them of the wider ones. */
  join(region: Region, channels: readonly Channel[]): void {
    for (const topic of topicsOfRegion(this.#world.networkHex, region, channels)) {
      if (this.#topics.has(topic)) continue;
      this.#topics.add(topic);
      this.#world.effect({ type: 'subscribe', topic });
    }
    this.#changed();
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
}
