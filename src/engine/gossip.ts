import { NO_BYTES } from '../core/base/bytes.ts';
import { BUNDLE_BYTES_MAX, BUNDLE_ITEMS_MAX } from '../core/base/limits.ts';
import type { Topic } from '../core/base/region.ts';
import { Bundle } from '../core/wire/messages/book.ts';
import type { Verdict } from '../ports/network.ts';
import { GATHER_MS } from './constants.ts';
import type { ItemOutcome } from './events.ts';
import type { World } from './world.ts';

/** Room that an item takes in a bundle beside its own bytes. */
const ITEM_OVERHEAD_BYTES = 4;

/** Gathers this writer's new items for a few milliseconds into bundles (protocol §4): one gossip message for many entries. */
export class GossipOut {
  readonly #world: World;
  readonly #byTopic = new Map<Topic, Uint8Array[]>();
  #waking = false;

  constructor(world: World) {
    this.#world = world;
  }

  /** Adds an item to what is told next on a topic. */
  add(topic: Topic, item: Uint8Array): void {
    const items = this.#byTopic.get(topic) ?? [];
    this.#byTopic.set(topic, items);
    items.push(item);
    if (this.#waking) return;
    this.#waking = true;
    this.#world.effect({ type: 'wake', delayMs: GATHER_MS });
  }

  /** Tells items again that may have been told before: gossip would not pass on the same bundle twice within two minutes. */
  again(topic: Topic, items: readonly Uint8Array[]): void {
    const nonce = this.#world.random.bytes(8);
    for (const data of bundlesOf(items, nonce)) this.#world.effect({ type: 'publish', topic, data });
  }

  /** Publishes what was gathered; called on every tick. */
  flush(): void {
    this.#waking = false;
    for (const [topic, items] of this.#byTopic) {
      for (const bundle of bundlesOf(items)) this.#world.effect({ type: 'publish', topic, data: bundle });
    }
    this.#byTopic.clear();
  }
}

/** @returns the items as encoded bundles of at most 64 KiB and 320 items. */
export function bundlesOf(items: readonly Uint8Array[], nonce: Uint8Array = NO_BYTES): readonly Uint8Array[] {
  const bundles: Uint8Array[] = [];
  let open: Uint8Array[] = [];
  let bytes = 0;
  for (const item of items) {
    const size = item.length + ITEM_OVERHEAD_BYTES;
    if (open.length >= BUNDLE_ITEMS_MAX || (open.length > 0 && bytes + size > BUNDLE_BYTES_MAX)) {
      bundles.push(Bundle.encode({ items: open, nonce }));
      open = [];
      bytes = 0;
    }
    open.push(item);
    bytes += size;
  }
  if (open.length > 0) bundles.push(Bundle.encode({ items: open, nonce }));
  return bundles;
}

/** @returns the items of a gossip message, or undefined when it is not a bundle. Verdict: reject. */
export function itemsOfBundle(data: Uint8Array): readonly Uint8Array[] | undefined {
  const bundle = Bundle.decode(data, BUNDLE_BYTES_MAX);
  return bundle.ok ? bundle.value.items : undefined;
}

/** A bundle is forwarded when it brings anything new, and counted against its sender when anything in it is bad. */
export function bundleVerdict(outcomes: readonly ItemOutcome[]): Verdict {
  if (outcomes.some((outcome) => outcome.verdict === 'reject')) return 'reject';
  return outcomes.some((outcome) => outcome.verdict === 'accept') ? 'accept' : 'ignore';
}
