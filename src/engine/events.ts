import type { Id } from '../core/base/id.ts';
import type { RefusalCode } from '../core/base/refusals.ts';
import type { Channel, Region, Topic } from '../core/base/region.ts';
import type { Fact } from '../core/books/rules.ts';
import type { AnyEntryKind, EntryKind } from '../core/wire/kinds/kind.ts';
import type { Head } from '../core/wire/messages/book.ts';
import type { EvidenceType } from '../core/wire/messages/witness.ts';
import type { WitnessOffer } from '../core/witness/offer.ts';
import type { PeerName, StreamProtocol, Verdict } from '../ports/network.ts';
import type { SignatureCheck } from '../ports/signatures.ts';
import type { EntryRow, StoreWrite } from '../ports/store.ts';

/** Names one piece of work between the machine and its driver; a new number each time. */
export type Ticket = number;

/** By which door items came in. */
export type Source =
  | { readonly door: 'gossip'; readonly topic: string; readonly from: PeerName }
  | { readonly door: 'sync'; readonly from: PeerName }
  | { readonly door: 'submit'; readonly from: PeerName }
  | { readonly door: 'file' }
  | { readonly door: 'api' };

/** What became of one item that came in. */
export interface ItemOutcome {
  /** Gossip's verdict, stated beside the check that gives it. */
  readonly verdict: Verdict;
  readonly word: ItemWord;
  /** Id of the entry or digest of the statement, where it could be read. */
  readonly id: Id | undefined;
  /** For people, where the word is not `stored` or `known`. */
  readonly sentence?: string | undefined;
  readonly code?: RefusalCode | undefined;
  /** The entry of this body's book that carries the item. */
  readonly carrier?: Head | undefined;
}

/**
 * `stored` is durable and part of its book; `known` was here already; `kept` waits in this body's inbox; `carried` stands in
 * this body's book; `refused` was answered with a code; `parked` waits for a gap to fill; `passing` is well formed mail for
 * somebody else; `later` found a limit reached; `bad` no honest node would take.
 */
export type ItemWord = 'stored' | 'known' | 'kept' | 'carried' | 'refused' | 'parked' | 'passing' | 'later' | 'bad';

/** A new entry that this peer's own device is to write. */
export interface Draft<Content = unknown> {
  readonly kind: EntryKind<Content>;
  readonly content: Content;
}

/** An own entry that is signed, durable and part of its book. */
export interface Written {
  readonly id: Id;
  readonly book: Id;
  readonly sequence: number;
  readonly facts: readonly Fact[];
}

/** Why an own entry was not written; nothing changed. */
export interface NotWritten {
  readonly code: RefusalCode | 'read_only' | 'book_forked' | 'content_malformed' | 'effects_behind';
  readonly sentence: string;
}

/** What goes into the machine. */
export type PeerEvent =
  | { readonly type: 'tick' }
  | { readonly type: 'items'; readonly ticket: Ticket; readonly items: readonly Uint8Array[]; readonly source: Source }
  | { readonly type: 'checked'; readonly ticket: Ticket; readonly verdicts: readonly boolean[] }
  | { readonly type: 'committed'; readonly ticket: Ticket }
  | { readonly type: 'signed'; readonly ticket: Ticket; readonly signature: Uint8Array }
  | { readonly type: 'loaded'; readonly ticket: Ticket; readonly rows: readonly EntryRow[] }
  | { readonly type: 'peer'; readonly peer: PeerName }
  | { readonly type: 'peerGone'; readonly peer: PeerName }
  | {
      readonly type: 'frame';
      readonly ticket: Ticket;
      readonly peer: PeerName;
      readonly protocol: StreamProtocol;
      readonly frame: Uint8Array;
    }
  | {
      readonly type: 'write';
      readonly ticket: Ticket;
      readonly region: Region;
      readonly channel: Channel;
      readonly draft: Draft;
    }
  | { readonly type: 'open'; readonly ticket: Ticket; readonly region: Region; readonly channel: Channel }
  | {
      readonly type: 'submit';
      readonly ticket: Ticket;
      readonly to: Id;
      /** Of the book that the items are from; with no path to the body they are told on the body's topic of this channel. */
      readonly channel: Channel;
      readonly items: readonly Uint8Array[];
    }
  | { readonly type: 'join'; readonly region: Region; readonly channels: readonly Channel[] }
  | { readonly type: 'part'; readonly region: Region }
  | { readonly type: 'addRoots'; readonly roots: readonly Id[] }
  | { readonly type: 'offer'; readonly offer: WitnessOffer }
  | { readonly type: 'syncNow' };

/** What a load effect asks the store for. */
export type Query =
  | {
      readonly type: 'run';
      readonly book: Id;
      readonly from: number;
      readonly limit: number;
      readonly bytesMax: number;
    }
  | { readonly type: 'ids'; readonly ids: readonly Id[] };

/** What the machine asks of the world: a closed list. */
export type PeerEffect =
  | { readonly type: 'check'; readonly ticket: Ticket; readonly checks: readonly SignatureCheck[] }
  | { readonly type: 'commit'; readonly ticket: Ticket; readonly writes: readonly StoreWrite[] }
  | { readonly type: 'sign'; readonly ticket: Ticket; readonly message: Uint8Array }
  | { readonly type: 'load'; readonly ticket: Ticket; readonly query: Query }
  | { readonly type: 'publish'; readonly topic: Topic; readonly data: Uint8Array }
  | { readonly type: 'subscribe'; readonly topic: Topic }
  | { readonly type: 'unsubscribe'; readonly topic: Topic }
  | { readonly type: 'send'; readonly peer: PeerName; readonly protocol: StreamProtocol; readonly frame: Uint8Array }
  | { readonly type: 'hangUp'; readonly peer: PeerName; readonly reason: string }
  | { readonly type: 'frameDone'; readonly ticket: Ticket }
  | { readonly type: 'itemsDone'; readonly ticket: Ticket; readonly outcomes: readonly ItemOutcome[] }
  | {
      readonly type: 'writeDone';
      readonly ticket: Ticket;
      readonly written?: Written | undefined;
      readonly refused?: NotWritten | undefined;
    }
  | { readonly type: 'submitDone'; readonly ticket: Ticket; readonly outcomes: readonly ItemOutcome[] | undefined }
  | { readonly type: 'wake'; readonly delayMs: number }
  | { readonly type: 'tell'; readonly event: PeerNotice };

/** What a peer tells people and programs: the event stream of the API, in order. */
export type PeerNotice =
  | {
      readonly type: 'entry';
      readonly id: Id;
      readonly book: Id;
      readonly sequence: number;
      readonly kind: string;
      readonly identity: Id;
      readonly topic: Topic;
    }
  | {
      readonly type: 'effect';
      readonly id: Id;
      readonly book: Id;
      readonly sequence: number;
      readonly kind: string;
      readonly identity: Id;
      readonly effect: 'applied' | RefusalCode;
      readonly facts: readonly Fact[];
    }
  | { readonly type: 'fork'; readonly book: Id; readonly identity: Id; readonly sequence: number }
  | { readonly type: 'rival'; readonly identity: Id; readonly channel: Channel; readonly books: readonly Id[] }
  | {
      readonly type: 'checkpoint';
      readonly book: Id;
      readonly identity: Id;
      /** Entries under it, from the Opening on. */
      readonly size: number;
      readonly word: 'witnessed' | 'final';
      readonly cosigners: readonly Id[];
      readonly witnesses: number;
    }
  | {
      readonly type: 'evidence';
      /** Digest of the statement. */
      readonly evidence: Id;
      readonly proves: EvidenceType;
      readonly book: Id;
      readonly device: Id;
      readonly role: 'writer' | 'witness';
    }
  | { readonly type: 'inbox'; readonly id: Id; readonly kind: string; readonly from: Id }
  | { readonly type: 'pending'; readonly claim: Id; readonly cooperative: Id }
  | { readonly type: 'peer'; readonly peer: PeerName; readonly identity: Id | undefined; readonly connected: boolean }
  | { readonly type: 'caughtUp'; readonly peer: PeerName; readonly topic: string };

/** The name of a kind for notices. */
export function kindName(kind: AnyEntryKind | undefined, number: number): string {
  return kind?.name ?? `kind ${number}`;
}
