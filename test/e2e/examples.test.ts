import assert from 'node:assert/strict';
import { test } from 'node:test';
import { main } from '../../nodes/examples/embedded-client.ts';

test('the example of an embedded peer does what it says', async () => {
  assert.deepEqual(await main(), { name: 'Ben', description: '', contact: '' });
});
