import { z } from 'zod';
import { WITNESS_OFFERS } from '../../src/api/index.ts';

const multiaddrs = z.array(
  z.string().startsWith('/', 'is no multiaddr: one begins with /, such as /ip4/0.0.0.0/tcp/4710'),
);

/** The last port of TCP. */
export const PORT_MAX = 65_535;

/** How much a node says of its work. */
export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;

/** What an operator may set, in `mutua.toml`, in the environment (`MUTUA_LISTEN`) or as a flag (`--listen`); one name each. */
export const settingsSchema = z.strictObject({
  /** Multiaddrs where other nodes reach this one. */
  listen: multiaddrs,
  /** Port of the API on loopback; 0 lets the system choose, and the CLI still finds it. */
  port: z.int().min(0).max(PORT_MAX),
  /** Multiaddrs, with peer names, of nodes that are dialed first. */
  bootstrap: multiaddrs,
  /** Whether to find nodes on the local network. */
  mdns: z.boolean(),
  /** Whether to take part in the DHT, by which nodes of a region find each other. */
  dht: z.boolean(),
  logLevel: z.enum(LOG_LEVELS),
  /** Whether to confirm books whose charter names this node: `auto` as a body, those of its region; `on` all; `off` none; until the operator offers otherwise. */
  witness: z.enum(WITNESS_OFFERS),
});

/** See settingsSchema. */
export type Settings = z.infer<typeof settingsSchema>;

/** The name of a setting. */
export type SettingName = keyof Settings;

/** What holds where nobody said otherwise: safe on a home machine, reachable on its network, API on loopback only. */
export const DEFAULTS: Settings = {
  listen: ['/ip4/0.0.0.0/tcp/4710'],
  port: 0,
  bootstrap: [],
  mdns: true,
  dht: true,
  logLevel: 'warn',
  witness: 'auto',
};

/** Every name, in the order in which settings are shown. */
export const SETTING_NAMES: readonly SettingName[] = settingsSchema.keyof().options;

/** @returns the environment variable of a setting: `logLevel` is MUTUA_LOG_LEVEL. */
export function environmentName(name: SettingName): string {
  return `MUTUA_${name.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}

/** @returns what an environment variable's text means for a setting; a text of the wrong form is left for the schema to refuse. */
export function readEnvironmentText(name: SettingName, text: string): unknown {
  const fallback = DEFAULTS[name];
  if (Array.isArray(fallback)) return text.split(',').filter((part) => part !== '');
  if (typeof fallback === 'number') return /^\d+$/.test(text) ? Number(text) : text;
  if (typeof fallback === 'boolean') return text === 'true' ? true : text === 'false' ? false : text;
  return text;
}
