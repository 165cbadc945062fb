import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { present } from '../../src/core/base/outcome.ts';
import { REFUSAL_CODES } from '../../src/core/base/refusals.ts';
import { LIE_SORTS, lyingBooks } from './liars.ts';
import { OUT_OF_REACH, Sightings } from './sightings.ts';
import { simulate } from './simulate.ts';

/** Seeds of the smoke test; `npm run sim` runs 200. Mutants name one of them. */
const SEEDS = [1, 2, 3, 4, 5, 6];

suite('a simulated neighborhood', () => {
  for (const seed of SEEDS) {
    test(`seed-${seed}`, () => {
      const { steps, entries, faults } = simulate({ seed, nodes: 12, steps: 2000 });
      assert.ok(steps >= 2000 && entries >= 300);
      for (const fault of ['loss', 'healed partition', 'torn write']) assert.ok(present(faults.get(fault), fault) > 0);
    });
  }
});

test('the same seed gives the same run', () => {
  const options = { seed: 7, nodes: 6, steps: 2000 };
  assert.deepEqual(simulate(options), simulate(options));
});

test('bodies lie in every way that a rule refuses', () => {
  for (let sort = 0; sort < LIE_SORTS; sort += 1) assert.deepEqual(lyingBooks(sort).wrong, []);
  const codes = new Set(Array.from({ length: LIE_SORTS }, (_, sort) => [...lyingBooks(sort).codes.values()]).flat());
  assert.deepEqual(
    REFUSAL_CODES.filter((code) => !codes.has(code)),
    [...OUT_OF_REACH.keys()],
  );
});

test('what no run has seen is named', () => {
  const sightings = new Sightings();
  const none = new Map<string, number>();
  assert.ok(sightings.missing().includes('refusal overdraft'));
  sightings.add({
    faults: new Map([['loss', 1]]),
    effects: none,
    answers: new Map([['overdraft', 1]]),
    evidence: none,
  });
  assert.ok(!sightings.missing().includes('refusal overdraft') && !sightings.missing().includes('fault loss'));
  assert.ok(sightings.missing().includes('evidence fork'));
});
