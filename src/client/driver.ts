import { type Id, idToBytes } from '../core/base/id.ts';
import type { Channel, Region } from '../core/base/region.ts';
import { BATCH_ITEMS_MAX } from '../engine/constants.ts';
import type {
  Draft,
  ItemOutcome,
  NotWritten,
  PeerEffect,
  PeerEvent,
  PeerNotice,
  Query,
  Source,
  Ticket,
  Written,
} from '../engine/events.ts';
import { bundleVerdict, itemsOfBundle } from '../engine/gossip.ts';
import { Peer } from '../engine/peer.ts';
import { readSnapshot } from '../engine/read-snapshot.ts';
import type { WorldOptions } from '../engine/world.ts';
import type { Logger } from '../ports/logger.ts';
import type { Network, PeerName, StreamProtocol, Verdict } from '../ports/network.ts';
import type { Signer } from '../ports/signatures.ts';
import type { EntryRow, Store } from '../ports/store.ts';

/** What a driver runs a machine with. */
export interface DriverOptions {
  readonly world: Omit<WorldOptions, 'peerName'>;
  readonly store: Store;
  readonly network: Network;
  readonly signer: Signer;
  readonly logger: Logger;
  /**
   * Set where the data may be a copy (protocol §3, restore guard): `ask` writes nothing until two peers have told what they hold
   * of this peer's books; `continue` opens continuing books at once. Undefined after a plain restart.
   */
  readonly guard?: 'ask' | 'continue' | undefined;
  /** Set where nothing is to be written whatever happens; the sentence says why. */
  readonly readOnly?: string | undefined;
}

/** An own entry was not written: `code` says why and the message what to do. Nothing changed. */
export class NotWrittenError extends Error {
  override readonly name = 'NotWrittenError';
  readonly code: NotWritten['code'];

  constructor(refused: NotWritten) {
    super(refused.sentence);
    this.code = refused.code;
  }
}

/** The peer had to start again from its store (the disk was full or failed), or was stopped; what was asked did not happen. */
export class PeerRestartedError extends Error {
  override readonly name = 'PeerRestartedError';
}

/** How often a machine hears of time passing, in milliseconds. */
const TICK_MS = 1000;
/** Wait before the machine is made again after a failed commit, so that a full disk is not asked all the time. */
const RESTART_DELAY_MS = 1000;

interface Pending {
  resolve(value: never): void;
  reject(error: Error): void;
}

/** Carries a machine's effects out into the real world and brings the answers back. */
export class PeerDriver implements AsyncDisposable {
  readonly #options: DriverOptions;
  readonly #listeners = new Set<(event: PeerNotice) => void>();
  #peer: Peer;
  #pending = new Map<Ticket, Pending>();
  /** The commit under way. */
  #committing: Promise<void> | undefined;
  #generation = 0;
  #ticket = 0;
  #timer: ReturnType<typeof setInterval> | undefined;
  #wakeTimers = new Set<ReturnType<typeof setTimeout>>();
  #stopped = false;
  #isLoaded = false;
  #loaded: PromiseWithResolvers<void> = Promise.withResolvers();
  /** Whether the restore guard has yet to be passed. */
  #guarding: boolean;

  private constructor(options: DriverOptions, peer: Peer) {
    this.#options = options;
    this.#guarding = options.guard !== undefined;
    this.#peer = peer;
  }

  /** Opens the machine on its store; nothing is sent yet. */
  static async open(options: DriverOptions): Promise<PeerDriver> {
    const driver = new PeerDriver(options, newPeer(options));
    await driver.#load();
    return driver;
  }

  /** The machine, for reading. It is a new one after a failed commit, as soon as that has loaded what is durable. */
  get peer(): Peer {
    return this.#peer;
  }

  /** Starts the network and lets time pass. */
  async start(): Promise<void> {
    this.#timer = setInterval(() => this.#feed({ type: 'tick' }), TICK_MS);
    await this.#options.network.start({
      onPeer: (peer) => this.#feed({ type: 'peer', peer }),
      onPeerGone: (peer) => this.#feed({ type: 'peerGone', peer }),
      onGossip: (topic, data, from) => this.#gossip(topic, data, from),
      onFrame: (peer, protocol, frame) => this.#frame(peer, protocol, frame),
    });
  }

  /** Hears every notice from now on. @returns the function that ends it. */
  listen(listener: (event: PeerNotice) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Writes an own entry. Resolves when it is durable. @throws NotWrittenError, PeerRestartedError. */
  async write(region: Region, channel: Channel, draft: Draft): Promise<Written> {
    const effect = await this.#ask<Extract<PeerEffect, { type: 'writeDone' }>>((ticket) => ({
      type: 'write',
      ticket,
      region,
      channel,
      draft,
    }));
    if (effect.refused !== undefined) throw new NotWrittenError(effect.refused);
    if (effect.written === undefined) throw new PeerRestartedError('Nothing was written.');
    return effect.written;
  }

  /** Opens an own book where it is not open yet. Resolves when its Opening is durable. @throws NotWrittenError, PeerRestartedError. */
  async openBook(region: Region, channel: Channel): Promise<void> {
    const effect = await this.#ask<Extract<PeerEffect, { type: 'writeDone' }>>((ticket) => ({
      type: 'open',
      ticket,
      region,
      channel,
    }));
    if (effect.refused !== undefined) throw new NotWrittenError(effect.refused);
  }

  /**
   * Hands items of a book on a channel to a body. @returns their outcomes, or undefined where no path to it is open now and they were
   * gossiped.
   */
  async submit(to: Id, channel: Channel, items: readonly Uint8Array[]): Promise<readonly ItemOutcome[] | undefined> {
    const effect = await this.#ask<Extract<PeerEffect, { type: 'submitDone' }>>((ticket) => ({
      type: 'submit',
      ticket,
      to,
      channel,
      items,
    }));
    return effect.outcomes;
  }

  /** Takes items in by a door of this program. @returns their outcomes, when what they say is durable. */
  async take(items: readonly Uint8Array[], source: Source): Promise<readonly ItemOutcome[]> {
    const outcomes: ItemOutcome[] = [];
    for (let start = 0; start < items.length; start += BATCH_ITEMS_MAX) {
      const part = items.slice(start, start + BATCH_ITEMS_MAX);
      const effect = await this.#ask<Extract<PeerEffect, { type: 'itemsDone' }>>((ticket) => ({
        type: 'items',
        ticket,
        items: part,
        source,
      }));
      outcomes.push(...effect.outcomes);
    }
    return outcomes;
  }

  /** Tells the machine something that has no answer. Resolves when what it wrote is durable. @throws PeerRestartedError. */
  async tell(event: Extract<PeerEvent, { type: 'join' | 'part' | 'addRoots' | 'offer' | 'syncNow' }>): Promise<void> {
    this.#assertRuns();
    this.#feed(event);
    await this.settled();
  }

  /** Resolves when the machine runs: at once but after a failed commit. */
  async started(): Promise<void> {
    await this.#loaded.promise;
  }

  /** Resolves when no commit is on its way. */
  async settled(): Promise<void> {
    while (this.#committing !== undefined) await this.#committing;
  }

  /** Stops network and time, finishes the commit under way. The store stays open for who opened it. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#stopped) return;
    clearInterval(this.#timer);
    await this.#options.network.stop();
    await this.settled();
    this.#stopped = true;
    for (const timer of this.#wakeTimers) clearTimeout(timer);
    this.#rejectPending('The peer was stopped.');
  }

  async #load(): Promise<void> {
    const { store, world } = this.#options;
    const snapshot = await readSnapshot(store, world.network);
    const peer = newPeer(this.#options);
    const effects = peer.load(snapshot);
    this.#peer = peer;
    this.#loaded.resolve();
    this.#isLoaded = true;
    this.#perform(effects);
    if (this.#guarding) {
      const own = this.#peer.books.of(world.self.identity).filter((book) => book.opening.device === world.self.device);
      this.#peer.guard(own, this.#options.guard === 'continue');
      // What the guard has decided is durable before this resolves.
      this.#feed({ type: 'tick' });
    }
    if (this.#options.readOnly !== undefined) this.#peer.writer.setReadOnly(this.#options.readOnly);
    await this.settled();
  }

  #assertRuns(): void {
    if (this.#stopped) throw new PeerRestartedError('The peer was stopped.');
    if (!this.#isLoaded)
      throw new PeerRestartedError('The peer starts again after a failed write; ask again in a few seconds.');
  }

  /** What reaches a machine that has not loaded its books is lost, as on a wire: it would begin them anew. */
  #feed(event: PeerEvent): void {
    if (!this.#stopped && this.#isLoaded) this.#perform(this.#peer.handle(event));
  }

  async #ask<Effect>(event: (ticket: Ticket) => PeerEvent): Promise<Effect> {
    this.#assertRuns();
    this.#ticket += 2;
    const ticket = this.#ticket;
    return await new Promise<Effect>((resolve, reject) => {
      this.#pending.set(ticket, { resolve: resolve as Pending['resolve'], reject });
      this.#feed(event(ticket));
    });
  }

  async #gossip(topic: string, data: Uint8Array, from: PeerName): Promise<Verdict> {
    const items = itemsOfBundle(data);
    if (items === undefined) return 'reject';
    try {
      return bundleVerdict(await this.take(items, { door: 'gossip', topic, from }));
    } catch {
      return 'ignore';
    }
  }

  async #frame(peer: PeerName, protocol: StreamProtocol, frame: Uint8Array): Promise<void> {
    try {
      await this.#ask((ticket) => ({ type: 'frame', ticket, peer, protocol, frame }));
    } catch (error) {
      this.#options.logger.debug('a frame was not finished', { peer, error: String(error) });
    }
  }

  #perform(effects: readonly PeerEffect[]): void {
    for (const effect of effects) this.#one(effect);
  }

  #one(effect: PeerEffect): void {
    const { network, signer, logger } = this.#options;
    switch (effect.type) {
      case 'commit':
        return this.#commit(effect);
      case 'check':
        return this.#answer(this.#options.world.signatures.verifyBatch(effect.checks), (verdicts) => ({
          type: 'checked',
          ticket: effect.ticket,
          verdicts,
        }));
      case 'sign':
        return this.#answer(signer.sign(effect.message), (signature) => ({
          type: 'signed',
          ticket: effect.ticket,
          signature,
        }));
      case 'load':
        return this.#answer(this.#query(effect.query), (rows) => ({ type: 'loaded', ticket: effect.ticket, rows }));
      case 'publish':
        return this.#tryTo('publish', network.publish(effect.topic, effect.data));
      case 'send':
        return this.#tryTo('send', network.send(effect.peer, effect.protocol, effect.frame));
      case 'hangUp':
        logger.warn('hanging up on a peer', { peer: effect.peer, reason: effect.reason });
        return this.#tryTo('hang up', network.hangUp(effect.peer));
      case 'subscribe':
        return network.subscribe(effect.topic);
      case 'unsubscribe':
        return network.unsubscribe(effect.topic);
      case 'wake':
        return this.#wake(effect.delayMs);
      case 'tell':
        for (const listener of this.#listeners) listener(effect.event);
        return;
      default:
        this.#pending.get(effect.ticket)?.resolve(effect as never);
        this.#pending.delete(effect.ticket);
    }
  }

  #wake(delayMs: number): void {
    const timer = setTimeout(() => {
      this.#wakeTimers.delete(timer);
      this.#feed({ type: 'tick' });
    }, delayMs);
    this.#wakeTimers.add(timer);
  }

  #answer<Value>(work: Promise<Value>, event: (value: Value) => PeerEvent): void {
    const generation = this.#generation;
    work.then(
      (value) => {
        if (generation === this.#generation) this.#feed(event(value));
      },
      (error: unknown) => {
        if (generation === this.#generation && !this.#stopped) this.#restart(error);
      },
    );
  }

  #tryTo(what: string, work: Promise<unknown>): void {
    work.catch((error: unknown) => this.#options.logger.debug(`could not ${what}`, { error: String(error) }));
  }

  async #query(query: Query): Promise<readonly EntryRow[]> {
    const { store } = this.#options;
    if (query.type === 'ids') return await store.entriesByIds(query.ids.map(idToBytes));
    return await store.entriesOf(idToBytes(query.book), query.from, query.limit, query.bytesMax);
  }

  /** The machine asks for the next when this one is answered, so that a failure loses only what was told to nobody. */
  #commit({ ticket, writes }: Extract<PeerEffect, { type: 'commit' }>): void {
    const generation = this.#generation;
    const ended = (then: () => void): void => {
      if (this.#committing === committing) this.#committing = undefined;
      if (generation === this.#generation) then();
    };
    const committing: Promise<void> = this.#options.store.commit(writes).then(
      () => ended(() => this.#feed({ type: 'committed', ticket })),
      (error: unknown) => ended(() => this.#restart(error)),
    );
    this.#committing = committing;
  }

  /** Throws the machine away and makes it again from what is durable. */
  #restart(error: unknown): void {
    this.#options.logger.error('a commit failed; starting again from the store', { error: String(error) });
    this.#generation += 1;
    if (this.#isLoaded) this.#loaded = Promise.withResolvers();
    this.#isLoaded = false;
    this.#guarding = this.#peer.catchUp.restore.waiting;
    this.#rejectPending(`The store refused a write: ${error instanceof Error ? error.message : String(error)}`);
    const again = setTimeout(() => {
      this.#wakeTimers.delete(again);
      // What the last machine was still writing belongs to what is durable.
      const settled = this.settled();
      settled
        .then(() => this.#load())
        .then(
          () => {
            for (const { peer } of this.#options.network.peers()) this.#feed({ type: 'peer', peer });
          },
          (cause: unknown) => this.#restart(cause),
        );
    }, RESTART_DELAY_MS);
    this.#wakeTimers.add(again);
  }

  #rejectPending(sentence: string): void {
    const pending = this.#pending;
    this.#pending = new Map();
    for (const { reject } of pending.values()) reject(new PeerRestartedError(sentence));
  }
}

function newPeer(options: DriverOptions): Peer {
  return new Peer({ ...options.world, peerName: options.network.self });
}
