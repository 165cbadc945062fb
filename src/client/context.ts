import type { Id } from '../core/base/id.ts';
import type { Channel, Region } from '../core/base/region.ts';
import type { EntryKind } from '../core/wire/kinds/kind.ts';
import type { ItemOutcome, PeerEvent, Written } from '../engine/events.ts';
import type { Peer } from '../engine/peer.ts';
import { draftOf } from '../engine/services/draft.ts';
import type { Self } from '../engine/world.ts';
import type { Clock } from '../ports/clock.ts';
import type { MemoBox } from '../ports/memo-box.ts';
import type { Network, PeerName } from '../ports/network.ts';
import type { Signatures, Signer } from '../ports/signatures.ts';
import type { Store } from '../ports/store.ts';
import type { Answer } from './answer.ts';
import type { PeerDriver } from './driver.ts';
import { PlannedChange } from './fault.ts';
import type { BodyKeyRing, BodyKeys } from './identity-setup.ts';
import type { Names } from './names.ts';
import type { HeldLetter, Outbox } from './outbox.ts';

/** Everything that an operation may change; a plan has a twin of it that changes nothing. */
export interface Acts {
  /** Appends an entry to an own book in this identity's region. Rejects with NotWrittenError or PeerRestartedError. */
  write<Content>(channel: Channel, kind: EntryKind<Content>, content: Content): Promise<Written>;
  /** Sends an own entry, written before, to a body; resolves with its answer, `pending` where none came in time. */
  send(to: Id, written: Written): Promise<Answer>;
  /** Keeps an own entry, written before, back until it is released or dropped. */
  hold(to: Id, written: Written): Promise<HeldLetter>;
  /** Takes in items. */
  take(items: readonly Uint8Array[], door: 'file' | 'api'): Promise<readonly ItemOutcome[]>;
  /** Joins, parts, adds roots. */
  tell(event: Extract<PeerEvent, { type: 'join' | 'part' | 'addRoots' | 'offer' | 'syncNow' }>): Promise<void>;
  /** Dials. Rejects with NetworkFailedError. */
  dial(address: string): Promise<PeerName>;
  /** Makes root keys for a new body. */
  makeBodyKeys(ring: BodyKeyRing, label: string): Promise<BodyKeys>;
  /** Signs with keys of this node something that is given away; nothing is stored. */
  give(what: string): void;
}

/** What every operation works on. */
export interface OperationContext {
  readonly driver: PeerDriver;
  readonly self: Self;
  /** This node's device. */
  readonly signer: Signer;
  /** Root keys of bodies that this identity founds; undefined where the peer was opened without a place for them. */
  readonly bodyKeys: BodyKeyRing | undefined;
  /** Seals and opens memos; without it this peer writes and reads none. */
  readonly memoBox: MemoBox | undefined;
  readonly store: Store;
  readonly network: Network;
  readonly signatures: Signatures;
  readonly clock: Clock;
  readonly names: Names;
  readonly outbox: Outbox;
  readonly acts: Acts;
}

/** @returns the machine, for reading. */
export function peerOf(context: OperationContext): Peer {
  return context.driver.peer;
}

/** @returns the acts that really change this node. */
export function realActs(parts: { driver: PeerDriver; region: Region; network: Network; outbox: Outbox }): Acts {
  const { driver, region, network, outbox } = parts;
  return {
    write: (channel, kind, content) => driver.write(region, channel, draftOf(kind, content)),
    send: (to, written) => outbox.send(to, written),
    hold: (to, written) => outbox.hold(to, written),
    take: (items, door) => driver.take(items, { door }),
    tell: (event) => driver.tell(event),
    dial: (address) => network.dial(address),
    makeBodyKeys: (ring, label) => ring.make(label),
    give: () => {},
  };
}

/** Acts that change nothing: the first one asked for throws PlannedChange, whose message says what it would do. */
export const PLANNED_ACTS: Acts = {
  write: async (channel, kind) => plan(`It would write a ${kind.name} entry in this identity’s book on ${channel}.`),
  send: async (to) => plan(`It would send an entry to ${to}.`),
  hold: async (to) => plan(`It would send an entry to ${to}.`),
  take: async (items) => plan(`It would take in ${items.length} items.`),
  tell: async (event) => plan(sentenceOfTell(event)),
  dial: async (address) => plan(`It would dial ${address}.`),
  makeBodyKeys: async (_ring, label) =>
    plan(`It would make root keys labelled “${label}” and keep them in the key file.`),
  give: (what) => plan(`It would make ${what}.`),
};

function plan(sentence: string): never {
  throw new PlannedChange(sentence);
}

function sentenceOfTell(event: Parameters<Acts['tell']>[0]): string {
  if (event.type === 'join') return `It would follow ${event.region}.`;
  if (event.type === 'part') return `It would stop following ${event.region}.`;
  if (event.type === 'addRoots') return `It would count ${event.roots.join(' and ')} among the roots.`;
  if (event.type === 'offer') return `It would set its offer to confirm books to ${event.offer}.`;
  return 'It would catch up with its peers.';
}
