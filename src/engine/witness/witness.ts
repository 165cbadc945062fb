import { bytesToId, type Id } from '../../core/base/id.ts';
import { frontierRoot } from '../../core/base/merkle-growth.ts';
import type { Topic } from '../../core/base/region.ts';
import { WitnessRow } from '../../core/wire/messages/peer.ts';
import type { Checkpoint, HeldNotice } from '../../core/wire/messages/witness.ts';
import { cosignatureKind, heldNoticeKind, type Statement } from '../../core/wire/statement.ts';
import { checkpointDifference, checkpointDigest } from '../../core/witness/checkpoint.ts';
import { type CosignRequest, judgeCheckpoint, type WitnessMemory } from '../../core/witness/cosign.ts';
import type { WitnessOffer } from '../../core/witness/offer.ts';
import type { SettingRow } from '../../ports/store.ts';
import type { Book } from '../book.ts';
import { RESTORE_PEERS_MIN, WITNESSED_BOOKS_MAX } from '../constants.ts';
import { checkpointNow } from './checkpoint-now.ts';
import type { EntryTrees } from './entry-trees.ts';
import type { EvidenceKeeper } from './evidence-keeper.ts';
import { type Sign, signStatement, type WitnessTables, witnessedBookOf } from './known-book.ts';
import { SeenBook, type SeenCheckpoint } from './seen-book.ts';

const PREFIX = 'witness/';
/** Set while this folder may be a copy of another: the other may have signed what is not written down here. */
const UNSURE_KEY = 'witness-unsure';
/** A checkpoint and a number. */
const ROW_BYTES_MAX = 512;
const NOTHING: WitnessMemory = { last: undefined, sealedEpoch: undefined };

/** What a witness is made of. */
export interface WitnessParts {
  readonly tables: WitnessTables;
  readonly trees: EntryTrees;
  readonly evidence: EvidenceKeeper;
  readonly sign: Sign;
  /** Keeps and tells what this node signed. */
  publish(statement: Statement, book: Book): void;
}

/**
 * Confirms the books of bodies whose charter names this identity (protocol §5): it holds the book up to that size itself, writes down what it
 * is about to sign, and signs when that is durable. So after a crash it signs the same or nothing.
 */
export class Witness {
  readonly #parts: WitnessParts;
  /** By body and channel, through all the books that continue each other. */
  readonly #memories = new Map<string, WitnessMemory>();
  readonly #busy = new Set<Id>();
  /** Checkpoints whose entries give other figures here, or another tree: not looked at again. */
  readonly #refused = new Set<Id>();
  /** Set while the folder may be a copy: who has told what it holds, by topic. */
  #unsure: Map<Topic, Set<string>> | undefined;

  constructor(parts: WitnessParts) {
    this.#parts = parts;
  }

  /** Takes back a stored setting. @returns whether it is one of these. */
  restore({ key, value }: SettingRow): boolean {
    if (key === UNSURE_KEY) this.#unsure = new Map();
    if (!key.startsWith(PREFIX)) return key === UNSURE_KEY;
    const row = WitnessRow.decode(value, ROW_BYTES_MAX);
    if (!row.ok) return true;
    const { last, sealedEpochs } = row.value;
    this.#memories.set(key, { last, sealedEpoch: sealedEpochs === 0 ? undefined : sealedEpochs - 1 });
    return true;
  }

  /** The folder may be a copy: signs nothing about a book until two peers have told what they hold on its topic. */
  distrust(): void {
    this.#unsure = new Map();
    const row = { key: UNSURE_KEY, value: new Uint8Array(0) };
    this.#parts.tables.world.writeRow(row.key, { type: 'putSetting', row });
  }

  /** A peer has told everything that it holds in these topics; `needed` are those of the books that are spoken of. */
  caughtUp(peer: string, topics: ReadonlySet<string>, needed: readonly Topic[]): void {
    if (this.#unsure === undefined) return;
    for (const topic of topics) {
      const told = this.#unsure.get(topic as Topic) ?? new Set<string>();
      this.#unsure.set(topic as Topic, told.add(peer));
    }
    if (needed.length === 0 || !needed.every((topic) => this.#isTold(topic))) return;
    this.#unsure = undefined;
    this.#parts.tables.world.writeRow(UNSURE_KEY, { type: 'deleteSetting', key: UNSURE_KEY });
  }

  #isTold(topic: Topic): boolean {
    return this.#unsure === undefined || (this.#unsure.get(topic)?.size ?? 0) >= RESTORE_PEERS_MIN;
  }

  /** A cosignature by this identity: what it confirmed before, perhaps from another folder, it does not contradict now. */
  cosigned(book: Book, checkpoint: Checkpoint): void {
    const key = keyOf(book);
    const memory = this.#memories.get(key) ?? NOTHING;
    const { last } = memory;
    if (last !== undefined && (last.epoch > checkpoint.epoch || last.size >= checkpoint.size)) return;
    this.#remember(key, { ...memory, last: checkpoint });
  }

  /** Confirms the largest checkpoint of a book, and says that it holds its newest certificate, where it may and has not yet. */
  consider(book: Book, seen: SeenBook): void {
    if (!this.#serves(book) || this.#busy.has(book.id)) return;
    const { self } = this.#parts.tables.world;
    const known = witnessedBookOf(this.#parts.tables, book);
    const { largest, newest } = seen;
    if (known === undefined || largest === undefined || seen.awaitsWordOf(self.identity)) return;
    if (this.#parts.evidence.isAccused(book.id, known.writer)) return;
    const isNamed = (checkpoint: Checkpoint): boolean =>
      known.witnessesAt(checkpoint.charterHead)?.includes(self.identity) === true;
    const { size } = largest.checkpoint;
    const isDone = largest.cosignatures.has(SeenBook.placeOf({ ...UNAUDITED, witness: self.identity }));
    const isHeld = book.judged >= size && book.head.sequence + 1 >= size;
    const isAsked = !isDone && isHeld && isNamed(largest.checkpoint) && !this.#refused.has(largest.digest);
    if (isAsked) this.#judge(book, largest);
    else if (newest !== undefined && !newest.notices.has(self.identity) && isNamed(newest.checkpoint))
      this.#notice(book, newest);
  }

  /** Whether the operator lets this node confirm such a book. */
  isOfferedTo(book: Book): boolean {
    const { world, settings } = this.#parts.tables;
    const { kind, region } = world.self;
    return isOn(settings.offer, kind) && (settings.offer !== 'auto' || isWithin(book.opening.region, region));
  }

  /** Entries of a book, from the Opening on, that this node has confirmed; what it signed may still be on its way. */
  confirmedSize(book: Book): number {
    const last = this.#memories.get(keyOf(book))?.last;
    return last?.book === book.id ? last.size : 0;
  }

  /** Whether this node confirms such a book at all, and may now. */
  #serves(book: Book): boolean {
    if (!this.isOfferedTo(book)) return false;
    if (!this.#memories.has(keyOf(book)) && this.#memories.size >= WITNESSED_BOOKS_MAX) return false;
    return this.#isTold(book.topic);
  }

  #judge(book: Book, { statement, checkpoint, digest }: SeenCheckpoint): void {
    const { trees } = this.#parts;
    const before = this.#memories.get(keyOf(book))?.last;
    const known = before?.book === book.id ? before.size : 0;
    // Figures are compared while they can be: the book is here just up to that size.
    const figures = checkpointNow(this.#parts.tables, book);
    const differs =
      figures?.size === checkpoint.size &&
      checkpointDifference({ ...checkpoint, ...figures }, checkpoint) !== undefined;
    this.#busy.add(book.id);
    trees.consistency(book, known, checkpoint.size, (consistency) => {
      trees.at(book, checkpoint.size, (tree) => {
        this.#busy.delete(book.id);
        if (tree === undefined || consistency === undefined) return;
        const isOwn = bytesToId(frontierRoot(tree.frontier)) === checkpoint.root && tree.head === checkpoint.head;
        if (isOwn && !differs) this.#confirm(book, { statement, checkpoint, consistency });
        else this.#refused.add(digest);
      });
    });
  }

  #confirm(book: Book, request: CosignRequest & { readonly checkpoint: Checkpoint }): void {
    const { checkpoint } = request;
    const { tables } = this.#parts;
    const { identity } = tables.world.self;
    const key = keyOf(book);
    const known = witnessedBookOf(tables, book);
    if (known === undefined) return;
    const memory = this.#memories.get(key) ?? NOTHING;
    const self = { witness: identity, replayed: undefined };
    const decision = judgeCheckpoint(request, self, memory, known);
    if (!decision.ok) {
      if (decision.reason !== 'unknown_charter') this.#refused.add(checkpointDigest(checkpoint));
      return;
    }
    this.#remember(key, decision.value.memory);
    this.#whenDurable(book, (then) =>
      signStatement(tables.world, this.#parts.sign, cosignatureKind, decision.value.cosignature, then),
    );
  }

  #notice(book: Book, { digest }: SeenCheckpoint): void {
    const { tables, sign } = this.#parts;
    const notice: HeldNotice = { book: book.id, witness: tables.world.self.identity, checkpoint: digest };
    // The certificate itself is written in this commit or an earlier one.
    this.#whenDurable(book, (then) => signStatement(tables.world, sign, heldNoticeKind, notice, then));
  }

  #whenDurable(book: Book, sign: (then: (statement: Statement) => void) => void): void {
    this.#busy.add(book.id);
    this.#parts.tables.world.afterCommit(() =>
      sign((statement) => {
        this.#busy.delete(book.id);
        this.#parts.publish(statement, book);
      }),
    );
  }

  #remember(key: string, memory: WitnessMemory): void {
    this.#memories.set(key, memory);
    const { last, sealedEpoch } = memory;
    const value = WitnessRow.encode({ last, sealedEpochs: (sealedEpoch ?? -1) + 1 });
    this.#parts.tables.world.writeRow(key, { type: 'putSetting', row: { key, value } });
  }
}

const UNAUDITED = { book: '' as Id, checkpoint: '' as Id, previousSize: 0, auditing: false };

/** Whether a node of this kind confirms books under this offer: bodies do unless told otherwise, persons where they are told to. */
export function isOn(offer: WitnessOffer, kind: string): boolean {
  return offer === 'on' || (offer === 'auto' && kind !== 'person' && kind !== 'federation');
}

function isWithin(region: string, home: string): boolean {
  return region === home || region.startsWith(`${home}/`);
}

function keyOf({ opening }: Book): string {
  return `${PREFIX}${opening.identity}/${opening.channel}`;
}
