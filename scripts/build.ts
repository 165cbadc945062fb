/**
 * `npm run build`: compiles `src/` and `nodes/` to JavaScript and declarations in `dist/`, since Node refuses to strip
 * types of packages under node_modules. Generated message code is JavaScript already and is copied.
 */
import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execute } from './execute.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const GENERATED = 'src/core/wire/generated';

async function main(): Promise<void> {
  await rm(join(ROOT, 'dist'), { recursive: true, force: true });
  const compiler = await execute(['node_modules/typescript/bin/tsc', '-p', 'scripts/tsconfig.build.json'], {
    cwd: ROOT,
  });
  if (compiler.exitCode !== 0) {
    console.error(compiler.output);
    process.exitCode = compiler.exitCode;
    return;
  }
  await cp(join(ROOT, GENERATED), join(ROOT, 'dist', GENERATED), { recursive: true });
}

await main();
