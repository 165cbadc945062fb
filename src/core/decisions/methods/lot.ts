/**
 * Drawing by lot out of secrets that several parties committed to before the pool was named (protocol §8): nobody knows the draw before
 * the last secret is shown, and everybody computes it then. The signed layouts stand in `wire/tags.ts`.
 */
import { equalBytes } from '../../base/bytes.ts';
import { taggedHash } from '../../base/hash.ts';
import { compareIds, type Id, idToBytes } from '../../base/id.ts';
import { TAGS } from '../../wire/tags.ts';

/** A secret, in bytes. */
export const LOT_SECRET_BYTES = 32;
/** With fewer secrets than these, two who agree in secret may know the draw beforehand. */
export const LOT_PARTIES_MIN = 3;
/** A chance is as many bytes of a hash as a safe integer holds. */
const CHANCE_BYTES = 6;
const CHANCES = 2 ** (8 * CHANCE_BYTES);

/** What one party brings to a lot. */
export interface LotPart {
  /** 32 bytes, in the book before the head of the pool was named. */
  readonly commitment: Uint8Array;
  /** What was revealed; undefined for nothing. */
  readonly secret: Uint8Array | undefined;
}

/** A lot to be drawn. */
export interface Lot {
  /** By party. */
  readonly parts: ReadonlyMap<Id, LotPart>;
  /** Who may be drawn, in any order; one who stands there twice counts once. */
  readonly pool: readonly Id[];
  /** Id of the head at which the pool stands. */
  readonly poolHead: Id;
  /** How many are drawn. */
  readonly count: number;
}

/** What a lot came to. */
export interface LotResult {
  /** In the order in which they were drawn: `count`, or the whole pool where it is smaller. */
  readonly drawn: readonly Id[];
  /** Whose secret is missing, or is not what they committed to; they are left out. Rising by id. */
  readonly withheld: readonly Id[];
  /** Whether fewer than LOT_PARTIES_MIN secrets made the draw, so that it proves little. */
  readonly isWeak: boolean;
}

/**
 * @returns the 32 bytes by which a party commits to a secret, under its own name, so that nobody can repeat them.
 * @throws RangeError when the secret is not LOT_SECRET_BYTES long.
 */
export function commitToLot(party: Id, secret: Uint8Array): Uint8Array {
  if (secret.length !== LOT_SECRET_BYTES) throw new RangeError(`a secret has ${LOT_SECRET_BYTES} bytes`);
  return taggedHash(TAGS.lotCommitment, [idToBytes(party), secret]);
}

/** Draws a lot: a pure function, the same in any order of parties and pool. Everybody in the pool has the same chance. */
export function drawLot({ parts, pool, poolHead, count }: Lot): LotResult {
  const parties = [...parts].sort(([left], [right]) => compareIds(left, right));
  const secrets = parties.map(([party, part]) => ({ party, secret: revealedSecret(party, part) }));
  const revealed = secrets.map(({ secret }) => secret).filter((secret) => secret !== undefined);
  const seed = taggedHash(TAGS.lot, [...revealed, idToBytes(poolHead)]);
  return {
    drawn: drawFrom(pool, count, seed),
    withheld: secrets.flatMap(({ party, secret }) => (secret === undefined ? [party] : [])),
    isWeak: revealed.length < LOT_PARTIES_MIN,
  };
}

function revealedSecret(party: Id, { commitment, secret }: LotPart): Uint8Array | undefined {
  const isKept = secret?.length === LOT_SECRET_BYTES && equalBytes(commitToLot(party, secret), commitment);
  return isKept ? secret : undefined;
}

/** Takes one out of those who are left, by place in the rising order, again and again. */
function drawFrom(pool: readonly Id[], count: number, seed: Uint8Array): readonly Id[] {
  const left = [...new Set(pool)].sort(compareIds);
  const chanceBelow = chancesOf(seed);
  const drawn: Id[] = [];
  while (drawn.length < count && left.length > 0) drawn.push(...left.splice(chanceBelow(left.length), 1));
  return drawn;
}

/** @returns a source of numbers from 0 up to below a limit. A chance at or above the largest multiple of the limit is passed over. */
function chancesOf(seed: Uint8Array): (limit: number) => number {
  let next = 0;
  const nextChance = (): number => {
    const counter = new Uint8Array(4);
    new DataView(counter.buffer).setUint32(0, next);
    next += 1;
    const bytes = taggedHash(TAGS.lotDraw, [seed, counter]).subarray(0, CHANCE_BYTES);
    return bytes.reduce((value, byte) => value * 256 + byte, 0);
  };
  return (limit) => {
    let chance = nextChance();
    while (chance >= CHANCES - (CHANCES % limit)) chance = nextChance();
    return chance % limit;
  };
}
