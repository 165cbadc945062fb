import type { Command } from 'commander';
import { z } from 'zod';
import { usageError } from '../../shared/exit-codes.ts';
import { contextOf, withDryRun } from '../context.ts';
import { askRoute } from '../route-command.ts';

const flagsSchema = z.object({
  bank: z.string().optional(),
  account: z.string().optional(),
  memo: z.string().optional(),
});

/** `pay TO AMOUNT [TO AMOUNT …] [--memo TEXT]`: one order to one payee or many. */
export function addPay(program: Command): void {
  const command = withDryRun(program.command('pay'))
    .description(
      'Pays one or many accounts of the same bank with one order: pay TO AMOUNT, or pay TO AMOUNT TO AMOUNT …',
    )
    .argument(
      '<payments...>',
      'an account, or an identity with one account at the bank, and how much: 1.5, 1:30, 90m, PT1H30M',
    )
    .option('--bank <bank>', 'where absent the bank of the only own account')
    .option('--account <account>', 'where absent the only own account at the bank')
    .option('--memo <text>', 'a note that only the payee can read');
  command.action(async (words: string[]) => {
    const { bank, account, memo } = flagsSchema.parse(command.opts());
    await askRoute(contextOf(command), 'pay', { payments: paymentsOf(words), bank, account, memo });
  });
}

function paymentsOf(words: readonly string[]): readonly { readonly to: string; readonly amount: string }[] {
  if (words.length % 2 !== 0)
    throw usageError('Each payee needs an amount: pay TO AMOUNT, or pay TO AMOUNT TO AMOUNT …');
  return words.flatMap((to, index) => {
    const amount = words[index + 1];
    return index % 2 === 0 && amount !== undefined ? [{ to, amount }] : [];
  });
}
