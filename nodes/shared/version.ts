import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';

const manifestSchema = z.object({ name: z.literal('mutua'), version: z.string() });

/** @returns the version of this package, from the manifest above the sources or above what was built from them. */
export async function readVersion(): Promise<string> {
  for (let folder = import.meta.dirname; folder !== dirname(folder); folder = dirname(folder)) {
    const path = join(folder, 'package.json');
    if (existsSync(path)) return manifestSchema.parse(JSON.parse(await readFile(path, 'utf8'))).version;
  }
  throw new Error('The package has no package.json above its sources; install it again.');
}
