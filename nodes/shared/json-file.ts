import { readFile } from 'node:fs/promises';
import type { z } from 'zod';
import { usageError } from './exit-codes.ts';
import { fileError } from './files.ts';

/**
 * Reads what a command printed with `--json` and somebody kept in a file. `name` is what it holds, `command` what writes it.
 * @throws CommandError (usage) when it cannot be read or holds something else.
 */
export async function readJsonFile<Schema extends z.ZodType>(
  path: string,
  schema: Schema,
  name: string,
  command: string,
): Promise<z.output<Schema>> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw fileError(error, path, 'read');
  });
  const read = schema.safeParse(parseJson(text));
  if (read.success) return read.data;
  const where = read.error.issues[0]?.path.map(String).join('.');
  const place = where === undefined || where === '' ? '' : `, its ${where} is not as it should be`;
  throw usageError(`${path} holds no ${name}${place}: write one with mutua ${command} --json.`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
