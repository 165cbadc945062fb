import type { Command } from 'commander';
import { z } from 'zod';
import { parseAmount } from '../../../src/api/index.ts';
import { usageError } from '../../shared/exit-codes.ts';
import { contextOf, withDryRun } from '../context.ts';
import { askRoute } from '../route-command.ts';

const flagsSchema = z.object({
  bank: z.string(),
  interval: z.array(z.string()),
  account: z.string().optional(),
  amount: z.string().optional(),
  taskClass: z.string().regex(/^\d+$/, 'is not a whole number').transform(Number).optional(),
});

const SECONDS_PER_MINUTE = 60;

/** `labor claim COOPERATIVE --bank BANK --interval START/LENGTH …`. */
export function addLaborClaim(noun: Command): void {
  const command = withDryRun(noun.command('claim'))
    .description('Claims hours worked in a cooperative, to be issued as notes to an account; sent to the cooperative.')
    .argument('<cooperative>')
    .requiredOption('--bank <bank>', 'the bank that is to issue the notes')
    .requiredOption('--interval <start/length...>', 'such as 2026-11-02T08:00:00Z/4h or 2026-11-02T08:00:00+01:00/90m')
    .option('--account <account>', 'where absent the one account held at the bank')
    .option('--amount <amount>', 'where absent the sum of the intervals')
    .option('--task-class <number>', 'what kind of work it was, by the cooperative’s own list');
  command.action(async (cooperative: string) => {
    const flags = flagsSchema.safeParse(command.opts());
    if (!flags.success) throw usageError(`--task-class ${flags.error.issues[0]?.message ?? 'is not well formed'}.`);
    const { bank, interval, account, amount, taskClass } = flags.data;
    const intervals = interval.map(readInterval);
    await askRoute(contextOf(command), 'labor.claim', { cooperative, bank, intervals, account, amount, taskClass });
  });
}

/** @returns start and minutes of `START/LENGTH`. @throws CommandError (usage) when it is not of that form. */
export function readInterval(text: string): { readonly start: string; readonly minutes: number } {
  const [start, length, more] = text.split('/');
  const seconds = parseAmount(length ?? '');
  if (start === undefined || seconds === undefined || more !== undefined || seconds % SECONDS_PER_MINUTE !== 0) {
    throw usageError(`${text} is no interval: write START/LENGTH in whole minutes, such as 2026-11-02T08:00:00Z/4h.`);
  }
  return { start, minutes: seconds / SECONDS_PER_MINUTE };
}
