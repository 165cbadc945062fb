/** Run by `runner.test.ts` only; looks at numbers above and at zero, not below. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { signOf } from './sign.ts';

test('signs', () => {
  assert.equal(signOf(5), 1);
  assert.equal(signOf(0), 0);
});
