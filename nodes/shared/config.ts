import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse, TomlError } from 'smol-toml';
import { sentenceOf, usageError } from './exit-codes.ts';
import {
  DEFAULTS,
  environmentName,
  readEnvironmentText,
  SETTING_NAMES,
  type SettingName,
  type Settings,
  settingsSchema,
} from './settings.ts';

/** The settings file in the data folder. */
export const SETTINGS_FILE = 'mutua.toml';

/** Where a setting's value came from, the strongest first. */
export type SettingSource = 'flag' | 'environment' | 'file' | 'default';

/** Settings with where each came from. */
export interface Config {
  readonly settings: Settings;
  readonly sources: Readonly<Record<SettingName, SettingSource>>;
}

/** What config is read from. */
export interface ConfigOrigin {
  readonly dataFolder: string;
  readonly environment: NodeJS.ProcessEnv;
  /** Values given as flags; absent ones are undefined. */
  readonly flags: Readonly<Partial<Record<SettingName, unknown>>>;
  /** What a role sets differently from DEFAULTS. */
  readonly defaults?: Partial<Settings>;
}

/**
 * Reads the settings of a node: flag before environment before `mutua.toml` before default.
 * @throws CommandError (usage) that names the setting, where it stands and what is wrong with it.
 */
export async function readConfig(origin: ConfigOrigin): Promise<Config> {
  const path = join(origin.dataFolder, SETTINGS_FILE);
  const file = await readSettingsFile(path);
  const values = new Map<SettingName, unknown>();
  const sources = new Map<SettingName, SettingSource>();
  for (const name of SETTING_NAMES) {
    const [source, value] = strongest(name, origin, file);
    values.set(name, value);
    sources.set(name, source);
  }
  const known = new Set<string>(SETTING_NAMES);
  const unknown = Object.keys(file).find((name) => !known.has(name));
  if (unknown !== undefined) {
    throw usageError(`${path} sets ${unknown}, which is no setting; there are ${SETTING_NAMES.join(', ')}.`);
  }
  const read = settingsSchema.safeParse(Object.fromEntries(values));
  if (read.success) return { settings: read.data, sources: sourceTable(sources) };
  const [issue] = read.error.issues;
  const name = SETTING_NAMES.find((candidate) => candidate === issue?.path[0]) ?? 'listen';
  throw usageError(
    `${placeOf(name, sources.get(name) ?? 'default', path)}: ${issue?.message ?? 'is not well formed'}.`,
  );
}

function strongest(
  name: SettingName,
  { flags, environment, defaults }: ConfigOrigin,
  file: Readonly<Record<string, unknown>>,
): readonly [SettingSource, unknown] {
  if (flags[name] !== undefined) return ['flag', flags[name]];
  const text = environment[environmentName(name)];
  if (text !== undefined) return ['environment', readEnvironmentText(name, text)];
  if (file[name] !== undefined) return ['file', file[name]];
  return ['default', defaults?.[name] ?? DEFAULTS[name]];
}

async function readSettingsFile(path: string): Promise<Readonly<Record<string, unknown>>> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return '';
    throw usageError(`${path} cannot be read: ${error.message}.`, { cause: error });
  });
  try {
    return parse(text);
  } catch (error) {
    const where = error instanceof TomlError ? `line ${error.line}, column ${error.column}` : 'somewhere';
    throw usageError(`${path} is no TOML at ${where}: ${sentenceOf(error).split('\n')[0]}.`, { cause: error });
  }
}

function sourceTable(sources: ReadonlyMap<SettingName, SettingSource>): Readonly<Record<SettingName, SettingSource>> {
  const of = (name: SettingName): SettingSource => sources.get(name) ?? 'default';
  return {
    listen: of('listen'),
    port: of('port'),
    bootstrap: of('bootstrap'),
    mdns: of('mdns'),
    dht: of('dht'),
    logLevel: of('logLevel'),
    witness: of('witness'),
  };
}

function placeOf(name: SettingName, source: SettingSource, path: string): string {
  if (source === 'flag') return `--${name}`;
  if (source === 'environment') return environmentName(name);
  return source === 'file' ? `${path}: ${name}` : name;
}
