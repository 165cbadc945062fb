/** What every bench is: a measure beside a reference loop of the same run, told as a ratio. */

/** One line of the recorded table. */
export interface Figure {
  /** What was measured, with its size. */
  readonly operation: string;
  readonly measured: string;
  /** What the reference loop did in the same run. */
  readonly reference: string;
  /** Measured against reference where the target is a ratio. */
  readonly ratio: string;
  /** The target of the design. */
  readonly target: string;
  /** Whether it was met; undefined for a figure that has no target. */
  readonly met: boolean | undefined;
}

/** One bench. `quick` runs it small: it shows that the bench works, and its figures mean nothing. */
export interface Bench {
  readonly name: string;
  run(quick: boolean): Promise<readonly Figure[]>;
}

/** @returns the middle value. @throws RangeError without values. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  const middle = sorted[Math.floor((sorted.length - 1) / 2)];
  if (middle === undefined) throw new RangeError('a median needs values');
  return middle;
}

/** @returns the value below which this share of the values lies. @throws RangeError without values. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((left, right) => left - right);
  const value = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  if (value === undefined) throw new RangeError('a percentile needs values');
  return value;
}

/**
 * Runs measures in turn, A B A B, so that what else the machine does falls on all alike.
 * @returns of each the median, and the median of its ratio to the last one, which is the reference.
 */
export async function alternate(
  rounds: number,
  measures: readonly (() => Promise<number>)[],
): Promise<readonly { readonly value: number; readonly ratio: number }[]> {
  const taken: number[][] = measures.map(() => []);
  for (let round = 0; round < rounds; round += 1)
    for (const [index, measure] of measures.entries()) taken[index]?.push(await measure());
  const references = taken.at(-1) ?? [];
  return taken.map((values) => ({
    value: median(values),
    ratio: median(values.map((value, round) => value / (references[round] ?? Number.NaN))),
  }));
}

/** @returns how many of `count` were done each second while `work` ran. */
export async function perSecond(count: number, work: () => Promise<void> | void): Promise<number> {
  const startMs = performance.now();
  await work();
  return (count * 1000) / (performance.now() - startMs);
}

/** Runs `work` over the parts with at most `atOnce` under way. */
export async function inParallel<Part>(
  parts: readonly Part[],
  atOnce: number,
  work: (part: Part) => Promise<void>,
): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let part = parts[next]; part !== undefined; part = parts[next]) {
      next += 1;
      await work(part);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
}

/** @returns the list in parts of at most `size`. */
export function inParts<Item>(items: readonly Item[], size: number): readonly (readonly Item[])[] {
  const parts: (readonly Item[])[] = [];
  for (let start = 0; start < items.length; start += size) parts.push(items.slice(start, start + size));
  return parts;
}

/** @returns a rate for people: `12.3 k/s`. */
export function rate(value: number): string {
  return `${(value / 1000).toFixed(1)} k/s`;
}

/** @returns a ratio for people. */
export function ratio(value: number): string {
  return value.toFixed(2);
}
