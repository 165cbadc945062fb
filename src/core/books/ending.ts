import type { LastGood } from '../wire/messages/identity.ts';

/** What is known of the end of a book. */
export interface EndingFacts {
  /** The lowest sequence at which it is proven to fork. */
  readonly forkedAt: number | undefined;
  /** Whether its device was revoked, or is granted no more. */
  readonly isRevoked: boolean;
  /** What the revocation lists of this book. */
  readonly lastGood: LastGood | undefined;
  /** Whether the entry of `lastGood` is held, at that sequence, with the chain to it. */
  readonly isHeld: boolean;
}

/**
 * Where a book ends (protocol §2, §3). A revocation decides by its `lastGood` alone, once the chain to that is held: a header below
 * it and beside that chain is void and no fork.
 * @returns the sequence of the first entry that has no effect, undefined where the book has not ended.
 */
export function endOfBook({ forkedAt, isRevoked, lastGood, isHeld }: EndingFacts): number | undefined {
  if (!isRevoked) return forkedAt;
  if (lastGood === undefined) return 1;
  const end = lastGood.sequence + 1;
  return forkedAt === undefined || isHeld ? end : Math.min(forkedAt, end);
}
