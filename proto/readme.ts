/** Writes the tables of `proto/README.md` that follow from the code: bounds, kinds, refusal codes, rows of state. `--check` compares. */
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { REFUSAL_CODES, refusalNumber, refusalSentence } from '../src/core/base/refusals.ts';
import { CHANNELS } from '../src/core/base/region.ts';
import { BODY_KINDS } from '../src/core/wire/kinds/book.ts';
import { ENTRY_KINDS } from '../src/core/wire/kinds/table.ts';
import * as book from '../src/core/wire/messages/book.ts';
import * as decisions from '../src/core/wire/messages/decisions.ts';
import * as file from '../src/core/wire/messages/file.ts';
import * as identity from '../src/core/wire/messages/identity.ts';
import { IDENTITY_KINDS, type IdentityKind } from '../src/core/wire/messages/identity.ts';
import * as labor from '../src/core/wire/messages/labor.ts';
import * as ledger from '../src/core/wire/messages/ledger.ts';
import * as people from '../src/core/wire/messages/people.ts';
import * as rules from '../src/core/wire/messages/rules.ts';
import * as state from '../src/core/wire/messages/state.ts';
import * as witness from '../src/core/wire/messages/witness.ts';
import type { Fields } from '../src/core/wire/shape.ts';
import { STATEMENT_KINDS } from '../src/core/wire/statement.ts';

const README = fileURLToPath(new URL('./README.md', import.meta.url));
const STATE = fileURLToPath(new URL('./mutua/v1/state.proto', import.meta.url));

/** The messages that a file or a root is made of. */
const MESSAGES: readonly unknown[] = [
  ...[book, identity, people, rules, labor, ledger, decisions, witness, file, state],
].flatMap((shapes) => Object.values(shapes));

/** A comment such as `// books/<book>: …`, and the next message or the one that the comment names. */
const ROW = /^\/\/ ([a-zA-Z]+\/[^:\n]+)(?::([^\n]*))?\n(?:\/\/[^\n]*\n)*(?:message (\w+))?/gm;

/** @returns README as it should be, from what it is. @throws Error when a marker is missing. */
export async function freshReadme(): Promise<string> {
  const rows = rowsTable(await readFile(STATE, 'utf8'));
  const tables = {
    bounds: boundsTable(),
    kinds: kindsTable(),
    statements: statementsTable(),
    refusals: refusalsTable(),
    rows,
  };
  return Object.entries(tables).reduce(
    (text, [name, table]) => withTable(text, name, table),
    await readFile(README, 'utf8'),
  );
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

function boundsTable(): string {
  const lines = MESSAGES.filter(isShape).map(({ bound, fields }) => {
    const bounds = Object.entries(fields).map(([name, field]) => `\`${snakeCase(name)}\` ${field.bound}`);
    return `| ${bound} | ${bounds.join('; ')} |\n`;
  });
  return `| message | fields |\n|---|---|\n${lines.join('')}`;
}

function isShape(value: unknown): value is { readonly bound: string; readonly fields: Fields } {
  return typeof value === 'object' && value !== null && 'fields' in value;
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** In the order of their numbers: the numbers of kinds are never reused, and the table is read by them. */
function kindsTable(): string {
  const lines = ENTRY_KINDS.toSorted((left, right) => left.number - right.number).map((kind) => {
    const [writers, channels] = [writersWords(kind.writers), anyOf(kind.channels, CHANNELS)];
    const bytes = thousands(kind.entryBytesMax);
    return `| ${kind.number} | ${upperFirst(kind.name)} | ${writers} | ${channels} | ${kind.keeping} | ${bytes} |\n`;
  });
  return `| kind | message | writer | channel | payload | entry, bytes |\n|---|---|---|---|---|---|\n${lines.join('')}`;
}

function statementsTable(): string {
  const lines = STATEMENT_KINDS.map(({ number, name, signed, payloadBytesMax }) => {
    const author = signed ? 'signed' : 'proves itself';
    return `| ${number} | ${upperFirst(name)} | ${author} | ${thousands(payloadBytesMax)} |\n`;
  });
  return `| kind | message | author and signature | payload, bytes |\n|---|---|---|---|\n${lines.join('')}`;
}

function writersWords(writers: readonly IdentityKind[]): string {
  return writers.join() === BODY_KINDS.join() ? 'body' : anyOf(writers, IDENTITY_KINDS);
}

function anyOf<Name extends string>(names: readonly Name[], all: readonly Name[]): string {
  return names.length === all.length ? 'any' : names.join(', ');
}

function upperFirst(name: string): string {
  return name.slice(0, 1).toUpperCase() + name.slice(1);
}

function thousands(value: number): string {
  return value.toLocaleString('en');
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
