import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { test } from 'node:test';
import ts from 'typescript';

const ROOT = join(import.meta.dirname, '../../..');
/** Packages that run in browsers as well. */
const PORTABLE = /^(@noble\/(hashes|curves)|@scure\/|multiformats|uint8arrays|age-encryption|protobufjs|zod)/;

/** What a file imports when it runs: imports of types alone are gone by then. */
function importsOf(text: string): readonly string[] {
  const plain = ts.transpileModule(text, {
    compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2024, verbatimModuleSyntax: true },
  });
  return ts.preProcessFile(plain.outputText).importedFiles.map(({ fileName }) => fileName);
}

async function walk(path: string, seen: Map<string, readonly string[]>): Promise<void> {
  if (seen.has(path)) return;
  const imported = importsOf(await readFile(path, 'utf8'));
  seen.set(path, imported);
  for (const name of imported) if (name.startsWith('.')) await walk(join(dirname(path), name), seen);
}

for (const door of ['src/client/index.ts', 'src/api/index.ts']) {
  test(`${door} and all that it imports run in a browser`, async () => {
    const seen = new Map<string, readonly string[]>();
    await walk(join(ROOT, door), seen);
    assert.ok(seen.size > 5);
    const strange = [...seen].flatMap(([path, imported]) =>
      imported
        .filter((name) => !name.startsWith('.') && !PORTABLE.test(name))
        .map((name) => `${relative(ROOT, path)} imports ${name}`),
    );
    assert.deepEqual(strange, []);
  });
}
