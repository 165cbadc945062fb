import type { Command } from 'commander';
import { z } from 'zod';
import { connectIfRunning } from '../../shared/connect.ts';
import { EXIT } from '../../shared/exit-codes.ts';
import { readFileStream, requireFile } from '../../shared/files.ts';
import { contextOf, withDryRun } from '../context.ts';
import { renderAnswer } from '../render.ts';

const flagsSchema = z.object({ join: z.boolean().default(false) });

/** `import FILE`: with the daemon running or stopped. */
export function addImport(program: Command): void {
  const command = withDryRun(program.command('import'))
    .description('Takes in the entries of a file, whoever carried it here; it needs no daemon.')
    .argument('<file>')
    .option('--join', 'follow the regions that the file is of');
  command.action(async (file: string) => {
    const { dataFolder, output, isDryRun } = contextOf(command);
    const { join } = flagsSchema.parse(command.opts());
    await requireFile(file);
    const client = await connectIfRunning(dataFolder);
    if (isDryRun) {
      const would = `It would take in ${file}, with the daemon ${client ? 'running' : 'stopped'}; mutua verify ${file} checks it.`;
      output.result({ dryRun: true, would }, () => would);
      return;
    }
    const { importOffline } = await import('../../shared/offline.ts');
    const report =
      client === undefined
        ? await importOffline(dataFolder, file, join)
        : await client.upload({ join }, readFileStream(file));
    output.result(report, renderAnswer);
    if (!report.complete) process.exitCode = EXIT.refused;
  });
}
