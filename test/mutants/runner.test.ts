import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { REFUSAL_CODES } from '../../src/core/base/refusals.ts';
import { INVARIANTS } from '../simulation/invariants.ts';
import { readMutants, unfairMutants } from './lists.ts';
import { faultOf, type Mutant, missingMutants, mutantSchema, mutate, unknownKills } from './mutant.ts';
import { failingTests, runMutants } from './runner.ts';

const SAMPLE_FILE = 'test/mutants/sample/sign.ts';
const SAMPLE_PATH = join(fileURLToPath(new URL('../..', import.meta.url)), SAMPLE_FILE);

function sample(name: string, find: string, replace: string): Mutant {
  const test = 'test/mutants/sample/sign-test.ts';
  return mutantSchema.parse({ name, kills: 'refusal:none', file: SAMPLE_FILE, find, replace, test });
}

test('a mutant that a test sees is killed, one that none sees survives, and the disk stays as it is', async () => {
  const before = readFileSync(SAMPLE_PATH, 'utf8');
  const mutants = [sample('seen', '? 1', '? 2'), sample('unseen', ': -1', ': -2')];
  assert.deepEqual(await failingTests(mutants), []);
  const told: string[] = [];
  const fates = await runMutants(mutants, ({ mutant }) => told.push(mutant.name));
  assert.deepEqual(
    fates.map(({ verdict }) => verdict),
    ['killed', 'survived'],
  );
  assert.deepEqual(told.toSorted(), ['seen', 'unseen']);
  assert.equal(readFileSync(SAMPLE_PATH, 'utf8'), before);
});

test('a test that fails without a mutant is named', async () => {
  const test = 'test/mutants/sample/does-not-exist.ts';
  assert.deepEqual(await failingTests([{ ...sample('any', '? 1', '? 2'), test }]), [test]);
});

test('what is replaced must occur exactly once', () => {
  const mutation = { file: 'a.ts', find: 'b', replace: '$&c' };
  assert.equal(mutate('abd', mutation), 'a$&cd');
  assert.throws(() => mutate('abb', mutation), /occurs 2 times in a\.ts/);
  assert.throws(() => mutate('a', mutation), /occurs 0 times in a\.ts/);
});

test('a mutant that changes nothing or is no program is not fair', () => {
  const source = readFileSync(SAMPLE_PATH, 'utf8');
  assert.equal(faultOf(sample('fair', '? 1', '? 2'), source), undefined);
  assert.equal(faultOf(sample('idle', '? 1', '? 1'), source), 'it changes nothing');
  assert.ok(faultOf(sample('broken', 'return 0;', 'return ((;'), source));
});

test('every refusal code and invariant wants a mutant, and no mutant names another thing', () => {
  const mutants = [{ ...sample('one', 'a', 'b'), kills: 'refusal:overdraft' }, sample('two', 'a', 'b')];
  assert.deepEqual(missingMutants(mutants, ['zero_amount', 'overdraft'], ['CONSERVATION']), [
    'refusal:zero_amount',
    'invariant:CONSERVATION',
  ]);
  assert.deepEqual(unknownKills(mutants, ['overdraft'], []), ['refusal:none']);
});

test('each refusal code and each invariant has a mutant, and every mutant still fits the source', () => {
  const mutants = readMutants();
  assert.deepEqual(unfairMutants(mutants), []);
  assert.deepEqual(missingMutants(mutants, REFUSAL_CODES, INVARIANTS), []);
  assert.deepEqual(unknownKills(mutants, REFUSAL_CODES, INVARIANTS), []);
});

test('a mutant of a file that is gone is not fair', () => {
  const [fault] = unfairMutants([{ ...sample('gone', 'a', 'b'), file: 'src/gone.ts' }]);
  assert.equal(fault, 'gone: src/gone.ts does not exist');
});
