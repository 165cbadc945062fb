/**
 * Exact fractions, the one place of the core where numbers outgrow 2^53 (beside the codec): equal shares splits money again and
 * again by numbers of voters, and a rounded share could rank two projects otherwise than the rule does.
 */

/** A fraction from 0 up, not always in lowest terms. Compare it with `compareFractions`, never field by field. */
export interface Fraction {
  readonly numerator: bigint;
  /** From 1. */
  readonly denominator: bigint;
}

/** @returns numerator ÷ denominator. @throws RangeError unless both are safe integers, from 0 and from 1. */
export function fractionOf(numerator: number, denominator: number): Fraction {
  if (!Number.isSafeInteger(numerator) || numerator < 0) throw new RangeError('a numerator is a safe integer from 0');
  if (!Number.isSafeInteger(denominator) || denominator < 1)
    throw new RangeError('a denominator is a safe integer from 1');
  return { numerator: BigInt(numerator), denominator: BigInt(denominator) };
}

/** @returns the fraction ÷ divisor. @throws RangeError unless the divisor is a safe integer from 1. */
export function divideFraction({ numerator, denominator }: Fraction, divisor: number): Fraction {
  return { numerator, denominator: denominator * fractionOf(0, divisor).denominator };
}

/** Orders fractions by value. @returns −1, 0 or 1. */
export function compareFractions(left: Fraction, right: Fraction): number {
  const [a, b] = [left.numerator * right.denominator, right.numerator * left.denominator];
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * What several groups hold, each of its people alike, over one denominator, which grows as levels are drained; a group counts as often
 * as it has people.
 */
export class Holdings {
  #denominator: bigint;
  #amounts: bigint[];
  readonly #people: readonly bigint[];

  /** @param people how many are in each group, from 0. @param each what each of them holds at first. */
  constructor(people: readonly number[], { numerator, denominator }: Fraction) {
    this.#denominator = denominator;
    this.#amounts = people.map(() => numerator);
    this.#people = people.map((count) => fractionOf(count, 1).numerator);
  }

  /**
   * @returns the lowest level that brings `total` together when everybody in `groups` gives up to that level, and who has less gives
   *   all; undefined where they have less than `total` between them. `total` is a safe integer above 0; each group stands there once.
   */
  levelFor(total: number, groups: readonly number[]): Fraction | undefined {
    let missing = fractionOf(total, 1).numerator * this.#denominator;
    let payers = groups.reduce((sum, group) => sum + this.#peopleOf(group), 0n);
    // Who cannot pay an equal part gives all; that raises the part of the others, of whom some may then fall short too.
    for (let able = groups; payers > 0n; ) {
      const part = (missing + payers - 1n) / payers;
      const short = able.filter((group) => this.#amountOf(group) < part);
      if (short.length === 0) return { numerator: missing, denominator: payers * this.#denominator };
      for (const group of short) {
        missing -= this.#amountOf(group) * this.#peopleOf(group);
        payers -= this.#peopleOf(group);
      }
      able = able.filter((group) => this.#amountOf(group) >= part);
    }
    return undefined;
  }

  /** Takes `level` from everybody in `groups`, and all from who has less. */
  drain(level: Fraction, groups: readonly number[]): void {
    // What the level's denominator has beyond ours, and its numerator does not take away.
    const beyond = level.denominator / greatestDivisor(level.denominator, this.#denominator);
    this.#scale(beyond / greatestDivisor(level.numerator, beyond));
    const taken = (level.numerator * this.#denominator) / level.denominator;
    for (const group of groups) {
      const amount = this.#amountOf(group);
      this.#amounts[group] = amount > taken ? amount - taken : 0n;
    }
  }

  #scale(factor: bigint): void {
    if (factor === 1n) return;
    this.#denominator *= factor;
    this.#amounts = this.#amounts.map((amount) => amount * factor);
  }

  #amountOf(group: number): bigint {
    return this.#amounts[group] ?? 0n;
  }

  #peopleOf(group: number): bigint {
    return this.#people[group] ?? 0n;
  }
}

function greatestDivisor(left: bigint, right: bigint): bigint {
  let [a, b] = [left, right];
  while (b !== 0n) [a, b] = [b, a % b];
  return a;
}
