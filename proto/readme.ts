/** Writes the tables of `proto/README.md` that follow from the code: refusal codes and rows of state. `--check` compares. */
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { REFUSAL_CODES, refusalNumber, refusalSentence } from '../src/core/base/refusals.ts';

const README = fileURLToPath(new URL('./README.md', import.meta.url));
const STATE = fileURLToPath(new URL('./mutua/v1/state.proto', import.meta.url));

/** A comment such as `// books/<book>: …`, and the next message or the one that the comment names. */
const ROW = /^\/\/ ([a-zA-Z]+\/[^:\n]+)(?::([^\n]*))?\n(?:\/\/[^\n]*\n)*(?:message (\w+))?/gm;

/** @returns README as it should be, from what it is. @throws Error when a marker is missing. */
export async function freshReadme(): Promise<string> {
  const rows = rowsTable(await readFile(STATE, 'utf8'));
  return withTable(withTable(await readFile(README, 'utf8'), 'refusals', refusalsTable()), 'rows', rows);
}

function withTable(text: string, name: string, table: string): string {
  const [before, rest] = splitOnce(text, `<!-- ${name} -->\n`);
  const [, after] = splitOnce(rest, '<!-- end -->');
  return `${before}<!-- ${name} -->\n${table}<!-- end -->${after}`;
}

function splitOnce(text: string, marker: string): readonly [string, string] {
  const at = text.indexOf(marker);
  if (at < 0) throw new Error(`proto/README.md has no marker ${marker.trim()}.`);
  return [text.slice(0, at), text.slice(at + marker.length)];
}

function refusalsTable(): string {
  const lines = REFUSAL_CODES.map((code) => `| ${refusalNumber(code)} | \`${code}\` | ${refusalSentence(code)} |\n`);
  return `| number | code | meaning |\n|---|---|---|\n${lines.join('')}`;
}

function rowsTable(proto: string): string {
  const lines = [...proto.matchAll(ROW)].map(([, key = '', comment = '', message]) => {
    const named = message ?? /^ (\w+)/.exec(comment)?.[1] ?? '';
    return `| \`${key}\` | ${named} |\n`;
  });
  return `| key | row |\n|---|---|\n${lines.join('')}`;
}

if (import.meta.main) {
  const fresh = await freshReadme();
  if (!process.argv.includes('--check')) await writeFile(README, fresh);
  else if (fresh !== (await readFile(README, 'utf8'))) {
    console.error('proto/README.md does not match the code: run `node proto/readme.ts` and commit the result.');
    process.exitCode = 1;
  }
}
