import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { ROWS, type Row } from './rows.ts';
import { closingLine, type RowState, rowLine, runRow } from './suite.ts';

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mutua-operations-'));
  await writeFile(join(folder, 'row-02.ts'), `export async function run(report) { report('three daemons'); }`);
  await writeFile(join(folder, 'row-03.ts'), `export async function run() { throw new Error('roots differ'); }`);
  await writeFile(join(folder, 'row-04.ts'), 'export const other = 1;');
});
after(() => rm(folder, { recursive: true }));

function rowOf(number: number): Row {
  const row = ROWS[number - 1];
  assert.ok(row !== undefined && row.number === number);
  return row;
}

async function stateOf(number: number, lines: string[] = []): Promise<RowState> {
  return runRow(folder, rowOf(number), (line) => lines.push(line));
}

test('the table has 47 rows with titles of their own', () => {
  assert.equal(ROWS.length, 47);
  assert.equal(new Set(ROWS.map(({ title }) => title)).size, 47);
});

test('a row whose scenario runs through works, and its steps are told', async () => {
  const lines: string[] = [];
  assert.equal(rowLine(await stateOf(2, lines)), '2 Labor notes works');
  assert.deepEqual(lines, ['three daemons']);
});

test('a row whose scenario throws is missing and says why', async () => {
  const state = await stateOf(3);
  assert.equal(state.kind, 'failed');
  assert.match(rowLine(state), /^3 .+ missing: its scenario failed: roots differ$/);
});

test('a scenario without run is a failure, not a row that nobody has written', async () => {
  assert.equal((await stateOf(4)).kind, 'failed');
});

test('a row without scenario names the part that brings it', async () => {
  assert.equal(rowLine(await stateOf(7)), '7 Price discovery missing: it comes with the market rules');
});

test('the closing line counts the rows that work', async () => {
  assert.equal(closingLine([await stateOf(2), await stateOf(3), await stateOf(7)]), '1 of 3 operations work');
});
