/**
 * `npm run lock`, after every change of dependencies. Where a registry does not serve the packages of other platforms,
 * `npm install` leaves them out of package-lock.json, and then `npm ci` refuses the file. This adds the missing entries;
 * npm passes over them on every platform but theirs. With `--check` it only says what is missing.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const LOCK = join(fileURLToPath(new URL('..', import.meta.url)), 'package-lock.json');
const FOLDER = 'node_modules/';

interface LockEntry {
  readonly version?: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
  readonly libc?: readonly string[];
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

interface Lock {
  readonly packages: Readonly<Record<string, LockEntry>>;
}

const SYSTEMS = ['android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32'];
/** The words for processors in names of packages, by what npm calls them. */
const PROCESSORS: ReadonlyMap<string, string> = new Map([
  ...['arm64', 'x64', 'ia32', 'ppc64', 'riscv64', 's390x', 'arm'].map((name) => [name, name] as const),
]);

/**
 * @returns the entries that the lock lacks, by their place in it: optional dependencies with an exact version and the
 * name of a platform. Others are npm's own affair.
 */
export function missingEntries(lock: Lock): ReadonlyMap<string, LockEntry> {
  const missing = new Map<string, LockEntry>();
  for (const [place, { optionalDependencies, dev }] of Object.entries(lock.packages)) {
    for (const [name, version] of Object.entries(optionalDependencies ?? {})) {
      const platform = platformOf(name);
      if (platform === undefined || !/^\d/.test(version) || isLocked(lock, place, name)) continue;
      missing.set(FOLDER + name, { version, ...platform, ...(dev === true ? { dev } : {}), optional: true });
    }
  }
  return missing;
}

/** npm looks for a package beside the one that needs it, then upwards. */
function isLocked({ packages }: Lock, place: string, name: string): boolean {
  const inside = place === '' ? FOLDER + name : `${place}/${FOLDER}${name}`;
  return packages[inside] !== undefined || packages[FOLDER + name] !== undefined;
}

function platformOf(name: string): Pick<LockEntry, 'os' | 'cpu' | 'libc'> | undefined {
  const words = (name.split('/').at(-1) ?? '').split('-');
  const system = words.find((word) => SYSTEMS.includes(word));
  const processor = words.map((word) => PROCESSORS.get(word)).find((found) => found !== undefined);
  if (system === undefined || processor === undefined) return undefined;
  const ending = words.at(-1) ?? '';
  const isMusl = ending.startsWith('musl');
  const isGnu = system === 'linux' && ending.startsWith('gnu');
  const libc = isMusl ? { libc: ['musl'] } : isGnu ? { libc: ['glibc'] } : {};
  return { cpu: [processor], ...libc, os: [system] };
}

/** @returns the text of the lock with the missing entries in their places; the same text when none is missing. */
export function completeLock(text: string): string {
  const lock: Lock = JSON.parse(text);
  const missing = missingEntries(lock);
  if (missing.size === 0) return text;
  const entries = [...Object.entries(lock.packages), ...missing];
  const packages = Object.fromEntries(entries.toSorted(([left], [right]) => left.localeCompare(right, 'en')));
  return `${JSON.stringify({ ...lock, packages }, null, 2)}\n`;
}

async function main(): Promise<void> {
  const text = await readFile(LOCK, 'utf8');
  const places = [...missingEntries(JSON.parse(text)).keys()];
  if (!process.argv.includes('--check')) await writeFile(LOCK, completeLock(text));
  else if (places.length > 0) {
    console.error(`package-lock.json lacks ${places.length} packages of other platforms: run \`npm run lock\`.`);
    process.exitCode = 1;
  }
}

if (import.meta.main) await main();
