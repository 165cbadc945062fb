import { ZERO } from '../base/amount.ts';
import { taggedHash } from '../base/hash.ts';
import { bytesToId, type Id, idToBytes } from '../base/id.ts';
import { merkleLeaf } from '../base/merkle.ts';
import { EMPTY_FRONTIER, frontierRoot, growFrontier, type MerkleFrontier } from '../base/merkle-growth.ts';
import { present } from '../base/outcome.ts';
import type { Head } from '../wire/messages/book.ts';
import { Checkpoint, type Totals } from '../wire/messages/witness.ts';
import { TAGS } from '../wire/tags.ts';

/** The tree over the ids of a book's entries, from its Opening on: it grows with the book and forgets all but a few hashes. */
export interface EntryTree {
  readonly frontier: MerkleFrontier;
  /** Id of the last entry; undefined before the Opening. */
  readonly head: Id | undefined;
}

/** The tree of a book that has no entry yet. */
export const EMPTY_ENTRY_TREE: EntryTree = { frontier: EMPTY_FRONTIER, head: undefined };

/** @returns the tree with the ids of the next entries, in their order. */
export function growEntryTree(tree: EntryTree, ids: Iterable<Id>): EntryTree {
  let [frontier, head] = [tree.frontier, tree.head];
  for (const id of ids) [frontier, head] = [growFrontier(frontier, merkleLeaf(idToBytes(id))), id];
  return { frontier, head };
}

/** What a checkpoint says beside the tree. */
export interface BookFigures {
  readonly book: Id;
  readonly epoch: number;
  /** The head of the member book that says who witnesses. */
  readonly charterHead: Head;
  /** Root of the state after the last entry. */
  readonly stateRoot: Id;
  readonly totals: Totals;
}

/** Nothing issued and nothing retired: the totals of a book that is no ledger. */
export const NO_TOTALS: Totals = { issued: ZERO, retired: ZERO };

/** @returns what a writer says of its book at this size. @throws AssertionFailedError for a book without entries. */
export function makeCheckpoint(tree: EntryTree, figures: BookFigures): Checkpoint {
  const head = present(tree.head, 'a book has its Opening at least');
  return { ...figures, size: tree.frontier.size, root: bytesToId(frontierRoot(tree.frontier)), head };
}

/**
 * SHA-256 over what a checkpoint says and not over who signed it, so that a writer that signs the same twice makes no second
 * checkpoint, and a cosignature holds for both.
 */
export function checkpointDigest(checkpoint: Checkpoint): Id {
  return bytesToId(taggedHash(TAGS.checkpoint, [Checkpoint.encode(checkpoint)]));
}

/** What two checkpoints of one book and size cannot differ in: all that its entries give. */
const GIVEN_BY_ENTRIES = ['root', 'head', 'stateRoot', 'issued', 'retired', 'epoch'] as const;
/** One of these. */
export type CheckpointDifference = (typeof GIVEN_BY_ENTRIES)[number];

/**
 * Compares two checkpoints of one book and one size: what was replayed with what the writer says, or what it says twice. The charter
 * head may differ, since a body changes its witnesses without writing in the book.
 * @returns the first thing that differs, or undefined.
 */
export function checkpointDifference(one: Checkpoint, other: Checkpoint): CheckpointDifference | undefined {
  const [left, right] = [one, other].map((checkpoint) => ({ ...checkpoint, ...checkpoint.totals }));
  return GIVEN_BY_ENTRIES.find((name) => left?.[name] !== right?.[name]);
}
