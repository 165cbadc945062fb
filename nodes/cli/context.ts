import type { Command } from 'commander';
import { z } from 'zod';
import type { ApiClient } from '../../src/api/client.ts';
import { connect } from '../shared/connect.ts';
import { dataFolderOf } from '../shared/data-folder.ts';
import { createOutput, type Output } from '../shared/output.ts';

/** What every command works with. */
export interface CommandContext {
  readonly output: Output;
  readonly dataFolder: string;
  readonly environment: NodeJS.ProcessEnv;
  /** `--dry-run`: say what would be done, and do nothing. */
  readonly isDryRun: boolean;
  /** The running daemon. @throws CommandError (not reachable) with how to start it. */
  client(): Promise<ApiClient>;
}

const commonFlags = z.looseObject({
  json: z.boolean().default(false),
  data: z.string().optional(),
  dryRun: z.boolean().default(false),
});

/** @returns the context of a command from its flags and those of the program. */
export function contextOf(command: Command): CommandContext {
  const flags = commonFlags.parse(command.optsWithGlobals());
  const dataFolder = dataFolderOf(flags.data, process.env);
  return {
    output: createOutput(flags.json),
    dataFolder,
    environment: process.env,
    isDryRun: flags.dryRun,
    client: () => connect(dataFolder),
  };
}

/** The flag of commands that change state. */
export function withDryRun(command: Command): Command {
  return command.option('--dry-run', 'say what would be done, and do nothing');
}
