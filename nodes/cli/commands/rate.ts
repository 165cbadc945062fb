import type { Command } from 'commander';
import { z } from 'zod';
import { contextOf, withDryRun } from '../context.ts';
import { askRoute } from '../route-command.ts';
import { readDeadline, readRate } from './proposal.ts';

const flagsSchema = z.object({
  from: z.string().optional(),
  lasts: z.string().default('8760h'),
  title: z.string().optional(),
  deadline: z.string().optional(),
});

/** `rate decide BODY CLASS RATIO [--from T] [--lasts T]`: proposes a rate to a body; a bank that accepts its rates applies what it adopts. */
export function addRateDecide(noun: Command): void {
  const command = withDryRun(noun.command('decide'))
    .description(
      'Proposes to a body at which ratio work of a task class is issued; banks that accept its rates apply it.',
    )
    .argument('<body>')
    .argument('<task-class>', 'a number')
    .argument('<ratio>', 'such as 3/2')
    .option('--from <time>', 'from when the work is done, on a whole minute; where absent from now on')
    .option('--lasts <time>', 'how long, such as 720h; where absent a year')
    .option('--title <title>')
    .option('--deadline <time>', 'when the ballots end: 2026-11-30T18:00:00Z, or in how long, such as 48h');
  command.action(async (body: string, taskClass: string, ratio: string) => {
    const { from = thisMinute(), lasts, title, deadline } = flagsSchema.parse(command.opts());
    const rate = readRate({ rate: `${taskClass}=${ratio}`, from, lasts });
    const question = { body, title: title ?? `Class ${taskClass} at ${ratio}`, matter: 'rate', rate };
    await askRoute(contextOf(command), 'proposal.open', { ...question, deadline: deadline && readDeadline(deadline) });
  });
}

function thisMinute(): string {
  const now = new Date();
  now.setUTCSeconds(0, 0);
  return now.toISOString();
}
