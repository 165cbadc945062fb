import type { Command } from 'commander';
import { z } from 'zod';
import { writeStreamToFile } from '../../shared/files.ts';
import { type CommandContext, contextOf } from '../context.ts';
import { askRoute } from '../route-command.ts';

const flagsSchema = z.object({
  from: z.string().optional(),
  limit: z.string().optional(),
  proofs: z.boolean().optional(),
  file: z.string().optional(),
});

/** `account statement ACCOUNT [--file FILE]`. */
export function addAccountStatement(noun: Command): void {
  const command = noun
    .command('statement')
    .description(
      'Shows the passbook of an account: each line with the balance after it and the ledger entry that proves it.',
    )
    .argument('<account>')
    .option('--from <number>', 'sequence of the ledger from which to show lines')
    .option('--limit <number>', 'how many lines')
    .option('--proofs', 'with each line its ledger entry and the proof that it stands there (RFC 6962)')
    .option(
      '--file <file>',
      'write a file that stands alone instead: `mutua verify` replays it, and checks a printed statement against it, offline',
    );
  command.action(async (account: string) => {
    const { from, limit, proofs, file } = flagsSchema.parse(command.opts());
    const context = contextOf(command);
    if (file === undefined) await askRoute(context, 'account.statement', { account, from, limit, proofs });
    else await saveStatement(context, account, file);
  });
}

async function saveStatement(context: CommandContext, account: string, file: string): Promise<void> {
  const client = await context.client();
  const bytes = await writeStreamToFile(await client.download('account.statementFile', { account }), file);
  context.output.result(
    { file, bytes },
    () => `${file} holds the statement; check it with: mutua verify ${file} --account ${account}`,
  );
}
