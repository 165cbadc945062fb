/** Every export of the library has a doc comment. */
import ts from 'typescript';
import { type Finding, findingAt, type Rule, type Source } from './source.ts';

const SENTENCE = 'is exported without a doc comment: say what it is, its unit and range, each refusal, its source.';

function isExported(statement: ts.Statement): boolean {
  return ts.canHaveModifiers(statement) && (ts.getModifiers(statement) ?? []).some(isExportKeyword);
}

function isExportKeyword({ kind }: ts.Modifier): boolean {
  return kind === ts.SyntaxKind.ExportKeyword;
}

function hasDocComment(source: Source, node: ts.Node): boolean {
  const ranges = ts.getLeadingCommentRanges(source.text, node.getFullStart()) ?? [];
  return ranges.some(({ pos }) => source.text.startsWith('/**', pos));
}

/** An overload is documented at its first signature, a type beside a value of the same name at either. */
function declaredNames(statement: ts.Statement): readonly string[] {
  if (ts.isVariableStatement(statement))
    return statement.declarationList.declarations.map(({ name }) => name.getText());
  const isNamed =
    ts.isFunctionDeclaration(statement) ||
    ts.isClassDeclaration(statement) ||
    ts.isInterfaceDeclaration(statement) ||
    ts.isTypeAliasDeclaration(statement);
  return isNamed && statement.name !== undefined ? [statement.name.text] : [];
}

function undocumented(source: Source): readonly Finding[] {
  const exported = (source.tree?.statements ?? []).filter(isExported);
  const documented = new Set(exported.filter((statement) => hasDocComment(source, statement)).flatMap(declaredNames));
  return exported.flatMap((statement) => {
    const missing = declaredNames(statement).filter((name) => !documented.has(name));
    return missing.map((name) => findingAt(source, statement, `${name} ${SENTENCE}`));
  });
}

/** Documented exports. */
export const DOCUMENTED_RULE: Rule = {
  name: 'undocumented export',
  check: (source) => (/^src\/.*\.ts$/.test(source.path) && !source.path.endsWith('.d.ts') ? undocumented(source) : []),
  bad: [
    { path: 'src/core/a.ts', text: 'export const ONE = 1;' },
    { path: 'src/core/a.ts', text: '/* plain */\nexport function one() {}' },
    { path: 'src/core/a.ts', text: '/** Said. */\nexport interface A {}\nexport type B = A;' },
  ],
  good: [
    { path: 'src/core/a.ts', text: '/** One. */\nexport const ONE = 1;\nconst two = 2;' },
    { path: 'src/core/a.ts', text: '/** A. */\nexport const A = 1;\nexport type A = typeof A;' },
    { path: 'src/core/a.ts', text: `export { one } from './one.ts';` },
  ],
};
