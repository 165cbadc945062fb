import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderAnswer } from '../../../../nodes/cli/render.ts';

test('single values are lines; amounts, answers, times and yes or no read as people read them', () => {
  const text = renderAnswer({
    entry: { id: 'b1', book: 'b2', sequence: 3 },
    answer: { word: 'accepted', sentence: 'It stands in the ledger.' },
    total: { seconds: 5400, notes: '1.5' },
    connectedAt: 0,
    own: true,
    name: undefined,
    addresses: ['/ip4/1', '/ip4/2'],
  });
  assert.deepEqual(text.split('\n'), [
    'entry id:       b1',
    'entry book:     b2',
    'entry sequence: 3',
    'answer:         accepted: It stands in the ledger.',
    'total:          1.5',
    'connected at:   1970-01-01T00:00:00.000Z',
    'own:            yes',
    'addresses:      /ip4/1, /ip4/2',
  ]);
});

test('each list of things is a table, and an empty one says so', () => {
  const accounts = [
    { account: 'b1', balance: { seconds: 3600, notes: '1' } },
    { account: 'b22', balance: { seconds: 0, notes: '0' }, holderName: 'Ada' },
  ];
  assert.deepEqual(renderAnswer({ bank: 'b9', accounts, lines: [] }).split('\n'), [
    'bank: b9',
    '',
    'account  balance  holder name',
    'b1       1',
    'b22      0        Ada',
    '',
    'lines: none',
  ]);
});

test('stretches of work read as they are written on the command line', () => {
  const intervals = [{ start: '2026-11-02T08:00:00.000Z', minutes: 90 }];
  const text = renderAnswer({ records: [{ claim: 'b1', intervals }] });
  assert.match(text, /^b1 +2026-11-02T08:00:00.000Z\/90m$/m);
});
