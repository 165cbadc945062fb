/** The mutants of `test/mutants/*.json`, and what each refusal code and each invariant asks of them. */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { faultOf, type Mutant, mutantSchema } from './mutant.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** @returns the mutants of all lists. @throws ZodError for a list that is none. */
export function readMutants(): readonly Mutant[] {
  const files = globSync('test/mutants/*.json', { cwd: ROOT }).toSorted();
  return files.flatMap((file) => z.array(mutantSchema).parse(JSON.parse(readFileSync(join(ROOT, file), 'utf8'))));
}

/** @returns a sentence for each mutant that cannot be run or proves nothing. */
export function unfairMutants(mutants: readonly Mutant[]): readonly string[] {
  return mutants.flatMap((mutant) => {
    const path = join(ROOT, mutant.file);
    const fault = existsSync(path) ? faultOf(mutant, readFileSync(path, 'utf8')) : `${mutant.file} does not exist`;
    return fault === undefined ? [] : [`${mutant.name}: ${fault}`];
  });
}
