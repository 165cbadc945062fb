/** The style guide as a test (architecture.md, habit 1). Every rule is tested on samples before it judges the project. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { staleFiles } from '../proto/generate.ts';
import { BAN_RULES } from './support/tidy/bans.ts';
import { DOCUMENTED_RULE } from './support/tidy/documented.ts';
import {
  exceededLimits,
  FILE_LINES,
  FUNCTION_LINES,
  fileLines,
  functionLines,
  LENGTH_RULE,
} from './support/tidy/lengths.ts';
import {
  checkCommands,
  checkDoors,
  checkGossipsub,
  checkTop,
  projectPaths,
  readSources,
} from './support/tidy/project.ts';
import { type Finding, parseSource, type Rule } from './support/tidy/source.ts';
import { TEXT_RULES } from './support/tidy/text.ts';

const RULES: readonly Rule[] = [...BAN_RULES, ...TEXT_RULES, DOCUMENTED_RULE, LENGTH_RULE];

const paths = projectPaths();
const sources = readSources(paths);
const manifestText = sources.find(({ path }) => path === 'package.json')?.text ?? '{}';

function assertNone(findings: readonly Finding[]): void {
  const lines = findings.map(({ path, line, sentence }) => `${path}:${line} ${sentence}`);
  assert.ok(lines.length === 0, `\n${lines.join('\n')}`);
}

describe('tidy itself', () => {
  for (const rule of RULES) {
    test(`catches: ${rule.name}`, () => {
      for (const sample of rule.bad) assert.notEqual(rule.check(parseSource(sample)).length, 0, sample.text);
      for (const sample of rule.good) assert.deepEqual(rule.check(parseSource(sample)), [], sample.text);
    });
  }

  test('a ban holds in its place only', () => {
    const text = 'const one = 1n;';
    const isCaught = (path: string): boolean =>
      BAN_RULES.some(({ check }) => check(parseSource({ path, text })).length > 0);
    assert.equal(isCaught('src/core/ledger/a.ts'), true);
    assert.equal(isCaught('src/core/base/a.ts'), true);
    assert.equal(isCaught('src/core/base/fraction.ts'), false);
    assert.equal(isCaught('src/core/wire/a.ts'), false);
    assert.equal(isCaught('src/adapters/signatures/a.ts'), false);
  });

  test('limits of lengths hold for the middle, the 90th percentile and the longest', () => {
    const limits = { medianMax: 2, percentile90Max: 5, max: 9 };
    assert.deepEqual(exceededLimits('files', [1, 2, 2, 2, 2, 2, 5, 5, 5, 9], limits), []);
    assert.deepEqual(exceededLimits('files', [3, 6, 10], limits), [
      'files: median is 6 lines, more than 2.',
      'files: 90th percentile is 10 lines, more than 5.',
      'files: maximum is 10 lines, more than 9.',
    ]);
  });

  test('functions are measured with the ones inside them', () => {
    const source = parseSource({
      path: 'a.ts',
      text: 'function outer() {\n  return () => 1;\n}\ndeclare function none(): void;',
    });
    assert.deepEqual(functionLines(source), [3, 1]);
  });

  test('a thirteenth entry at the top is caught', () => {
    const twelve = Array.from({ length: 12 }, (_, index) => `entry-${index}/file.ts`);
    assert.deepEqual(checkTop([...twelve, '.hidden/file', 'entry-1/other.ts']), []);
    assert.equal(checkTop([...twelve, 'one-more.md']).length, 1);
  });

  test('a second import of gossipsub is caught', () => {
    const importing = (path: string) =>
      parseSource({ path, text: `import { gossipsub } from '@chainsafe/libp2p-gossipsub';` });
    assert.deepEqual(checkGossipsub([importing('src/adapters/a.ts')]), []);
    assert.equal(checkGossipsub([importing('src/adapters/a.ts'), importing('src/engine/b.ts')]).length, 2);
  });

  test('doors that lead nowhere, are missing, or are not public are caught', () => {
    const door = { types: './dist/src/index.d.ts', default: './dist/src/index.js' };
    assert.deepEqual(checkDoors(JSON.stringify({ exports: { '.': door } }), ['src/index.ts']), []);
    assert.equal(checkDoors(JSON.stringify({ exports: { '.': door } }), []).length, 1);
    assert.equal(checkDoors('{}', ['src/index.ts']).length, 1);
    assert.equal(checkDoors(JSON.stringify({ exports: { './engine': door } }), []).length, 1);
  });

  test('commands that do not exist are caught', () => {
    const manifest = JSON.stringify({ scripts: { sim: 'node test/run.ts', test: 'node a.ts', fly: 'node b.ts' } });
    const readme = (text: string) => [{ path: 'README.md', text }];
    const files = ['test/run.ts', 'a.ts'];
    assert.deepEqual(checkCommands(readme('`npm ci && npm test`, `npm run sim -- --seed 1`'), manifest, files), []);
    assert.equal(checkCommands(readme('`npm start` and `npm run fly`'), manifest, files).length, 2);
  });
});

describe('the project', () => {
  for (const rule of RULES) {
    test(`has no: ${rule.name}`, () => assertNone(sources.flatMap((source) => rule.check(source))));
  }

  const measured = sources.filter(({ path }) => /^(src|nodes)\/.*\.ts$/.test(path));

  test('keeps its files short', () => {
    assert.deepEqual(exceededLimits('files', measured.map(fileLines), FILE_LINES), []);
  });

  test('keeps its functions short', () => {
    assert.deepEqual(exceededLimits('functions', measured.flatMap(functionLines), FUNCTION_LINES), []);
  });

  test('has few entries at the top', () => assertNone(checkTop(paths)));
  test('imports gossipsub in one file', () => assertNone(checkGossipsub(sources)));
  test('opens the public doors that exist, and no others', () => assertNone(checkDoors(manifestText, paths)));
  test('has the commands that its pages name', () => {
    const pages = sources.filter(({ path }) => path.endsWith('.md'));
    assertNone(checkCommands(pages, manifestText, paths));
  });
  test('has fresh generated code', async () => {
    assert.deepEqual(await staleFiles(), [], 'run `npm run proto` and commit the result');
  });
});
