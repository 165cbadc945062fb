/** What tidy reads and what it says; each rule is a function over one parsed file, with samples that prove it. */
import ts from 'typescript';

/** A file of the project, parsed where it is TypeScript or JavaScript. */
export interface Source {
  /** Relative to the root, with `/`. */
  readonly path: string;
  readonly text: string;
  /** Undefined for files that are not code. */
  readonly tree: ts.SourceFile | undefined;
}

/** One thing to mend. */
export interface Finding {
  readonly path: string;
  /** Counted from 1. */
  readonly line: number;
  /** What is wrong and what to write instead. */
  readonly sentence: string;
}

/** A made-up file for the self test of a rule. */
export interface Sample {
  readonly path: string;
  readonly text: string;
}

/** One rule of the style guide. */
export interface Rule {
  readonly name: string;
  readonly check: (source: Source) => readonly Finding[];
  /** Each must be caught. */
  readonly bad: readonly Sample[];
  /** Each must pass. */
  readonly good: readonly Sample[];
}

const CODE = /\.(ts|js|cjs|mjs)$/;

/** Parses a file; other than code keeps no tree. */
export function parseSource({ path, text }: Sample): Source {
  const tree = CODE.test(path) ? ts.createSourceFile(path, text, ts.ScriptTarget.ESNext, true) : undefined;
  return { path, text, tree };
}

/** Calls `visitor` with every node of the file, parents first. */
export function visitNodes(source: Source, visitor: (node: ts.Node) => void): void {
  const visit = (node: ts.Node): void => {
    visitor(node);
    ts.forEachChild(node, visit);
  };
  if (source.tree !== undefined) visit(source.tree);
}

/** Makes the finding for a node of the file. */
export function findingAt(source: Source, node: ts.Node, sentence: string): Finding {
  const position = source.tree === undefined ? 0 : node.getStart(source.tree);
  const line = source.tree?.getLineAndCharacterOfPosition(position).line ?? 0;
  return { path: source.path, line: line + 1, sentence };
}
