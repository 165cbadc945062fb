declare const amountBrand: unique symbol;

/** An amount of labor-seconds, a safe integer 0 … 2^53−1. 1 labor note = 1 hour = 3,600. */
export type Amount = number & { readonly [amountBrand]: true };

/** The largest amount. */
export const AMOUNT_MAX = Number.MAX_SAFE_INTEGER as Amount;
/** Nothing. */
export const ZERO = 0 as Amount;
/** Labor-seconds in one labor note. */
export const SECONDS_PER_NOTE = 3600;
/** Largest numerator or denominator of a rate, so that a product of remainder and numerator stays a safe integer. */
export const RATIO_TERM_MAX = 1_000_000;

/** @returns the number as an amount (−0 as 0), or undefined when it is no safe integer or is negative. */
export function numberToAmount(value: number): Amount | undefined {
  return Number.isSafeInteger(value) && value >= 0 ? ((value + 0) as Amount) : undefined;
}

/** @returns left + right, or undefined above AMOUNT_MAX. */
export function addAmounts(left: Amount, right: Amount): Amount | undefined {
  return numberToAmount(left + right);
}

/** @returns left − right, or undefined below zero. */
export function subtractAmounts(left: Amount, right: Amount): Amount | undefined {
  return numberToAmount(left - right);
}

/** @returns the sum, or undefined above AMOUNT_MAX. */
export function sumAmounts(amounts: readonly Amount[]): Amount | undefined {
  let total: Amount | undefined = ZERO;
  for (const amount of amounts) {
    total = addAmounts(total, amount);
    if (total === undefined) return undefined;
  }
  return total;
}

/**
 * @returns amount × numerator ÷ denominator, rounded down; undefined when the result is above AMOUNT_MAX or a term
 * is not an integer 1 … RATIO_TERM_MAX.
 */
export function multiplyAmount(amount: Amount, numerator: number, denominator: number): Amount | undefined {
  if (!isRatioTerm(numerator) || !isRatioTerm(denominator)) return undefined;
  const quotient = Math.floor(amount / denominator);
  const remainder = amount % denominator;
  return numberToAmount(quotient * numerator + Math.floor((remainder * numerator) / denominator));
}

function isRatioTerm(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 1 && value <= RATIO_TERM_MAX;
}

const DECIMAL = /^(\d{1,13})(?:\.(\d{1,6}))?$/;
const CLOCK = /^(\d{1,13}):([0-5]\d)(?::([0-5]\d))?$/;
const UNIT = /^(\d{1,16})([hms])$/;
const ISO_DURATION = /^PT(?=\d)(?:(\d{1,13})H)?(?:(\d{1,15})M)?(?:(\d{1,16})S)?$/;

/**
 * Parses an amount as people write it: `1.5` (notes), `1:30` or `1:30:15` (hours), `90m`, `2h`, `45s`, `PT1H30M`.
 * @returns undefined when the text is none of these, is not a whole number of labor-seconds, or is above AMOUNT_MAX.
 */
export function parseAmount(text: string): Amount | undefined {
  const trimmed = text.trim();
  return parseDecimal(trimmed) ?? parseClock(trimmed) ?? parseUnit(trimmed) ?? parseIsoDuration(trimmed);
}

function parseDecimal(text: string): Amount | undefined {
  const match = DECIMAL.exec(text);
  if (match === null) return undefined;
  const fraction = match[2] ?? '';
  const scale = 10 ** fraction.length;
  const scaled = Number(fraction) * SECONDS_PER_NOTE;
  if (scaled % scale !== 0) return undefined;
  return numberToAmount(Number(match[1]) * SECONDS_PER_NOTE + scaled / scale);
}

function parseClock(text: string): Amount | undefined {
  const match = CLOCK.exec(text);
  if (match === null) return undefined;
  return numberToAmount(Number(match[1]) * SECONDS_PER_NOTE + Number(match[2]) * 60 + Number(match[3] ?? 0));
}

function parseUnit(text: string): Amount | undefined {
  const match = UNIT.exec(text);
  if (match === null) return undefined;
  const seconds = match[2] === 'h' ? SECONDS_PER_NOTE : match[2] === 'm' ? 60 : 1;
  return numberToAmount(Number(match[1]) * seconds);
}

function parseIsoDuration(text: string): Amount | undefined {
  const match = ISO_DURATION.exec(text);
  if (match === null) return undefined;
  const [hours, minutes, seconds] = [Number(match[1] ?? 0), Number(match[2] ?? 0), Number(match[3] ?? 0)];
  return numberToAmount(hours * SECONDS_PER_NOTE + minutes * 60 + seconds);
}

/**
 * Prints an amount exactly: in notes with up to four decimals where that is exact (`1.5`), else as a clock (`1:30:07`).
 * What it prints, `parseAmount` reads back to the same amount.
 */
export function formatAmount(amount: Amount): string {
  const notes = Math.floor(amount / SECONDS_PER_NOTE);
  const rest = amount % SECONDS_PER_NOTE;
  if (rest === 0) return String(notes);
  if (rest % 9 === 0) return `${notes}.${String((rest / 9) * 25).padStart(4, '0')}`.replace(/0+$/, '');
  const [minutes, seconds] = [Math.floor(rest / 60), rest % 60];
  const clock = `${notes}:${String(minutes).padStart(2, '0')}`;
  return seconds === 0 ? clock : `${clock}:${String(seconds).padStart(2, '0')}`;
}
