import { Command } from 'commander';
import { z } from 'zod';
import { readNode } from '../../src/daemon/node-record.ts';
import { dataFolderOf } from './data-folder.ts';
import { CommandError, EXIT } from './exit-codes.ts';
import { failureOf } from './failure.ts';
import { createOutput } from './output.ts';
import { runNode } from './run-node.ts';
import type { Settings } from './settings.ts';
import { addStartFlags, startFlagsOf } from './start-flags.ts';

/** A role: what its data folder must hold, and which defaults suit it. */
export interface Role {
  readonly name: string;
  readonly kind: 'person' | 'cooperative' | 'bank' | 'assembly' | 'federation';
  readonly defaults: Partial<Settings>;
}

const commonFlags = z.looseObject({ json: z.boolean().default(false), data: z.string().optional() });

/** Runs a role from its command line until SIGINT or SIGTERM, and sets the exit code. */
export async function runRole(role: Role, words: readonly string[]): Promise<void> {
  const command = addStartFlags(new Command(`mutua-${role.name}`))
    .description(`Runs the node of a ${role.name}; its README says how to make one.`)
    .option('--json', 'print one JSON line when ready, then one for each event')
    .option('--data <dir>', 'the data folder; else MUTUA_DATA, else the platform’s own place')
    .exitOverride();
  const output = createOutput(words.includes('--json'));
  try {
    command.parse([...words], { from: 'user' });
    const dataFolder = dataFolderOf(commonFlags.parse(command.opts()).data, process.env);
    await requireKind(role, dataFolder);
    await runNode({
      dataFolder,
      environment: process.env,
      flags: startFlagsOf(command),
      output,
      defaults: role.defaults,
    });
  } catch (error) {
    const { exitCode, code, sentence } = failureOf(error);
    process.exitCode = exitCode;
    if (exitCode !== EXIT.done) output.problem(code, sentence);
  }
}

async function requireKind({ kind, name }: Role, dataFolder: string): Promise<void> {
  const found = (await readNode(dataFolder)).kind;
  if (found === kind) return;
  const sentence = `${dataFolder} holds a node of kind ${found}, and this is the role of a ${name}: name another folder with --data.`;
  throw new CommandError(EXIT.refused, 'wrong_kind', sentence);
}
