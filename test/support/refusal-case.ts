import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RefusalCode } from '../../src/core/base/refusals.ts';
import type { Effect } from '../../src/core/books/rules.ts';
import type { GovernedBook } from './world.ts';

/** One row of a table of refusals: what somebody tries, and the code that says why not. */
export interface RefusalCase<Scene> {
  readonly code: RefusalCode;
  /** The sentence of the row: what is tried, and where two codes apply, which gives way. */
  readonly when: string;
  readonly attempt: (scene: Scene) => Effect;
}

/** Runs each row in a scene of its own: it must be refused with its code, and leave every row of the state as it was. */
export function testRefusals<Scene>(
  setUp: () => Scene,
  book: (scene: Scene) => GovernedBook,
  rows: readonly RefusalCase<Scene>[],
): void {
  for (const { code, when, attempt } of rows) {
    test(`${code}: ${when}`, () => {
      const scene = setUp();
      assert.deepEqual(attempt(scene), { type: 'refused', code });
      const governed = book(scene);
      assert.equal(governed.snapshot(), governed.before);
    });
  }
}
