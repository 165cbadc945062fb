import { createHash } from 'node:crypto';
import type { Id } from '../../src/core/base/id.ts';
import type { Channel } from '../../src/core/base/region.ts';
import type { Draft, ItemOutcome, PeerEffect, PeerEvent, PeerNotice, Source, Ticket } from '../../src/engine/events.ts';
import { bundleVerdict, itemsOfBundle } from '../../src/engine/gossip.ts';
import { Peer } from '../../src/engine/peer.ts';
import type { StreamProtocol } from '../../src/ports/network.ts';
import type { SignatureCheck, Signatures } from '../../src/ports/signatures.ts';
import { NETWORK } from '../support/books.ts';
import { REGION } from '../support/identities.ts';
import { verifySignature } from '../support/signing.ts';
import { type Actor, RULE_SETS } from '../support/world.ts';
import type { Chance } from './chance.ts';
import { Disk } from './disk.ts';
import type { Schedule } from './schedule.ts';

/** What becomes of a write; as the driver would tell it. */
export type WriteDone = Extract<PeerEffect, { readonly type: 'writeDone' }>;

/** A commit at the moment of a crash: whole on the disk, cut in the middle (its journal drops it), or not there at all. */
export type WriteFate = 'whole write without answer' | 'torn write' | 'lost write';

/** What a node needs of the simulated world. */
export interface NodeWorld {
  readonly schedule: Schedule;
  readonly chance: Chance;
  publish(from: SimNode, topic: string, data: Uint8Array): void;
  send(from: SimNode, to: string, protocol: StreamProtocol, frame: Uint8Array): void;
  hangUp(from: SimNode, peer: string, reason: string): void;
  noticed(node: SimNode, notice: PeerNotice): void;
  /** What a crash makes of a commit that is on its way to the disk. */
  fateOfWrite(): WriteFate;
  /** Called when a machine is thrown away and made again while its node stays up. */
  restarted(node: SimNode): void;
  /** Called when a machine was loaded from its disk. */
  started(node: SimNode): void;
  /** Called after every event that a machine handled. */
  stepped(node: SimNode): void;
  fault(name: string): void;
}

const verdicts = new Map<string, boolean>();

/** All nodes share what was verified: the same check has the same verdict everywhere, and the simulation is faster. */
export function sharedVerify(check: SignatureCheck): boolean {
  const name = createHash('sha256')
    .update(check.signature)
    .update(check.publicKey)
    .update(check.message)
    .digest('base64');
  const known = verdicts.get(name);
  if (known !== undefined) return known;
  if (verdicts.size > 200_000) verdicts.clear();
  const verdict = verifySignature(check);
  verdicts.set(name, verdict);
  return verdict;
}

const SIGNATURES: Signatures = {
  verify: sharedVerify,
  verifyBatch: async (checks) => checks.map(sharedVerify),
};

/** One machine with its disk, its clock and its pending effects. */
export class SimNode {
  readonly name: string;
  readonly actor: Actor;
  readonly disk = new Disk();
  readonly topics = new Set<string>();
  /** Peers with an open connection. */
  readonly links = new Set<string>();
  /** Digests of gossip messages handled before. */
  readonly seen = new Set<string>();
  peer: Peer;
  up = true;
  /** The next commit fails as if the disk were full. */
  diskFull = false;
  readonly #world: NodeWorld;
  readonly #clockOffsetMs: number;
  #pending = new Map<Ticket, (effect: PeerEffect) => void>();
  #life = 0;
  #ticket = 0;
  #commitAtMs = 0;
  readonly #uncommitted: { life: number; writes: Extract<PeerEffect, { type: 'commit' }>['writes'] }[] = [];

  constructor(name: string, actor: Actor, world: NodeWorld, clockOffsetMs: number) {
    this.name = name;
    this.actor = actor;
    this.#world = world;
    this.#clockOffsetMs = clockOffsetMs;
    this.peer = this.#machine();
  }

  /** Begins a life: from what is on the disk. */
  start(): void {
    this.up = true;
    this.#life += 1;
    this.#commitAtMs = 0;
    this.peer = this.#machine();
    this.#perform(this.peer.load(this.disk.snapshot()));
    this.#world.started(this);
    this.#tick(this.#life);
  }

  /**
   * Ends a life at once. A commit on its way was just whole, or torn in the middle (its journal drops it), or never reached the
   * disk; then those after it did not either.
   */
  crash(): void {
    this.up = false;
    this.#life += 1;
    this.#pending.clear();
    this.topics.clear();
    this.seen.clear();
    for (const { writes } of this.#uncommitted.splice(0)) {
      if (writes.length === 0) continue;
      const fate = this.#world.fateOfWrite();
      this.#world.fault(fate);
      if (fate !== 'whole write without answer') break;
      this.disk.apply(writes);
    }
  }

  /** Whether a commit is on its way to the disk. */
  get committing(): boolean {
    return this.#uncommitted.some(({ writes }) => writes.length > 0);
  }

  /** Handles an event, where the node is up. */
  feed(event: PeerEvent): void {
    if (!this.up) return;
    this.#perform(this.peer.handle(event));
    this.#world.stepped(this);
  }

  /** Writes an own entry. */
  write(channel: Channel, draft: Draft, done: (result: WriteDone) => void = () => {}): void {
    this.#ask(
      (ticket) => ({ type: 'write', ticket, region: REGION, channel, draft }),
      (effect) => done(effect as WriteDone),
    );
  }

  /** Hands items to a body. */
  submit(
    to: Id,
    channel: Channel,
    items: readonly Uint8Array[],
    done: (outcomes: readonly ItemOutcome[] | undefined) => void,
  ): void {
    this.#ask(
      (ticket) => ({ type: 'submit', ticket, to, channel, items }),
      (effect) => done((effect as Extract<PeerEffect, { type: 'submitDone' }>).outcomes),
    );
  }

  /** Takes a gossip message in. @returns nothing; `done` hears the verdict. */
  gossip(topic: string, data: Uint8Array, from: string, done: (verdict: string) => void): void {
    const items = itemsOfBundle(data);
    if (items === undefined) return done('reject');
    this.take(items, { door: 'gossip', topic, from }, (outcomes) => done(bundleVerdict(outcomes)));
  }

  /** Takes items in. */
  take(items: readonly Uint8Array[], source: Source, done: (outcomes: readonly ItemOutcome[]) => void): void {
    this.#ask(
      (ticket) => ({ type: 'items', ticket, items, source }),
      (effect) => done((effect as Extract<PeerEffect, { type: 'itemsDone' }>).outcomes),
    );
  }

  /** Takes a frame in; `done` is called when the next may come. */
  frame(peer: string, protocol: StreamProtocol, frame: Uint8Array, done: () => void): void {
    this.#ask((ticket) => ({ type: 'frame', ticket, peer, protocol, frame }), done);
  }

  #machine(): Peer {
    const { actor } = this;
    return new Peer({
      network: NETWORK,
      self: { identity: actor.identity, kind: actor.kind, device: actor.keys.id, log: actor.log, region: REGION },
      peerName: this.name,
      ruleSets: RULE_SETS,
      clock: { nowMs: () => this.nowMs },
      random: { bytes: (length) => this.#world.chance.bytes(length) },
      signatures: SIGNATURES,
    });
  }

  /** This node's clock; others' are up to a year apart. */
  get nowMs(): number {
    return Math.floor(1_793_620_800_000 + this.#clockOffsetMs + this.#world.schedule.nowMs);
  }

  #tick(life: number): void {
    if (life !== this.#life) return;
    this.feed({ type: 'tick' });
    this.#world.schedule.after(1000, () => this.#tick(life));
  }

  #ask(event: (ticket: Ticket) => PeerEvent, done: (effect: PeerEffect) => void): void {
    if (!this.up) return;
    this.#ticket += 2;
    this.#pending.set(this.#ticket, done);
    this.feed(event(this.#ticket));
  }

  #later(delayMs: number, event: () => PeerEvent): void {
    const life = this.#life;
    this.#world.schedule.after(delayMs, () => {
      if (life === this.#life) this.feed(event());
    });
  }

  #perform(effects: readonly PeerEffect[]): void {
    for (const effect of effects) this.#one(effect);
  }

  #one(effect: PeerEffect): void {
    const { chance } = this.#world;
    switch (effect.type) {
      case 'check':
        return this.#later(chance.between(1, 8), () => ({
          type: 'checked',
          ticket: effect.ticket,
          verdicts: effect.checks.map(sharedVerify),
        }));
      case 'commit':
        return this.#commit(effect);
      case 'sign':
        return this.#later(0, () => ({
          type: 'signed',
          ticket: effect.ticket,
          signature: this.actor.keys.sign(effect.message),
        }));
      case 'load':
        return this.#later(chance.between(1, 4), () => ({
          type: 'loaded',
          ticket: effect.ticket,
          rows: this.disk.query(effect.query),
        }));
      case 'publish':
        return this.#world.publish(this, effect.topic, effect.data);
      case 'send':
        return this.#world.send(this, effect.peer, effect.protocol, effect.frame);
      case 'hangUp':
        return this.#world.hangUp(this, effect.peer, effect.reason);
      case 'subscribe':
        this.topics.add(effect.topic);
        return;
      case 'unsubscribe':
        this.topics.delete(effect.topic);
        return;
      case 'wake':
        return this.#later(effect.delayMs, () => ({ type: 'tick' }));
      case 'tell':
        return this.#world.noticed(this, effect.event);
      default:
        this.#pending.get(effect.ticket)?.(effect);
        this.#pending.delete(effect.ticket);
    }
  }

  /** Commits come one after the other, each in a few milliseconds; a full disk ends the machine's life, not the node's. */
  #commit(effect: Extract<PeerEffect, { type: 'commit' }>): void {
    const { schedule, chance } = this.#world;
    const life = this.#life;
    const waiting = { life, writes: effect.writes };
    this.#uncommitted.push(waiting);
    this.#commitAtMs = Math.max(this.#commitAtMs, schedule.nowMs) + chance.between(1, 10);
    schedule.after(this.#commitAtMs - schedule.nowMs, () => {
      if (life !== this.#life) return;
      this.#uncommitted.shift();
      if (this.diskFull && effect.writes.length > 0) return this.#full();
      this.disk.apply(effect.writes);
      this.feed({ type: 'committed', ticket: effect.ticket });
    });
  }

  #full(): void {
    this.diskFull = false;
    this.#world.fault('disk full');
    this.#uncommitted.length = 0;
    this.#pending.clear();
    this.topics.clear();
    const links = [...this.links];
    this.#world.restarted(this);
    this.start();
    for (const peer of links) this.feed({ type: 'peer', peer });
  }
}
