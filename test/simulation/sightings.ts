import Table from 'cli-table3';
import { REFUSAL_CODES, type RefusalCode } from '../../src/core/base/refusals.ts';
import type { Seen } from './seed-worker.ts';

/** Every fault that a simulated world has. */
export const FAULTS = [
  'loss',
  'delay',
  'duplication',
  'reordering',
  'partition',
  'healed partition',
  'crash',
  'torn write',
  'lost write',
  'whole write without answer',
  'disk full',
  'clock months off',
  'lying body',
  'flood',
  'equivocation',
] as const;
/** Every kind of evidence that this version knows. */
export const EVIDENCE = ['fork'] as const;
/** Refusal codes that no simulated peer can come upon, each with the reason; their unit tables cover them. */
export const OUT_OF_REACH: ReadonlyMap<RefusalCode, string> = new Map();

/** Adds up what runs saw. */
export class Sightings {
  readonly #times = new Map<string, number>();

  /** Adds one run. */
  add({ faults, effects, answers, evidence }: Seen): void {
    for (const [section, counts] of Object.entries({ fault: faults, refusal: effects, answer: answers, evidence })) {
      for (const [name, times] of counts) this.#add(`${section} ${name}`, times);
    }
  }

  /** @returns what every whole run has to see and these did not. */
  missing(): readonly string[] {
    return this.#rows().flatMap(([section, name, times]) => (times === 0 ? [`${section} ${name}`] : []));
  }

  /** @returns one table of everything looked for. */
  table(): string {
    const table = new Table({ head: ['', 'what', 'times seen'], style: { head: [], border: [] } });
    for (const row of this.#rows()) table.push([...row]);
    for (const [code, reason] of OUT_OF_REACH) table.push(['refusal', code, reason]);
    return table.toString();
  }

  #rows(): readonly (readonly [section: string, name: string, times: number])[] {
    const codes = REFUSAL_CODES.filter((code) => !OUT_OF_REACH.has(code));
    return [
      ...FAULTS.map((name) => ['fault', name, this.#seen(`fault ${name}`)] as const),
      ...codes.map((code) => ['refusal', code, this.#seen(`refusal ${code}`) + this.#seen(`answer ${code}`)] as const),
      ...EVIDENCE.map((name) => ['evidence', name, this.#seen(`evidence ${name}`)] as const),
    ];
  }

  #seen(name: string): number {
    return this.#times.get(name) ?? 0;
  }

  #add(name: string, times: number): void {
    this.#times.set(name, this.#seen(name) + times);
  }
}
