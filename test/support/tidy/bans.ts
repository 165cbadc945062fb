/** What is banned where, and what to write instead. */
import ts from 'typescript';
import { type Finding, findingAt, type Rule, type Sample, type Source, visitNodes } from './source.ts';

const CORE = /^src\/core\//;
const LIBRARY = /^src\//;
const EVERYWHERE = /^/;
/** What a browser must be able to load, or what must run the same everywhere. */
const PORTABLE = /^src\/(core|engine|ports|client|api)\//;

interface Ban {
  readonly name: string;
  readonly where: RegExp;
  readonly except?: RegExp;
  readonly instead: string;
  readonly matches: (node: ts.Node) => boolean;
  readonly bad: string;
  readonly good: string;
}

/** A name used as a value or a type, not as the member of something else. */
const names = (...banned: readonly string[]) => {
  return (node: ts.Node): boolean => {
    if (!ts.isIdentifier(node) || !banned.includes(node.text)) return false;
    const { parent } = node;
    const isMember =
      (ts.isPropertyAccessExpression(parent) && parent.name === node) ||
      (ts.isQualifiedName(parent) && parent.right === node) ||
      (ts.isPropertyAssignment(parent) && parent.name === node) ||
      ts.isPropertySignature(parent) ||
      ts.isMethodDeclaration(parent) ||
      ts.isMethodSignature(parent);
    return !isMember;
  };
};

/** `owner.name`, or `.name` of anything when the owner is `*`. */
const members = (...banned: readonly string[]) => {
  return (node: ts.Node): boolean => {
    if (!ts.isPropertyAccessExpression(node)) return false;
    const owner = ts.isIdentifier(node.expression) ? node.expression.text : '';
    return banned.includes(`${owner}.${node.name.text}`) || banned.includes(`*.${node.name.text}`);
  };
};

const imports = (pattern: RegExp) => {
  return (node: ts.Node): boolean => {
    if (!ts.isStringLiteral(node)) return false;
    const { parent } = node;
    const isImport =
      ts.isImportDeclaration(parent) ||
      ts.isExportDeclaration(parent) ||
      (ts.isCallExpression(parent) && parent.expression.kind === ts.SyntaxKind.ImportKeyword) ||
      (ts.isLiteralTypeNode(parent) && ts.isImportTypeNode(parent.parent));
    return isImport && pattern.test(node.text);
  };
};

const kinds = (...banned: readonly ts.SyntaxKind[]) => {
  return (node: ts.Node): boolean => banned.includes(node.kind);
};

const isDefaultExport = (node: ts.Node): boolean =>
  (ts.isExportAssignment(node) && node.isExportEquals !== true) ||
  (node.kind === ts.SyntaxKind.DefaultKeyword && !ts.isDefaultClause(node.parent)) ||
  (ts.isExportSpecifier(node) && node.name.text === 'default');

const isSortWithoutOrder = (node: ts.Node): boolean =>
  ts.isCallExpression(node) && node.arguments.length === 0 && members('*.sort', '*.toSorted')(node.expression);

const BANS: readonly Ban[] = [
  {
    name: 'clock in the core',
    where: CORE,
    instead: 'take the time as a value: nothing ordered or hashed may read a clock',
    matches: names('Date', 'performance', 'setTimeout', 'setInterval', 'Temporal'),
    bad: 'const now = new Date();',
    good: 'const row = { Date: 1 }; row.Date;',
  },
  {
    name: 'chance in the core',
    where: CORE,
    instead: 'take random bytes as a value; chance is a port with a seeded twin',
    matches: (node) => members('Math.random')(node) || names('crypto')(node),
    bad: 'Math.random();',
    good: 'Math.floor(1.5);',
  },
  {
    name: 'chance and clocks in the engine',
    where: /^src\/engine\//,
    instead: 'use the Clock and Random ports, so that a seed replays the run',
    matches: (node) =>
      members('Math.random', 'Date.now', 'performance.now')(node) || names('setTimeout', 'setInterval')(node),
    bad: 'Date.now();',
    good: 'clock.now();',
  },
  {
    name: 'order of a language',
    where: /^src\/(core|engine)\//,
    instead: 'compare bytes or code units: the order of a locale differs between machines',
    matches: (node) =>
      members('*.localeCompare', '*.toLocaleString', '*.toLocaleLowerCase')(node) || names('Intl')(node),
    bad: 'left.localeCompare(right);',
    good: 'left.toLowerCase();',
  },
  {
    name: 'order by chance',
    where: CORE,
    instead: 'iterate keys in a sorted order: for…in gives the order of insertion and of the prototype',
    matches: kinds(ts.SyntaxKind.ForInStatement),
    bad: 'for (const key in table) use(key);',
    good: 'for (const key of keys) use(key);',
  },
  {
    name: 'sort without an order',
    where: LIBRARY,
    instead: 'give a comparator: the default compares numbers and bytes as text',
    matches: isSortWithoutOrder,
    bad: 'amounts.toSorted();',
    good: 'amounts.toSorted(compare);',
  },
  {
    name: 'Node and browsers in the core',
    where: CORE,
    instead: 'the core is pure: use Uint8Array, pass what comes from outside as a value',
    matches: names('Buffer', 'process', 'globalThis', 'window', 'fetch', 'console', 'navigator'),
    bad: 'Buffer.from(bytes);',
    good: 'Uint8Array.from(bytes);',
  },
  {
    name: 'environment in the library',
    where: LIBRARY,
    instead: 'take it as an option: only nodes/ reads argv, environment and the console',
    matches: (node) => names('console')(node) || members('process.env', 'process.argv', 'process.stdout')(node),
    bad: 'process.env.HOME;',
    good: 'options.home;',
  },
  {
    name: 'big integers outside the codec',
    where: CORE,
    // The codec and the curve have numbers of 64 and 256 bits; equal shares need fractions without rounding, all in one file.
    except: /^src\/core\/(wire\/|identity\/ed25519-strict\.ts$|base\/fraction\.ts$)/,
    instead: 'use the safe integers of base/amount.ts: BigInt and number do not mix, and a forgotten n changes a hash',
    matches: (node) =>
      names('BigInt', 'Long')(node) || kinds(ts.SyntaxKind.BigIntLiteral, ts.SyntaxKind.BigIntKeyword)(node),
    bad: 'const one = 1n;',
    good: 'const one = 1;',
  },
  {
    name: 'node: where browsers run',
    where: PORTABLE,
    instead: 'write it behind a port with an adapter: this code is bundled for browsers',
    matches: imports(/^node:/),
    bad: `import { join } from 'node:path';`,
    good: `import { sha256 } from '@noble/hashes/sha2.js';`,
  },
  {
    name: 'any',
    where: EVERYWHERE,
    instead: 'write `unknown` and parse it',
    matches: kinds(ts.SyntaxKind.AnyKeyword),
    bad: 'function read(value: any) {}',
    good: 'function read(any: unknown) {}',
  },
  {
    name: 'non-null assertion',
    where: EVERYWHERE,
    instead: 'test for undefined and say what is wrong when it is',
    matches: (node) =>
      ts.isNonNullExpression(node) || (ts.isVariableDeclaration(node) && node.exclamationToken !== undefined),
    bad: 'list[0]!.name;',
    good: 'if (!list[0]) list;',
  },
  {
    name: 'double cast',
    where: LIBRARY,
    instead: 'parse the value: a cast through unknown switches the compiler off',
    matches: (node) =>
      ts.isAsExpression(node) &&
      ts.isAsExpression(node.expression) &&
      node.expression.type.kind === ts.SyntaxKind.UnknownKeyword,
    bad: 'value as unknown as Amount;',
    good: 'value as unknown;',
  },
  {
    name: 'export *',
    where: EVERYWHERE,
    instead: 'name what you export: barrels hide where things are and load everything',
    matches: (node) =>
      ts.isExportDeclaration(node) && (node.exportClause === undefined || ts.isNamespaceExport(node.exportClause)),
    bad: `export * from './amount.ts';`,
    good: `export { addAmounts } from './amount.ts';`,
  },
  {
    name: 'default export',
    where: EVERYWHERE,
    except: /(^proto\/runtime\.js|\.config\.(js|ts|cjs|mjs))$/,
    instead: 'export it by its name, so that it has one name everywhere',
    matches: isDefaultExport,
    bad: 'export default function open() {}',
    good: 'switch (kind) { default: break; }',
  },
  {
    name: 'process.exit',
    where: EVERYWHERE,
    instead: 'set process.exitCode, dispose what is open and let the loop end',
    matches: members('process.exit', 'process.abort'),
    bad: 'process.exit(1);',
    good: 'process.exitCode = 1;',
  },
  {
    name: 'the name of another node',
    where: EVERYWHERE,
    instead: 'spawn process.execPath: the node of the path may be an old one',
    matches: (node) =>
      ts.isCallExpression(node) &&
      /^(spawn|spawnSync|execFile|execFileSync|fork)$/.test(node.expression.getText()) &&
      node.arguments[0] !== undefined &&
      ts.isStringLiteral(node.arguments[0]) &&
      node.arguments[0].text === 'node',
    bad: `spawn('node', ['main.ts']);`,
    good: `spawn(process.execPath, ['main.ts']);`,
  },
  {
    name: 'a test that does not run',
    where: /^test\//,
    instead: 'mend the test or take it out',
    matches: (node) =>
      members('test.skip', 'test.only', 'test.todo', 'it.skip', 'it.only', 'it.todo')(node) ||
      members('describe.skip', 'describe.only', 'describe.todo', 't.skip', 't.todo', 'suite.skip', 'suite.only')(node),
    bad: `test.skip('holds', () => {});`,
    good: `test('holds', () => {});`,
  },
];

function ruleOf(ban: Ban): Rule {
  const inPlace = (path: string): boolean => ban.where.test(path) && ban.except?.test(path) !== true;
  const path = samplePath(ban);
  const bad: Sample = { path, text: ban.bad };
  return {
    name: ban.name,
    check: (source) => (inPlace(source.path) ? bannedNodes(source, ban) : []),
    bad: [bad],
    good: [
      { path, text: ban.good },
      { path, text: `// ${ban.bad}` },
    ],
  };
}

function bannedNodes(source: Source, ban: Ban): readonly Finding[] {
  const findings: Finding[] = [];
  visitNodes(source, (node) => {
    if (ban.matches(node)) findings.push(findingAt(source, node, `${ban.name}: ${ban.instead}.`));
  });
  return findings;
}

function samplePath({ where }: Ban): string {
  const path = ['src/core/books/sample.ts', 'src/engine/sample.ts', 'test/unit/sample.test.ts'].find((candidate) =>
    where.test(candidate),
  );
  if (path === undefined) throw new Error(`No sample path lies where ${String(where)} applies: add one.`);
  return path;
}

/** One rule for each ban. */
export const BAN_RULES: readonly Rule[] = BANS.map(ruleOf);
