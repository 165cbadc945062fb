import { type Command, Option } from 'commander';
import { z } from 'zod';
import { ROUTES } from '../../../src/api/routes.ts';
import { connectIfRunning } from '../../shared/connect.ts';
import { usageError } from '../../shared/exit-codes.ts';
import { writeStreamToFile } from '../../shared/files.ts';
import { contextOf, withDryRun } from '../context.ts';
import { faultOf } from '../fields.ts';

const flagsSchema = z.object({
  region: z.string().optional(),
  channel: ROUTES.export.query.shape.channel,
  book: z.string().optional(),
});

/** `export FILE`: with the daemon running or stopped. */
export function addExport(program: Command): void {
  const command = withDryRun(program.command('export'))
    .description(
      'Writes a file with the entries of the followed topics, of one channel, or of one book; it needs no daemon.',
    )
    .argument('<file>')
    .addOption(new Option('--as <form>', 'what to write').choices(['items']).default('items'))
    .option('--region <region>', 'of this region only')
    .option('--channel <channel>', 'of this channel only')
    .option('--book <book>', 'of this book only');
  command.action(async (file: string) => {
    const { dataFolder, output, isDryRun } = contextOf(command);
    const flags = flagsSchema.safeParse(command.opts());
    const fault = flags.success ? faultOf(ROUTES.export, flags.data) : flags.error.issues[0]?.message;
    if (!flags.success || fault !== undefined) throw usageError(`${fault ?? 'The command is not well formed'}.`);
    const client = await connectIfRunning(dataFolder);
    if (isDryRun) {
      const would = `It would write ${file} from the books in ${dataFolder}, with the daemon ${client ? 'running' : 'stopped'}.`;
      output.result({ dryRun: true, would }, () => would);
      return;
    }
    const { exportOffline } = await import('../../shared/offline.ts');
    const bytes =
      client === undefined
        ? await exportOffline(dataFolder, flags.data, file)
        : await writeStreamToFile(await client.download('export', flags.data), file);
    output.result({ file, bytes }, () => `${file} is written: ${bytes} bytes. Check it with: mutua verify ${file}`);
  });
}
