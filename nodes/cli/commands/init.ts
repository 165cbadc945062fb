import type { Command } from 'commander';
import { Option } from 'commander';
import { z } from 'zod';
import type { NodePlan } from '../../shared/make-node.ts';
import { addPassphraseFlags } from '../../shared/start-flags.ts';
import { type CommandContext, contextOf, withDryRun } from '../context.ts';

const KINDS = ['person', 'cooperative', 'bank', 'assembly', 'federation'] as const;

const flagsSchema = z.object({
  kind: z.enum(KINDS),
  name: z.string(),
  region: z.string(),
  network: z.string().optional(),
  founder: z.array(z.string()).optional(),
  purpose: z.string().optional(),
  criterion: z.array(z.string()).optional(),
  attestors: z.coerce.number().int().min(1).optional(),
  witness: z.array(z.string()).optional(),
  passphraseFile: z.string().optional(),
  passphrase: z.boolean().default(true),
});

type InitFlags = z.infer<typeof flagsSchema>;

const collect = (value: string, before: readonly string[] | undefined): readonly string[] => [...(before ?? []), value];

/** `init`: keys and identity of a new node; of a body the text that its founders sign. */
export function addInit(program: Command): void {
  const command = program.command('init').description('Makes a node in the data folder: its keys, and who it is.');
  addPassphraseFlags(withDryRun(command))
    .addOption(new Option('--kind <kind>', 'what the node is').choices(KINDS).makeOptionMandatory())
    .requiredOption('--name <name>', 'what people call it')
    .requiredOption('--region <region>', 'where it is at home, such as cascadia/willamette/sellwood')
    .option('--network <network>', 'a network of its own, which never meets others')
    .option(
      '--founder <keytext>',
      'of a body: the key text that a founder’s running node prints (mutua member key-text LABEL); once for each',
      collect,
    )
    .option('--purpose <text>', 'of a body: what its charter says it is for')
    .option('--criterion <text>', 'of a body: what its charter asks of members; may be given again', collect)
    .option('--attestors <number>', 'of a cooperative: co-workers that attest each claim')
    .option(
      '--witness <id>',
      'of a body: an identity whose node confirms its books; four or more bear with one that lies; once for each',
      collect,
    );
  command.action(async () => init(contextOf(command), flagsSchema.parse(command.opts())));
}

async function init(context: CommandContext, flags: InitFlags): Promise<void> {
  const { output, dataFolder } = context;
  const plan = planOf(dataFolder, flags);
  if (context.isDryRun) {
    const would = `It would make keys for the ${flags.kind} ${flags.name} at home in ${flags.region} in ${dataFolder}.`;
    output.result({ dryRun: true, would }, () => would);
    return;
  }
  const { makeNode } = await import('../../shared/make-node.ts');
  const made = await makeNode(plan, {
    file: flags.passphraseFile,
    isWithout: !flags.passphrase,
    environment: context.environment,
    isInteractive: process.stdin.isTTY === true && !output.isJson,
  });
  const { identity, recoveryWords, text } = made;
  output.result(made, () => (text === undefined ? personText(dataFolder, identity, recoveryWords) : text));
  if (text !== undefined) {
    output.note('Give this founding text to each founder. Each runs: mutua member accept-founding TEXT');
    output.note('Then, here: mutua member found ACCEPTANCE…');
  }
}

function planOf(folder: string, flags: InitFlags): NodePlan {
  const { kind, name, region, network, founder, purpose, criterion, attestors, witness } = flags;
  return {
    folder,
    kind,
    name,
    region,
    network,
    founders: founder,
    purpose,
    criteria: criterion,
    attestationCount: attestors,
    witnesses: witness,
  };
}

function personText(folder: string, identity: string | undefined, words: string | undefined): string {
  return [
    `Made ${identity} in ${folder}.`,
    '',
    'These words bring your identity back. They are shown this once: write them on paper.',
    '',
    `  ${words}`,
    '',
    'Whoever follows a bank sees every balance, payment and wage of its accounts. An account may be held by another identity',
    'without a name. Next: mutua start',
  ].join('\n');
}
