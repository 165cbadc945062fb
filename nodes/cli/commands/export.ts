import { type Command, Option } from 'commander';
import { z } from 'zod';
import { ROUTES } from '../../../src/api/routes.ts';
import { connectIfRunning } from '../../shared/connect.ts';
import { usageError } from '../../shared/exit-codes.ts';
import { writeStreamToFile } from '../../shared/files.ts';
import { contextOf, withDryRun } from '../context.ts';
import { faultOf } from '../fields.ts';

const channels = ROUTES.export.query.shape.channel;
const flagsSchema = z.object({
  region: z.string().optional(),
  channel: channels,
  book: z.string().optional(),
});

/** What a reader of the file may miss, in a sentence. */
const NOT_INSIDE =
  'Of a book that forked or whose device was revoked it holds the entries that count and the proof; other entries beside or after them are not inside.';

/** `export FILE`: with the daemon running or stopped. */
export function addExport(program: Command): void {
  const command = withDryRun(program.command('export'))
    .description(
      'Writes a file with the entries of the followed topics, of one channel, or of one book; it needs no daemon.',
    )
    .argument('<file>')
    .addOption(new Option('--as <form>', 'what to write').choices(['items']).default('items'))
    .option('--region <region>', 'of this region only')
    .addOption(new Option('--channel <channel>', 'of this channel only').choices(channels.unwrap().options))
    .option('--book <book>', 'of this book only');
  command.action(async (file: string) => {
    const { dataFolder, output, isDryRun } = contextOf(command);
    const flags = flagsSchema.parse(command.opts());
    const fault = faultOf(ROUTES.export, flags);
    if (fault !== undefined) throw usageError(`${fault}.`);
    const client = await connectIfRunning(dataFolder);
    if (isDryRun) {
      const would = `It would write ${file} from the books in ${dataFolder}, with the daemon ${client ? 'running' : 'stopped'}.`;
      output.result({ dryRun: true, would }, () => would);
      return;
    }
    const { exportOffline } = await import('../../shared/offline.ts');
    const bytes =
      client === undefined
        ? await exportOffline(dataFolder, flags, file)
        : await writeStreamToFile(await client.download('export', flags), file);
    output.result(
      { file, bytes },
      () => `${file} is written: ${bytes} bytes. ${NOT_INSIDE} Check it with: mutua verify ${file}`,
    );
  });
}
