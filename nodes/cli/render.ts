import { z } from 'zod';
import { isJsonObject, type JsonObject } from '../shared/json-lines.ts';
import { linesOf, tableOf } from '../shared/output.ts';

const amountSchema = z.strictObject({ seconds: z.number(), notes: z.string() });
const intervalsSchema = z.array(z.strictObject({ start: z.string(), minutes: z.number() })).min(1);
const answerSchema = z.looseObject({ word: z.string(), sentence: z.string() });

/** Names of fields that hold Unix milliseconds. */
const TIME = /^(claimed|connected|tick)At$/;

/** @returns an answer of the API for people: its single values as lines, each list of things as a table. */
export function renderAnswer(value: unknown): string {
  if (!isJsonObject(value)) return String(value);
  const entries = Object.entries(value);
  const lists = entries.filter(([, part]) => isListOfObjects(part));
  const lines = linesOf(
    entries.filter(([, part]) => !isListOfObjects(part)).flatMap(([name, part]) => linesFor(name, part)),
  );
  return [lines, ...lists.map(([name, part]) => renderList(name, part))].filter((text) => text !== '').join('\n\n');
}

function isListOfObjects(value: unknown): boolean {
  return Array.isArray(value) && (value.length === 0 || value.some(isJsonObject));
}

function linesFor(name: string, value: unknown): readonly (readonly [string, string | undefined])[] {
  if (value === undefined) return [];
  const short = shortText(name, value);
  if (short !== undefined) return [[wordsOf(name), short]];
  if (!isJsonObject(value)) return [[wordsOf(name), JSON.stringify(value)]];
  return Object.entries(value).flatMap(([inner, part]) =>
    linesFor(inner, part).map(([label, text]) => [`${wordsOf(name)} ${label}`, text] as const),
  );
}

/** A time that no calendar knows stays the number that it is. */
function timeText(timeMs: number): string {
  const date = new Date(timeMs);
  return Number.isNaN(date.getTime()) ? String(timeMs) : date.toISOString();
}

/** @returns a value that fits one cell, or undefined. */
function shortText(name: string, value: unknown): string | undefined {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number' && TIME.test(name)) return timeText(value);
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  if (Array.isArray(value) && value.every((part) => typeof part === 'string')) return value.join(', ');
  const intervals = intervalsSchema.safeParse(value);
  if (intervals.success) return intervals.data.map(({ start, minutes }) => `${start}/${minutes}m`).join(', ');
  const amount = amountSchema.safeParse(value);
  if (amount.success) return amount.data.notes;
  const answer = answerSchema.safeParse(value);
  return answer.success ? `${answer.data.word}: ${answer.data.sentence}` : undefined;
}

function renderList(name: string, value: unknown): string {
  const rows = Array.isArray(value) ? value.filter(isJsonObject) : [];
  const headings = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const columns = headings.map((heading) => ({
    heading: wordsOf(heading),
    cell: (row: JsonObject) => shortText(heading, row[heading]) ?? JSON.stringify(row[heading]),
  }));
  return tableOf(rows, columns, `${wordsOf(name)}: none`);
}

function wordsOf(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
