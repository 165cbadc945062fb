import { createHash } from 'node:crypto';
import type { Id } from '../../src/core/base/id.ts';
import type { RefusalCode } from '../../src/core/base/refusals.ts';
import type { PeerNotice } from '../../src/engine/events.ts';
import type { StreamProtocol } from '../../src/ports/network.ts';
import { Actor } from '../support/world.ts';
import { differenceOf } from './agreement.ts';
import { Chance } from './chance.ts';
import { Invariants } from './invariants.ts';
import { SimNode, type WriteFate } from './node.ts';
import { Schedule } from './schedule.ts';

/** What a run is made from; the same gives the same run. */
export interface SimOptions {
  readonly seed: number;
  /** At least 6: a bank, two cooperatives, their federation and two persons or more. */
  readonly nodes: number;
}

/** Faults of the network while they last. */
interface Weather {
  loss: number;
  duplication: number;
  delayMsMax: number;
}

/** Frames on their way from one node to another, in order. */
interface Stream {
  readonly from: SimNode;
  readonly to: SimNode;
  readonly frames: Uint8Array[];
  busy: boolean;
}

const FATES: readonly WriteFate[] = ['torn write', 'lost write', 'whole write without answer'];
/** The first nodes; all others are persons. */
const BODY_KINDS = ['bank', 'cooperative', 'cooperative', 'federation'] as const;
const BODIES = BODY_KINDS.length;
const YEAR_MS = 365 * 24 * 3600 * 1000;

/** A network of machines under seeded faults: loss, delay, duplication, reordering, partitions, crashes, full disks, wrong clocks. */
export class SimWorld {
  readonly schedule = new Schedule();
  readonly chance: Chance;
  readonly nodes: SimNode[] = [];
  readonly invariants: Invariants;
  /** How often each fault was seen. */
  readonly faults = new Map<string, number>();
  /** How often each effect was seen on any node: `applied` or a refusal code. */
  readonly effects = new Map<string, number>();
  readonly weather: Weather = { loss: 0, duplication: 0, delayMsMax: 20 };
  /** How often each refusal code was answered to who had sent something. */
  readonly answers = new Map<RefusalCode, number>();
  /** Own entries that became durable, by identity. */
  readonly authors = new Map<Id, number>();
  /** How often each kind of evidence was taken in on any node. */
  readonly evidence = new Map<string, number>();
  /** Called for every notice, after the invariants. */
  onNotice: (node: SimNode, notice: PeerNotice) => void = () => {};
  steps = 0;
  #halves = new Map<string, number>();
  /** Numbers of gossip messages: those sent, and the newest that arrived over each link. */
  #sent = 0;
  #fates: number;
  readonly #newest = new Map<string, number>();
  readonly #streams = new Map<string, Stream>();

  constructor({ seed, nodes }: SimOptions) {
    this.chance = new Chance(seed);
    this.#fates = this.chance.between(0, FATES.length - 1);
    for (let index = 0; index < nodes; index += 1) {
      const kind = BODY_KINDS[index] ?? 'person';
      const actor = new Actor(`sim ${kind} ${index}`, kind);
      const offsetMs = index === 0 ? 0 : Math.floor((this.chance.next() * 2 - 1) * YEAR_MS);
      if (Math.abs(offsetMs) > YEAR_MS / 12) this.fault('clock months off');
      this.nodes.push(new SimNode(`node-${index}`, actor, this, offsetMs));
    }
    this.invariants = new Invariants(this);
  }

  /** Starts every node and connects them. */
  start(): void {
    for (const node of this.nodes) node.start();
    this.relink();
  }

  /** @returns in words where two nodes that are up differ; undefined when all agree. */
  difference(): string | undefined {
    const [first, ...others] = this.nodes.filter((node) => node.up);
    for (const other of others) {
      const difference = first === undefined ? undefined : differenceOf(first, other);
      if (difference !== undefined) return difference;
    }
    return undefined;
  }

  /** Runs for some virtual time. */
  run(durationMs: number): void {
    const end = this.schedule.nowMs + durationMs;
    while (this.schedule.nowMs < end && this.schedule.step()) {}
  }

  /** Opens a connection, where both are up and on one side. */
  connect(left: SimNode, right: SimNode): void {
    const open = left.up && right.up && left !== right && !left.links.has(right.name) && this.#reaches(left, right);
    if (!open) return;
    left.links.add(right.name);
    right.links.add(left.name);
    left.feed({ type: 'peer', peer: right.name });
    right.feed({ type: 'peer', peer: left.name });
  }

  disconnect(left: SimNode, right: SimNode): void {
    if (!left.links.delete(right.name)) return;
    right.links.delete(left.name);
    this.#cutStreams((from, to) => (from === left && to === right) || (from === right && to === left));
    left.feed({ type: 'peerGone', peer: right.name });
    right.feed({ type: 'peerGone', peer: left.name });
  }

  /** Cuts the network in two. */
  partition(): void {
    this.fault('partition');
    for (const node of this.nodes) this.#halves.set(node.name, this.chance.between(0, 1));
    for (const left of this.nodes)
      for (const right of this.nodes) if (!this.#reaches(left, right)) this.disconnect(left, right);
  }

  /** Makes it one again; links come back as they were meant. */
  heal(): void {
    this.#halves = new Map();
    this.fault('healed partition');
    this.relink();
  }

  /** Opens the links that are missing: bodies with each other; each person to the bank and to a cooperative, every other to the federation and a neighbor. */
  relink(): void {
    const half = BODIES + Math.ceil((this.nodes.length - BODIES) / 2);
    for (const [index, node] of this.nodes.entries()) {
      if (index < BODIES) for (let body = 0; body < index; body += 1) this.connect(node, this.#at(body));
      else for (const body of [0, index < half ? 1 : 2]) this.connect(node, this.#at(body));
      if (index >= BODIES && index % 2 === 0)
        for (const other of [BODIES - 1, index + 1]) this.connect(node, this.#at(other));
    }
  }

  /** Kills a node and starts it again later. */
  crash(node: SimNode, downMs: number): void {
    if (!node.up) return;
    this.fault('crash');
    node.crash();
    for (const other of this.nodes) {
      if (!other.links.delete(node.name)) continue;
      node.links.delete(other.name);
      other.feed({ type: 'peerGone', peer: node.name });
    }
    this.#cutStreams((from, to) => from === node || to === node);
    this.schedule.after(downMs, () => {
      node.start();
      this.relink();
    });
  }

  /** Each in turn, so that a few crashes see all. */
  fateOfWrite(): WriteFate {
    this.#fates += 1;
    return FATES[this.#fates % FATES.length] ?? 'torn write';
  }

  /** A machine was thrown away and made again: what was on its way to it or from it is gone, as when streams are reset. */
  restarted(node: SimNode): void {
    this.#cutStreams((from, to) => from === node || to === node);
  }

  fault(name: string): void {
    count(this.faults, name);
  }

  node(name: string): SimNode | undefined {
    return this.nodes.find((node) => node.name === name);
  }

  publish(from: SimNode, topic: string, data: Uint8Array): void {
    this.invariants.published(from, data);
    from.seen.add(digestOf(topic, data));
    this.#spread(from, topic, data, undefined);
  }

  send(from: SimNode, to: string, protocol: StreamProtocol, frame: Uint8Array): void {
    const target = this.node(to);
    if (target === undefined || !from.links.has(to)) return;
    const key = `${from.name}>${to} ${protocol}`;
    const stream = this.#streams.get(key) ?? { from, to: target, frames: [], busy: false };
    this.#streams.set(key, stream);
    stream.frames.push(frame);
    if (!stream.busy) this.#pump(from, target, protocol, key);
  }

  hangUp(from: SimNode, peer: string, reason: string): void {
    this.invariants.hungUp(from, peer, reason);
    const target = this.node(peer);
    if (target !== undefined) this.schedule.after(1, () => this.disconnect(from, target));
  }

  noticed(node: SimNode, notice: PeerNotice): void {
    if (notice.type === 'effect') count(this.effects, notice.effect);
    if (notice.type === 'fork') count(this.evidence, 'fork');
    if (notice.type === 'entry' && notice.identity === node.actor.identity) count(this.authors, notice.identity);
    this.invariants.noticed(node, notice);
    this.onNotice(node, notice);
  }

  started(node: SimNode): void {
    this.invariants?.started(node);
  }

  /** Entries that nodes wrote and made durable. */
  get entries(): number {
    return [...this.authors.values()].reduce((sum, written) => sum + written, 0);
  }

  stepped(node: SimNode): void {
    this.steps += 1;
    this.invariants.stepped(node);
  }

  #at(index: number): SimNode {
    const node = this.nodes[index % this.nodes.length];
    if (node === undefined) throw new RangeError('a world without nodes');
    return node;
  }

  #reaches(left: SimNode, right: SimNode): boolean {
    return (this.#halves.get(left.name) ?? 0) === (this.#halves.get(right.name) ?? 0);
  }

  /** Gossip over the links: each copy may be lost, late, doubled or out of order. */
  #spread(from: SimNode, topic: string, data: Uint8Array, source: string | undefined): void {
    for (const name of from.links) {
      const target = this.node(name);
      if (name === source || target?.topics.has(topic) !== true) continue;
      if (this.chance.happens(this.weather.loss)) {
        this.fault('loss');
        continue;
      }
      const copies = this.chance.happens(this.weather.duplication) ? 2 : 1;
      if (copies === 2) this.fault('duplication');
      for (let copy = 0; copy < copies; copy += 1) this.#deliver(from, target, topic, data, copy > 0);
    }
  }

  #deliver(from: SimNode, target: SimNode, topic: string, data: Uint8Array, doubled: boolean): void {
    const delayMs = this.chance.between(1, this.weather.delayMsMax);
    if (delayMs > 100) this.fault('delay');
    this.#sent += 1;
    const number = this.#sent;
    this.schedule.after(delayMs, () => {
      const digest = digestOf(topic, data);
      if (!target.up || !from.links.has(target.name) || (target.seen.has(digest) && !doubled)) return;
      target.seen.add(digest);
      this.#arrived(`${from.name}>${target.name}`, number);
      target.gossip(topic, data, from.name, (verdict) => {
        if (verdict === 'reject') this.invariants.rejected(target, from);
        if (verdict === 'accept') this.#spread(target, topic, data, from.name);
      });
    });
  }

  #cutStreams(isCut: (from: SimNode, to: SimNode) => boolean): void {
    for (const [key, { from, to }] of this.#streams) if (isCut(from, to)) this.#streams.delete(key);
  }

  #arrived(link: string, number: number): void {
    const newest = this.#newest.get(link) ?? 0;
    if (number < newest) this.fault('reordering');
    this.#newest.set(link, Math.max(newest, number));
  }

  #pump(from: SimNode, target: SimNode, protocol: StreamProtocol, key: string): void {
    const stream = this.#streams.get(key);
    const frame = stream?.frames.shift();
    if (stream === undefined || frame === undefined) return;
    stream.busy = true;
    this.schedule.after(this.chance.between(1, 15), () => {
      if (this.#streams.get(key) !== stream || !target.up) return;
      target.frame(from.name, protocol, frame, () => {
        stream.busy = false;
        this.#pump(from, target, protocol, key);
      });
    });
  }
}

/** Counts one more of something. */
export function count<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function digestOf(topic: string, data: Uint8Array): string {
  return createHash('sha256').update(topic).update(' ').update(data).digest('base64');
}
