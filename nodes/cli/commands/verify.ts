import type { Command } from 'commander';
import { EXIT } from '../../shared/exit-codes.ts';
import { contextOf } from '../context.ts';
import { renderAnswer } from '../render.ts';

/** `verify FILE`: signatures, chains and forks, with nothing but the file. */
export function addVerify(program: Command): void {
  const command = program
    .command('verify')
    .description('Checks a file of entries with nothing but the file: who signed, in which order, and what is missing.')
    .argument('<file>');
  command.action(async (file: string) => {
    const { output } = contextOf(command);
    const { verifyFileAt } = await import('../../shared/verify-file.ts');
    const { header, ...report } = await verifyFileAt(file);
    const { valid } = report;
    const told = { ...report, topics: header?.topics ?? [] };
    output.result(told, ({ books, identities, faults, ...rest }) =>
      renderAnswer({ ...rest, books, identities, faults }),
    );
    if (!valid) process.exitCode = EXIT.refused;
  });
}
