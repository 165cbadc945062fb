import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

/** A JSON object of one line. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** @returns the object of a line, or undefined when the line is none. */
export function parseJsonLine(line: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** @returns whether a value is an object that is no list. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Calls back for every line of a stream; a JSON object comes parsed. */
export function onLines(stream: Readable, hear: (line: string, value: JsonObject | undefined) => void): void {
  createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }).on('line', (line) => {
    hear(line, parseJsonLine(line));
  });
}
