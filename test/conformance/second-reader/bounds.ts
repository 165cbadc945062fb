/** The table of bounds in section 1 of proto/README.md. */
import { readFileSync } from 'node:fs';

const PAGE = readFileSync(new URL('../../../proto/README.md', import.meta.url), 'utf8');

/** @returns whether a decoded value is within a bound of the table; a message in it was read before. */
export type Bound = (value: unknown) => boolean;

/** Bounds of the fields of each message. */
export const BOUNDS: ReadonlyMap<string, ReadonlyMap<string, Bound>> = new Map(
  [...between(PAGE, '<!-- bounds -->', '<!-- end -->').matchAll(/^\| (\w+) \| (`.*) \|$/gm)].map(
    ([, name = '', fields = '']) => [
      name,
      new Map([...fields.matchAll(/`(\w+)` ([^;]+)/g)].map(([, field = '', words = '']) => [field, boundOf(words)])),
    ],
  ),
);

function between(text: string, start: string, end: string): string {
  const at = text.indexOf(start);
  return text.slice(at, text.indexOf(end, at));
}

function boundOf(words: string): Bound {
  const list = /^(\S+) of (.*?)(, sorted, distinct)?$/.exec(words);
  if (list === null || words.startsWith('text')) return elementBound(words);
  const [, range = '', element = '', sorted] = list;
  const [isCount, isElement] = [rangeOf(range), elementBound(element)];
  return (value) =>
    Array.isArray(value) &&
    isCount(value.length) &&
    value.every(isElement) &&
    (sorted === undefined || isRising(value));
}

function elementBound(words: string): Bound {
  if (words === 'true or false') return (value) => typeof value === 'boolean';
  if (words.endsWith(' or left out')) {
    const bound = elementBound(words.replace(/ or left out$/, ''));
    return (value) => value === '' || (Buffer.isBuffer(value) && value.length === 0) || bound(value);
  }
  if (words === 'region') return isRegion;
  const text = /^text of (\S+) bytes$/.exec(words);
  if (text !== null) return within(text[1], (value) => (typeof value === 'string' ? Buffer.byteLength(value) : -1));
  const bytes = /^(\S+) bytes$/.exec(words);
  if (bytes !== null) return within(bytes[1], (value) => (Buffer.isBuffer(value) ? value.length : -1));
  if (/^\d/.test(words)) return within(words, (value) => (typeof value === 'number' ? value : -1));
  return (value) => value !== undefined || words.endsWith(' or absent');
}

function within(range: string | undefined, measure: (value: unknown) => number): Bound {
  const isWithin = rangeOf(range ?? '');
  return (value) => isWithin(measure(value));
}

function rangeOf(words: string): (value: number) => boolean {
  const [min = Number.NaN, max = min] = words.split('–').map(numberOf);
  if (Number.isNaN(min) || Number.isNaN(max)) throw new Error(`The page has a bound that is no range: ${words}`);
  return (value) => value >= min && value <= max;
}

function numberOf(words: string): number {
  const power = /^2\^(\d+)−1$/.exec(words);
  return power === null ? Number(words.replaceAll(',', '')) : 2 ** Number(power[1]) - 1;
}

function isRegion(value: unknown): boolean {
  const labels = typeof value === 'string' ? value.split('/') : [];
  const sound = labels.every((label) => label.length <= 40 && /^[a-z0-9]+(-[a-z0-9]+)*$/.test(label));
  return labels.length >= 1 && labels.length <= 5 && sound;
}

function isRising(values: readonly unknown[]): boolean {
  const bytes = values.map((value) => (Buffer.isBuffer(value) ? value : Buffer.from(String(value))));
  return bytes.every((one, place) => place === 0 || Buffer.compare(bytes[place - 1] ?? one, one) < 0);
}
