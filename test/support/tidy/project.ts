/** Rules over the whole project: its files, its top, its doors, its commands. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { type Finding, findingAt, parseSource, type Sample, type Source, visitNodes } from './source.ts';

/** The folder of package.json. */
export const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** Whoever opens the project sees it at one glance (architecture.md, Layout). */
export const TOP_ENTRIES_MAX = 12;

const READ = /(\.(ts|js|cjs|mjs|json|md|proto|svelte|css|html|yml|yaml|toml)|^\.ci\/run)$/;
/** Written by a program, or by others as vectors. */
const NOT_OURS = /(^package-lock\.json$|\/generated\/|^test\/conformance\/vectors\/)/;

/** @returns every file that git knows or would take, relative to the root, sorted. */
export function projectPaths(): readonly string[] {
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], { cwd: ROOT });
  const paths = listed
    .toString('utf8')
    .split('\0')
    .filter((path) => path !== '' && existsSync(join(ROOT, path)));
  return [...new Set(paths)].toSorted();
}

/** @returns our own files among the paths, parsed. */
export function readSources(paths: readonly string[]): readonly Source[] {
  return paths
    .filter((path) => READ.test(path) && !NOT_OURS.test(path))
    .map((path) => parseSource({ path, text: readFileSync(join(ROOT, path), 'utf8') }));
}

/** @returns the findings where more than TOP_ENTRIES_MAX visible entries lie at the top. */
export function checkTop(paths: readonly string[]): readonly Finding[] {
  const entries = new Set(paths.map((path) => path.split('/')[0] ?? '').filter((entry) => !entry.startsWith('.')));
  if (entries.size <= TOP_ENTRIES_MAX) return [];
  const sentence = `has ${entries.size} visible entries, more than ${TOP_ENTRIES_MAX}: ${[...entries].join(', ')}.`;
  return [{ path: '.', line: 1, sentence }];
}

const GOSSIPSUB = /gossipsub/;

/** @returns a finding for every import of gossipsub where more than one file imports it. */
export function checkGossipsub(sources: readonly Source[]): readonly Finding[] {
  const imports = sources.filter(({ path }) => /^(src|nodes)\//.test(path)).flatMap(gossipsubImports);
  return new Set(imports.map(({ path }) => path)).size > 1 ? imports : [];
}

function gossipsubImports(source: Source): readonly Finding[] {
  const findings: Finding[] = [];
  visitNodes(source, (node) => {
    if (!ts.isImportDeclaration(node) || !GOSSIPSUB.test(node.moduleSpecifier.getText())) return;
    if (node.moduleSpecifier.getText().slice(1).startsWith('.')) return;
    findings.push(findingAt(source, node, 'imports gossipsub, as another file does: one adapter file imports it.'));
  });
  return findings;
}

/** The public doors, and the file that each opens. */
const DOORS: ReadonlyMap<string, string> = new Map([
  ['.', 'src/index'],
  ['./client', 'src/client/index'],
  ['./daemon', 'src/daemon/index'],
  ['./api', 'src/api/index'],
  ['./testing', 'src/testing/index'],
]);

interface Manifest {
  readonly exports?: Readonly<Record<string, unknown>>;
  readonly scripts?: Readonly<Record<string, string>>;
}

/** Checks that package.json opens exactly the doors whose source exists, each with its types. */
export function checkDoors(manifestText: string, paths: readonly string[]): readonly Finding[] {
  const manifest: Manifest = JSON.parse(manifestText);
  const opened = manifest.exports ?? {};
  const sentences: string[] = [];
  for (const [door, file] of DOORS) {
    const target = { types: `./dist/${file}.d.ts`, default: `./dist/${file}.js` };
    const wanted = paths.includes(`${file}.ts`) ? JSON.stringify(target) : undefined;
    const found = opened[door] === undefined ? undefined : JSON.stringify(opened[door]);
    if (wanted === found) continue;
    sentences.push(
      wanted === undefined ? `opens "${door}", but ${file}.ts does not exist.` : `exports: write "${door}": ${wanted}.`,
    );
  }
  const unknown = Object.keys(opened).filter((door) => !DOORS.has(door) && door !== './package.json');
  sentences.push(...unknown.map((door) => `opens "${door}", which is no public door of architecture.md.`));
  return sentences.map((sentence) => ({ path: 'package.json', line: 1, sentence }));
}

/** Checks that every npm command that a page names is a script of package.json and starts files that exist. */
export function checkCommands(
  pages: readonly Sample[],
  manifestText: string,
  paths: readonly string[],
): readonly Finding[] {
  const manifest: Manifest = JSON.parse(manifestText);
  const works = (name: string): boolean => {
    const command = manifest.scripts?.[name];
    if (command === undefined) return false;
    return [...command.matchAll(/\bnode (\S+\.(?:ts|js))/g)].every((match) => paths.includes(match[1] ?? ''));
  };
  return pages.flatMap(({ path, text }) =>
    text.split('\n').flatMap((line, index) =>
      [...line.matchAll(/\bnpm (?:run ([\w:-]+)|(start|test)\b)/g)]
        .map((match) => match[1] ?? match[2] ?? '')
        .filter((name) => !works(name))
        .map((name) => ({ path, line: index + 1, sentence: `names npm command ${name}, which does not exist yet.` })),
    ),
  );
}
