/** Mutants: one small wrong change to the source for every refusal code and every invariant, each caught by a test. */
import ts from 'typescript';
import { z } from 'zod';

/** One wrong change and the test that has to catch it. */
export const mutantSchema = z.strictObject({
  name: z.string().min(1),
  /** `refusal:<code>` or `invariant:<NAME>`: what would no longer hold. */
  kills: z.string().regex(/^(refusal|invariant):\w+$/),
  /** Relative to the root. */
  file: z.string(),
  /** Occurs exactly once in the file. */
  find: z.string().min(1),
  replace: z.string(),
  /** A test file, perhaps followed by options of the test runner, such as `--test-name-pattern=overdraft`. */
  test: z.string().min(1),
});

/** See the schema of the same name. */
export type Mutant = z.infer<typeof mutantSchema>;

/** What the hook in the mutated process needs to know; travels as JSON in an environment variable. */
export const mutationSchema = z.object({ file: z.string(), find: z.string(), replace: z.string() });

/** See the schema of the same name. */
export type Mutation = z.infer<typeof mutationSchema>;

/** The environment variable with the mutation. */
export const MUTATION_VARIABLE = 'MUTUA_MUTATION';

/** How one mutant fared: killed by a failing test or by taking too long, or alive. */
export type Verdict = 'killed' | 'killed by timeout' | 'survived';

/** @returns the source with the change. @throws Error when `find` does not occur exactly once. */
export function mutate(source: string, { file, find, replace }: Mutation): string {
  const parts = source.split(find);
  if (parts.length !== 2)
    throw new Error(`\`${find}\` occurs ${parts.length - 1} times in ${file}; it must occur once.`);
  return parts.join(replace);
}

/**
 * @returns why the mutant is not a fair one, or undefined. A mutant that is no program any more dies in every test and
 * proves nothing.
 */
export function faultOf(mutant: Mutant, source: string): string | undefined {
  if (mutant.find === mutant.replace) return 'it changes nothing';
  try {
    const { diagnostics } = ts.transpileModule(mutate(source, mutant), { reportDiagnostics: true });
    return diagnostics?.length ? 'what it makes of the file is no program' : undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** @returns what has no mutant yet, as the `kills` that one would have, in the order of the lists. */
export function missingMutants(
  mutants: readonly Mutant[],
  refusalCodes: readonly string[],
  invariants: readonly string[],
): readonly string[] {
  const covered = new Set(mutants.map(({ kills }) => kills));
  const wanted = [...refusalCodes.map((code) => `refusal:${code}`), ...invariants.map((name) => `invariant:${name}`)];
  return wanted.filter((kills) => !covered.has(kills));
}

/** @returns `kills` of mutants that name no refusal code and no invariant. */
export function unknownKills(
  mutants: readonly Mutant[],
  refusalCodes: readonly string[],
  invariants: readonly string[],
): readonly string[] {
  const known = new Set([
    ...refusalCodes.map((code) => `refusal:${code}`),
    ...invariants.map((name) => `invariant:${name}`),
  ]);
  return mutants.map(({ kills }) => kills).filter((kills) => !known.has(kills));
}
