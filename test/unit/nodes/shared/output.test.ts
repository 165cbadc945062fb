import assert from 'node:assert/strict';
import { test } from 'node:test';
import { linesOf, tableOf } from '../../../../nodes/shared/output.ts';

test('a table has headings, aligned cells and no borders', () => {
  const rows = [
    { name: 'Ada', balance: '1.5' },
    { name: 'Benedikt', balance: '12' },
  ];
  const columns = [
    { heading: 'name', cell: (row: (typeof rows)[number]) => row.name },
    { heading: 'balance', cell: (row: (typeof rows)[number]) => row.balance },
  ];
  assert.deepEqual(tableOf(rows, columns, 'none').split('\n'), ['name      balance', 'Ada       1.5', 'Benedikt  12']);
  assert.equal(tableOf([], columns, 'Nobody yet.'), 'Nobody yet.');
});

test('pairs are aligned and absent ones left out', () => {
  const text = linesOf([
    ['identity', 'abc'],
    ['peers', 3],
    ['fork', undefined],
  ]);
  assert.equal(text, 'identity: abc\npeers:    3');
});
