import type { Command } from 'commander';
import { renderUnicodeCompact } from 'uqr';
import { z } from 'zod';
import { ROUTES } from '../../../src/api/routes.ts';
import { usageError } from '../../shared/exit-codes.ts';
import { contextOf, withDryRun } from '../context.ts';
import { faultOf } from '../fields.ts';
import { askRoute } from '../route-command.ts';

const flagsSchema = z.object({
  region: z.string().optional(),
  roots: z.string().optional(),
  qr: z.boolean().optional(),
});

/** Longest text that a camera still reads from a terminal, in characters. */
const QR_CHARACTERS_MAX = 1200;

/** `invite create [--qr]`. */
export function addInviteCreate(noun: Command): void {
  const command = withDryRun(noun.command('create'))
    .description(ROUTES['invite.create'].summary)
    .option('--region <region>', 'where absent the home region')
    .option('--roots <roots,…>', 'bodies and persons to be trusted there; where absent this node’s own')
    .option('--qr', 'print it as a picture for a camera too');
  command.action(async () => {
    const { region, roots, qr } = flagsSchema.parse(command.opts());
    const context = contextOf(command);
    const question = { region, roots: roots?.split(',') };
    if (qr !== true || context.isDryRun || context.output.isJson) {
      await askRoute(context, 'invite.create', question);
      return;
    }
    const fault = faultOf(ROUTES['invite.create'], question);
    if (fault !== undefined) throw usageError(`${fault}.`);
    const client = await context.client();
    const { text } = await client.call('invite.create', question);
    context.output.result(text, () => `${pictureOf(text)}${text}`);
  });
}

function pictureOf(text: string): string {
  return text.length > QR_CHARACTERS_MAX ? '' : `${renderUnicodeCompact(text)}\n`;
}
