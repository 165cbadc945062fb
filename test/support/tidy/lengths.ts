/** How long files and functions are. The limits only ever tighten. */
import ts from 'typescript';
import { type Finding, findingAt, type Rule, type Source, visitNodes } from './source.ts';

/** Lines at the middle, at the 90th percentile and at most. */
export interface LengthLimits {
  readonly medianMax: number;
  readonly percentile90Max: number;
  readonly max: number;
}

/** Lines of a file (architecture.md, Measures). */
export const FILE_LINES: LengthLimits = { medianMax: 100, percentile90Max: 250, max: 400 };
/** Lines of a function, from its first to its last. */
export const FUNCTION_LINES: LengthLimits = { medianMax: 10, percentile90Max: 30, max: 70 };

/** @returns lines of the file; a newline at the end begins no further one. */
export function fileLines({ text }: Source): number {
  return text.trimEnd().split('\n').length;
}

/** @returns the lines of every function that has a body, nested ones counted too. */
export function functionLines(source: Source): readonly number[] {
  return functionsOf(source).map((node) => linesOf(source, node));
}

function functionsOf(source: Source): readonly ts.Node[] {
  const found: ts.Node[] = [];
  visitNodes(source, (node) => {
    if (ts.isFunctionLike(node) && 'body' in node && node.body !== undefined) found.push(node);
  });
  return found;
}

function linesOf({ tree }: Source, node: ts.Node): number {
  if (tree === undefined) return 0;
  const first = tree.getLineAndCharacterOfPosition(node.getStart(tree)).line;
  return tree.getLineAndCharacterOfPosition(node.getEnd()).line - first + 1;
}

/** @returns which limits the lengths exceed, as sentences; an empty list exceeds none. */
export function exceededLimits(what: string, lengths: readonly number[], limits: LengthLimits): readonly string[] {
  const sorted = lengths.toSorted((left, right) => left - right);
  const at = (share: number): number => sorted[Math.ceil(sorted.length * share) - 1] ?? 0;
  const measures: readonly (readonly [string, number, number])[] = [
    ['median', at(0.5), limits.medianMax],
    ['90th percentile', at(0.9), limits.percentile90Max],
    ['maximum', at(1), limits.max],
  ];
  return measures
    .filter(([, measured, limit]) => measured > limit)
    .map(([name, measured, limit]) => `${what}: ${name} is ${measured} lines, more than ${limit}.`);
}

/** Where a function may be as long as its table of cases. */
const IS_TEST = /^test\//;

function tooLong(source: Source): readonly Finding[] {
  if (source.tree === undefined) return [];
  const findings: Finding[] = [];
  const lines = fileLines(source);
  if (lines > FILE_LINES.max) {
    findings.push({
      path: source.path,
      line: FILE_LINES.max,
      sentence: `has ${lines} lines, more than ${FILE_LINES.max}: split it.`,
    });
  }
  if (IS_TEST.test(source.path)) return findings;
  for (const node of functionsOf(source)) {
    const length = linesOf(source, node);
    if (length > FUNCTION_LINES.max) {
      findings.push(
        findingAt(source, node, `has ${length} lines in one function, more than ${FUNCTION_LINES.max}: split it.`),
      );
    }
  }
  return findings;
}

const callOf = (lines: number): string => `function long() {\n${'  step();\n'.repeat(lines - 2)}}\n`;

/** No file and no function above the maximum. */
export const LENGTH_RULE: Rule = {
  name: 'too long',
  check: tooLong,
  bad: [
    { path: 'src/core/a.ts', text: callOf(71) },
    { path: 'src/core/a.ts', text: 'step();\n'.repeat(401) },
    { path: 'test/unit/a.test.ts', text: 'step();\n'.repeat(401) },
  ],
  good: [
    { path: 'src/core/a.ts', text: callOf(70) },
    { path: 'src/core/a.ts', text: 'step();\n'.repeat(400) },
    { path: 'test/unit/a.test.ts', text: callOf(300) },
  ],
};
