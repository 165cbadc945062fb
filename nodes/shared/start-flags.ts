import { type Command, InvalidArgumentError, Option } from 'commander';
import { z } from 'zod';
import { WITNESS_OFFERS } from '../../src/api/index.ts';
import { LOG_LEVELS, PORT_MAX, type Settings } from './settings.ts';

/** What `start` and the roles take on their command line. */
export interface StartFlags {
  readonly settings: Partial<Settings>;
  readonly passphraseFile: string | undefined;
  /** `--no-passphrase`. */
  readonly isWithoutPassphrase: boolean;
  readonly isRestored: boolean;
  readonly acceptsForkRisk: boolean;
}

const rawFlags = z.object({
  listen: z.array(z.string()).optional(),
  port: z.number().optional(),
  bootstrap: z.array(z.string()).optional(),
  mdns: z.boolean().optional(),
  dht: z.boolean().optional(),
  logLevel: z.enum(LOG_LEVELS).optional(),
  witness: z.enum(WITNESS_OFFERS).optional(),
  passphraseFile: z.string().optional(),
  passphrase: z.boolean().default(true),
  restored: z.boolean().default(false),
  acceptForkRisk: z.boolean().default(false),
});

const collect = (value: string, before: readonly string[] | undefined): readonly string[] => [...(before ?? []), value];

function readPort(text: string): number {
  if (!/^\d+$/.test(text) || Number(text) > PORT_MAX)
    throw new InvalidArgumentError(`A port is a whole number up to ${PORT_MAX}; 0 lets the system choose.`);
  return Number(text);
}

/** Adds the flags of a daemon's start to a command. */
export function addStartFlags(command: Command): Command {
  return addPassphraseFlags(command)
    .option('--listen <multiaddr>', 'where other nodes reach this one; may be given again', collect)
    .option('--port <number>', 'port of the API on loopback; 0 lets the system choose', readPort)
    .option('--bootstrap <multiaddr>', 'a node to dial first; may be given again', collect)
    .option('--no-mdns', 'do not look for nodes on the local network')
    .option('--no-dht', 'do not take part in the DHT')
    .addOption(new Option('--log-level <level>', 'how much to say on stderr').choices(LOG_LEVELS))
    .addOption(
      new Option(
        '--witness <when>',
        'confirm books whose charter names this node, until mutua witness offer says otherwise',
      ).choices(WITNESS_OFFERS),
    )
    .option(
      '--restored',
      'the data were rolled back by a virtual machine, or the store was lost: ask peers before writing',
    )
    .option('--accept-fork-risk', 'with nobody to ask, write continuing books instead of staying read-only');
}

/** Adds the flags that say where the passphrase of the key file comes from. */
export function addPassphraseFlags(command: Command): Command {
  return command
    .option(
      '--passphrase-file <file>',
      'a file with the passphrase of the key file; else MUTUA_PASSPHRASE, else a prompt',
    )
    .option('--no-passphrase', 'keys in the clear, for a device that must start alone');
}

/** @returns the flags of a command that addStartFlags has built; those that were not given leave a setting as it is. */
export function startFlagsOf(command: Command): StartFlags {
  const raw = rawFlags.parse(command.opts());
  const { passphraseFile, passphrase, restored, acceptForkRisk, mdns, dht, ...rest } = raw;
  // A flag that only says no is never a yes of somebody's own.
  const denied = { ...(mdns === false ? { mdns } : {}), ...(dht === false ? { dht } : {}) };
  const given = Object.entries({ ...rest, ...denied }).filter(([, value]) => value !== undefined);
  return {
    settings: Object.fromEntries(given),
    passphraseFile,
    isWithoutPassphrase: !passphrase,
    isRestored: restored,
    acceptsForkRisk: acceptForkRisk,
  };
}
