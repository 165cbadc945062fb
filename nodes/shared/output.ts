import Table from 'cli-table3';

/** A column of a table for people: its heading and how a row fills it. */
export interface Column<Row> {
  readonly heading: string;
  readonly cell: (row: Row) => string;
}

/** Where results go: one JSON line each with `--json`, lines and tables for people otherwise. Results go to stdout, the rest to stderr. */
export interface Output {
  readonly isJson: boolean;
  /** Prints a result: the value as one JSON line, or the lines that `render` makes of it. */
  result<Value>(value: Value, render: (value: Value) => string): void;
  /** Says something to people that is no result; silent with `--json`. */
  note(line: string): void;
  /** Prints a refusal: `{"error":{code,sentence}}` on stdout with `--json`, the sentence on stderr otherwise. */
  problem(code: string, sentence: string): void;
}

/** @returns an output to this process's own stdout and stderr. */
export function createOutput(isJson: boolean): Output {
  return {
    isJson,
    result(value, render) {
      const text = isJson ? JSON.stringify(value) : render(value);
      if (text !== '') process.stdout.write(`${text}\n`);
    },
    note(line) {
      if (!isJson) process.stderr.write(`${line}\n`);
    },
    problem(code, sentence) {
      if (isJson) process.stdout.write(`${JSON.stringify({ error: { code, sentence } })}\n`);
      else process.stderr.write(`mutua: ${sentence}\n`);
    },
  };
}

/** Borders would make the output hard to cut and paste. */
const PLAIN = {
  chars: {
    ...{ top: '', 'top-mid': '', 'top-left': '', 'top-right': '' },
    ...{ bottom: '', 'bottom-mid': '', 'bottom-left': '', 'bottom-right': '' },
    ...{ left: '', 'left-mid': '', mid: '', 'mid-mid': '', right: '', 'right-mid': '', middle: '  ' },
  },
  style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
};

/** @returns rows as a plain table with headings, or `empty` when there are none. */
export function tableOf<Row>(rows: readonly Row[], columns: readonly Column<Row>[], empty: string): string {
  if (rows.length === 0) return empty;
  const table = new Table({ ...PLAIN, head: columns.map(({ heading }) => heading) });
  for (const row of rows) table.push(columns.map(({ cell }) => cell(row)));
  return trimLines(table.toString());
}

/** @returns one `name: value` line for each pair, values aligned; absent values are left out. */
export function linesOf(pairs: readonly (readonly [string, string | number | boolean | undefined])[]): string {
  const present = pairs.filter(([, value]) => value !== undefined);
  const width = Math.max(0, ...present.map(([name]) => name.length)) + 2;
  return present.map(([name, value]) => `${`${name}:`.padEnd(width)}${String(value)}`.trimEnd()).join('\n');
}

function trimLines(text: string): string {
  return text
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}
