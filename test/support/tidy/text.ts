/** Rules over the text of a file, whatever language it is in. */
import type { Finding, Rule, Source } from './source.ts';

function linesMatching(source: Source, pattern: RegExp, sentence: string): readonly Finding[] {
  return source.text
    .split('\n')
    .flatMap((text, index) => (pattern.test(text) ? [{ path: source.path, line: index + 1, sentence }] : []));
}

/** Folders of somebody's machine; written so that the pattern does not find itself. */
const MACHINE_PATH = /(^|[\s'"`(=:])([/](home|root|work|Users)[/][\w.-]|[A-Z]:\\Users\\)/;
const LEFT_TO_DO = /\b(TO[D]O|FIX[M]E|X[X]X|HA[C]K)\b/;

/** No machine paths, and nothing left for later. */
export const TEXT_RULES: readonly Rule[] = [
  {
    name: 'path of one machine',
    check: (source) =>
      linesMatching(source, MACHINE_PATH, 'names a folder of one machine: write a path relative to the project.'),
    bad: [{ path: 'proto/README.md', text: `see ${'/'}home/ada/notes` }],
    good: [{ path: 'proto/README.md', text: 'see /v1/items and ./home/notes' }],
  },
  {
    name: 'left for later',
    check: (source) =>
      linesMatching(source, LEFT_TO_DO, 'is left for later: finish it, or file an issue and take the word out.'),
    bad: [{ path: 'src/core/a.ts', text: `// TO${'DO'} mend` }],
    good: [{ path: 'src/core/a.ts', text: '// to do one thing well' }],
  },
];
