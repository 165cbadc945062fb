import { bytesToHex } from '@noble/hashes/utils.js';
import type { Id } from '../core/base/id.ts';
import type { Region } from '../core/base/region.ts';
import type { RuleSet } from '../core/books/rules.ts';
import type { IdentityEvent, IdentityKind } from '../core/wire/messages/identity.ts';
import type { WitnessOffer } from '../core/witness/offer.ts';
import type { Clock } from '../ports/clock.ts';
import type { Random } from '../ports/random.ts';
import type { Signatures } from '../ports/signatures.ts';
import type { StoreWrite } from '../ports/store.ts';
import { CarriedEntries } from './carried-entries.ts';
import type { PeerEffect, PeerNotice, Ticket } from './events.ts';
import { SideChains } from './side-chains.ts';
import { VerifiedSignatures } from './verified.ts';

/** Whose peer this is. */
export interface Self {
  readonly identity: Id;
  readonly kind: IdentityKind;
  /** The device key with which this peer signs. */
  readonly device: Id;
  /** Own identity log, newest last. */
  readonly log: readonly IdentityEvent[];
  /** Where this identity keeps its books: a body's home, a person's first region. */
  readonly region: Region;
}

/** What a machine is made of. */
export interface WorldOptions {
  /** 16 bytes that keep networks apart. */
  readonly network: Uint8Array;
  readonly self: Self;
  /** The peer name under which others reach this node. */
  readonly peerName: string;
  readonly ruleSets: readonly RuleSet[];
  readonly clock: Clock;
  readonly random: Random;
  readonly signatures: Signatures;
  /** Until the operator says otherwise; where absent `auto`. */
  readonly witness?: WitnessOffer | undefined;
}

/**
 * What all parts of one machine share: who it is, its ports without I/O, and the effects gathered while it handles one event.
 * Everything written during one event stands in one commit; what must wait for it to be durable is given to `afterCommit`.
 */
export class World {
  readonly network: Uint8Array;
  readonly networkHex: string;
  readonly self: Self;
  readonly peerName: string;
  readonly ruleSets: readonly RuleSet[];
  readonly clock: Clock;
  readonly random: Random;
  readonly witness: WitnessOffer;
  readonly verified: VerifiedSignatures;
  readonly carried: CarriedEntries;
  readonly sideChains: SideChains = new SideChains();
  #effects: PeerEffect[] = [];
  /** By the row's name or a number that rises, in the order in which they are carried out. */
  readonly #writes = new Map<string | number, StoreWrite>();
  #unnamed = 0;
  #afterCommit: (() => void)[] = [];
  #committing: { readonly ticket: Ticket; readonly actions: readonly (() => void)[] } | undefined;
  #ticket = 0;

  constructor(options: WorldOptions) {
    this.network = options.network;
    this.networkHex = bytesToHex(options.network);
    this.self = options.self;
    this.peerName = options.peerName;
    this.ruleSets = options.ruleSets;
    this.clock = options.clock;
    this.random = options.random;
    this.witness = options.witness ?? 'auto';
    this.verified = new VerifiedSignatures(options.signatures);
    this.carried = new CarriedEntries(options.network);
  }

  /** @returns a ticket that was not used before. Tickets of the machine are odd, its driver's even. */
  ticket(): Ticket {
    this.#ticket += 2;
    return this.#ticket - 1;
  }

  /** Asks the driver for an effect. */
  effect(effect: PeerEffect): void {
    this.#effects.push(effect);
  }

  /** Tells people something, once what was written so far is durable. */
  tell(event: PeerNotice): void {
    this.afterCommit(() => this.effect({ type: 'tell', event }));
  }

  /** Adds a write to the next commit. */
  write(write: StoreWrite): void {
    this.#unnamed += 1;
    this.#writes.set(this.#unnamed, write);
  }

  /** Adds the write of one row; in the same commit it takes the place of what was written under this name before. */
  writeRow(name: string, write: StoreWrite): void {
    this.#writes.delete(name);
    this.#writes.set(name, write);
  }

  /** Runs `action` when everything written so far is durable: at once when nothing is on its way. */
  afterCommit(action: () => void): void {
    this.#afterCommit.push(action);
  }

  /** Called by the driver's answer to a commit. */
  committed(ticket: Ticket): void {
    const commit = this.#committing;
    if (commit?.ticket !== ticket) return;
    this.#committing = undefined;
    for (const action of commit.actions) action();
  }

  /**
   * One commit is on its way at a time: what is written meanwhile gathers for the next, and with it shares its fsync.
   * @param flush adds the rows that changed since the last commit.
   * @returns the effects since the last call.
   */
  takeEffects(flush: () => void): readonly PeerEffect[] {
    while (this.#committing === undefined) {
      flush();
      if (this.#writes.size === 0 && this.#afterCommit.length === 0) break;
      this.#close();
    }
    const effects = this.#effects;
    this.#effects = [];
    return effects;
  }

  #close(): void {
    const [writes, actions] = [[...this.#writes.values()], this.#afterCommit];
    this.#writes.clear();
    this.#afterCommit = [];
    if (writes.length === 0) {
      for (const action of actions) action();
      return;
    }
    const ticket = this.ticket();
    this.#committing = { ticket, actions };
    this.effect({ type: 'commit', ticket, writes });
  }
}
