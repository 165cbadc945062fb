import { createMemoryStore } from '../../src/adapters/memory/memory-store.ts';
import { idToBytes } from '../../src/core/base/id.ts';
import { present } from '../../src/core/base/outcome.ts';
import { CHANNELS, type Channel } from '../../src/core/base/region.ts';
import type { Entry } from '../../src/core/wire/entry.ts';
import type { Draft, ItemOutcome, PeerEffect, PeerEvent, Source } from '../../src/engine/events.ts';
import { Peer } from '../../src/engine/peer.ts';
import { readSnapshot } from '../../src/engine/read-snapshot.ts';
import { entryToItem } from '../../src/engine/reading.ts';
import type { WorldOptions } from '../../src/engine/world.ts';
import type { Store } from '../../src/ports/store.ts';
import { NETWORK } from './books.ts';
import { REGION } from './identities.ts';
import { verifySignature } from './signing.ts';
import { type Actor, RULE_SETS } from './world.ts';

const FILE: Source = { door: 'file' };

/** What a machine may be told beside who it is. */
export type MachineOptions = Pick<WorldOptions, 'witness'>;

/** A peer whose effects are carried out at once, one after the other, on a store in memory; what goes to others is kept in `out`. */
export class Machine {
  readonly actor: Actor;
  readonly store: Store = createMemoryStore();
  /** Effects that nobody answers: what was sent, told, published. */
  readonly out: PeerEffect[] = [];
  /** Types of effects that stay unanswered in `out` for now. */
  readonly held = new Set<PeerEffect['type']>();
  peer: Peer;
  nowMs = 1_790_000_000_000;
  #ticket = 0;
  #chance = 1;

  readonly #options: MachineOptions;

  private constructor(actor: Actor, options: MachineOptions) {
    this.actor = actor;
    this.#options = options;
    this.peer = this.#newPeer();
  }

  /** Starts a machine that follows every channel of the region. */
  static async start(actor: Actor, options: MachineOptions = {}): Promise<Machine> {
    const machine = new Machine(actor, options);
    await machine.restart();
    await machine.feed({ type: 'join', region: REGION, channels: CHANNELS });
    return machine;
  }

  /** Starts anew from the store. */
  async restart(): Promise<void> {
    this.peer = this.#newPeer();
    await this.#perform(this.peer.load(await readSnapshot(this.store, NETWORK)));
  }

  async feed(event: PeerEvent): Promise<void> {
    await this.#perform(this.peer.handle(event));
  }

  /** Takes items. @returns their outcomes. */
  async items(items: readonly Uint8Array[], source = FILE): Promise<readonly ItemOutcome[]> {
    this.#ticket += 2;
    const ticket = this.#ticket;
    await this.feed({ type: 'items', ticket, items, source });
    const done = this.out.find((effect) => effect.type === 'itemsDone' && effect.ticket === ticket);
    return done?.type === 'itemsDone' ? done.outcomes : [];
  }

  /** Takes entries. @returns the words of their outcomes. */
  async entries(entries: readonly Entry[], source = FILE): Promise<readonly ItemOutcome['word'][]> {
    const outcomes = await this.items(
      entries.map(({ bytes }) => entryToItem(bytes)),
      source,
    );
    return outcomes.map(({ word }) => word);
  }

  /** Writes an own entry. */
  async write(channel: Channel, draft: Draft): Promise<Extract<PeerEffect, { type: 'writeDone' }>> {
    this.#ticket += 2;
    const ticket = this.#ticket;
    await this.feed({ type: 'write', ticket, region: REGION, channel, draft });
    const done = this.out.find((effect) => effect.type === 'writeDone' && effect.ticket === ticket);
    return present(done?.type === 'writeDone' ? done : undefined, 'the writing was answered');
  }

  /** Answers the signature that is asked for and was held. */
  async signHeld(): Promise<void> {
    const asked = present(
      this.out.findLast((effect) => effect.type === 'sign'),
      'a signature is asked for',
    );
    if (asked.type !== 'sign') return;
    await this.feed({ type: 'signed', ticket: asked.ticket, signature: this.actor.keys.sign(asked.message) });
  }

  #newPeer(): Peer {
    const { identity, kind, keys, log, name } = this.actor;
    return new Peer({
      ...this.#options,
      network: NETWORK,
      self: { identity, kind, device: keys.id, log, region: REGION },
      peerName: name,
      ruleSets: RULE_SETS,
      clock: { nowMs: () => this.nowMs },
      random: { bytes: (length) => Uint8Array.from({ length }, () => this.#nextByte()) },
      signatures: { verify: verifySignature, verifyBatch: async (checks) => checks.map(verifySignature) },
    });
  }

  #nextByte(): number {
    this.#chance = (this.#chance * 1_103_515_245 + 12_345) % 2 ** 31;
    return (this.#chance >> 16) & 255;
  }

  async #perform(effects: readonly PeerEffect[]): Promise<void> {
    const line = [...effects];
    for (let effect = line.shift(); effect !== undefined; effect = line.shift()) {
      const event = this.held.has(effect.type) ? undefined : await this.#answer(effect);
      if (event === undefined) this.out.push(effect);
      else line.push(...this.peer.handle(event));
    }
  }

  /** @returns the world's answer to an effect, undefined where it has none. */
  async #answer(effect: PeerEffect): Promise<PeerEvent | undefined> {
    switch (effect.type) {
      case 'commit':
        await this.store.commit(effect.writes);
        return { type: 'committed', ticket: effect.ticket };
      case 'check':
        return { type: 'checked', ticket: effect.ticket, verdicts: effect.checks.map(verifySignature) };
      case 'sign':
        return { type: 'signed', ticket: effect.ticket, signature: this.actor.keys.sign(effect.message) };
      case 'load': {
        const { query, ticket } = effect;
        const rows =
          query.type === 'ids'
            ? await this.store.entriesByIds(query.ids.map(idToBytes))
            : await this.store.entriesOf(idToBytes(query.book), query.from, query.limit, query.bytesMax);
        return { type: 'loaded', ticket, rows };
      }
      default:
        return undefined;
    }
  }
}
