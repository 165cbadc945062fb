import type { Id } from '../base/id.ts';
import type { Channel, Region } from '../base/region.ts';
import type { FileHeader } from '../wire/messages/file.ts';
import type { IdentityKind } from '../wire/messages/identity.ts';
import type { FileFault } from './decode.ts';

/** What verifying a file finds, from the file alone. What entries do by their rules is not part of it. */
export interface FileReport {
  /** Undefined when the file is unreadable from the start. */
  readonly header: FileHeader | undefined;
  /** Whether the end was there and its digest that of the file. */
  readonly complete: boolean;
  /** Whether the file is complete and has no fault. Forks are no fault of the file. */
  readonly valid: boolean;
  /** Entries that stand in their books, side chains of forks included. */
  readonly entries: number;
  /** Statements that hold. */
  readonly statements: number;
  /** Entries whose payload was erased. */
  readonly erased: number;
  /** Items that were in the file before. */
  readonly duplicates: number;
  /** Ordered by id. */
  readonly books: readonly BookReport[];
  /** Ordered by id. */
  readonly identities: readonly IdentityReport[];
  /** The first FAULTS_LISTED_MAX faults, in order of the file; those found by comparing come last. */
  readonly faults: readonly VerifyFault[];
  readonly faultCount: number;
}

/** One book of a file. */
export interface BookReport {
  readonly book: Id;
  readonly identity: Id;
  readonly kind: IdentityKind;
  readonly device: Id;
  readonly region: Region;
  readonly channel: Channel;
  /** Last entry of the chain that stands first in the file. */
  readonly sequence: number;
  readonly head: Id;
  /** All entries, those beside that chain included. */
  readonly entries: number;
  readonly erased: number;
  /** The book that it continues. */
  readonly continues: Id | undefined;
  /**
   * The lowest fork that the file shows, by its entries or by a proof; undefined where it is void, since it lies below the last good
   * entry of a revoked device, and the file holds the chain to that (protocol §2).
   */
  readonly fork: { readonly sequence: number; readonly ids: readonly [Id, Id] } | undefined;
  /** Whether the identity log in the file revokes the device, or grants it no more. */
  readonly revoked: boolean;
  /** Of a revoked device the last entry that counts: what the revocation says, or the Opening. */
  readonly lastGood: number | undefined;
  /** Sequence of the first entry that has no effect, whether it is in the file or not; undefined where the book has not ended. */
  readonly end: number | undefined;
  /**
   * Ids of the entries beside the chain that stands first which count in place of that chain's, lowest first: those as far as the
   * last good one of a revoked device. Mostly none.
   */
  readonly branch: readonly Id[];
}

/** One identity whose log the file holds. */
export interface IdentityReport {
  readonly identity: Id;
  readonly kind: IdentityKind;
  /** Number of its newest event. */
  readonly number: number;
  /** Number at which its log is contested. */
  readonly contestedAt: number | undefined;
}

/** One thing wrong with a file. */
export interface VerifyFault {
  readonly code:
    | FileFault['code']
    | 'wrong_network'
    | 'bad_entry'
    | 'bad_statement'
    | 'bad_signature'
    | 'bad_opening'
    | 'book_missing'
    | 'gap'
    | 'wrong_previous'
    | 'bad_identity_event'
    | 'bad_fork_proof';
  /** Byte of the file at which the faulty part begins. */
  readonly offset: number;
  readonly book: Id | undefined;
  /** What is wrong, for people. */
  readonly sentence: string;
}

/** Faults that a report lists; the rest is counted. */
export const FAULTS_LISTED_MAX = 100;
