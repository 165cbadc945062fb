import { equalBytes, NO_BYTES, textToBytes } from '../core/base/bytes.ts';
import { type Id, parseId } from '../core/base/id.ts';
import { CHANNELS, type Channel, parseRegion, type Region } from '../core/base/region.ts';
import { WITNESS_OFFERS, type WitnessOffer } from '../core/witness/offer.ts';
import type { SettingRow } from '../ports/store.ts';
import type { World } from './world.ts';

const JOIN_PREFIX = 'join/';
const ROOT_PREFIX = 'root/';
const OFFER_KEY = 'offer';

/** What the operator decided and the peer remembers: the regions joined, the roots of the known authors, and whom it confirms books for. */
export class Settings {
  readonly #world: World;
  readonly joined = new Map<Region, readonly Channel[]>();
  readonly roots = new Set<Id>();
  readonly #parted = new Set<Region>();
  #offer: WitnessOffer | undefined;

  constructor(world: World) {
    this.#world = world;
  }

  join(region: Region, channels: readonly Channel[]): void {
    this.joined.set(region, channels);
    this.#parted.delete(region);
    this.#world.write({
      type: 'putSetting',
      row: { key: JOIN_PREFIX + region, value: textToBytes(channels.join(',')) },
    });
  }

  /** Follows a region no longer. That it was parted stays known, so that the home region is not joined again at the next start. */
  part(region: Region): void {
    this.joined.delete(region);
    this.#parted.add(region);
    this.#world.write({ type: 'putSetting', row: { key: JOIN_PREFIX + region, value: NO_BYTES } });
  }

  /** Whether the operator has joined or parted this region. */
  decidedOn(region: Region): boolean {
    return this.joined.has(region) || this.#parted.has(region);
  }

  addRoot(root: Id): void {
    if (this.roots.has(root)) return;
    this.roots.add(root);
    this.#world.write({ type: 'putSetting', row: { key: ROOT_PREFIX + root, value: new Uint8Array(0) } });
  }

  /** Whose books this node confirms. */
  get offer(): WitnessOffer {
    return this.#offer ?? this.#world.witness;
  }

  setOffer(offer: WitnessOffer): void {
    this.#offer = offer;
    this.#world.write({ type: 'putSetting', row: { key: OFFER_KEY, value: textToBytes(offer) } });
  }

  /** Takes back one stored setting. @returns whether it is one of these. */
  restore(row: SettingRow): boolean {
    if (row.key === OFFER_KEY) {
      this.#offer = WITNESS_OFFERS.find((offer) => equalBytes(textToBytes(offer), row.value));
      return true;
    }
    const root = row.key.startsWith(ROOT_PREFIX) ? parseId(row.key.slice(ROOT_PREFIX.length)) : undefined;
    if (root !== undefined) this.roots.add(root);
    const region = row.key.startsWith(JOIN_PREFIX) ? parseRegion(row.key.slice(JOIN_PREFIX.length)) : undefined;
    if (region !== undefined && row.value.length === 0) this.#parted.add(region);
    else if (region !== undefined) {
      const names = String.fromCharCode(...row.value).split(',');
      this.joined.set(
        region,
        CHANNELS.filter((channel) => names.includes(channel)),
      );
    }
    return root !== undefined || region !== undefined;
  }
}
