/** How much the witnesses of a book carry, in the words that people see. */
export type Witnessing = 'unwitnessed' | 'few witnesses' | 'witnessed';

/** How many of a charter's witnesses have to agree. */
export interface Quorum {
  /** Witnesses in the charter. */
  readonly witnesses: number;
  /** How many cosignatures make a certificate; 0 where there are no witnesses. */
  readonly needed: number;
  readonly words: Witnessing;
}

/** From this many on, some of them may lie and some be away. */
const ENOUGH_WITNESSES = 4;

/**
 * Protocol §5: of 4 or more witnesses ⌊2n/3⌋ + 1, so that two quorums share more than `faultsOf(n)` witnesses, an honest one among
 * them; of 1 to 3 all, so that one that is away stops the word and one that lies is noticed by nobody: "few witnesses".
 * @param witnesses of the charter, a whole number.
 */
export function quorumOf(witnesses: number): Quorum {
  if (witnesses === 0) return { witnesses, needed: 0, words: 'unwitnessed' };
  if (witnesses < ENOUGH_WITNESSES) return { witnesses, needed: witnesses, words: 'few witnesses' };
  return { witnesses, needed: Math.floor((2 * witnesses) / 3) + 1, words: 'witnessed' };
}

/** @returns how many of `witnesses` may lie or be away while the others still agree, and on one thing: ⌊(n − 1)/3⌋. */
export function faultsOf(witnesses: number): number {
  return Math.max(0, Math.floor((witnesses - 1) / 3));
}
