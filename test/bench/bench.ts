/** What every bench is: a measure beside a reference loop of the same run, told as a ratio. */

import { FRAME_BYTES_MAX } from '../../src/core/base/limits.ts';
import { BATCH_ITEMS_MAX } from '../../src/engine/constants.ts';

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

/** How fast something went, and what it cost. */
export interface Speed {
  /** Each second of the clock. */
  readonly perSecond: number;
  /** CPU time of all threads of this process for each, in microseconds. */
  readonly cpuUs: number;
  /** Of that the main thread's. */
  readonly mainUs: number;
}

/** A median of rounds, with the median of its ratio to the reference. */
export interface Compared extends Speed {
  /** Of what was done each second. */
  readonly ratio: number;
  /** Of the reference's CPU time to this one's: what the ratio would be if neither waited for anything. */
  readonly cpuRatio: number;
}

/**
 * Runs a measure and its reference in turn, A B A B, so that what else the machine does falls on both alike.
 * @returns of each the medians.
 */
export async function alternate(
  rounds: number,
  measure: () => Promise<Speed>,
  reference: () => Promise<Speed>,
): Promise<readonly [Compared, Compared]> {
  const taken: { readonly measured: Speed; readonly loop: Speed }[] = [];
  for (let round = 0; round < rounds; round += 1) taken.push({ measured: await measure(), loop: await reference() });
  const compare = (pick: (pair: (typeof taken)[number]) => Speed): Compared => ({
    perSecond: median(taken.map((pair) => pick(pair).perSecond)),
    cpuUs: median(taken.map((pair) => pick(pair).cpuUs)),
    mainUs: median(taken.map((pair) => pick(pair).mainUs)),
    ratio: median(taken.map((pair) => pick(pair).perSecond / pair.loop.perSecond)),
    cpuRatio: median(taken.map((pair) => pair.loop.cpuUs / pick(pair).cpuUs)),
  });
  return [compare(({ measured }) => measured), compare(({ loop }) => loop)];
}

/** @returns how fast `count` things were done while `work` ran. */
export async function speedOf(count: number, work: () => Promise<void> | void): Promise<Speed> {
  const [startMs, start, main] = [performance.now(), process.cpuUsage(), process.threadCpuUsage()];
  await work();
  const [all, own] = [process.cpuUsage(start), process.threadCpuUsage(main)];
  return {
    perSecond: (count * 1000) / (performance.now() - startMs),
    cpuUs: (all.user + all.system) / count,
    mainUs: (own.user + own.system) / count,
  };
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

/** @returns items in parts as frames of catch-up hold them. */
export function framesOf(items: readonly Uint8Array[]): readonly (readonly Uint8Array[])[] {
  const frames: Uint8Array[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const item of items) {
    bytes += item.length;
    if (bytes > FRAME_BYTES_MAX || (frames.at(-1)?.length ?? 0) >= BATCH_ITEMS_MAX) {
      frames.push([]);
      bytes = item.length;
    }
    frames.at(-1)?.push(item);
  }
  return frames;
}

/** @returns a rate for people: `12.3 k/s`. */
export function rate(value: number): string {
  return `${(value / 1000).toFixed(1)} k/s`;
}

/** @returns a speed for people. */
export function speed({ perSecond, cpuUs, mainUs }: Speed): string {
  return `${rate(perSecond)}, ${Math.round(cpuUs)} µs CPU (${Math.round(mainUs)} µs main thread)`;
}

/** @returns both ratios for people. */
export function ratios(compared: Compared): string {
  return `${ratio(compared.ratio)} (by CPU ${ratio(compared.cpuRatio)})`;
}

/** @returns a ratio for people. */
export function ratio(value: number): string {
  return value.toFixed(2);
}
