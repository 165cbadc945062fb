import { compareIds, type Id } from '../../core/base/id.ts';
import type { Checkpoint, Cosignature } from '../../core/wire/messages/witness.ts';
import type { Statement } from '../../core/wire/statement.ts';
import type { VerifiedCertificate } from '../../core/witness/certificate.ts';
import type { WitnessedBook } from '../../core/witness/charter.ts';
import { readHeldNotice, wordsOf } from '../../core/witness/words.ts';
import { AWAITED_PER_WITNESS_MAX, OPEN_CHECKPOINTS_MAX, WITNESS_CHANGES_MAX } from '../constants.ts';

/** One checkpoint of a book, with all that was said of it. */
export interface SeenCheckpoint {
  readonly statement: Statement;
  readonly checkpoint: Checkpoint;
  readonly digest: Id;
  /** By witness, and whether it says that it replayed the book. */
  readonly cosignatures: Map<string, Statement>;
  /** HeldNotices by witness. */
  readonly notices: Map<Id, Statement>;
  /** Set once enough witnesses confirm it. */
  certificate: VerifiedCertificate | undefined;
  /** Whether it names other witnesses than the certificate before it. */
  changesWitnesses: boolean;
  /** Whether the entries held here give the same tree; undefined until they were compared. */
  agrees: boolean | undefined;
}

/** A word of a witness about a checkpoint that is not here. */
interface Awaited {
  readonly statement: Statement;
  readonly witness: Id;
  readonly checkpoint: Id;
  /** Of a cosignature: what its witness had cosigned before. */
  readonly previousSize: number | undefined;
}

/** What is kept of the checkpoints of one book: the newest certificate, the newest that is final, and those under way. */
export class SeenBook {
  readonly #seen = new Map<Id, SeenCheckpoint>();
  readonly #awaited = new Map<Id, Awaited>();
  /** The largest checkpoint that enough witnesses confirm. */
  newest: SeenCheckpoint | undefined;
  /** The largest that enough of them say they hold. */
  final: SeenCheckpoint | undefined;

  /** Every checkpoint, the smallest first. */
  all(): readonly SeenCheckpoint[] {
    return [...this.#seen.values()].sort(bySizeThenDigest);
  }

  get(digest: Id): SeenCheckpoint | undefined {
    return this.#seen.get(digest);
  }

  /** The largest checkpoint of the writer, confirmed or not. */
  get largest(): SeenCheckpoint | undefined {
    return this.all().at(-1);
  }

  /** Certificates of the tree that is held here. */
  get certificates(): readonly VerifiedCertificate[] {
    return this.all().flatMap(({ certificate, agrees }) =>
      certificate === undefined || agrees !== true ? [] : [certificate],
    );
  }

  /** What witnesses say that they hold. */
  noticesOf(book: WitnessedBook): Parameters<typeof wordsOf>[1]['notices'] {
    return this.all()
      .flatMap(({ notices }) => [...notices.values()])
      .flatMap((statement) => readHeldNotice(statement, book) ?? []);
  }

  /** Whether there is room for a checkpoint: of those under way the largest are kept, of one size those with the smallest digests. */
  hasRoomFor(checkpoint: Checkpoint, digest: Id): boolean {
    if (this.newest !== undefined && checkpoint.size < this.newest.checkpoint.size) return false;
    const open = this.#open();
    const precedes = open.filter((other) => byPreference(other, { checkpoint, digest }) < 0);
    return precedes.length < OPEN_CHECKPOINTS_MAX;
  }

  /** Adds a checkpoint. @returns it, and what was awaiting it. */
  add(statement: Statement, checkpoint: Checkpoint, digest: Id): readonly [SeenCheckpoint, readonly Statement[]] {
    const seen: SeenCheckpoint = {
      statement,
      checkpoint,
      digest,
      cosignatures: new Map(),
      notices: new Map(),
      certificate: undefined,
      changesWitnesses: false,
      agrees: undefined,
    };
    this.#seen.set(digest, seen);
    const awaiting = [...this.#awaited.values()].filter((awaited) => awaited.checkpoint === digest);
    for (const awaited of awaiting) this.#awaited.delete(awaited.statement.digest);
    return [seen, awaiting.map((awaited) => awaited.statement)];
  }

  /** Keeps a word about a checkpoint that is not here. @returns false where it is about one that was let go, or there is no room. */
  await(statement: Statement, said: Omit<Awaited, 'statement'>): boolean {
    const own = [...this.#awaited.values()].filter(
      (other) => other.witness === said.witness && other.statement.kind === statement.kind,
    );
    if (own.length >= AWAITED_PER_WITNESS_MAX || this.#isPast(said)) return false;
    this.#awaited.set(statement.digest, { statement, ...said });
    return true;
  }

  isAwaiting(statement: Id): boolean {
    return this.#awaited.has(statement);
  }

  /** Whether a witness has spoken of a checkpoint that is not here. */
  awaitsWordOf(witness: Id): boolean {
    return [...this.#awaited.values()].some((awaited) => awaited.witness === witness);
  }

  /** The cosignature of a witness under a checkpoint. */
  static placeOf({ witness, auditing }: Cosignature): string {
    return `${witness} ${auditing}`;
  }

  /** Finds the newest certificate that is final. @returns whether it is another one than before. */
  settleFinal(book: WitnessedBook): boolean {
    const notices = this.noticesOf(book);
    const certified = this.all().filter(({ certificate }) => certificate !== undefined);
    const certificates = certified.flatMap(({ certificate }) => certificate ?? []);
    const isFinal = ({ checkpoint }: SeenCheckpoint): boolean =>
      wordsOf(checkpoint.size - 1, { certificates, notices }).certainty === 'final';
    const final = certified.findLast(isFinal);
    const changed = final !== undefined && final !== this.final;
    if (changed) this.final = final;
    return changed;
  }

  /**
   * Lets go of what newer certificates make needless. Where one has just come, notices that wait for another are of an older one, or come
   * again with theirs. @returns the statements to forget.
   */
  prune(isNewer: boolean): readonly Statement[] {
    const changes = this.all().filter(({ changesWitnesses }) => changesWitnesses);
    const open = this.#open().sort(byPreference).slice(0, OPEN_CHECKPOINTS_MAX);
    const kept = new Set([this.newest, this.final, ...changes.slice(-WITNESS_CHANGES_MAX), ...open]);
    const gone: Statement[] = [];
    for (const seen of this.#seen.values()) {
      if (kept.has(seen)) continue;
      this.#seen.delete(seen.digest);
      gone.push(seen.statement, ...seen.cosignatures.values(), ...seen.notices.values());
    }
    for (const awaited of this.#awaited.values()) {
      if (!this.#isPast(awaited) && (!isNewer || awaited.previousSize !== undefined)) continue;
      this.#awaited.delete(awaited.statement.digest);
      gone.push(awaited.statement);
    }
    return gone;
  }

  #open(): SeenCheckpoint[] {
    const size = this.newest?.checkpoint.size ?? 0;
    return this.all().filter((seen) => seen.certificate === undefined && seen.checkpoint.size >= size);
  }

  /** A witness that is under the newest certificate, and says that it cosigned something smaller before this, speaks of an older one. */
  #isPast({ witness, previousSize }: Omit<Awaited, 'statement'>): boolean {
    const newest = this.newest?.certificate;
    if (newest === undefined || previousSize === undefined) return false;
    return newest.cosigners.includes(witness) && previousSize < newest.checkpoint.size;
  }
}

type Place = Pick<SeenCheckpoint, 'checkpoint' | 'digest'>;

function bySizeThenDigest(left: Place, right: Place): number {
  return left.checkpoint.size - right.checkpoint.size || compareIds(left.digest, right.digest);
}

/** The larger first, of one size the smaller digest. */
function byPreference(left: Place, right: Place): number {
  return right.checkpoint.size - left.checkpoint.size || compareIds(left.digest, right.digest);
}
